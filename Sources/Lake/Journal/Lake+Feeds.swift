// Which sources feed a site, and when: asked of the journal, without reading rows.

import GRDB
import Readings

extension Lake {
    /// The name of the table of what devices measured.
    package static let deviceReadingTable = LakeTable.deviceReading.name
}

extension LakeReader {
    /// Returns the months in which each source has rows of what a site's own system reported (its intervals, readings and states
    /// of its devices), the newest first.
    package func fedMonths(systemID: Int64) throws -> [(month: CivilMonth, source: Source)] {
        let tables = Set([LakeTable.siteInterval, .deviceReading, .deviceState].map(\.name))
        // Version 1 knows one table only.
        let tableName = storeVersion >= 2 ? "m.table_name" : "'\(LakeTable.siteInterval.name)'"
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT \(tableName) AS table_name, m.source, m.month FROM sunvigil_import_month m
                    JOIN sunvigil_import i USING (import_id)
                    WHERE m.system_id = ? AND i.undone_by IS NULL AND i.snapshot_id <= ? ORDER BY m.month DESC
                    """,
                arguments: [systemID, pinnedSnapshot ?? .max]
            ).compactMap { row in
                guard tables.contains(try row.text("table_name")),
                    let source = Source(rawValue: try row.integer("source")),
                    let month = CivilMonth(try row.text("month"))
                else { return nil }
                return (month, source)
            }
        }
    }

    /// Returns the sources of an import's rows.
    package func sources(importID: Int64) throws -> Set<Source> {
        try read { database in
            let numbers = try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT source FROM sunvigil_import_month WHERE import_id = ?",
                arguments: [importID]
            )
            return Set(try numbers.compactMap { Source(rawValue: try $0.integer("source")) })
        }
    }

    /// Returns when documents of a source were captured, microseconds UTC, in order; of those that a program brought all, else
    /// also those that the owner imported.
    package func captures(systemID: Int64, source: Source, onlyByProgram: Bool) throws -> [Int64] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT i.captured_us FROM sunvigil_import i JOIN sunvigil_import_month m USING (import_id)
                    WHERE m.system_id = ? AND m.source = ? AND i.undone_by IS NULL AND i.snapshot_id <= ?
                        AND i.kind IN ('live', ?) ORDER BY i.captured_us
                    """,
                arguments: [
                    systemID, source.rawValue, pinnedSnapshot ?? .max, onlyByProgram ? "live" : "import",
                ]
            ).map { try $0.instant("captured_us") }
        }
    }
}
