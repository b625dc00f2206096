// Reading rows: which segments are visible, and what they hold.

import GRDB
import Readings

extension Lake {
    /// A visible segment.
    package struct Segment: Sendable, Equatable {
        /// The number in the catalogue.
        package let fileID: Int64
        /// The absolute path.
        package let path: String
        /// The number of rows.
        package let rowCount: Int
        /// The size in bytes.
        package let byteCount: Int
        /// The digest of the file; empty for one of another program.
        package let sha256: String
        /// The time covered, UTC; nil for one of another program.
        package let period: SegmentPeriod?
        /// The import that wrote it; 0 for one of another program.
        package let importID: Int64
        let bucket: Int64
        /// The first start, microseconds UTC; 0 for one of another program.
        let firstMicroseconds: Int64
        /// The last start, microseconds UTC.
        let lastMicroseconds: Int64
    }

    /// The SQL condition that a row lives at snapshot `at`, a column or parameter.
    private static func isVisible(_ at: String) -> String {
        "begin_snapshot <= \(at) AND (end_snapshot IS NULL OR \(at) < end_snapshot)"
    }

    /// Returns the newest snapshot's number.
    package func newestSnapshot() throws -> Int64 {
        try read { database in try Lake.newestSnapshot(database) }
    }

    static func newestSnapshot(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(snapshot_id) FROM ducklake_snapshot") ?? 0
    }

    static func oldestSnapshot(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT min(snapshot_id) FROM ducklake_snapshot") ?? 0
    }

    /// Returns the segments of a table that are visible at a snapshot, by number.
    ///
    /// - Parameters:
    ///   - snapshot: nil for the newest.
    ///   - systemID: only segments whose bucket holds the system.
    ///   - interval: only segments that have a row inside.
    /// - Throws: `LakeError.noTable`, `.noSnapshot`, and `.foreignWriter` where rows exist that only another
    ///   program can read rightly.
    package func segments(
        table: String,
        snapshot: Int64? = nil,
        systemID: Int64? = nil,
        interval: Interval? = nil
    ) throws -> [Segment] {
        try read {
            try segments($0, table: table, snapshot: snapshot, systemID: systemID, interval: interval)
        }
    }

    func segments(
        _ database: Database,
        table: String,
        snapshot: Int64?,
        systemID: Int64?,
        interval: Interval? = nil
    ) throws -> [Segment] {
        let state = try state(of: table, snapshot, database)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT d.data_file_id, d.path, d.path_is_relative, d.record_count, d.file_size_bytes, f.sha256,
                    f.\(keepsRollups ? "period" : "month AS period"), f.import_id, f.bucket, f.first_us, f.last_us
                FROM ducklake_data_file d LEFT JOIN sunvigil_file f USING (data_file_id)
                WHERE d.table_id = :table AND \(Lake.isVisible(":at")) ORDER BY d.data_file_id
                """,
            arguments: ["table": state.tableID, "at": state.snapshot]
        )
        return rows.compactMap { row in
            if let bucket = row["bucket"] as Int64?, let systemID, bucket != Lake.bucket(ofSystem: systemID) {
                return nil
            }
            if let interval, let first = row["first_us"] as Int64?, let last = row["last_us"] as Int64?,
                first >= interval.endUTCSeconds * 1_000_000 || last < interval.startUTCSeconds * 1_000_000
            {
                return nil
            }
            let name: String = row["path"]
            let isRelative: Int64 = row["path_is_relative"] ?? 1
            return Segment(
                fileID: row["data_file_id"],
                path: isRelative == 1 ? tablePath(table) + name : name,
                rowCount: row["record_count"],
                byteCount: row["file_size_bytes"],
                sha256: row["sha256"] ?? "",
                period: (row["period"] as String?).flatMap { SegmentPeriod($0) },
                importID: row["import_id"] ?? 0,
                bucket: row["bucket"] ?? -1,
                firstMicroseconds: row["first_us"] ?? 0,
                lastMicroseconds: row["last_us"] ?? .max
            )
        }
    }

    func tableID(_ name: String, _ database: Database) throws -> Int64 {
        let sql = "SELECT table_id FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL"
        guard let tableID = try Int64.fetchOne(database, sql: sql, arguments: [name]) else {
            let known = try String.fetchAll(
                database,
                sql: "SELECT table_name FROM ducklake_table WHERE end_snapshot IS NULL ORDER BY table_name"
            )
            throw LakeError.noTable(name: name, known: known)
        }
        return tableID
    }

    /// Finds a table and the snapshot at which it is read.
    ///
    /// - Throws: `LakeError.noTable`, `.noSnapshot`, and `.foreignWriter` where rows are visible that only another program can
    ///   read rightly.
    private func state(of table: String, _ snapshot: Int64?, _ database: Database) throws -> (
        tableID: Int64, snapshot: Int64
    ) {
        let row = try Row.fetchOne(
            database,
            sql: """
                WITH s AS (SELECT max(snapshot_id) AS newest, min(snapshot_id) AS oldest,
                    coalesce(:snapshot, max(snapshot_id)) AS at FROM ducklake_snapshot)
                SELECT newest, oldest, at, t.table_id,
                    (SELECT count(*) FROM ducklake_delete_file
                        WHERE table_id = t.table_id AND \(Lake.isVisible("at"))),
                    (SELECT count(*) FROM ducklake_inlined_data_tables WHERE table_id = t.table_id),
                    (SELECT count(*) FROM ducklake_data_file WHERE table_id = t.table_id AND \(Lake.isVisible("at"))
                        AND (encryption_key IS NOT NULL OR mapping_id IS NOT NULL OR coalesce(partial_max, 0) > at))
                FROM s LEFT JOIN ducklake_table t ON t.table_name = :table AND t.end_snapshot IS NULL
                """,
            arguments: ["table": table, "snapshot": snapshot ?? pinnedSnapshot]
        )
        guard let row, let newest = row[0] as Int64?, let oldest = row[1] as Int64?, let at = row[2] as Int64?
        else {
            throw LakeError.catalogue(path: cataloguePath, reason: "it has no snapshot")
        }
        guard (oldest...newest).contains(at) else { throw LakeError.noSnapshot(id: at, newest: newest) }
        // Where there is no such table, its number is asked for once more: that names those which there are.
        let tableID = try row[3] as Int64? ?? tableID(table, database)
        let foreign = ["deleted rows", "inlined rows", "encrypted, mapped or partly newer files"]
        for (index, what) in foreign.enumerated() where row[4 + index] as Int64 > 0 {
            throw LakeError.foreignWriter(table: table, what: what)
        }
        return (tableID, at)
    }

    /// Returns the staged rows and the segments of one state: rows that are flushed meanwhile are in one of both places.
    /// Staged rows belong to the newest state, not to past ones.
    func stagedRowsAndSegments(_ systemID: Int64?, _ snapshot: Int64?, _ interval: Interval? = nil) throws
        -> (
            staged: [SeriesKey: ReadingColumns], segments: [Segment]
        )
    {
        let isNewest = keepsRollups && snapshot == nil && pinnedSnapshot == nil
        return try read { database in
            (
                isNewest ? try Lake.liveRows(database, systemID: systemID) : [:],
                try segments(
                    database,
                    table: LakeTable.siteInterval.name,
                    snapshot: snapshot,
                    systemID: systemID,
                    interval: interval
                )
            )
        }
    }

    /// Returns the rows of a site, by series.
    ///
    /// - Parameters:
    ///   - interval: the starts wanted; nil for all.
    ///   - snapshot: nil for the newest.
    /// - Throws: `LakeError`. Costs time and memory in proportion to the months touched.
    package func readings(
        systemID: Int64,
        interval: Interval? = nil,
        snapshot: Int64? = nil
    ) throws -> [SeriesKey: ReadingColumns] {
        let (live, files) = try stagedRowsAndSegments(systemID, snapshot, interval)
        var parts: [SeriesKey: [ReadingColumns]] = [:]
        for file in files {
            for (key, columns) in try rows(of: systemID, in: file, interval: interval) {
                let wanted = interval.map { columns.rows(in: $0) } ?? columns
                if !wanted.isEmpty { parts[key, default: []].append(wanted) }
            }
        }
        var joined = parts.mapValues { pieces in
            var joined = ReadingColumns()
            for piece in pieces.sorted(by: { $0.startUTCSeconds[0] < $1.startUTCSeconds[0] }) {
                joined.append(contentsOf: piece)
            }
            return joined
        }
        // Rows that are staged are seen like all others, but belong to no past state.
        for (key, columns) in live {
            let wanted = interval.map { columns.rows(in: $0) } ?? columns
            if !wanted.isEmpty {
                joined[key] = (joined[key] ?? ReadingColumns()).merged(withLater: wanted)
            }
        }
        return joined
    }
}
