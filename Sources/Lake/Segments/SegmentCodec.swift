// Rows of `site_interval` to and from the bytes of a segment, and a file held against what the catalogue says of its segment.
// Which segments there are, and where they lie, is not known here.

import Parquet
import Readings

/// The rows of one segment by series.
typealias SegmentRows = [SeriesKey: ReadingColumns]

/// Encodes and decodes segments of `site_interval`.
enum SegmentCodec {
    /// The columns that sort: system_id, source, seconds, start_at.
    static let sorting = [0, 11, 2, 1].map { SortingColumn(columnIndex: $0) }

    /// Returns what a footer says of a segment: by it a lost catalogue is made anew.
    static func keyValues(table: LakeTable, period: SegmentPeriod, bucket: Int64, importID: Int64) -> [(
        String, String
    )] {
        [
            ("sunvigil.table", table.name), ("sunvigil.month", "\(period)"), ("sunvigil.bucket", "\(bucket)"),
            ("sunvigil.import_id", "\(importID)"), ("sunvigil.schema_version", "1"),
        ]
    }

    /// Returns the columns of a row group, in the order of the table.
    static func columnData(_ series: [(key: SeriesKey, value: ReadingColumns)]) -> [ColumnData] {
        func constant<Value>(_ value: (SeriesKey) -> Value, _ column: ([Value]) -> ColumnValues) -> ColumnData
        {
            let only = value(series[0].key)
            return series.count == 1
                ? ColumnData(repeating: column([only]), count: series[0].value.rowCount)
                : ColumnData(
                    values: column(series.flatMap { repeatElement(value($0.key), count: $0.value.rowCount) })
                )
        }
        func joined<Value>(_ column: (ReadingColumns) -> [Value]) -> [Value] {
            series.count == 1 ? column(series[0].value) : series.flatMap { column($0.value) }
        }
        // Column order follows LakeTable.siteInterval, not the order of Channel: both are spelt out there.
        var data = [
            constant(\.systemID) { .int64s($0) },
            ColumnData(values: .int64s(joined { $0.startUTCSeconds.map { $0 * 1_000_000 } })),
            constant(\.seconds) { .int32s($0) },
        ]
        for channel in Channel.allCases {
            data.append(nullable(joined { $0[channel] }, missing: ReadingColumns.missingWh))
        }
        data.append(states(joined(\.socPercent)))
        data.append(ColumnData(values: .int32s(joined(\.quality))))
        data.append(
            constant {
                Int32($0.source.rawValue)
            } _: {
                .int32s($0)
            }
        )
        return data
    }

    private static func nullable(_ values: [Int32], missing: Int32) -> ColumnData {
        // All are looked at, which is faster than to stop at the first: the compiler makes vectors of it.
        let hasMissing = values.reduce(Int32(0)) { $0 | ($1 == missing ? 1 : 0) }
        guard hasMissing != 0 else { return ColumnData(values: .int32s(values)) }
        return ColumnData(
            values: .int32s(values.filter { $0 != missing }),
            present: values.map { $0 != missing }
        )
    }

    private static func states(_ values: [Int16]) -> ColumnData {
        let missing = ReadingColumns.missingSoC
        // Most reports have none: nothing is looked at one by one then.
        guard values.contains(where: { $0 != missing }) else {
            return ColumnData(values: .int32s([]), present: Array(repeating: false, count: values.count))
        }
        return nullable(values.map { $0 == missing ? .min : Int32($0) }, missing: .min)
    }

    // MARK: Reading

    /// Opens a segment of which only what is asked for is read.
    ///
    /// - Throws: `LakeError.segment` and `.system`.
    static func reader(_ path: String) throws -> ParquetReader {
        do {
            return try ParquetReader(try SystemCall.source(path))
        } catch let error as ParquetError {
            throw LakeError.segment(path: path, error)
        }
    }

    /// Opens a segment of which only what is asked for is read, and holds it against what the catalogue says of it.
    ///
    /// - Throws: `LakeError.segment`, `.otherSegment` and `.system`.
    static func reader(_ segment: Lake.Segment) throws -> ParquetReader {
        try checked(try SystemCall.source(segment.path), segment)
    }

    /// Reads a segment whole, and holds it against what the catalogue says of it.
    ///
    /// - Throws: `LakeError.segment`, `.otherSegment` and `.system`.
    static func bytes(_ segment: Lake.Segment) throws -> [UInt8] {
        let bytes = try SystemCall.readFile(segment.path)
        _ = try checked(ByteSource(bytes), segment)
        return bytes
    }

    private static func checked(_ source: ByteSource, _ segment: Lake.Segment) throws -> ParquetReader {
        do {
            guard source.byteCount == segment.byteCount else {
                throw LakeError.otherSegment(
                    path: segment.path,
                    reason: "it has \(source.byteCount) bytes, not \(segment.byteCount)"
                )
            }
            let reader = try ParquetReader(source)
            try check(reader, segment) { try source.bytes($0) }
            return reader
        } catch let error as ParquetError {
            throw LakeError.segment(path: segment.path, error)
        }
    }

    /// The digest of what lies behind the rows of a file: no page's checksum speaks for it.
    static func tailDigest(_ reader: ParquetReader, byteCount: Int, _ bytes: (Range<Int>) throws -> [UInt8])
        throws
        -> Int64
    {
        let start = try reader.dataEnd()
        guard start <= byteCount else { return 0 }
        return tailDigest(try bytes(start..<byteCount))
    }

    static func tailDigest(_ tail: [UInt8]) -> Int64 { Int64(bitPattern: PageDigest.of(tail[...])) }

    private static func check(
        _ reader: ParquetReader,
        _ segment: Lake.Segment,
        _ bytes: (Range<Int>) throws -> [UInt8]
    ) throws {
        func refuse(_ reason: String) -> LakeError { .otherSegment(path: segment.path, reason: reason) }
        guard reader.rowCount == segment.rowCount else {
            throw refuse("it has \(reader.rowCount) rows, not \(segment.rowCount)")
        }
        guard segment.isOurs, let period = segment.period else { return }
        let stated = [
            ("sunvigil.table", segment.table), ("sunvigil.month", "\(period)"),
            ("sunvigil.bucket", "\(segment.bucket)"), ("sunvigil.import_id", "\(segment.importID)"),
        ]
        for (key, value) in stated where reader.keyValues[key] != value {
            throw refuse("its footer says \(key) \(reader.keyValues[key] ?? "nothing"), not \(value)")
        }
        if let digest = segment.tailDigest,
            try tailDigest(reader, byteCount: segment.byteCount, bytes) != digest
        {
            throw refuse("its footer is not as it was written")
        }
    }

    /// Refuses instants of no year that there is: another program may have written them.
    static func checkStarts(_ microseconds: [Int64], _ path: String) throws(LakeError) {
        guard let first = microseconds.min(), let last = microseconds.max() else { return }
        guard StoredBounds.microseconds.contains(first), StoredBounds.microseconds.contains(last) else {
            throw .segmentContent(path: path, column: "start_at")
        }
    }

    /// Opens a segment in memory.
    static func reader(bytes: [UInt8], path: String) throws -> ParquetReader {
        do {
            return try ParquetReader(bytes)
        } catch let error as ParquetError {
            throw LakeError.segment(path: path, error)
        }
    }

    /// Makes the rollups of a segment from its rows.
    static func rollups(_ reader: ParquetReader, _ path: String, zones: SystemZones) throws
        -> [SnapshotChange.RollupRow]
    {
        var rollups: [SeriesKey: (group: Int, rows: ReadingColumns)] = [:]
        for group in 0..<reader.rowGroupCount {
            for (key, columns) in try decode(reader, rowGroups: [group], path: path) {
                if rollups[key] == nil {
                    rollups[key] = (group, columns)
                } else {
                    rollups[key]?.rows.append(contentsOf: columns)
                }
            }
        }
        return try rollups.sorted { $0.key < $1.key }.map { key, found in
            let days = DayRollup(found.rows, zone: try zones.rules(ofSystem: key.systemID))
            return SnapshotChange.RollupRow(key: key, rowGroup: found.group, days: days.bytes)
        }
    }

    /// Decodes a segment.
    ///
    /// - Parameters:
    ///   - rowGroups: the row groups wanted; nil for all.
    ///   - systemID: the site wanted; nil for all.
    ///   - interval: only pages that may hold a start inside are read; rows outside may come along.
    ///   - path: the file's path, for errors.
    /// - Throws: `LakeError.segment` and `LakeError.segmentContent`.
    static func decode(
        _ reader: ParquetReader,
        rowGroups: [Int]? = nil,
        systemID: Int64? = nil,
        interval: Interval? = nil,
        path: String
    ) throws -> SegmentRows {
        do {
            var rows: SegmentRows = [:]
            for group in rowGroups ?? Array(0..<reader.rowGroupCount) {
                guard (0..<reader.rowGroupCount).contains(group) else {
                    throw LakeError.segmentContent(path: path, column: "row group \(group)")
                }
                let part = try RowGroupDecoder(reader, group, interval, path).decode(systemID)
                for (key, columns) in part {
                    guard let earlier = rows[key] else {
                        rows[key] = columns
                        continue
                    }
                    // A series goes on in the next group.
                    guard let last = earlier.startUTCSeconds.last, let next = columns.startUTCSeconds.first,
                        last < next
                    else { throw LakeError.segmentContent(path: path, column: "start_at") }
                    rows[key]?.append(contentsOf: columns)
                }
            }
            return rows
        } catch let error as ParquetError {
            throw LakeError.segment(path: path, error)
        }
    }
}

/// Decodes one row group of a segment.
private struct RowGroupDecoder {
    private let reader: ParquetReader
    private let group: Int
    private let path: String
    /// The rows that are read, and when they start, microseconds UTC.
    private let rows: Range<Int>
    private let starts: [Int64]

    /// Reads the column of times, of which only pages that may hold a start inside the interval.
    init(_ reader: ParquetReader, _ group: Int, _ interval: Interval?, _ path: String) throws {
        (self.reader, self.group, self.path) = (reader, group, path)
        let all = 0..<reader.rowCount(ofRowGroup: group)
        guard let interval, let position = reader.columnIndex(fieldID: 2, name: "start_at") else {
            rows = all
            starts = try RowGroupDecoder.integers(1, reader, group, all, path)
            return
        }
        let wanted = (interval.startUTCSeconds * 1_000_000)..<(interval.endUTCSeconds * 1_000_000)
        let bounds = wanted.lowerBound...(wanted.upperBound - 1)
        let paged = try reader.rows(of: position, rowGroup: group, overlapping: bounds)
        let starts = try RowGroupDecoder.integers(1, reader, group, paged, path)
        // Of the rows between the first and the last one inside, some may be of other series and outside.
        let first = starts.firstIndex(where: wanted.contains) ?? 0
        let end = (starts.lastIndex(where: wanted.contains) ?? -1) + 1
        rows = (paged.lowerBound + first)..<(paged.lowerBound + max(first, end))
        self.starts = Array(starts[first..<max(first, end)])
    }

    /// Returns the rows by series, of one system or all.
    func decode(_ systemID: Int64?) throws -> SegmentRows {
        guard !rows.isEmpty else { return [:] }
        let systems = try RowGroupDecoder.integers(0, reader, group, rows, path)
        let steps = try smallIntegers(2)
        let sources = try smallIntegers(11)
        let energies = try Channel.allCases.map { try nullable(3 + $0.rawValue, ReadingColumns.missingWh) }
        let states = try nullable(9, Int32(ReadingColumns.missingSoC))
        let marks = try nullable(10, 0)
        var rows: SegmentRows = [:]
        var row = 0
        while row < systems.count {
            var end = row + 1
            while end < systems.count && systems[end] == systems[row] && sources[end] == sources[row]
                && steps[end] == steps[row]
            { end += 1 }
            defer { row = end }
            if let systemID, systems[row] != systemID { continue }
            guard let source = Int16(exactly: sources[row]).flatMap({ Source(rawValue: $0) }) else {
                throw LakeError.segmentContent(path: path, column: "source")
            }
            guard StoredBounds.steps.contains(Int64(steps[row])) else {
                throw LakeError.segmentContent(path: path, column: "seconds")
            }
            let key = SeriesKey(systemID: systems[row], source: source, seconds: steps[row])
            var columns = ReadingColumns()
            columns.startUTCSeconds = starts[row..<end].map {
                $0 >= 0 ? $0 / 1_000_000 : ($0 - 999_999) / 1_000_000
            }
            columns.energyWh = energies.map { row == 0 && end == $0.count ? $0 : Array($0[row..<end]) }
            columns.socPercent = states[row..<end].map { Int16(truncatingIfNeeded: $0) }
            columns.quality = row == 0 && end == marks.count ? marks : Array(marks[row..<end])
            // Rows ascend: the first and the last tell whether all are of years that there are.
            guard StoredBounds.systemIDs.contains(key.systemID),
                StoredBounds.seconds.contains(columns.startUTCSeconds.first ?? 0),
                StoredBounds.seconds.contains(columns.startUTCSeconds.last ?? 0)
            else { throw LakeError.segmentContent(path: path, column: "start_at or system_id") }
            guard isAscending(columns.startUTCSeconds), rows[key] == nil else {
                throw LakeError.segmentContent(path: path, column: "start_at")
            }
            rows[key] = columns
        }
        return rows
    }

    private func isAscending(_ starts: [Int64]) -> Bool {
        for row in 1..<max(1, starts.count) where starts[row - 1] >= starts[row] { return false }
        return true
    }

    private static func column(
        _ index: Int,
        _ reader: ParquetReader,
        _ group: Int,
        _ rows: Range<Int>
    ) throws -> ColumnData? {
        let column = LakeTable.siteInterval.columns[index]
        guard let position = reader.columnIndex(fieldID: Int32(index + 1), name: column.name) else {
            return nil
        }
        return try reader.column(position, rowGroup: group, rows: rows)
    }

    private func column(_ index: Int) throws -> ColumnData? {
        try RowGroupDecoder.column(index, reader, group, rows)
    }

    private static func damaged(_ index: Int, _ path: String) -> LakeError {
        LakeError.segmentContent(path: path, column: LakeTable.siteInterval.columns[index].name)
    }

    private func damaged(_ index: Int) -> LakeError { RowGroupDecoder.damaged(index, path) }

    /// Returns a column in which no value may be missing.
    private static func integers(
        _ index: Int,
        _ reader: ParquetReader,
        _ group: Int,
        _ rows: Range<Int>,
        _ path: String
    ) throws -> [Int64] {
        if rows.isEmpty { return [] }
        guard let data = try column(index, reader, group, rows), data.present == nil else {
            throw damaged(index, path)
        }
        switch data.values {
        case .int32s(let values): return values.map(Int64.init)
        case .int64s(let values): return values
        default: throw damaged(index, path)
        }
    }

    /// Returns a column of 32 bits in which no value may be missing.
    private func smallIntegers(_ index: Int) throws -> [Int32] {
        guard let data = try column(index), data.present == nil, case .int32s(let values) = data.values else {
            throw damaged(index)
        }
        return values
    }

    /// Returns a column with a number in place of missing values.
    private func nullable(_ index: Int, _ missing: Int32) throws -> [Int32] {
        guard let data = try column(index) else {
            return Array(repeating: missing, count: rows.count)
        }
        guard case .int32s(let values) = data.values else { throw damaged(index) }
        guard let present = data.present else { return values }
        if values.isEmpty { return Array(repeating: missing, count: present.count) }
        var next = 0
        return present.map { isPresent in
            guard isPresent else { return missing }
            next += 1
            return values[next - 1]
        }
    }
}
