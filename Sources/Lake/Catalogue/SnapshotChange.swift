// One change of the lake as DuckLake wants it written: the rows of a snapshot, inside the caller's transaction.

import Foundation
import GRDB
import Readings

/// A snapshot in the making. Its rows become visible when the transaction commits.
struct SnapshotChange {
    private let database: Database
    private let environment: LakeEnvironment
    /// The snapshot's number.
    let snapshotID: Int64
    private var schemaVersion: Int64
    private var nextCatalogID: Int64
    private var nextFileID: Int64
    private let lastMicroseconds: Int64
    private var insertedTables: [Int64] = []
    private var deletedTables: [Int64] = []
    /// What was made, in DuckLake's words.
    private var created: [String] = []
    private var alteredTables: [Int64] = []
    private var changesData = false

    /// Begins the snapshot behind the newest.
    init(_ database: Database, environment: LakeEnvironment) throws {
        self.database = database
        self.environment = environment
        let sql = """
            SELECT snapshot_id, snapshot_time, schema_version, next_catalog_id, next_file_id FROM ducklake_snapshot
            ORDER BY snapshot_id DESC LIMIT 1
            """
        guard let last = try Row.fetchOne(database, sql: sql) else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "it has no snapshot")
        }
        snapshotID = try last.count("snapshot_id") + 1
        schemaVersion = try last.count("schema_version")
        nextCatalogID = try last.count("next_catalog_id")
        nextFileID = try last.count("next_file_id")
        lastMicroseconds = CatalogueTime.microseconds(try last.text("snapshot_time")) ?? 0
    }

    /// Adds a table.
    mutating func createTable(_ table: LakeTable) throws {
        let tableID = nextCatalogID
        nextCatalogID += 1
        schemaVersion += 1
        try database.execute(
            sql: "INSERT INTO ducklake_table VALUES (?, ?, ?, NULL, 0, ?, ?, 1)",
            arguments: [tableID, environment.makeUUID(), snapshotID, table.name, table.name + "/"]
        )
        for (index, column) in table.columns.enumerated() {
            try insert(column, columnID: index + 1, tableID: tableID)
        }
        try database.execute(
            sql: "INSERT INTO ducklake_schema_versions VALUES (?, ?, ?)",
            arguments: [snapshotID, schemaVersion, tableID]
        )
        created.append("created_table:\"main\".\"\(table.name)\"")
    }

    /// Puts a view in the place of the one of its name, if there is one.
    mutating func createView(_ name: String, sql: String) throws {
        let viewID = nextCatalogID
        nextCatalogID += 1
        schemaVersion += 1
        try database.execute(
            sql: "UPDATE ducklake_view SET end_snapshot = ? WHERE view_name = ? AND end_snapshot IS NULL",
            arguments: [snapshotID, name]
        )
        try database.execute(
            sql: "INSERT INTO ducklake_view VALUES (?, ?, ?, NULL, 0, ?, 'duckdb', ?, '')",
            arguments: [viewID, environment.makeUUID(), snapshotID, name, sql]
        )
        try database.execute(
            sql: "INSERT INTO ducklake_schema_versions VALUES (?, ?, ?)",
            arguments: [snapshotID, schemaVersion, viewID]
        )
        created.append("created_view:\"main\".\"\(name)\"")
    }

    /// Adds a column behind those of a table; older files read null in it.
    mutating func addColumn(_ column: LakeTable.Column, columnID: Int, tableID: Int64) throws {
        schemaVersion += 1
        try insert(column, columnID: columnID, tableID: tableID)
        try database.execute(
            sql: "INSERT INTO ducklake_schema_versions VALUES (?, ?, ?)",
            arguments: [snapshotID, schemaVersion, tableID]
        )
        note(tableID, in: &alteredTables)
    }

    private func insert(_ column: LakeTable.Column, columnID: Int, tableID: Int64) throws {
        try database.execute(
            sql: """
                INSERT INTO ducklake_column
                VALUES (?, ?, NULL, ?, ?, ?, ?, NULL, 'NULL', 1, NULL, 'literal', 'duckdb')
                """,
            arguments: [columnID, snapshotID, tableID, columnID, column.name, column.type]
        )
    }

    /// A segment that is to become visible.
    struct NewFile {
        let table: String
        /// The path below the table's folder.
        let path: String
        let rowCount: Int
        let byteCount: Int
        let footerBytes: Int
        let bounds: [ColumnBounds]
        let importID: Int64
        let period: SegmentPeriod
        let bucket: Int64
        let sha256: String
        /// The digest of what lies behind its rows.
        let tailDigest: Int64
        let firstMicroseconds: Int64
        let lastMicroseconds: Int64
        let rollups: [RollupRow]
    }

    /// The days of a series in a segment.
    struct RollupRow {
        let key: SeriesKey
        /// The row group that holds the series' first row.
        let rowGroup: Int
        /// A `DayRollup` as bytes.
        let days: [UInt8]
    }

    /// Bounds of a column without missing values.
    struct ColumnBounds {
        let columnID: Int64
        let valueCount: Int
        let minimum: String
        let maximum: String
    }

    /// Makes a segment visible.
    mutating func add(_ file: NewFile, tableID: Int64) throws {
        let statistics = try Row.fetchOne(
            database,
            sql: "SELECT next_row_id FROM ducklake_table_stats WHERE table_id = ?",
            arguments: [tableID]
        )
        if statistics == nil {
            try database.execute(
                sql: "INSERT INTO ducklake_table_stats VALUES (?, 0, 0, 0)",
                arguments: [tableID]
            )
        }
        let firstRowID: Int64 = try statistics?.count("next_row_id") ?? 0
        try database.execute(
            sql: """
                UPDATE ducklake_table_stats SET record_count = record_count + ?, next_row_id = next_row_id + ?,
                    file_size_bytes = file_size_bytes + ? WHERE table_id = ?
                """,
            arguments: [file.rowCount, file.rowCount, file.byteCount, tableID]
        )
        let fileID = nextFileID
        nextFileID += 1
        try database.execute(
            sql: """
                INSERT INTO ducklake_data_file
                VALUES (?, ?, ?, NULL, NULL, ?, 1, 'parquet', ?, ?, ?, ?, NULL, NULL, NULL, NULL)
                """,
            arguments: [
                fileID, tableID, snapshotID, file.path, file.rowCount, file.byteCount, file.footerBytes,
                firstRowID,
            ]
        )
        for bounds in file.bounds {
            try database.execute(
                sql: "INSERT INTO ducklake_file_column_stats VALUES (?, ?, ?, NULL, ?, 0, ?, ?, NULL, NULL)",
                arguments: [
                    fileID, tableID, bounds.columnID, bounds.valueCount, bounds.minimum, bounds.maximum,
                ]
            )
        }
        try database.execute(
            sql: "INSERT INTO sunvigil_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                fileID, "\(file.table)/\(file.path)", file.importID, "\(file.period)", file.bucket,
                file.sha256,
                file.rowCount,
                file.firstMicroseconds, file.lastMicroseconds,
                try RowDigest.of(fileID: fileID, database), file.tailDigest,
            ]
        )
        // In the same transaction as the segment: they can never disagree.
        for rollup in file.rollups { try SnapshotChange.insert(rollup, fileID: fileID, database) }
        note(tableID, in: &insertedTables)
        changesData = true
    }

    static func insert(_ rollup: RollupRow, fileID: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO sunvigil_rollup VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                fileID, rollup.key.systemID, rollup.key.source.rawValue, rollup.key.seconds, rollup.rowGroup,
                DayRollup.rowCount(bytes: rollup.days) ?? 0, Data(rollup.days),
            ]
        )
    }

    /// Ends the life of segments: they are visible up to the snapshot before.
    ///
    /// - Throws: `LakeError.catalogue` where one has ended already, which means that another program wrote.
    mutating func end(fileIDs: [Int64], tableID: Int64) throws {
        for fileID in fileIDs {
            let sql = "SELECT record_count, file_size_bytes FROM ducklake_data_file WHERE data_file_id = ?"
            let row = try Row.fetchOne(database, sql: sql, arguments: [fileID])
            try database.execute(
                sql:
                    "UPDATE ducklake_data_file SET end_snapshot = ? WHERE data_file_id = ? AND end_snapshot IS NULL",
                arguments: [snapshotID, fileID]
            )
            guard let row, database.changesCount == 1 else {
                throw LakeError.catalogue(
                    path: LakeError.catalogueName,
                    reason: "file \(fileID) was replaced by another program meanwhile"
                )
            }
            try database.execute(
                sql: """
                    UPDATE ducklake_table_stats SET record_count = record_count - ?,
                        file_size_bytes = file_size_bytes - ? WHERE table_id = ?
                    """,
                arguments: [
                    try row.count("record_count") as Int64, try row.count("file_size_bytes") as Int64,
                    tableID,
                ]
            )
        }
        guard !fileIDs.isEmpty else { return }
        note(tableID, in: &deletedTables)
        changesData = true
    }

    /// Writes the snapshot.
    mutating func finish(message: String, extra: String?) throws {
        // DuckDB keeps table statistics under the next file id: it must differ after every change of data.
        if changesData && insertedTables.isEmpty { nextFileID += 1 }
        let clock = environment.nowMicroseconds()
        let now = CatalogueTime.text(microseconds: max(clock, lastMicroseconds + 1))
        try database.execute(
            sql: "INSERT OR REPLACE INTO sunvigil_clock VALUES (?, ?)",
            arguments: [snapshotID, clock]
        )
        try database.execute(
            sql: "INSERT INTO ducklake_snapshot VALUES (?, ?, ?, ?, ?)",
            arguments: [snapshotID, now, schemaVersion, nextCatalogID, nextFileID]
        )
        let words =
            created + alteredTables.map { "altered_table:\($0)" }
            + insertedTables.map { "inserted_into_table:\($0)" }
            + deletedTables.map { "deleted_from_table:\($0)" }
        try database.execute(
            sql: "INSERT INTO ducklake_snapshot_changes VALUES (?, ?, ?, ?, ?)",
            arguments: [
                snapshotID, words.joined(separator: ","), "Sunvigil \(environment.programVersion)", message,
                extra,
            ]
        )
    }

    private func note(_ tableID: Int64, in tables: inout [Int64]) {
        if !tables.contains(tableID) { tables.append(tableID) }
    }
}

/// A digest over a file's catalogue rows: SQLite notices no flipped bit by itself.
enum RowDigest {
    /// Returns the digest of the rows that speak of a file, its end left out.
    static func of(fileID: Int64, _ database: Database) throws -> String {
        var text = ""
        let file = try Row.fetchOne(
            database,
            sql: """
                SELECT table_id, begin_snapshot, file_order, path, path_is_relative, file_format, record_count,
                    file_size_bytes, footer_size, row_id_start, partition_id, encryption_key, mapping_id, partial_max
                FROM ducklake_data_file WHERE data_file_id = ?
                """,
            arguments: [fileID]
        )
        let statistics = try Row.fetchAll(
            database,
            sql: "SELECT * FROM ducklake_file_column_stats WHERE data_file_id = ? ORDER BY column_id",
            arguments: [fileID]
        )
        for row in [file].compactMap({ $0 }) + statistics {
            for (_, value) in row { text += "\(value)|" }
            text += "\n"
        }
        return SHA256.hexDigest(of: Array(text.utf8))
    }
}
