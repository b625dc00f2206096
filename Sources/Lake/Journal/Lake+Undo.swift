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
}

extension LakeWriter {
    /// Undoes an import. The document stays in `raw/`, the journal entry stays with a mark.
    ///
    /// - Parameter replay: reads a kept document again.
    /// - Throws: `LakeError.noImport`, `.notAnImport`, `.alreadyUndone`, `.rawDocument` where a document that must be
    ///   read again is damaged; then nothing has changed.
    package func undo(importID: Int64, replay: Lake.Replay? = nil) throws -> Lake.UndoOutcome {
        try begin()
        defer { end() }
        let record = try undoable(importID)
        let covered = try coveredMonths(importID)
        let months = Set(covered.map(\.month))
        let records = try contributors(
            systemID: record.systemID,
            months: months,
            without: [importID],
            tables: Set(covered.map(\.table))
        )
        let rebuilt = try rebuild(
            months: months,
            from: records,
            current: nil,
            replay: replay ?? documentReplay,
            base: try rebuiltRows(
                systemID: record.systemID,
                months: months,
                tables: Set(covered.map(\.table)),
                orNow: false
            )
        )
        let undoID = try nextImportID()
        var edits = try SegmentEdits(lake: self, importID: undoID)
        var undoing = Lake.Undoing(systemID: record.systemID, rebuilt: rebuilt)
        do {
            for place in covered.sorted() { try undoing.restore(place, &edits) }
            let replacements = try edits.finish()
            let snapshotID = try writeUndo(record, undoID: undoID, replacements: replacements)
            return Lake.UndoOutcome(
                undoID: undoID,
                snapshotID: snapshotID,
                rowsRemoved: undoing.removed,
                rowsRestored: undoing.restored,
                months: months.sorted().map { "\($0)" }
            )
        } catch {
            edits.discard()
            throw error
        }
    }
}

extension Lake {
    /// An undo in progress.
    fileprivate struct Undoing {
        let systemID: Int64
        let rebuilt: MonthlyRows
        var removed = 0
        var restored = 0

        /// Exchanges the system's rows in a month of a table for what the remaining documents say.
        mutating func restore(_ place: TableMonth, _ edits: inout SegmentEdits) throws {
            if place.table == LakeTable.siteInterval.name {
                let (before, after) = try edits.exchange(
                    place.month,
                    of: systemID,
                    for: rebuilt.series[place.month] ?? [:]
                )
                count(before, after)
            } else if let table = LakeTable.named(place.table) {
                let (before, after) = try edits.exchange(
                    place,
                    of: systemID,
                    for: rebuilt.records[place] ?? RecordRows(table)
                )
                removed += before.rowCount - after.rowCount
                restored += RowChanges(before: before, after: after, touched: after).changed
            }
        }

        private mutating func count(_ before: SegmentRows, _ after: SegmentRows) {
            for (key, columns) in before {
                let remaining = after[key] ?? ReadingColumns()
                removed += columns.rowCount - remaining.rowCount
                restored +=
                    RowChanges(before: columns, after: remaining, touched: remaining, seconds: key.seconds)
                    .changed
            }
        }
    }
}

extension LakeReader {
    fileprivate func undoable(_ importID: Int64) throws -> ImportRecord {
        guard let record = try imports().first(where: { $0.importID == importID }) else {
            throw LakeError.noImport(id: importID)
        }
        guard record.kind == "import" || record.kind == Lake.liveKind else {
            throw LakeError.notAnImport(id: importID, kind: record.kind)
        }
        if let by = record.undoneBy { throw LakeError.alreadyUndone(id: importID, by: by) }
        return record
    }

    fileprivate func coveredMonths(_ importID: Int64) throws -> [TableMonth] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT table_name, month FROM sunvigil_import_month WHERE import_id = ?",
                arguments: [importID]
            ).compactMap { row in
                let table = try row.text("table_name")
                return CivilMonth(try row.text("month")).map { TableMonth(table: table, month: $0) }
            }
        }
    }
}

extension LakeWriter {
    fileprivate func writeUndo(_ record: ImportRecord, undoID: Int64, replacements: [SegmentReplacement])
        throws
        -> Int64
    {
        try write { database in
            let snapshotID = try SegmentReplacement.commit(
                replacements,
                database,
                lake: self,
                message: "undo of import \(record.importID): \(record.sourceName)"
            )
            try database.execute(
                sql: "DELETE FROM sunvigil_site_identifier WHERE import_id = ?",
                arguments: [record.importID]
            )
            try database.execute(
                sql: "UPDATE sunvigil_import SET undone_by = ? WHERE import_id = ?",
                arguments: [undoID, record.importID]
            )
            let entry = JournalEntry(
                kind: "undo",
                text: "undo of import \(record.importID)",
                systemID: record.systemID,
                snapshotID: snapshotID
            )
            try entry.write(undoID, environment, database)
            return snapshotID
        }
    }
}
