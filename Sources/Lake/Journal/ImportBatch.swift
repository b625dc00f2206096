// Documents on their way into the store: each kept verbatim, their rows merged, all of a batch visible at once.

import Foundation
import GRDB
import Readings

/// What an import did.
package enum ImportOutcome: Sendable {
    /// The same document is in the store already; nothing was done.
    case alreadyImported(importID: Int64)
    /// The document is in the store.
    case imported(importID: Int64, snapshotID: Int64, RowChanges)
}

/// Imports in progress that become visible together.
///
/// Documents come by rising number of their system. What survives a crash: before `commit` returns nothing is visible,
/// and what lies on the disk is cleared away when the store is next opened for writing; after it, everything is durable.
package struct ImportBatch {
    private let lake: LakeWriter
    /// Tells that the change has not ended.
    private var isChanging = true
    private let replay: Lake.Replay
    private let firstImportID: Int64
    private var edits: SegmentEdits
    private var entries: [Entry] = []
    private var rowCount = 0
    private var stagedCaptures: [StagedMonth: Int64] = [:]
    private var hasRebuilt = false
    /// A document failed when its rows were partly merged: the batch must be discarded.
    package var isBroken: Bool { isMerging || edits.isBroken }
    private var isMerging = false
    private var deletedLive: [SeriesKey: ReadingColumns] = [:]
    private var deletedRecords: [StagedRecord] = []
    private var lastKnown: [SeriesKey: Int64] = [:]
    private var knownSystems: Set<Int64> = []
    /// Imports of which a repair could not make all rows again.
    private let incomplete: Set<Int64>

    struct Entry {
        let importID: Int64
        let document: StagedDocument
        let changes: RowChanges
        let coverage: [DocumentRows.Coverage: Int]
        /// An earlier import of the same document, whose rows went missing.
        let replaced: ImportRecord?
    }

    private struct StagedMonth: Hashable {
        let systemID: Int64
        let table: String
        let month: CivilMonth
    }

    /// Rows after which a batch should be committed.
    private static let mostRows = 40_000_000
    /// Rows below which several buckets share a commit.
    private static let fewRows = 1_000_000
    /// Rows of tables of records, which are held in memory, after which a batch should be committed.
    private static let mostRecordRows = 400_000
    /// Documents after which a batch should be committed.
    private static let mostDocuments = 2_000

    /// Begins a batch.
    ///
    /// - Parameter replay: reads a kept document again, should a new one turn out to be older than it.
    /// - Throws: `LakeError`.
    package init(lake: LakeWriter, replay: Lake.Replay? = nil) throws {
        self.lake = lake
        self.replay = replay ?? lake.documentReplay
        try lake.begin()
        do {
            firstImportID = try lake.nextImportID()
            edits = try SegmentEdits(lake: lake, importID: firstImportID)
            incomplete = Set(try lake.missingRowsOfDocuments().map(\.importID))
        } catch {
            lake.end()
            throw error
        }
    }

    /// Tells whether there is nothing to commit.
    package var isEmpty: Bool { entries.isEmpty }

    /// Tells whether the batch must be committed before a document can be added.
    package func mustCommit(before document: StagedDocument) throws -> Bool {
        guard !isEmpty else { return false }
        if hasRebuilt || document.systemID < edits.currentSystem ?? .min { return true }
        let isOlder = document.rows.coverage.keys.contains {
            let month = StagedMonth(systemID: document.systemID, table: $0.table, month: $0.month)
            return document.capturedUTCSeconds < stagedCaptures[month] ?? .min
        }
        if isOlder { return true }
        if rowCount > ImportBatch.mostRows || entries.count >= ImportBatch.mostDocuments
            || edits.recordRowCount > ImportBatch.mostRecordRows
        {
            return true
        }
        // The segments of a bucket are whole when the next one begins: nothing is gained by holding them open.
        let isOtherBucket =
            edits.currentSystem.map { Lake.bucket(ofSystem: $0) != Lake.bucket(ofSystem: document.systemID) }
        if isOtherBucket == true, rowCount > ImportBatch.fewRows { return true }
        return try !monthsWithLaterCaptures(document).isEmpty
    }

    private func monthsWithLaterCaptures(_ document: StagedDocument) throws -> Set<String> {
        try lake.ask { try Lake.monthsCapturedAfter(document, $0) }
    }

    /// Adds a document.
    ///
    /// - Returns: what will be true after `commit`: its number and its changes, or that it is there already.
    /// - Throws: `LakeError`; then the document is not part of the batch.
    package mutating func add(_ document: StagedDocument) throws -> (importID: Int64, changes: RowChanges?) {
        if let entry = entries.first(where: {
            $0.document.sha256 == document.sha256 && $0.document.systemID == document.systemID
        }) {
            document.discard()
            return (entry.importID, nil)
        }
        var document = document
        var replaced: ImportRecord?
        if let record = try lake.liveImport(sha256: document.sha256, systemID: document.systemID) {
            // A kept document that was lost or damaged is there again.
            var files = DurableFiles()
            try document.publish(in: lake, files: &files)
            try files.synchroniseDirectories()
            let lacksRows = try incomplete.contains(record.importID) || lake.lacksRows(of: document)
            guard lacksRows else {
                document.discard()
                return (record.importID, nil)
            }
            document.takePlace(of: record)
            replaced = record
        }
        let importID = firstImportID + Int64(entries.count)
        let later = try monthsWithLaterCaptures(document)
        // All that can fail for this document's sake comes first: what was there is read.
        let containers = Set(document.rows.months(of: .siteInterval).map { edits.container(of: $0) })
        for container in containers.sorted() {
            _ = try edits.rows(of: document.systemID, in: container)
        }
        let bucket = Lake.bucket(ofSystem: document.systemID)
        for place in document.rows.coverage.keys {
            guard let table = LakeTable.named(place.table), table.name != LakeTable.siteInterval.name else {
                continue
            }
            _ = try edits.records(table, place.month, bucket: bucket)
        }
        try learnLast(document.systemID)
        isMerging = true
        var changes = RowChanges()
        var deferred = MonthlyRows()
        try document.rows.forEachSeries { key, columns in
            precondition(key.systemID == document.systemID, "rows of another system than the import's")
            try merge(columns, key, later: later, &deferred, &changes)
        }
        try merge(document, later: later, &deferred, &changes)
        if !deferred.isEmpty {
            hasRebuilt = true
            try rebuild(deferred, document, importID: importID, replaced: replaced, &changes)
        }
        document.rows.forEachLast { lastKnown[$0] = max(lastKnown[$0] ?? .min, $1) }
        rowCount += document.rows.seriesRowCount
        for place in document.rows.coverage.keys {
            let month = StagedMonth(systemID: document.systemID, table: place.table, month: place.month)
            stagedCaptures[month] = max(stagedCaptures[month] ?? .min, document.capturedUTCSeconds)
        }
        isMerging = false
        let coverage = document.rows.coverage
        document.forgetRows()
        entries.append(
            Entry(
                importID: importID,
                document: document,
                changes: changes,
                coverage: coverage,
                replaced: replaced
            )
        )
        return (importID, changes)
    }

    /// Asks the store up to when it has rows of a system.
    private mutating func learnLast(_ systemID: Int64) throws {
        guard knownSystems.insert(systemID).inserted else { return }
        for (key, last) in try lake.lastStarts(systemID: systemID) { lastKnown[key] = last }
    }

    private mutating func merge(
        _ columns: ReadingColumns,
        _ key: SeriesKey,
        later: Set<String>,
        _ deferred: inout MonthlyRows,
        _ changes: inout RowChanges
    ) throws {
        for (container, part) in columns.byContainer({ edits.container(of: $0) }) {
            guard !later.isEmpty else {
                // New rows before the last one that is known came late.
                let known = part.firstRow(atOrAfter: (lastKnown[key] ?? .min) + 1)
                if known > 0 {
                    var early = try edits.merge(part.slice(0..<known), key, in: container)
                    early.late = early.new
                    changes.add(early)
                }
                if known < part.rowCount {
                    changes.add(try edits.merge(part.slice(known..<part.rowCount), key, in: container))
                }
                continue
            }
            for (month, rows) in part.byMonth() {
                if later.contains("\(LakeTable.siteInterval.name)|\(month)") {
                    deferred.overlay(.series(key, rows), months: [month])
                } else {
                    changes.add(try edits.merge(rows, key, in: container))
                }
            }
        }
    }

    private mutating func merge(
        _ document: StagedDocument,
        later: Set<String>,
        _ deferred: inout MonthlyRows,
        _ changes: inout RowChanges
    ) throws {
        let bucket = Lake.bucket(ofSystem: document.systemID)
        for table in LakeTable.recordTables {
            guard let rows = document.rows.records[table.name] else { continue }
            try rows.sorted().forEachMonth { month, part in
                if later.contains("\(table.name)|\(month)") {
                    deferred.records[TableMonth(table: table.name, month: month)] = part
                    return
                }
                let before = try edits.records(table, month, bucket: bucket)
                let after = before.merged(withLater: part)
                changes.add(RowChanges(before: before, after: after, touched: part))
                if after != before { try edits.put(after, month, bucket: bucket) }
            }
        }
    }

    /// Makes the months anew for which a later capture is in the store.
    private mutating func rebuild(
        _ deferred: MonthlyRows,
        _ document: StagedDocument,
        importID: Int64,
        replaced: ImportRecord?,
        _ changes: inout RowChanges
    ) throws {
        let months = Set(deferred.series.keys).union(deferred.records.keys.map(\.month))
        var tables = Set(deferred.records.keys.map(\.table))
        if !deferred.series.isEmpty { tables.insert(LakeTable.siteInterval.name) }
        let contributors = try lake.contributors(
            systemID: document.systemID,
            months: months,
            without: [importID, replaced?.importID ?? importID],
            tables: tables
        )
        let rebuilt = try lake.rebuild(
            months: months,
            from: contributors,
            current: (document.capturedUTCSeconds * 1_000_000, importID, deferred),
            replay: replay,
            base: try lake.rebuiltRows(
                systemID: document.systemID,
                months: months,
                tables: tables,
                orNow: true
            )
        )
        for month in deferred.series.keys.sorted() {
            let (before, after) = try edits.exchange(
                month,
                of: document.systemID,
                for: rebuilt.series[month] ?? [:]
            )
            for (key, touched) in deferred.series[month] ?? [:] {
                changes.add(
                    RowChanges(
                        before: before[key] ?? ReadingColumns(),
                        after: after[key] ?? ReadingColumns(),
                        touched: touched,
                        seconds: key.seconds
                    )
                )
            }
        }
        for (place, touched) in deferred.records.sorted(by: { $0.key < $1.key }) {
            let (before, after) = try edits.exchange(
                place,
                of: document.systemID,
                for: rebuilt.records[place] ?? RecordRows(touched.table)
            )
            changes.add(RowChanges(before: before, after: after, touched: touched))
        }
    }

    /// Makes all documents of the batch durable and visible.
    ///
    /// - Returns: the snapshot after which they are visible.
    /// - Throws: `LakeError`; then nothing has changed.
    package mutating func commit() throws -> Int64 {
        precondition(!entries.isEmpty, "a commit of no document")
        precondition(!isBroken, "a commit of a batch that is broken")
        do {
            let replacements = try edits.finish()
            try edits.publish(entries.map(\.document))
            let snapshotID = try write(replacements)
            // From here on the files belong to the store: no later discard may touch them.
            edits.release()
            entries = []
            finish()
            return snapshotID
        } catch {
            discard()
            throw error
        }
    }

    /// Removes staged rows in the same transaction.
    mutating func alsoDeletes(_ rows: [SeriesKey: ReadingColumns], records: [StagedRecord]) {
        deletedLive = rows
        deletedRecords = records
    }

    private func write(_ replacements: [SegmentReplacement]) throws -> Int64 {
        let first = entries.first?.importID ?? 0
        let last = entries.last?.importID ?? 0
        let message =
            first == last
            ? "import \(first): \(entries[0].document.sourceName)" : "imports \(first) to \(last)"
        return try lake.write { database in
            let snapshotID = try SegmentReplacement.commit(
                replacements,
                database,
                lake: lake,
                message: message
            )
            for entry in entries { try entry.write(snapshotID: snapshotID, lake: lake, database) }
            if !deletedLive.isEmpty { try lake.deleteLive(deletedLive, database) }
            for record in deletedRecords { try record.delete(database) }
            return snapshotID
        }
    }

    /// Ends the batch without a trace.
    package mutating func discard() {
        for entry in entries { entry.document.discard() }
        edits.discard()
        finish()
    }

    /// Ends the change that a batch is.
    private mutating func finish() {
        if isChanging { lake.end() }
        isChanging = false
    }
}
