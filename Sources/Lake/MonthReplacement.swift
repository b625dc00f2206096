// New segments for months whose rows changed: from rows in memory to a change of the catalogue.

import GRDB
import Parquet
import Readings

/// Replacements of months, written to disk but not yet visible.
struct MonthReplacements {
    private var changes: [(old: Lake.Segment?, new: SnapshotChange.NewFile?)] = []

    /// Writes the segment of a month; a month without rows only ends the old one.
    mutating func add(
        _ rows: SegmentRows,
        month: CivilMonth,
        bucket: Int64,
        replacing old: Lake.Segment?,
        importID: Int64,
        tableID: Int64,
        lake: Lake,
        files: inout DurableFiles
    ) throws {
        guard rows.contains(where: { !$0.value.isEmpty }) else {
            if old != nil { changes.append((old, nil)) }
            return
        }
        let table = LakeTable.siteInterval.name
        let file = SegmentCodec.encode(
            rows,
            keyValues: [
                ("sunvigil.table", table), ("sunvigil.month", "\(month)"), ("sunvigil.bucket", "\(bucket)"),
                ("sunvigil.import_id", "\(importID)"), ("sunvigil.schema_version", "1"),
            ],
            createdBy: lake.environment.signature
        )
        let path = "b\(Lake.padded(bucket, 4))/\(month)-\(Lake.padded(importID, 6)).parquet"
        try files.write(file.bytes, to: lake.tablePath(table) + path)
        let bounds = SegmentBounds(rows)
        changes.append(
            (
                old,
                SnapshotChange.NewFile(
                    tableID: tableID,
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
            )
        )
    }

    /// Puts the replacements into a snapshot of their own; without any the newest one stays.
    ///
    /// - Returns: the snapshot after which they are visible.
    func commit(_ database: Database, tableID: Int64, message: String, environment: LakeEnvironment) throws
        -> Int64
    {
        guard !changes.isEmpty else { return try Lake.newestSnapshot(database) }
        var change = try SnapshotChange(database, environment: environment)
        try change.end(fileIDs: changes.compactMap { $0.old?.fileID }, tableID: tableID)
        for (_, new) in changes {
            if let new { try change.add(new) }
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

    /// Reads what is live in a month of a bucket.
    func liveMonth(_ month: CivilMonth, bucket: Int64) throws -> LiveMonth {
        let live = try segments(table: LakeTable.siteInterval.name).filter {
            $0.bucket == bucket && $0.month == "\(month)"
        }
        guard let segment = live.first else { return LiveMonth(segment: nil, rows: [:]) }
        guard live.count == 1 else {
            throw LakeError.catalogue(path: cataloguePath, reason: "\(month) has \(live.count) live segments")
        }
        let rows = try SegmentCodec.decode(try SystemCall.readFile(segment.path), path: segment.path)
        return LiveMonth(segment: segment, rows: rows)
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
        let systems = series.keys.map(\.systemID)
        firstMicroseconds = (starts.min() ?? 0) * 1_000_000
        lastMicroseconds = (starts.max() ?? 0) * 1_000_000
        columns = [
            (1, "\(systems.min() ?? 0)", "\(systems.max() ?? 0)"),
            (
                2, CatalogueTime.text(microseconds: firstMicroseconds),
                CatalogueTime.text(microseconds: lastMicroseconds)
            ),
        ]
    }
}
