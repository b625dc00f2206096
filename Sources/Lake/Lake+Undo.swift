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
        let covered = try coveredMonths(importID)
        let months = Set(covered.map(\.month))
        let records = try contributors(systemID: record.systemID, months: months, without: importID)
        let rebuilt = try rebuild(months: months, from: records, current: nil, replay: replay)
        let undoID = try read { database in try Lake.nextImportID(database) }
        var files = DurableFiles()
        var undoing = Undoing(systemID: record.systemID, undoID: undoID, rebuilt: rebuilt)
        do {
            for place in covered.sorted() { try undoing.restore(place, lake: self, files: &files) }
            try files.synchroniseDirectories()
            let snapshotID = try writeUndo(record, undoID: undoID, replacements: undoing.replacements)
            return UndoOutcome(
                undoID: undoID,
                snapshotID: snapshotID,
                rowsRemoved: undoing.removed,
                rowsRestored: undoing.restored,
                months: months.sorted().map { "\($0)" }
            )
        } catch {
            files.discard()
            throw error
        }
    }

    /// An undo in progress.
    private struct Undoing {
        let systemID: Int64
        let undoID: Int64
        let rebuilt: MonthlyRows
        var replacements = MonthReplacements()
        var removed = 0
        var restored = 0

        /// Exchanges the system's rows in a month of a table for what the remaining documents say.
        mutating func restore(_ place: TableMonth, lake: Lake, files: inout DurableFiles) throws {
            let bucket = Lake.bucket(ofSystem: systemID)
            let content: MonthContent
            let segment: Segment?
            if place.table == LakeTable.siteInterval.name {
                let live = try lake.liveMonth(place.month, bucket: bucket)
                let after = live.rows(exchanging: systemID, for: rebuilt.series[place.month] ?? [:])
                guard after != live.rows else { return }
                count(live.rows, after)
                (content, segment) = (.series(after), live.segment)
            } else {
                guard let table = LakeTable.named(place.table) else { return }
                let live = try lake.liveRecords(table, place.month, bucket: bucket)
                let rows = rebuilt.records[place] ?? RecordRows(table)
                let after = live.rows(exchanging: systemID, for: rows)
                guard after != live.rows else { return }
                removed += live.rows.rowCount - after.rowCount
                restored += RowChanges(before: live.rows, after: after, touched: rows).changed
                (content, segment) = (.records(after), live.segment)
            }
            try replacements.add(
                content,
                month: place.month,
                bucket: bucket,
                replacing: segment,
                importID: undoID,
                lake: lake,
                files: &files
            )
        }

        private mutating func count(_ before: SegmentRows, _ after: SegmentRows) {
            for (key, columns) in before where key.systemID == systemID {
                let remaining = after[key] ?? ReadingColumns()
                removed += columns.rowCount - remaining.rowCount
                restored +=
                    RowChanges(before: columns, after: remaining, touched: remaining, seconds: key.seconds)
                    .changed
            }
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

    private func coveredMonths(_ importID: Int64) throws -> [TableMonth] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT table_name, month FROM sunvigil_import_month WHERE import_id = ?",
                arguments: [importID]
            ).compactMap { row in
                CivilMonth(row["month"] as String).map { TableMonth(table: row["table_name"], month: $0) }
            }
        }
    }

    private func writeUndo(_ record: ImportRecord, undoID: Int64, replacements: MonthReplacements) throws
        -> Int64
    {
        let now = environment.nowMicroseconds()
        return try write { database in
            let snapshotID = try replacements.commit(
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
