// Which stretches of time the documents of a site span, by the journal. What is made of them is the business of the analysis.

import GRDB
import Readings

extension Lake {
    /// What a document of a site spans.
    package struct DocumentSpan: Equatable, Sendable {
        /// The series of which it has rows; nil for a document without any row.
        package let key: SeriesKey?
        /// The start of its first and of its last row of any table, microseconds UTC; 0 without a row.
        package let firstMicroseconds: Int64
        package let lastMicroseconds: Int64
        /// When it was captured, microseconds UTC.
        package let capturedMicroseconds: Int64
    }
}

extension LakeReader {
    /// Returns what the documents of a site span, once for each series that they hold; those that are undone have no say.
    ///
    /// - Parameter snapshot: as of this one; nil for the newest, or the pinned one.
    /// - Throws: `LakeError`.
    package func documentSpans(systemID: Int64, snapshot: Int64? = nil) throws -> [Lake.DocumentSpan] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT i.import_id, m.source, m.seconds, i.first_us, i.last_us, i.captured_us
                    FROM sunvigil_import i LEFT JOIN sunvigil_import_month m
                        ON m.import_id = i.import_id AND m.system_id = i.system_id AND m.seconds > 0
                    WHERE i.system_id = ? AND i.kind IN ('import', 'live') AND i.undone_by IS NULL AND i.snapshot_id <= ?
                    ORDER BY i.import_id
                    """,
                arguments: [systemID, snapshot ?? pinnedSnapshot ?? .max]
            ).compactMap { row in
                let first = try row.instantIfAny("first_us")
                let last = try row.instantIfAny("last_us")
                let captured = try row.instant("captured_us")
                guard let first, let last else {
                    return Lake.DocumentSpan(
                        key: nil,
                        firstMicroseconds: 0,
                        lastMicroseconds: 0,
                        capturedMicroseconds: captured
                    )
                }
                let number: Int64? = try row.integerIfAny("source")
                guard let number, let source = Source(rawValue: Int16(clamping: number))
                else { return nil }
                let seconds: Int32 = try row.integer("seconds", in: StoredBounds.steps)
                return Lake.DocumentSpan(
                    key: SeriesKey(systemID: systemID, source: source, seconds: seconds),
                    firstMicroseconds: first,
                    lastMicroseconds: last,
                    capturedMicroseconds: captured
                )
            }
        }
    }
}
