// Documents on their way into the store: each kept verbatim, their rows merged, all of a batch visible at once.

import Foundation
import GRDB
import Readings

/// A document that was read: its bytes are kept, its rows gathered. Nothing of it is visible.
package struct StagedDocument {
    /// The name, without its folder.
    package let sourceName: String
    /// The site.
    package let systemID: Int64
    /// When it was captured, seconds UTC: the later capture wins.
    package private(set) var capturedUTCSeconds: Int64
    /// The kind of its entry in the journal.
    var kind = "import"
    /// What the parser was told, as JSON.
    package var options: String
    /// What the parser found, as JSON.
    package var summary: String
    /// Rows of the document.
    package var rowsRead = 0
    /// Rows that could not be read and were left out on request.
    package var rowsRefused = 0
    /// By what the document names its site, by kind; remembered for the site.
    package var identifiers: [String: String] = [:]
    /// The rows.
    package var rows: DocumentRows
    private let kept: KeptDocument

    init(
        sourceName: String,
        systemID: Int64,
        capturedUTCSeconds: Int64,
        rows: DocumentRows,
        kept: KeptDocument
    ) {
        self.sourceName = sourceName
        self.systemID = systemID
        self.capturedUTCSeconds = capturedUTCSeconds
        options = "{}"
        summary = "{}"
        self.rows = rows
        self.kept = kept
    }

    /// The digest of the document.
    package var sha256: String { kept.sha256 }
    /// The size of the document.
    package var byteCount: Int64 { kept.byteCount }

    /// Removes what was kept.
    package func discard() { kept.discard() }

    /// Takes the place of an earlier import of the same document, whose rows are missing: it was captured then.
    mutating func takePlace(of record: ImportRecord) {
        capturedUTCSeconds = record.capturedMicroseconds.flooredDivision(by: 1_000_000)
    }

    /// Lets go of the rows, which are merged.
    package mutating func forgetRows() { rows.forget() }

    func publish(in lake: LakeWriter, files: inout DurableFiles) throws {
        try kept.publish(in: lake, files: &files)
    }
}

/// A document that is being read. May be used in a thread of its own: it touches no catalogue.
package struct DocumentStaging {
    private let sourceName: String
    private let systemID: Int64
    private let capturedUTCSeconds: Int64
    private var raw: RawDocumentWriter
    private var rows: DocumentRows

    /// Begins a document.
    package init(store: Lake.Folders, sourceName: String, systemID: Int64, capturedUTCSeconds: Int64) {
        self.sourceName = sourceName
        self.systemID = systemID
        self.capturedUTCSeconds = capturedUTCSeconds
        raw = RawDocumentWriter(folder: store.rawPath)
        rows = DocumentRows(folder: store.rawPath)
    }

    /// Takes a piece of the document as it came.
    package mutating func keep(_ bytes: ArraySlice<UInt8>) throws { try raw.append(bytes) }

    /// Takes rows; those of a series come in ascending order.
    package mutating func add(_ batch: LakeBatch, source: Source) throws {
        try rows.add(batch, source: source)
    }

    /// Ends the document: its bytes are on the disk.
    package mutating func finish() throws -> StagedDocument {
        StagedDocument(
            sourceName: sourceName,
            systemID: systemID,
            capturedUTCSeconds: capturedUTCSeconds,
            rows: rows,
            kept: try raw.finish()
        )
    }

    /// Removes what was written.
    package mutating func discard() { raw.discard() }
}

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

    fileprivate struct Entry {
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
    package init(lake: LakeWriter, replay: @escaping Lake.Replay) throws {
        self.lake = lake
        self.replay = replay
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

extension ImportBatch.Entry {
    /// Writes the journal's rows.
    fileprivate func write(snapshotID: Int64, lake: LakeWriter, _ database: Database) throws {
        let now = lake.environment.nowMicroseconds()
        if let replaced {
            try database.execute(
                sql: "UPDATE sunvigil_import SET undone_by = ? WHERE import_id = ?",
                arguments: [importID, replaced.importID]
            )
            try database.execute(
                sql: "DELETE FROM sunvigil_missing WHERE import_id = ?",
                arguments: [replaced.importID]
            )
        }
        try database.execute(
            sql: """
                INSERT INTO sunvigil_import
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)
                """,
            arguments: [
                importID, now, document.kind, document.sourceName, document.sha256, document.byteCount,
                document.systemID,
                document.capturedUTCSeconds * 1_000_000, document.options, document.summary,
                document.rowsRead,
                changes.new, changes.changed + changes.completed, changes.same, document.rowsRefused,
                document.rows.firstUTCSeconds.map { $0 * 1_000_000 },
                document.rows.lastUTCSeconds.map { $0 * 1_000_000 }, snapshotID,
                lake.environment.programVersion, changes.late,
            ]
        )
        try Lake.learn(document.identifiers, systemID: document.systemID, importID: importID, database)
        let insert = try database.cachedStatement(
            sql: "INSERT INTO sunvigil_import_month VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        for (place, rowCount) in coverage {
            try insert.execute(
                arguments: [
                    importID, document.systemID, place.table, place.source.rawValue, place.seconds,
                    "\(place.month)", rowCount,
                ]
            )
        }
        for (key, revision) in changes.revisions {
            try database.execute(
                sql: "INSERT INTO sunvigil_revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    importID, document.systemID, key.seconds, "\(key.day)", key.quantity, revision.rowCount,
                    revision.before.value, revision.after.value, revision.filledRows, revision.filled.value,
                ]
            )
        }
    }
}

extension LakeReader {
    /// Tells whether rows of a document that was imported are not in the store: fewer are there than it has, or none of a
    /// month. It costs no look at a segment.
    fileprivate func lacksRows(of document: StagedDocument) throws -> Bool {
        let bucket = Lake.bucket(ofSystem: document.systemID)
        var wanted: [Int64: [SeriesKey: Int]] = [:]
        for (place, count) in document.rows.coverage {
            let all = try segments(table: place.table, systemID: document.systemID)
            // A segment of another program tells nothing without being read.
            if all.contains(where: { !$0.isOurs }) { return false }
            let own = all.first { $0.bucket == bucket && $0.period?.months.contains(place.month) ?? false }
            guard let own else { return true }
            guard place.table == LakeTable.siteInterval.name else { continue }
            let key = SeriesKey(systemID: document.systemID, source: place.source, seconds: place.seconds)
            wanted[own.fileID, default: [:]][key, default: 0] += count
        }
        for (fileID, counts) in wanted {
            var there: [SeriesKey: Int] = [:]
            for place in try seriesPlaces(fileID: fileID, systemID: document.systemID) {
                there[place.key, default: 0] += place.rowCount
            }
            if counts.contains(where: { there[$0.key] ?? 0 < $0.value }) { return true }
        }
        return false
    }

    /// Returns the last start of each series of a system, seconds UTC, by the days that are kept.
    fileprivate func lastStarts(systemID: Int64) throws -> [SeriesKey: Int64] {
        var result: [SeriesKey: Int64] = [:]
        for segment in try segments(table: LakeTable.siteInterval.name, systemID: systemID) {
            for row in try rollupRows(fileID: segment.fileID, systemID: systemID) {
                guard let day = DayRollup(bytes: row.days)?.days.last else { continue }
                // Good to a day: rows of the last day itself count as new.
                result[row.key] = max(result[row.key] ?? .min, day.startUTCSeconds - 1)
            }
        }
        return result
    }
}

extension Lake {
    /// Returns `table|month` of all months of a document's system for which a later capture is in the store.
    fileprivate static func monthsCapturedAfter(_ document: StagedDocument, _ database: Database) throws
        -> Set<String>
    {
        Set(
            try String.fetchAll(
                try database.cachedStatement(
                    sql: """
                        SELECT DISTINCT m.table_name || '|' || m.month FROM sunvigil_import_month m
                        JOIN sunvigil_import i USING (import_id)
                        WHERE m.system_id = ? AND i.undone_by IS NULL AND i.captured_us > ?
                        """
                ),
                arguments: [document.systemID, document.capturedUTCSeconds * 1_000_000]
            )
        ).intersection(document.rows.coverage.keys.map { "\($0.table)|\($0.month)" })
    }
}

extension ReadingColumns {
    /// Cuts rows at the bounds of containers.
    func byContainer(_ container: (CivilMonth) -> SegmentPeriod) -> [(SegmentPeriod, ReadingColumns)] {
        var parts: [(SegmentPeriod, ReadingColumns)] = []
        var row = 0
        while row < rowCount {
            let place = container(CivilMonth(utcSeconds: startUTCSeconds[row]))
            let end = firstRow(atOrAfter: place.utcInterval.endUTCSeconds)
            parts.append((place, row == 0 && end == rowCount ? self : slice(row..<end)))
            row = end
        }
        return parts
    }
}
