// New segments for months whose rows changed: from rows in memory to a change of the catalogue.

import GRDB
import Parquet
import Readings

/// The rows of one segment: a month of a bucket in one table.
enum MonthContent {
    case series(SegmentRows)
    case records(RecordRows)

    /// The table.
    var table: LakeTable {
        switch self {
        case .series: .siteInterval
        case .records(let rows): rows.table
        }
    }

    /// Tells whether there is no row.
    var isEmpty: Bool {
        switch self {
        case .series(let rows): rows.allSatisfy { $0.value.isEmpty }
        case .records(let rows): rows.isEmpty
        }
    }

    /// The bounds of the rows.
    var bounds: SegmentBounds {
        switch self {
        case .series(let rows): SegmentBounds(rows)
        case .records(let rows): SegmentBounds(rows)
        }
    }

    /// Encodes the rows.
    func encode(keyValues: [(String, String)], createdBy: String) -> ParquetWriter.File {
        switch self {
        case .series(let rows): SegmentCodec.encode(rows, keyValues: keyValues, createdBy: createdBy)
        case .records(let rows): RecordCodec.encode(rows, keyValues: keyValues, createdBy: createdBy)
        }
    }

    /// Decodes a segment of a table.
    static func decode(_ bytes: [UInt8], table: LakeTable, path: String) throws -> MonthContent {
        table.name == LakeTable.siteInterval.name
            ? .series(try SegmentCodec.decode(bytes, path: path))
            : .records(try RecordCodec.decode(bytes, table: table, path: path))
    }
}

/// Replacements of months, written to disk but not yet visible.
struct MonthReplacements {
    private var changes: [(table: LakeTable, old: Lake.Segment?, new: SnapshotChange.NewFile?)] = []

    /// Writes the segment of a month; a month without rows only ends the old one.
    mutating func add(
        _ content: MonthContent,
        month: CivilMonth,
        bucket: Int64,
        replacing old: Lake.Segment?,
        importID: Int64,
        lake: Lake,
        files: inout DurableFiles
    ) throws {
        let table = content.table
        guard !content.isEmpty else {
            if old != nil { changes.append((table, old, nil)) }
            return
        }
        let file = content.encode(
            keyValues: [
                ("sunvigil.table", table.name), ("sunvigil.month", "\(month)"),
                ("sunvigil.bucket", "\(bucket)"), ("sunvigil.import_id", "\(importID)"),
                ("sunvigil.schema_version", "1"),
            ],
            createdBy: lake.environment.signature
        )
        let path = "b\(Lake.padded(bucket, 4))/\(month)-\(Lake.padded(importID, 6)).parquet"
        try files.write(file.bytes, to: lake.tablePath(table.name) + path)
        let bounds = content.bounds
        let new = SnapshotChange.NewFile(
            table: table.name,
            path: path,
            rowCount: file.rowCount,
            byteCount: file.bytes.count,
            footerBytes: file.footerBytes,
            bounds: bounds.columns.map {
                SnapshotChange.ColumnBounds(
                    columnID: $0.columnID,
                    valueCount: file.rowCount,
                    minimum: $0.minimum,
                    maximum: $0.maximum
                )
            },
            importID: importID,
            month: "\(month)",
            bucket: bucket,
            sha256: SHA256.hexDigest(of: file.bytes),
            firstMicroseconds: bounds.firstMicroseconds,
            lastMicroseconds: bounds.lastMicroseconds
        )
        changes.append((table, old, new))
    }

    /// Puts the replacements into a snapshot of their own; without any the newest one stays.
    ///
    /// - Returns: the snapshot after which they are visible.
    func commit(_ database: Database, lake: Lake, message: String) throws -> Int64 {
        guard !changes.isEmpty else { return try Lake.newestSnapshot(database) }
        var change = try SnapshotChange(database, environment: lake.environment)
        for table in LakeTable.all {
            let own = changes.filter { $0.table.name == table.name }
            guard !own.isEmpty else { continue }
            let tableID = try lake.tableID(table.name, database)
            try change.end(fileIDs: own.compactMap { $0.old?.fileID }, tableID: tableID)
            for (_, _, new) in own {
                if let new { try change.add(new, tableID: tableID) }
            }
        }
        try change.finish(message: message, extra: nil)
        return change.snapshotID
    }
}

extension Lake {
    /// Returns a number with leading zeros.
    static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// A month's live segment and its rows.
    struct LiveMonth {
        let segment: Segment?
        let rows: SegmentRows

        /// Returns the rows with those of one system exchanged.
        func rows(exchanging systemID: Int64, for others: SegmentRows) -> SegmentRows {
            rows.filter { $0.key.systemID != systemID }
                .merging(others.filter { !$0.value.isEmpty }) { _, new in new }
        }
    }

    /// A month's live segment of a record table and its rows.
    struct LiveRecords {
        let segment: Segment?
        let rows: RecordRows

        /// Returns the rows with those of one system exchanged.
        func rows(exchanging systemID: Int64, for others: RecordRows) -> RecordRows {
            rows.filter { rows.systemID($0) != systemID }.merged(withLater: others)
        }

        /// The rows of one system.
        func rows(of systemID: Int64) -> RecordRows { rows.filter { rows.systemID($0) == systemID } }
    }

    /// Reads what is live in a month of a bucket.
    func liveMonth(_ month: CivilMonth, bucket: Int64) throws -> LiveMonth {
        guard let segment = try liveSegment(.siteInterval, month, bucket: bucket) else {
            return LiveMonth(segment: nil, rows: [:])
        }
        let rows = try SegmentCodec.decode(try SystemCall.readFile(segment.path), path: segment.path)
        return LiveMonth(segment: segment, rows: rows)
    }

    /// Reads what is live in a month of a bucket of a record table.
    func liveRecords(_ table: LakeTable, _ month: CivilMonth, bucket: Int64) throws -> LiveRecords {
        guard let segment = try liveSegment(table, month, bucket: bucket) else {
            return LiveRecords(segment: nil, rows: RecordRows(table))
        }
        let bytes = try SystemCall.readFile(segment.path)
        return LiveRecords(
            segment: segment,
            rows: try RecordCodec.decode(bytes, table: table, path: segment.path)
        )
    }

    private func liveSegment(_ table: LakeTable, _ month: CivilMonth, bucket: Int64) throws -> Segment? {
        let live = try segments(table: table.name).filter { $0.bucket == bucket && $0.month == "\(month)" }
        guard live.count <= 1 else {
            throw LakeError.catalogue(
                path: cataloguePath,
                reason: "\(month) of \(table.name) has \(live.count) live segments"
            )
        }
        return live.first
    }
}

extension ReadingColumns {
    /// Cuts rows at the bounds of UTC months.
    func byMonth() -> [(CivilMonth, ReadingColumns)] {
        var parts: [(CivilMonth, ReadingColumns)] = []
        var row = 0
        while row < rowCount {
            let month = CivilMonth(utcSeconds: startUTCSeconds[row])
            let end = firstRow(atOrAfter: month.utcInterval.endUTCSeconds)
            parts.append((month, row == 0 && end == rowCount ? self : slice(row..<end)))
            row = end
        }
        return parts
    }
}

/// The bounds of a segment's rows, as the catalogue keeps them.
struct SegmentBounds {
    /// The first start, microseconds UTC.
    let firstMicroseconds: Int64
    /// The last start, microseconds UTC.
    let lastMicroseconds: Int64
    /// Bounds in the catalogue's text, of the columns that have any.
    let columns: [(columnID: Int64, minimum: String, maximum: String)]

    /// Takes the bounds of rows.
    init(_ rows: SegmentRows) {
        let series = rows.filter { !$0.value.isEmpty }
        let starts = series.values.flatMap {
            [$0.startUTCSeconds.first, $0.startUTCSeconds.last].compactMap { $0 }
        }
        self.init(systems: series.keys.map(\.systemID), startMicroseconds: starts.map { $0 * 1_000_000 })
    }

    /// Takes the bounds of records.
    init(_ rows: RecordRows) {
        self.init(
            systems: (0..<rows.rowCount).map { rows.systemID($0) },
            startMicroseconds: rows.startMicroseconds
        )
    }

    private init(systems: [Int64], startMicroseconds: [Int64]) {
        firstMicroseconds = startMicroseconds.min() ?? 0
        lastMicroseconds = startMicroseconds.max() ?? 0
        columns = [
            (1, "\(systems.min() ?? 0)", "\(systems.max() ?? 0)"),
            (
                2, CatalogueTime.text(microseconds: firstMicroseconds),
                CatalogueTime.text(microseconds: lastMicroseconds)
            ),
        ]
    }
}
