// Rows that come one by one: staged in the catalogue, seen by all readers, and flushed into segments.
//
// A flush keeps the rows as a document too, like any import: months that are made again from documents have them.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// The kind of journal entries that flushes write.
    static let liveKind = "live"
}

extension LakeWriter {
    /// Stages rows of any table: a row of the same key is laid over the one that is staged. Costs time in proportion to the
    /// rows that come, however many are staged already.
    ///
    /// What survives a crash: all of them or none, one transaction.
    ///
    /// - Parameter source: of records; rows of a series bear their own.
    package func stage(_ batches: [RowBatch], systemID: Int64, source: Source) throws {
        try stage(batches.map { LakeBatch($0, systemID: systemID, source: source) })
    }

    private func stage(_ batches: [LakeBatch]) throws {
        try write(isSmall: true) { try stage(batches, $0) }
    }

    /// Stages rows in a transaction that is there.
    func stage(_ batches: [LakeBatch], _ database: Database) throws {
        let now = environment.nowMicroseconds()
        for batch in batches {
            switch batch {
            case .series(let key, let columns): try stage(columns, of: key, at: now, database)
            case .records(let rows): try stage(rows, database)
            }
        }
    }

    /// Stages rows of series.
    package func stage(_ rows: [SeriesKey: ReadingColumns]) throws {
        try stage(rows.sorted { $0.key < $1.key }.map { .series($0.key, $0.value) })
    }

    private func stage(_ columns: ReadingColumns, of key: SeriesKey, at now: Int64, _ database: Database)
        throws
    {
        for row in 0..<columns.rowCount {
            let own = columns.slice(row..<(row + 1))
            let earlier = try liveRow(key, startUTCSeconds: columns.startUTCSeconds[row], database)
            try Lake.stage(earlier?.merged(withLater: own) ?? own, 0, key, at: now, database)
        }
    }
}

extension Lake {
    fileprivate static func stage(
        _ columns: ReadingColumns,
        _ row: Int,
        _ key: SeriesKey,
        at now: Int64,
        _ database: Database
    ) throws {
        let (start, overflow) = columns.startUTCSeconds[row].multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, StoredBounds.microseconds.contains(start) else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "a row lies beyond the calendar")
        }
        let energies = Channel.allCases.map { channel -> Int64? in
            let value = columns[channel][row]
            return value == ReadingColumns.missingWh ? nil : Int64(value)
        }
        let state = columns.socPercent[row]
        let values: [Int64?] =
            [key.systemID, Int64(key.source.rawValue), Int64(key.seconds), start] + energies
            + [
                state == ReadingColumns.missingSoC ? nil : Int64(state), Int64(columns.quality[row]), now,
            ]
        try insertLive(values, database)
    }

    /// Puts a row among those that wait, in the order of `liveColumns`.
    static func insertLive(_ values: [Int64?], _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO sunvigil_live_site_interval(\(liveColumns.joined(separator: ", ")), row_digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: StatementArguments(values + [liveDigest(values)])
        )
    }

    /// Tells whether the values of a staged row are ones that it can have.
    static func isWhole(_ values: [Int64?]) -> Bool {
        guard values.count == liveColumns.count, let systemID = values[0], let source = values[1],
            let seconds = values[2], let start = values[3], values[values.count - 2] != nil,
            values[values.count - 1] != nil
        else { return false }
        return StoredBounds.systemIDs.contains(systemID) && StoredBounds.steps.contains(seconds)
            && StoredBounds.microseconds.contains(start)
            && Int16(exactly: source).flatMap { Source(rawValue: $0) } != nil
    }

    /// The columns of a staged row, all of which its digest covers.
    static let liveColumns =
        ["system_id", "source", "seconds", "start_us"] + Channel.allCases.map { "\($0.name)_wh" }
        + ["soc_pct", "quality", "updated_us"]

    /// The check of a staged row: no segment's checksums speak for it yet.
    static func liveDigest(_ values: [Int64?]) -> Int64 {
        PageDigest.number(of: values.map { $0.map(String.init) ?? "" }.joined(separator: "|"))
    }

    /// Gives rows that an older program staged their checks.
    static func addLiveChecks(_ database: Database) throws {
        let sql = "SELECT \(liveColumns.joined(separator: ", ")) FROM sunvigil_live_site_interval"
        for row in try Row.fetchAll(database, sql: sql) {
            let values: [Int64?] = try liveColumns.map { try row.integerIfAny($0) }
            try database.execute(
                sql: """
                    UPDATE sunvigil_live_site_interval SET row_digest = ?
                    WHERE system_id = ? AND source = ? AND seconds = ? AND start_us = ?
                    """,
                arguments: StatementArguments([liveDigest(values)] + values.prefix(4))
            )
        }
    }
}

extension LakeReader {
    /// Returns the staged rows of a system or of all.
    func liveRows(systemID: Int64? = nil) throws -> [SeriesKey: ReadingColumns] {
        guard keepsRollups else { return [:] }
        return try ask { try liveRows($0, systemID: systemID) }
    }

    func liveRows(_ database: Database, systemID: Int64?) throws -> [SeriesKey: ReadingColumns] {
        var result: [SeriesKey: ReadingColumns] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(liveColumns) FROM sunvigil_live_site_interval
                \(systemID == nil ? "" : "WHERE system_id = ?") ORDER BY system_id, source, seconds, start_us
                """,
            arguments: systemID.map { [$0] } ?? []
        )
        while let row = try rows.next() {
            let key = try liveKey(row)
            var columns = result[key] ?? ReadingColumns()
            result[key] = nil
            let start = try row.instant("start_us").flooredDivision(by: 1_000_000)
            guard columns.startUTCSeconds.last ?? .min < start else {
                throw LakeError.catalogue(
                    path: LakeError.catalogueName,
                    reason: "staged rows are not in order"
                )
            }
            try append(row, to: &columns)
            result[key] = columns
        }
        return result
    }

    /// Returns the staged row of a series at a start; nil where there is none.
    func liveRow(_ key: SeriesKey, startUTCSeconds: Int64, _ database: Database) throws -> ReadingColumns? {
        let (start, overflows) = startUTCSeconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflows else { return nil }
        let row = try Row.fetchOne(
            try database.cachedStatement(
                sql: """
                    SELECT \(liveColumns) FROM sunvigil_live_site_interval
                    WHERE system_id = ? AND source = ? AND seconds = ? AND start_us = ?
                    """
            ),
            arguments: [key.systemID, key.source.rawValue, key.seconds, start]
        )
        guard let row else { return nil }
        _ = try liveKey(row)
        var columns = ReadingColumns()
        try append(row, to: &columns)
        return columns
    }

    private var liveColumns: String {
        Lake.liveColumns.joined(separator: ", ")
            + (storeVersion >= 7 ? ", row_digest" : ", NULL AS row_digest")
    }

    /// Returns the series of a staged row that is as it was written.
    private func liveKey(_ row: Row) throws -> SeriesKey {
        let values: [Int64?] = try Lake.liveColumns.map { try row.integerIfAny($0) }
        if storeVersion >= 7, try row.integer("row_digest") != Lake.liveDigest(values) {
            throw LakeError.catalogue(
                path: LakeError.catalogueName,
                reason: "a staged row is not as it was written"
            )
        }
        guard let source = Source(rawValue: try row.integer("source")) else {
            throw LakeError.catalogue(
                path: LakeError.catalogueName,
                reason: "a staged row is of an unknown source"
            )
        }
        return SeriesKey(
            systemID: try row.systemID(),
            source: source,
            seconds: try row.integer("seconds", in: StoredBounds.steps)
        )
    }

    private func append(_ row: Row, to columns: inout ReadingColumns) throws {
        columns.append(
            startUTCSeconds: try row.instant("start_us").flooredDivision(by: 1_000_000),
            energyWh: try Channel.allCases.map {
                try row.integerIfAny("\($0.name)_wh") ?? ReadingColumns.missingWh
            },
            socPercent: try row.integerIfAny("soc_pct") ?? ReadingColumns.missingSoC,
            quality: Quality(rawValue: try row.integer("quality"))
        )
    }

    /// The number of staged rows.
    package func liveRowCount() throws -> Int {
        guard keepsRollups else { return 0 }
        return try read { database in
            var count =
                try Int.fetchOne(database, sql: "SELECT count(*) FROM sunvigil_live_site_interval") ?? 0
            if stagesRecords {
                count += try Int.fetchOne(database, sql: "SELECT count(*) FROM sunvigil_live_record") ?? 0
            }
            return count
        }
    }
}

extension LakeWriter {
    /// Moves staged rows into segments: per system one document and one entry of the journal for its intervals, and one for
    /// each table of records, all in one commit; in several where a later capture makes months anew from documents.
    ///
    /// What survives a crash: each row is staged or in segments, never both, never neither.
    ///
    /// - Returns: how many rows were moved.
    package func flush(replay: Lake.Replay? = nil) throws -> Int {
        try begin()
        defer { end() }
        let staged = try liveRows()
        let records = try read { try stagedRows(of: nil, $0) }
        var flush = Flush(lake: self, replay: replay)
        do {
            let systems = Dictionary(grouping: staged, by: \.key.systemID)
            let recordSystems = Dictionary(grouping: records, by: \.systemID)
            for systemID in Set(systems.keys).union(recordSystems.keys).sorted() {
                let series = (systems[systemID] ?? []).sorted { $0.key < $1.key }
                if !series.isEmpty {
                    let document = try liveDocument(series, systemID: systemID)
                    try flush.add(document, series: Dictionary(uniqueKeysWithValues: series))
                }
                let own = recordSystems[systemID] ?? []
                for parts in try Lake.documents(of: own) {
                    guard let document = try stagedDocument(parts, systemID: systemID) else { continue }
                    try flush.add(document, records: own.filter { $0.table == parts[0].rows.table.name })
                }
            }
            try flush.commit()
        } catch {
            flush.discard()
            throw error
        }
        return staged.values.reduce(records.count) { $0 + $1.rowCount }
    }
}

/// Documents of staged rows on their way into segments, with the rows that go with them.
private struct Flush {
    let lake: LakeWriter
    let replay: Lake.Replay?
    private var batch: ImportBatch?
    private var series: [SeriesKey: ReadingColumns] = [:]
    private var records: [StagedRecord] = []

    init(lake: LakeWriter, replay: Lake.Replay?) {
        self.lake = lake
        self.replay = replay
    }

    mutating func add(
        _ document: StagedDocument,
        series: [SeriesKey: ReadingColumns] = [:],
        records: [StagedRecord] = []
    ) throws {
        if try batch?.mustCommit(before: document) == true { try commit() }
        if batch == nil { batch = try ImportBatch(lake: lake, replay: replay) }
        _ = try batch?.add(document)
        self.series.merge(series) { _, own in own }
        self.records += records
    }

    mutating func commit() throws {
        guard var batch else { return }
        self.batch = nil
        batch.alsoDeletes(series, records: records)
        (series, records) = ([:], [])
        _ = try batch.commit()
    }

    mutating func discard() {
        batch?.discard()
        batch = nil
    }
}

extension LakeReader {
    fileprivate func liveDocument(_ series: [(key: SeriesKey, value: ReadingColumns)], systemID: Int64) throws
        -> StagedDocument
    {
        let now = environment.nowMicroseconds()
        var writer = ParquetWriter(
            columns: LakeTable.siteInterval.parquetColumns,
            // The time makes two flushes of equal rows two documents.
            keyValues: [("sunvigil.live", "\(now)")],
            createdBy: environment.signature
        )
        writer.append(SegmentCodec.columnData(series))
        var staging = DocumentStaging(
            store: folders,
            sourceName: "live rows",
            systemID: systemID,
            capturedUTCSeconds: now.flooredDivision(by: 1_000_000)
        )
        try staging.keep(writer.finish().bytes[...])
        for (key, columns) in series { try staging.add(.series(key, columns), source: key.source) }
        var document = try staging.finish()
        document.kind = Lake.liveKind
        document.rowsRead = series.reduce(0) { $0 + $1.value.rowCount }
        return document
    }
}

extension LakeWriter {
    /// Removes staged rows that have not changed since they were read.
    func deleteLive(_ rows: [SeriesKey: ReadingColumns], _ database: Database) throws {
        let now = try liveRows(database, systemID: nil)
        for (key, columns) in rows {
            let current = now[key] ?? ReadingColumns()
            for row in 0..<columns.rowCount {
                let start = columns.startUTCSeconds[row]
                let place = current.firstRow(atOrAfter: start)
                guard place < current.rowCount,
                    current.slice(place..<(place + 1)) == columns.slice(row..<(row + 1))
                else { continue }
                try database.execute(
                    sql: """
                        DELETE FROM sunvigil_live_site_interval
                        WHERE system_id = ? AND source = ? AND seconds = ? AND start_us = ?
                        """,
                    arguments: [key.systemID, key.source.rawValue, key.seconds, start * 1_000_000]
                )
            }
        }
    }
}

extension LakeReader {
    /// Reads the rows of a flush again.
    func replayLive(_ record: ImportRecord, _ sink: (LakeBatch) throws -> Void) throws {
        guard let sha256 = record.sha256 else { return }
        var bytes: [UInt8] = []
        try readRawDocument(sha256: sha256) { bytes += $0 }
        let path = try keptPath(sha256) ?? packedPath(sha256)
        let reader = try SegmentCodec.reader(bytes: bytes, path: path)
        if let name = reader.keyValues[Lake.stagedTableKey] {
            guard let table = LakeTable.recordTables.first(where: { $0.name == name }) else {
                throw LakeError.segmentContent(path: path, column: Lake.stagedTableKey)
            }
            return try sink(.records(try RecordCodec.decode(bytes, table: table, path: path)))
        }
        let rows = try SegmentCodec.decode(reader, path: path)
        for (key, columns) in rows.sorted(by: { $0.key < $1.key }) { try sink(.series(key, columns)) }
    }
}
