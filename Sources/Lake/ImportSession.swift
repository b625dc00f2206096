// One document on its way into the store: kept verbatim, its rows merged month by month, visible all at once.

import Foundation
import GRDB
import Readings

/// What is known about a document before it is read.
package struct ImportDocument: Sendable {
    /// The name, without its folder.
    package let sourceName: String
    /// The site.
    package let systemID: Int64
    /// When it was captured, seconds UTC: the later capture wins.
    package let capturedUTCSeconds: Int64
    /// What the parser is told, as JSON.
    package let options: String

    /// Describes a document.
    package init(sourceName: String, systemID: Int64, capturedUTCSeconds: Int64, options: String) {
        self.sourceName = sourceName
        self.systemID = systemID
        self.capturedUTCSeconds = capturedUTCSeconds
        self.options = options
    }
}

/// What an import did.
package enum ImportOutcome: Sendable {
    /// The same document is in the store already; nothing was done.
    case alreadyImported(ImportRecord)
    /// The document is in the store.
    case imported(importID: Int64, snapshotID: Int64, RowChanges)
}

/// An import in progress.
///
/// Takes the document's bytes and its rows; rows of a series come in ascending order. Memory holds one month of series
/// and all rows of the other tables; where a later capture is in the store already, its months are kept until the end
/// and made anew in the order of capture. What survives a crash: before `commit` returns nothing of it is visible, and what lies on the disk is
/// cleared away when the store is next opened for writing; after it, everything is durable.
package struct ImportSession {
    private let lake: Lake
    private let document: ImportDocument
    private let replay: Lake.Replay
    private let importID: Int64
    private let bucket: Int64
    private let monthsWithLaterCaptures: Set<String>

    private var files = DurableFiles()
    private var raw: RawDocumentWriter
    private var replacements = MonthReplacements()
    private var changes = RowChanges()
    private var pending: SegmentRows = [:]
    private var pendingMonth: CivilMonth?
    private var records: [String: RecordRows] = [:]
    private var deferred = MonthlyRows()
    private var coverage: [Coverage: Int] = [:]
    private var firstUTCSeconds: Int64?
    private var lastUTCSeconds: Int64?

    /// Which rows a document gave: the months by which an undo finds them again.
    private struct Coverage: Hashable {
        let table: String
        let source: Source
        let seconds: Int32
        let month: CivilMonth
    }

    /// Begins an import.
    ///
    /// - Parameter replay: reads a kept document again, should this one turn out to be older than it.
    /// - Throws: `LakeError`.
    package init(lake: Lake, document: ImportDocument, replay: @escaping Lake.Replay) throws {
        self.lake = lake
        self.document = document
        self.replay = replay
        bucket = Lake.bucket(ofSystem: document.systemID)
        (importID, monthsWithLaterCaptures) = try lake.read { database in
            (try Lake.nextImportID(database), try Lake.monthsCapturedAfter(document, database))
        }
        raw = try RawDocumentWriter(folder: lake.rawPath, importID: importID, files: &files)
    }

    /// Takes a piece of the document as it came.
    package mutating func keep(_ bytes: ArraySlice<UInt8>) throws { try raw.append(bytes) }

    /// Takes rows of a series.
    ///
    /// - Throws: `LakeError` where a segment cannot be read or written.
    package mutating func add(_ columns: ReadingColumns, to key: SeriesKey) throws {
        precondition(
            key.systemID == document.systemID,
            "rows of system \(key.systemID) in \(document.systemID)'s import"
        )
        for (month, part) in columns.byMonth() {
            if let pendingMonth, pendingMonth != month { try flush() }
            pendingMonth = month
            pending[key, default: ReadingColumns()].append(contentsOf: part)
            let place = Coverage(
                table: LakeTable.siteInterval.name,
                source: key.source,
                seconds: key.seconds,
                month: month
            )
            coverage[place, default: 0] += part.rowCount
            firstUTCSeconds = min(firstUTCSeconds ?? .max, part.startUTCSeconds[0])
            lastUTCSeconds = max(lastUTCSeconds ?? .min, part.startUTCSeconds[part.rowCount - 1])
        }
    }

    /// Takes rows of another table.
    ///
    /// - Parameter source: the origin that the rows name.
    package mutating func add(_ rows: RecordRows, source: Source) {
        for row in 0..<rows.rowCount {
            precondition(rows.systemID(row) == document.systemID, "rows of another system than the import's")
            let start = rows.startUTCSeconds(row)
            let place = Coverage(
                table: rows.table.name,
                source: source,
                seconds: 0,
                month: CivilMonth(utcSeconds: start)
            )
            coverage[place, default: 0] += 1
            firstUTCSeconds = min(firstUTCSeconds ?? .max, start)
            lastUTCSeconds = max(lastUTCSeconds ?? .min, start)
        }
        records[rows.table.name, default: RecordRows(rows.table)].append(contentsOf: rows)
    }

    private mutating func flush() throws {
        guard let month = pendingMonth else { return }
        defer {
            pending = [:]
            pendingMonth = nil
        }
        if hasLaterCapture(LakeTable.siteInterval, month) {
            deferred.series[month] = pending
            return
        }
        let live = try lake.liveMonth(month, bucket: bucket)
        var after = live.rows
        for (key, columns) in pending {
            after[key] = (live.rows[key] ?? ReadingColumns()).merged(withLater: columns)
        }
        try replace(month, live: live, after: after, touched: pending)
    }

    private func hasLaterCapture(_ table: LakeTable, _ month: CivilMonth) -> Bool {
        monthsWithLaterCaptures.contains("\(table.name)|\(month)")
    }

    private mutating func flushRecords() throws {
        for table in LakeTable.recordTables {
            guard let rows = records.removeValue(forKey: table.name) else { continue }
            try rows.sorted().forEachMonth { month, part in
                if hasLaterCapture(table, month) {
                    deferred.records[TableMonth(table: table.name, month: month)] = part
                    return
                }
                let live = try lake.liveRecords(table, month, bucket: bucket)
                try replace(month, live: live, after: live.rows.merged(withLater: part), touched: part)
            }
        }
    }

    private mutating func flushDeferred() throws {
        let months = Set(deferred.series.keys).union(deferred.records.keys.map(\.month))
        guard !months.isEmpty else { return }
        let contributors = try lake.contributors(
            systemID: document.systemID,
            months: months,
            without: importID
        )
        let rebuilt = try lake.rebuild(
            months: months,
            from: contributors,
            current: (document.capturedUTCSeconds * 1_000_000, importID, deferred),
            replay: replay
        )
        for month in deferred.series.keys.sorted() {
            let live = try lake.liveMonth(month, bucket: bucket)
            let after = live.rows(exchanging: document.systemID, for: rebuilt.series[month] ?? [:])
            try replace(month, live: live, after: after, touched: deferred.series[month] ?? [:])
        }
        for (place, touched) in deferred.records.sorted(by: { $0.key < $1.key }) {
            let live = try lake.liveRecords(touched.table, place.month, bucket: bucket)
            let rows = rebuilt.records[place] ?? RecordRows(touched.table)
            let after = live.rows(exchanging: document.systemID, for: rows)
            try replace(place.month, live: live, after: after, touched: touched)
        }
    }

    private mutating func replace(
        _ month: CivilMonth,
        live: Lake.LiveMonth,
        after: SegmentRows,
        touched: SegmentRows
    ) throws {
        for (key, columns) in touched {
            changes.add(
                RowChanges(
                    before: live.rows[key] ?? ReadingColumns(),
                    after: after[key] ?? ReadingColumns(),
                    touched: columns,
                    seconds: key.seconds
                )
            )
        }
        guard after != live.rows else { return }
        try replace(month, with: .series(after), segment: live.segment)
    }

    private mutating func replace(
        _ month: CivilMonth,
        live: Lake.LiveRecords,
        after: RecordRows,
        touched: RecordRows
    ) throws {
        changes.add(RowChanges(before: live.rows, after: after, touched: touched))
        guard after != live.rows else { return }
        try replace(month, with: .records(after), segment: live.segment)
    }

    private mutating func replace(_ month: CivilMonth, with content: MonthContent, segment: Lake.Segment?)
        throws
    {
        try replacements.add(
            content,
            month: month,
            bucket: bucket,
            replacing: segment,
            importID: importID,
            lake: lake,
            files: &files
        )
    }

    /// Makes the import durable and visible.
    ///
    /// - Parameters:
    ///   - summary: what the parser found, as JSON.
    ///   - rowsRefused: rows that could not be read and were left out on request.
    ///   - identifiers: by what the document names its site, by kind; remembered for the site.
    /// - Throws: `LakeError`; then nothing has changed.
    package mutating func commit(
        summary: String,
        rowsRead: Int,
        rowsRefused: Int,
        identifiers: [String: String] = [:]
    ) throws -> ImportOutcome {
        let sha256 = raw.sha256
        if let record = try lake.liveImport(sha256: sha256, systemID: document.systemID) {
            discard()
            return .alreadyImported(record)
        }
        do {
            try flush()
            try flushRecords()
            try flushDeferred()
            try raw.finish(path: lake.rawDocumentPath(sha256), files: &files)
            try files.synchroniseDirectories()
            let snapshotID = try writeCatalogue(
                sha256: sha256,
                summary: summary,
                rowsRead: rowsRead,
                rowsRefused: rowsRefused,
                identifiers: identifiers
            )
            // From here on the files belong to the store: no later discard may touch them.
            files = DurableFiles()
            return .imported(importID: importID, snapshotID: snapshotID, changes)
        } catch {
            discard()
            throw error
        }
    }

    /// Ends the import without a trace.
    package mutating func discard() {
        raw.discard()
        files.discard()
    }

    private func writeCatalogue(
        sha256: String,
        summary: String,
        rowsRead: Int,
        rowsRefused: Int,
        identifiers: [String: String]
    ) throws -> Int64 {
        let now = lake.environment.nowMicroseconds()
        return try lake.write { database in
            let snapshotID = try replacements.commit(
                database,
                lake: lake,
                message: "import \(importID): \(document.sourceName)"
            )
            try database.execute(
                sql: """
                    INSERT INTO sunvigil_import
                    VALUES (?, ?, 'import', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)
                    """,
                arguments: [
                    importID, now, document.sourceName, sha256, raw.byteCount, document.systemID,
                    document.capturedUTCSeconds * 1_000_000, document.options, summary, rowsRead, changes.new,
                    changes.changed + changes.completed, changes.same, rowsRefused,
                    firstUTCSeconds.map { $0 * 1_000_000 },
                    lastUTCSeconds.map { $0 * 1_000_000 }, snapshotID, lake.environment.programVersion,
                ]
            )
            try Lake.learn(identifiers, systemID: document.systemID, importID: importID, database)
            for (place, rowCount) in coverage {
                try database.execute(
                    sql: "INSERT INTO sunvigil_import_month VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        importID, document.systemID, place.table, place.source.rawValue, place.seconds,
                        "\(place.month)", rowCount,
                    ]
                )
            }
            for (key, revision) in changes.revisions {
                try database.execute(
                    sql: "INSERT INTO sunvigil_revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        importID, document.systemID, key.seconds, "\(key.day)", key.quantity,
                        revision.rowCount,
                        revision.before.value, revision.after.value,
                    ]
                )
            }
            return snapshotID
        }
    }
}

extension Lake {
    static func nextImportID(_ database: Database) throws -> Int64 {
        (try Int64.fetchOne(database, sql: "SELECT max(import_id) FROM sunvigil_import") ?? 0) + 1
    }

    fileprivate static func monthsCapturedAfter(_ document: ImportDocument, _ database: Database) throws
        -> Set<String>
    {
        Set(
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT m.table_name || '|' || m.month FROM sunvigil_import_month m JOIN sunvigil_import i USING (import_id)
                    WHERE m.system_id = ? AND i.undone_by IS NULL AND i.captured_us > ?
                    """,
                arguments: [document.systemID, document.capturedUTCSeconds * 1_000_000]
            )
        )
    }
}
