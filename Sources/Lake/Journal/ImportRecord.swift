// The journal of imports.

import GRDB
import Readings

/// An entry of the journal.
package struct ImportRecord: Sendable, Equatable {
    /// The entry's number; imports and undos share one sequence.
    package let importID: Int64
    /// When it was written, microseconds UTC.
    package let atMicroseconds: Int64
    /// `import`, `live`, `undo`, `compact`, `repair` or `rebuild`.
    package let kind: String
    /// The document's name as it was given, without its folder.
    package let sourceName: String
    /// The document's digest; nil for an undo.
    package let sha256: String?
    /// The document's size in bytes.
    package let byteCount: Int64
    /// The site.
    package let systemID: Int64
    /// When the document was captured, microseconds UTC: the later capture wins.
    package let capturedMicroseconds: Int64
    /// What the parser was told, as JSON; the document is read again with it.
    package let options: String
    /// What the parser found, as JSON.
    package let summary: String
    /// Rows of the document.
    package let rowsRead: Int
    /// Rows that were not in the store before.
    package let rowsNew: Int
    /// Rows that changed what was in the store.
    package let rowsChanged: Int
    /// Rows that left the store as it was.
    package let rowsSame: Int
    /// Rows that could not be read and were left out on request.
    package let rowsRefused: Int
    /// The first interval's start, microseconds UTC.
    package let firstMicroseconds: Int64?
    /// The last interval's start, microseconds UTC.
    package let lastMicroseconds: Int64?
    /// The snapshot after which its rows are visible.
    package let snapshotID: Int64
    /// The entry that undid it.
    package let undoneBy: Int64?
    /// New rows that lie before rows that were there.
    package let rowsLate: Int

    /// The columns that are read; named one by one, so that a schema that is damaged is an error of SQLite's.
    static func columns(ofVersion storeVersion: Int) -> String {
        """
        import_id, at_us, kind, source_name, sha256, bytes, system_id, captured_us, options, summary, rows_read, rows_new,
            rows_changed, rows_same, rows_refused, first_us, last_us, snapshot_id, undone_by,
            \(storeVersion >= 5 ? "rows_late" : "0 AS rows_late")
        """
    }

    init(_ row: Row) throws {
        importID = try row.count("import_id")
        atMicroseconds = try row.instant("at_us")
        kind = try row.text("kind")
        sourceName = try row.text("source_name")
        sha256 = try row.textIfAny("sha256")
        byteCount = try row.count("bytes")
        // Entries that are of no site bear 0.
        systemID = try row.integer("system_id", in: 0...StoredBounds.systemIDs.upperBound)
        capturedMicroseconds = try row.instant("captured_us")
        options = try row.text("options")
        summary = try row.text("summary")
        rowsRead = try row.count("rows_read")
        rowsNew = try row.count("rows_new")
        rowsChanged = try row.count("rows_changed")
        rowsSame = try row.count("rows_same")
        rowsRefused = try row.count("rows_refused")
        firstMicroseconds = try row.instantIfAny("first_us")
        lastMicroseconds = try row.instantIfAny("last_us")
        snapshotID = try row.count("snapshot_id")
        undoneBy = try row.integerIfAny("undone_by")
        rowsLate = try row.count("rows_late")
    }
}

extension LakeReader {
    /// Returns the entries of the journal that are of one site, by number.
    package func imports(systemID: Int64) throws -> [ImportRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(ImportRecord.columns(ofVersion: storeVersion)) FROM sunvigil_import
                    WHERE system_id = ? AND snapshot_id <= ? ORDER BY import_id
                    """,
                arguments: [systemID, pinnedSnapshot ?? .max]
            ).map { try ImportRecord($0) }
        }
    }

    /// Returns the journal by number.
    package func imports() throws -> [ImportRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(ImportRecord.columns(ofVersion: storeVersion)) FROM sunvigil_import
                    WHERE snapshot_id <= ? ORDER BY import_id
                    """,
                arguments: [pinnedSnapshot ?? .max]
            ).map { try ImportRecord($0) }
        }
    }

    /// Returns the documents of a site that have rows in an interval's months and are not undone, by number.
    ///
    /// - Parameter table: only documents with rows of this table; nil for all.
    package func imports(systemID: Int64, months: ClosedRange<CivilMonth>, table: String? = nil) throws
        -> [ImportRecord]
    {
        // Version 1 knows one table only.
        let tableName = storeVersion >= 2 ? "table_name" : "'\(LakeTable.siteInterval.name)'"
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(ImportRecord.columns(ofVersion: storeVersion)) FROM sunvigil_import WHERE kind IN ('import', 'live') AND undone_by IS NULL AND import_id IN
                        (SELECT import_id FROM sunvigil_import_month
                         WHERE system_id = :system AND month BETWEEN :first AND :last
                            AND (:table IS NULL OR \(tableName) = :table)) ORDER BY import_id
                    """,
                arguments: [
                    "system": systemID, "first": "\(months.lowerBound)", "last": "\(months.upperBound)",
                    "table": table,
                ]
            ).map { try ImportRecord($0) }
        }
    }

    /// Returns when each series of a site was captured last, microseconds UTC: the newest of its documents.
    package func newestCaptures(systemID: Int64) throws -> [SeriesKey: Int64] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT m.source, m.seconds, max(i.captured_us) AS captured FROM sunvigil_import_month m
                    JOIN sunvigil_import i USING (import_id)
                    WHERE m.system_id = ? AND m.seconds > 0 AND i.undone_by IS NULL AND i.snapshot_id <= ?
                    GROUP BY m.source, m.seconds
                    """,
                arguments: [systemID, pinnedSnapshot ?? .max]
            )
            var result: [SeriesKey: Int64] = [:]
            for row in rows {
                guard let source = Source(rawValue: try row.integer("source")) else { continue }
                let seconds: Int32 = try row.integer("seconds", in: StoredBounds.steps)
                result[SeriesKey(systemID: systemID, source: source, seconds: seconds)] = try row.instant(
                    "captured"
                )
            }
            return result
        }
    }

    /// Returns the import of a document for a site that is not undone.
    package func liveImport(sha256: String, systemID: Int64) throws -> ImportRecord? {
        try ask { database in
            try Row.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT \(ImportRecord.columns(ofVersion: storeVersion)) FROM sunvigil_import
                        WHERE sha256 = ? AND system_id = ? AND undone_by IS NULL
                        """
                ),
                arguments: [sha256, systemID]
            ).map { try ImportRecord($0) }
        }
    }
}
