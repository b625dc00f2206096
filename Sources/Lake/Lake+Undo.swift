// Undoing an import: the months it touched are made again from the documents that remain.

import GRDB
import Readings

extension Lake {
    /// What an undo did.
    package struct UndoOutcome: Sendable, Equatable {
        /// The undo's own number in the journal.
        package let undoID: Int64
        /// The snapshot after which the rows are gone.
        package let snapshotID: Int64
        /// Rows that are no longer there.
        package let rowsRemoved: Int
        /// Rows that went back to what earlier documents say.
        package let rowsRestored: Int
        /// The months that were made again.
        package let months: [String]
    }

    /// Undoes an import. The document stays in `raw/`, the journal entry stays with a mark.
    ///
    /// - Parameter replay: reads a kept document again.
    /// - Throws: `LakeError.noImport`, `.notAnImport`, `.alreadyUndone`, `.rawDocument` where a document that must be
    ///   read again is damaged; then nothing has changed.
    package func undo(importID: Int64, replay: Replay) throws -> UndoOutcome {
        let record = try undoable(importID)
        let months = Set(try coveredMonths(importID))
        let bucket = Lake.bucket(ofSystem: record.systemID)
        let records = try contributors(systemID: record.systemID, months: months, without: importID)
        let rebuilt = try rebuild(months: months, from: records, current: nil, replay: replay)
        let undoID = try read { database in try Lake.nextImportID(database) }
        let tableID = try read { database in try self.tableID(LakeTable.siteInterval.name, database) }
        var files = DurableFiles()
        var replacements = MonthReplacements()
        var removed = 0
        var restored = 0
        do {
            for month in months.sorted() {
                let live = try liveMonth(month, bucket: bucket)
                let after = live.rows(exchanging: record.systemID, for: rebuilt[month] ?? [:])
                guard after != live.rows else { continue }
                for (key, columns) in live.rows where key.systemID == record.systemID {
                    let remaining = after[key] ?? ReadingColumns()
                    removed += columns.rowCount - remaining.rowCount
                    restored +=
                        RowChanges(
                            before: columns,
                            after: remaining,
                            touched: remaining,
                            seconds: key.seconds
                        ).changed
                }
                try replacements.add(
                    after,
                    month: month,
                    bucket: bucket,
                    replacing: live.segment,
                    importID: undoID,
                    tableID: tableID,
                    lake: self,
                    files: &files
                )
            }
            try files.synchroniseDirectories()
            let snapshotID = try writeUndo(
                record,
                undoID: undoID,
                replacements: replacements,
                tableID: tableID
            )
            return UndoOutcome(
                undoID: undoID,
                snapshotID: snapshotID,
                rowsRemoved: removed,
                rowsRestored: restored,
                months: months.sorted().map { "\($0)" }
            )
        } catch {
            files.discard()
            throw error
        }
    }

    private func undoable(_ importID: Int64) throws -> ImportRecord {
        guard let record = try imports().first(where: { $0.importID == importID }) else {
            throw LakeError.noImport(id: importID)
        }
        guard record.kind == "import" else { throw LakeError.notAnImport(id: importID, kind: record.kind) }
        if let by = record.undoneBy { throw LakeError.alreadyUndone(id: importID, by: by) }
        return record
    }

    private func coveredMonths(_ importID: Int64) throws -> [CivilMonth] {
        try read { database in
            try String.fetchAll(
                database,
                sql: "SELECT DISTINCT month FROM sunvigil_import_month WHERE import_id = ?",
                arguments: [importID]
            ).compactMap { CivilMonth($0) }
        }
    }

    private func writeUndo(
        _ record: ImportRecord,
        undoID: Int64,
        replacements: MonthReplacements,
        tableID: Int64
    ) throws -> Int64 {
        let now = environment.nowMicroseconds()
        return try write { database in
            let snapshotID = try replacements.commit(
                database,
                tableID: tableID,
                message: "undo of import \(record.importID): \(record.sourceName)",
                environment: environment
            )
            try database.execute(
                sql: "UPDATE sunvigil_import SET undone_by = ? WHERE import_id = ?",
                arguments: [undoID, record.importID]
            )
            try database.execute(
                sql: """
                    INSERT INTO sunvigil_import
                    VALUES (?, ?, 'undo', ?, NULL, 0, ?, ?, '{}', '{}', 0, 0, 0, 0, 0, NULL, NULL, ?, NULL, ?)
                    """,
                arguments: [
                    undoID, now, "undo of import \(record.importID)", record.systemID, now, snapshotID,
                    environment.programVersion,
                ]
            )
            return snapshotID
        }
    }
}
