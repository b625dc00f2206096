// A segment of site_interval on its way to the disk, system by system; what it replaces is copied group by group.

import Parquet
import Readings

/// A new segment of a bucket and period. Memory holds the rows of one row group, and what the footer says of the others.
///
/// What survives a crash: nothing before the caller commits; the file lies under a temporary name until `finish`.
struct PendingSegment {
    /// The bucket of systems.
    let bucket: Int64
    /// The time covered.
    let period: SegmentPeriod
    /// The segments whose rows it takes over.
    let replaced: [Lake.Segment]
    private let lake: LakeWriter
    private let importID: Int64
    private let path: String
    private var file: DurableFiles.OpenFile
    private var assembler: ParquetAssembler
    private var hash = SHA256()
    private var waiting: SegmentRows = [:]
    private var waitingRows = 0
    private var rollups: [SnapshotChange.RollupRow] = []
    private var rowGroupCount = 0
    private var firstUTCSeconds = Int64.max
    private var lastUTCSeconds = Int64.min
    private var systems: ClosedRange<Int64>?
    private var old: OldSegment?
    private var lastSystem = Int64.min
    private let zones: SystemZones

    /// Rows of whole systems are gathered up to here before a row group is cut.
    private static let rowGroupRows = 32_768

    /// Begins a segment.
    ///
    /// - Parameter copied: a live segment of the same period, of whose systems all that are not put are taken over.
    init(
        lake: LakeWriter,
        importID: Int64,
        bucket: Int64,
        period: SegmentPeriod,
        replaced: [Lake.Segment],
        copied: Lake.Segment?,
        zones: SystemZones,
        files: inout DurableFiles
    ) throws {
        (self.lake, self.importID, self.bucket, self.period) = (lake, importID, bucket, period)
        self.replaced = replaced
        self.zones = zones
        let name = "\(period)-\(Lake.padded(importID, 6)).parquet"
        path = "b\(Lake.padded(bucket, 4))/\(name)"
        file = try files.begin(lake.tablePath(LakeTable.siteInterval.name) + path)
        assembler = ParquetAssembler(
            columns: LakeTable.siteInterval.parquetColumns,
            sorting: SegmentCodec.sorting,
            keyValues: SegmentCodec.keyValues(
                table: .siteInterval,
                period: period,
                bucket: bucket,
                importID: importID
            ),
            createdBy: lake.environment.signature
        )
        hash.update(ParquetAssembler.start[...])
        try file.append(ParquetAssembler.start[...])
        old = try copied.map { try OldSegment(lake: lake, segment: $0) }
    }

    /// Puts the rows of a system in place of those that were there; none removes them.
    ///
    /// - Precondition: systems come in rising order.
    mutating func put(systemID: Int64, _ rows: SegmentRows) throws {
        precondition(systemID > lastSystem, "system \(systemID) behind system \(lastSystem)")
        lastSystem = systemID
        try copyOld(before: systemID)
        try gather(rows)
    }

    /// Ends the segment: under its name, durable but for the name itself.
    ///
    /// - Parameter expecting: the digest that the file must have; nil for any.
    /// - Returns: nil where no row is left.
    /// - Throws: `SegmentEdits.OtherBytes` where it would have another one; then it lies under its temporary name.
    mutating func finish(files: inout DurableFiles, expecting: String? = nil) throws -> SnapshotChange
        .NewFile?
    {
        try copyOld(before: .max)
        try flush()
        guard let systems else {
            discard()
            return nil
        }
        let end = assembler.finish()
        hash.update(end.bytes[...])
        try file.resume()
        try file.append(end.bytes[...])
        if let expecting, hash.hexDigest() != expecting { throw SegmentEdits.OtherBytes() }
        try files.finish(&file)
        let rowCount = assembler.rowCount
        let first = firstUTCSeconds * 1_000_000
        let last = lastUTCSeconds * 1_000_000
        return SnapshotChange.NewFile(
            table: LakeTable.siteInterval.name,
            path: path,
            rowCount: rowCount,
            byteCount: assembler.byteCount,
            footerBytes: end.footerBytes,
            bounds: SegmentBounds.columns(systems: systems, first: first, last: last).map {
                SnapshotChange.ColumnBounds(
                    columnID: $0.columnID,
                    valueCount: rowCount,
                    minimum: $0.minimum,
                    maximum: $0.maximum
                )
            },
            importID: importID,
            period: period,
            bucket: bucket,
            sha256: hash.hexDigest(),
            tailDigest: SegmentCodec.tailDigest(end.bytes),
            firstMicroseconds: first,
            lastMicroseconds: last,
            rollups: rollups
        )
    }

    /// Removes what was written.
    mutating func discard() { file.discard() }

    /// The number of rows that wait for their row group to be full.
    var waitingRowCount: Int { waitingRows }

    /// Writes what waits, and closes the file until more comes.
    mutating func suspend() throws {
        try flush()
        file.suspend()
    }

    // MARK: Rows

    private mutating func gather(_ rows: SegmentRows) throws {
        for (key, columns) in rows where !columns.isEmpty {
            waiting[key] = columns
            waitingRows += columns.rowCount
        }
        if waitingRows >= PendingSegment.rowGroupRows { try flush() }
    }

    private mutating func flush() throws {
        guard waitingRows > 0 else { return }
        let series = waiting.sorted { $0.key < $1.key }
        let group = EncodedRowGroup(
            SegmentCodec.columnData(series),
            columns: LakeTable.siteInterval.parquetColumns
        )
        for (key, columns) in series {
            let rollup = DayRollup(columns, zone: try zones.rules(ofSystem: key.systemID))
            rollups.append(
                SnapshotChange.RollupRow(key: key, rowGroup: rowGroupCount, days: rollup.bytes)
            )
            note(
                systems: key.systemID...key.systemID,
                first: columns.startUTCSeconds[0],
                last: columns.startUTCSeconds[columns.rowCount - 1]
            )
        }
        waiting = [:]
        waitingRows = 0
        try append(group)
    }

    private mutating func append(_ group: EncodedRowGroup) throws {
        hash.update(group.bytes[...])
        try file.resume()
        try file.append(group.bytes[...])
        assembler.append(group)
        rowGroupCount += 1
    }

    private mutating func note(systems range: ClosedRange<Int64>, first: Int64, last: Int64) {
        firstUTCSeconds = min(firstUTCSeconds, first)
        lastUTCSeconds = max(lastUTCSeconds, last)
        systems =
            systems.map {
                min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound)
            } ?? range
    }

    // MARK: What was there

    /// Takes over the rows of systems below one; groups that hold no other system go over as they are.
    private mutating func copyOld(before systemID: Int64) throws {
        guard var old else { return }
        self.old = nil
        defer { self.old = old }
        while true {
            for system in old.loose.keys.sorted() where system < systemID {
                if let rows = old.loose.removeValue(forKey: system) { try gather(rows) }
            }
            old.loose[systemID] = nil
            guard let systems = old.nextGroupSystems, systems.lowerBound <= systemID else { return }
            if systems.upperBound < systemID {
                try flush()
                let (group, rows, bounds) = try old.takeGroup()
                for row in rows {
                    rollups.append(
                        SnapshotChange.RollupRow(key: row.key, rowGroup: rowGroupCount, days: row.days)
                    )
                }
                note(systems: systems, first: bounds.lowerBound, last: bounds.upperBound)
                try append(group)
            } else {
                try old.loosenGroup()
            }
        }
    }
}

/// A live segment whose groups are copied into its successor.
private struct OldSegment {
    let segment: Lake.Segment
    private let reader: ParquetReader
    private let rollups: [Int: [SnapshotChange.RollupRow]]
    private var nextGroup = 0
    /// Rows of groups that could not be copied whole, by system.
    var loose: [Int64: SegmentRows] = [:]

    init(lake: LakeWriter, segment: Lake.Segment) throws {
        self.segment = segment
        let rows = try lake.rollupRows(fileID: segment.fileID)
        rollups = Dictionary(grouping: rows, by: \.rowGroup)
        reader = try SegmentCodec.reader(segment)
        guard rows.isEmpty || Set(rollups.keys) == Set(0..<reader.rowGroupCount) else {
            throw LakeError.segmentContent(path: segment.path, column: "day rollups")
        }
        // A segment of another program has no rollups: its rows are written anew.
        if rows.isEmpty {
            for (key, columns) in try SegmentCodec.decode(reader, path: segment.path) {
                loose[key.systemID, default: [:]][key] = columns
            }
            nextGroup = reader.rowGroupCount
        }
    }

    /// The systems of the next group; nil behind the last.
    var nextGroupSystems: ClosedRange<Int64>? {
        guard let rows = rollups[nextGroup], let low = rows.map(\.key.systemID).min(),
            let high = rows.map(\.key.systemID).max()
        else { return nil }
        return low...high
    }

    /// Returns the next group as it lies in the file, with its rollups and the bounds of its starts, seconds UTC.
    mutating func takeGroup() throws -> (EncodedRowGroup, [SnapshotChange.RollupRow], ClosedRange<Int64>) {
        defer { nextGroup += 1 }
        do {
            guard let bounds = try reader.statistics(rowGroup: nextGroup, columnIndex: 1).integerBounds else {
                throw LakeError.segmentContent(path: segment.path, column: "start_at")
            }
            let seconds =
                bounds.lowerBound.flooredDivision(
                    by: 1_000_000
                )...bounds.upperBound.flooredDivision(by: 1_000_000)
            return (try reader.encodedRowGroup(nextGroup), rollups[nextGroup] ?? [], seconds)
        } catch let error as ParquetError {
            throw LakeError.segment(path: segment.path, error)
        }
    }

    /// Decodes the next group, whose systems are not all kept.
    mutating func loosenGroup() throws {
        let rows = try SegmentCodec.decode(reader, rowGroups: [nextGroup], path: segment.path)
        for (key, columns) in rows { loose[key.systemID, default: [:]][key] = columns }
        nextGroup += 1
    }
}
