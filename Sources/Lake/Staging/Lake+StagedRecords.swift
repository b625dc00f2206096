// Rows of tables of records that come one by one: staged in the catalogue beside the intervals, seen by all readers.

import GRDB
import Parquet
import Readings

extension LakeReader {
    /// Tells whether the store can hold staged records; one of an older version that is only read cannot.
    var stagesRecords: Bool { storeVersion >= 8 }

    /// Returns the staged rows of a table, sorted by key; none of a past state.
    ///
    /// - Parameter systemID: nil for all systems.
    func stagedRecords(
        _ table: LakeTable,
        _ database: Database,
        systemID: Int64? = nil,
        interval: Interval? = nil
    ) throws -> RecordRows {
        var all = RecordRows(table)
        for record in try stagedRows(of: table.name, database, systemID: systemID, interval: interval) {
            all.append(contentsOf: try record.rows(of: table))
        }
        return all.sorted()
    }

    /// Tells whether rows that wait are seen: they are in no past state, and in no store of an older version.
    private func seesStaged(_ database: Database) throws -> Bool {
        // The version may have risen since the store was opened: another process wrote.
        try pinnedSnapshot == nil && (stagesRecords || database.tableExists("sunvigil_live_record"))
    }

    /// Tells whether rows of a table of a site wait, without reading them.
    func waitRows(of table: String, _ database: Database, systemID: Int64) throws -> Bool {
        guard try seesStaged(database) else { return false }
        return try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS(SELECT 1 FROM sunvigil_live_record WHERE table_name = ? AND system_id = ?)",
            arguments: [table, systemID]
        ) ?? false
    }

    /// Returns the staged rows as they lie.
    ///
    /// - Parameter table: nil for all tables.
    func stagedRows(
        of table: String?,
        _ database: Database,
        systemID: Int64? = nil,
        interval: Interval? = nil
    ) throws -> [StagedRecord] {
        guard try seesStaged(database) else { return [] }
        let (first, overflowed) = (interval?.startUTCSeconds ?? 0).multipliedReportingOverflow(by: 1_000_000)
        let (last, overflows) = (interval?.endUTCSeconds ?? 0).multipliedReportingOverflow(by: 1_000_000)
        return try Row.fetchAll(
            database,
            sql: """
                SELECT \(StagedRecord.columns) FROM sunvigil_live_record
                WHERE (:table IS NULL OR table_name = :table) AND (:system IS NULL OR system_id = :system)
                    AND start_us >= :first AND start_us < :last
                ORDER BY table_name, system_id, start_us, row_key
                """,
            arguments: [
                "table": table, "system": systemID,
                "first": interval == nil || overflowed ? Int64.min : first,
                "last": interval == nil || overflows ? Int64.max : last,
            ]
        ).map { try StagedRecord($0) }
    }

    /// Returns the rows of a table that wait and the segments that do not hold them, both of one state.
    func stagedRecordsAndSegments(_ table: LakeTable, systemID: Int64, interval: Interval?) throws -> (
        staged: RecordRows, segments: [Lake.Segment]
    ) {
        try read { database in
            (
                try stagedRecords(table, database, systemID: systemID, interval: interval),
                try segments(
                    database,
                    table: table.name,
                    snapshot: nil,
                    systemID: systemID,
                    interval: interval
                )
            )
        }
    }

    /// Returns a document of staged records of a table of a site: a Parquet file of the table, as segments are.
    func stagedDocument(_ parts: [(source: Source, rows: RecordRows)], systemID: Int64) throws
        -> StagedDocument?
    {
        guard let table = parts.first?.rows.table else { return nil }
        let now = environment.nowMicroseconds()
        var all = RecordRows(table)
        for part in parts { all.append(contentsOf: part.rows) }
        let file = RecordCodec.encode(
            all.sorted(),
            keyValues: [("sunvigil.live", "\(now)"), (Lake.stagedTableKey, table.name)],
            createdBy: environment.signature
        )
        var staging = DocumentStaging(
            store: folders,
            sourceName: "live rows of \(table.name)",
            systemID: systemID,
            capturedUTCSeconds: now.flooredDivision(by: 1_000_000)
        )
        try staging.keep(file.bytes[...])
        for part in parts { try staging.add(.records(part.rows), source: part.source) }
        var document = try staging.finish()
        document.kind = Lake.liveKind
        document.rowsRead = all.rowCount
        return document
    }
}

extension Lake {
    /// The entry of a footer that names the table of a flushed document; one of intervals has none.
    static let stagedTableKey = "sunvigil.table"

    /// Returns staged rows of a system as they go into documents: of each table by source.
    ///
    /// - Throws: `LakeError.catalogue` for a row that no table or source takes: nothing of it may be lost on the way.
    static func documents(of records: [StagedRecord]) throws -> [[(source: Source, rows: RecordRows)]] {
        var byTable: [String: [Source: RecordRows]] = [:]
        for record in records {
            guard let table = LakeTable.recordTables.first(where: { $0.name == record.table }),
                let column = table.columns.firstIndex(where: { $0.name == "source" }),
                case let rows = try record.rows(of: table), case .integer(let number) = rows.value(column, 0),
                let source = Int16(exactly: number).flatMap({ Source(rawValue: $0) })
            else { throw StagedRecord.impossible }
            byTable[table.name, default: [:]][source, default: RecordRows(table)].append(contentsOf: rows)
        }
        return byTable.sorted { $0.key < $1.key }.map { _, bySource in
            bySource.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value.sorted()) }
        }
    }
}

extension LakeWriter {
    /// Stages records: a row is laid over the one of its key that is staged.
    func stage(_ rows: RecordRows, _ database: Database) throws {
        for row in 0..<rows.rowCount {
            var record = StagedRecord(rows, row: row)
            if let earlier = try record.staged(database) {
                var own = RecordRows(rows.table)
                own.append(row: row, of: rows)
                record = StagedRecord(try earlier.rows(of: rows.table).merged(withLater: own), row: 0)
            }
            try record.insert(database)
        }
    }
}
