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

    init(_ row: Row) {
        importID = row["import_id"]
        atMicroseconds = row["at_us"]
        kind = row["kind"]
        sourceName = row["source_name"]
        sha256 = row["sha256"]
        byteCount = row["bytes"]
        systemID = row["system_id"]
        capturedMicroseconds = row["captured_us"]
        options = row["options"]
        summary = row["summary"]
        rowsRead = row["rows_read"]
        rowsNew = row["rows_new"]
        rowsChanged = row["rows_changed"]
        rowsSame = row["rows_same"]
        rowsRefused = row["rows_refused"]
        firstMicroseconds = row["first_us"]
        lastMicroseconds = row["last_us"]
        snapshotID = row["snapshot_id"]
        undoneBy = row["undone_by"]
        rowsLate = row["rows_late"]
    }
}

extension Lake {
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
            ).map(ImportRecord.init)
        }
    }

    /// Returns the documents of a site that have rows in an interval's months and are not undone, by number.
    package func imports(systemID: Int64, months: ClosedRange<CivilMonth>) throws -> [ImportRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(ImportRecord.columns(ofVersion: storeVersion)) FROM sunvigil_import WHERE kind IN ('import', 'live') AND undone_by IS NULL AND import_id IN
                        (SELECT import_id FROM sunvigil_import_month
                         WHERE system_id = ? AND month BETWEEN ? AND ?) ORDER BY import_id
                    """,
                arguments: [systemID, "\(months.lowerBound)", "\(months.upperBound)"]
            ).map(ImportRecord.init)
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
                guard let source = Source(rawValue: row["source"]) else { continue }
                let key = SeriesKey(systemID: systemID, source: source, seconds: row["seconds"])
                result[key] = row["captured"]
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
            ).map(ImportRecord.init)
        }
    }
}
