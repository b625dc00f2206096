// What a catalogue that is made anew takes out of the old one, since it is in no segment: rows that wait, and what was told.

import GRDB
import Readings

/// The staged rows of an old catalogue that are as they were written.
struct StagedRemains {
    /// Rows of intervals, in the order of `Lake.liveColumns`.
    private(set) var intervals: [[Int64?]] = []
    /// Rows of tables of records.
    private(set) var records: [StagedRecord] = []
    /// What was told, and messages.
    private(set) var outbox = OutboxRemains()
    private var damaged = 0

    /// The systems of the rows.
    var systems: Set<Int64> { Set(intervals.compactMap { $0.first ?? nil } + records.map(\.systemID)) }

    /// Reads a copy of the catalogue.
    ///
    /// - Parameter remarks: gets what cannot be read, and what may come back.
    /// - Throws: `LakeError.system` where the disk does not give it back for a passing reason.
    init(of catalogue: String, _ remarks: inout [StoreRemark]) throws {
        guard try SystemCall.exists(catalogue) else { return }
        let copy: TemporaryCopy
        do {
            copy = try TemporaryCopy.ofCatalogue(catalogue, always: true)
        } catch {
            // A catalogue that the disk does not give back is why it is made anew.
            remarks.append(
                "rows that were not in segments yet, and what was told, cannot be read out of the old catalogue: \(error)"
            )
            return
        }
        defer { withExtendedLifetime(copy) {} }
        try StagedRemains.attempt("rows that were not in segments yet", of: copy, at: catalogue, &remarks) {
            database,
            remarks in
            guard try database.tableExists("sunvigil_live_site_interval") else { return }
            remarks += try StagedRemains.undone(database)
            try readIntervals(database)
            if try database.tableExists("sunvigil_live_record") { try readRecords(database) }
        }
        try StagedRemains.attempt("what was told, and messages that wait,", of: copy, at: catalogue, &remarks)
        {
            database,
            _ in
            outbox = try OutboxRemains(database)
        }
        if damaged > 0 {
            remarks.append("\(damaged) rows that were not in segments yet are damaged and left out")
        }
        if !outbox.damages.isEmpty {
            remarks.append(
                "\(outbox.damages.count) rows of messages are damaged and left out: \(outbox.damages[0])"
            )
        }
    }

    /// Reads a part of the copy; what cannot be read is a remark, and the parts behind it are read all the same.
    private static func attempt(
        _ what: String,
        of copy: TemporaryCopy,
        at catalogue: String,
        _ remarks: inout [StoreRemark],
        body: (Database, inout [StoreRemark]) throws -> Void
    ) throws {
        do {
            let database = try DatabaseQueue(path: copy.path)
            defer { try? database.close() }
            try database.read { try body($0, &remarks) }
        } catch {
            let codes: [ResultCode] = [
                .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_BUSY,
            ]
            if let error = error as? DatabaseError, codes.contains(error.resultCode) {
                throw LakeConnection.catalogueError(error, copy.path)
            }
            remarks.append(
                "\(what) cannot be read out of the old catalogue: \(LakeConnection.wrapped(error, catalogue))"
            )
        }
    }

    /// Puts all of it into a catalogue that is being made.
    func insert(_ database: Database) throws {
        for values in intervals { try Lake.insertLive(values, database) }
        for record in records { try record.insert(database) }
        try outbox.insert(database)
    }

    /// Says which imports were undone: segments do not tell it.
    private static func undone(_ database: Database) throws -> [StoreRemark] {
        let names = try String.fetchAll(
            database,
            sql: "SELECT source_name FROM sunvigil_import WHERE undone_by IS NOT NULL ORDER BY import_id"
        )
        guard !names.isEmpty else { return [] }
        return [
            StoreRemark(
                "segments do not tell which imports were undone: rows of \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? " and others" : "") may be back",
                .lookAtTotals
            )
        ]
    }

    private mutating func readIntervals(_ database: Database) throws {
        // A store of a version below 7 has no digests of rows.
        let hasDigest = try database.columns(in: "sunvigil_live_site_interval").contains {
            $0.name == "row_digest"
        }
        let all = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(Lake.liveColumns.joined(separator: ", ")), \(hasDigest ? "row_digest" : "NULL AS row_digest")
                FROM sunvigil_live_site_interval
                """
        )
        while let row = try all.next() {
            let values: [Int64?]? = try? Lake.liveColumns.map { try row.integerIfAny($0) }
            if let values, Lake.isWhole(values),
                !hasDigest || (try? row.integer("row_digest")) == Lake.liveDigest(values)
            {
                intervals.append(values)
            } else {
                damaged += 1
            }
        }
    }

    private mutating func readRecords(_ database: Database) throws {
        let all = try Row.fetchCursor(
            database,
            sql: "SELECT \(StagedRecord.columns) FROM sunvigil_live_record"
        )
        while let row = try all.next() {
            let record = try? StagedRecord(row)
            let table = LakeTable.recordTables.first { $0.name == record?.table }
            if let record, let table, (try? record.rows(of: table)) != nil {
                records.append(record)
            } else {
                damaged += 1
            }
        }
    }
}
