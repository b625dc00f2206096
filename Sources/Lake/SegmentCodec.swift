// Rows of `site_interval` to and from the bytes of a segment. What is on disk, and where, is not known here.

import Parquet
import Readings

/// The rows of one segment by series.
typealias SegmentRows = [SeriesKey: ReadingColumns]

/// Encodes and decodes segments of `site_interval`.
enum SegmentCodec {
    /// A row group is cut at a series' end once it has this many rows.
    private static let rowGroupRows = 100_000

    /// Encodes rows sorted by system, source, step and start.
    ///
    /// - Parameter keyValues: text for the footer, by which a lost catalogue can be made anew.
    static func encode(_ rows: SegmentRows, keyValues: [(String, String)], createdBy: String)
        -> ParquetWriter.File
    {
        // The columns that sort: system_id, source, seconds, start_at.
        let sorting = [0, 11, 2, 1].map { SortingColumn(columnIndex: $0) }
        var writer = ParquetWriter(
            columns: LakeTable.siteInterval.parquetColumns,
            sorting: sorting,
            keyValues: keyValues,
            createdBy: createdBy
        )
        var group: [(SeriesKey, ReadingColumns)] = []
        var groupRows = 0
        for key in rows.keys.sorted() {
            guard let columns = rows[key], !columns.isEmpty else { continue }
            group.append((key, columns))
            groupRows += columns.rowCount
            if groupRows >= rowGroupRows {
                writer.append(columnData(group))
                group = []
                groupRows = 0
            }
        }
        writer.append(columnData(group))
        return writer.finish()
    }

    private static func columnData(_ series: [(SeriesKey, ReadingColumns)]) -> [ColumnData] {
        func constant<Value>(_ value: (SeriesKey) -> Value) -> [Value] {
            series.flatMap { repeatElement(value($0.0), count: $0.1.rowCount) }
        }
        // Column order follows LakeTable.siteInterval, not the order of Channel: both are spelt out there.
        var data = [
            ColumnData(values: .int64s(constant(\.systemID))),
            ColumnData(values: .int64s(series.flatMap { $0.1.startUTCSeconds.map { $0 * 1_000_000 } })),
            ColumnData(values: .int32s(constant(\.seconds))),
        ]
        for channel in Channel.allCases {
            data.append(nullable(series.flatMap { $0.1[channel] }, missing: ReadingColumns.missingWh) { $0 })
        }
        data.append(
            nullable(series.flatMap(\.1.socPercent), missing: ReadingColumns.missingSoC) { Int32($0) }
        )
        data.append(ColumnData(values: .int32s(series.flatMap(\.1.quality))))
        data.append(ColumnData(values: .int32s(constant { Int32($0.source.rawValue) })))
        return data
    }

    private static func nullable<Value: Equatable>(
        _ values: [Value],
        missing: Value,
        _ widen: (Value) -> Int32
    ) -> ColumnData {
        guard values.contains(missing) else { return ColumnData(values: .int32s(values.map(widen))) }
        return ColumnData(
            values: .int32s(values.filter { $0 != missing }.map(widen)),
            present: values.map { $0 != missing }
        )
    }

    /// Decodes a segment.
    ///
    /// - Parameters:
    ///   - systemID: the site wanted; nil for all.
    ///   - path: the file's path, for errors.
    /// - Throws: `LakeError.segment` and `LakeError.segmentContent`.
    static func decode(_ bytes: [UInt8], systemID: Int64? = nil, path: String) throws -> SegmentRows {
        do {
            let reader = try ParquetReader(bytes)
            return try decode(reader, systemID: systemID, path: path)
        } catch let error as ParquetError {
            throw LakeError.segment(path: path, error)
        }
    }

    private static func decode(_ reader: ParquetReader, systemID: Int64?, path: String) throws -> SegmentRows
    {
        func integers(_ index: Int, _ missing: Int64?) throws -> [Int64] {
            let column = LakeTable.siteInterval.columns[index]
            guard let position = reader.columnIndex(fieldID: Int32(index + 1), name: column.name) else {
                guard let missing else { throw LakeError.segmentContent(path: path, column: column.name) }
                return Array(repeating: missing, count: reader.rowCount)
            }
            let data = try reader.column(position)
            let dense: [Int64] =
                switch data.values {
                case .int32s(let values): values.map(Int64.init)
                case .int64s(let values): values
                default: throw LakeError.segmentContent(path: path, column: column.name)
                }
            guard let present = data.present else { return dense }
            guard let missing else { throw LakeError.segmentContent(path: path, column: column.name) }
            var next = 0
            return present.map { isPresent in
                guard isPresent else { return missing }
                next += 1
                return dense[next - 1]
            }
        }
        let systems = try integers(0, nil)
        let starts = try integers(1, nil)
        let steps = try integers(2, nil)
        let energies = try Channel.allCases.map {
            try integers(3 + $0.rawValue, Int64(ReadingColumns.missingWh))
        }
        let socs = try integers(9, Int64(ReadingColumns.missingSoC))
        let marks = try integers(10, 0)
        let sources = try integers(11, nil)
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
            guard let step = Int32(exactly: steps[row]), step > 0 else {
                throw LakeError.segmentContent(path: path, column: "seconds")
            }
            let key = SeriesKey(systemID: systems[row], source: source, seconds: step)
            var columns = ReadingColumns()
            columns.startUTCSeconds = starts[row..<end].map { $0.flooredDivision(by: 1_000_000) }
            columns.energyWh = energies.map { $0[row..<end].map { Int32(truncatingIfNeeded: $0) } }
            columns.socPercent = socs[row..<end].map { Int16(truncatingIfNeeded: $0) }
            columns.quality = marks[row..<end].map { Int32(truncatingIfNeeded: $0) }
            guard isAscending(columns.startUTCSeconds), rows[key] == nil else {
                throw LakeError.segmentContent(path: path, column: "start_at")
            }
            rows[key] = columns
        }
        return rows
    }

    private static func isAscending(_ starts: [Int64]) -> Bool {
        zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
    }
}
