// What the owner is told, as the store keeps it: messages that wait, went or failed, and marks of what each channel was told.
// Who plans them and who sends them is not known here.

import GRDB
import Readings

extension LakeReader {
    /// Returns messages in the order in which they were planned. A store of a version below 11 has none.
    ///
    /// - Parameters:
    ///   - states: what became of them; nil for all.
    ///   - limit: how many of the newest; nil for all.
    /// - Throws: `LakeError`.
    package func outbox(_ states: Set<OutboxItem.State>? = nil, limit: Int? = nil) throws -> [OutboxItem] {
        guard storeVersion >= Lake.firstOutboxVersion else { return [] }
        let names = states.map { $0.map(\.rawValue).sorted() }
        let wanted = names.map { "WHERE state IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
        return try read {
            try OutboxItem.all(
                $0,
                sql: """
                    WHERE item_id IN (SELECT item_id FROM sunvigil_outbox \(wanted) ORDER BY item_id DESC LIMIT ?)
                    """,
                arguments: StatementArguments(names ?? []) + [limit.map { Int64(max(0, $0)) } ?? -1]
            )
        }
    }

    /// Returns what channels were told, the earliest first. A store of a version below 11 says: nothing.
    ///
    /// - Parameter systemID: the site; nil for all.
    /// - Throws: `LakeError`.
    package func told(systemID: Int64? = nil) throws -> [ToldMark] {
        guard storeVersion >= Lake.firstOutboxVersion else { return [] }
        return try read {
            try ToldMark.all(
                $0,
                sql: systemID == nil ? "" : "WHERE system_id = ?",
                arguments: StatementArguments([systemID].compactMap { $0 })
            )
        }
    }

    /// Returns when messages of a channel went, microseconds UTC, the earliest first: one for each that was sent.
    ///
    /// - Parameter since: the earliest time, microseconds UTC.
    /// - Throws: `LakeError`.
    package func sentTimes(channel: String, since: Int64) throws -> [Int64] {
        guard storeVersion >= Lake.firstOutboxVersion else { return [] }
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sent_us FROM sunvigil_outbox WHERE state = ? AND channel = ? AND sent_us >= ? ORDER BY sent_us
                    """,
                arguments: [OutboxItem.State.sent.rawValue, channel, since]
            ).map { try $0.instant("sent_us") }
        }
    }

    /// Asks what a planner asks, of one state, and changes nothing. It works on a store of an older version too.
    ///
    /// - Parameter body: asks the desk and nothing else of the store, and does not keep it.
    package func outboxDesk<Value>(_ body: (OutboxDesk) throws -> Value) throws -> Value {
        try read { try body(OutboxDesk(database: $0, version: storeVersion)) }
    }
}

extension LakeWriter {
    /// Plans what is due by time, behind no run, and keeps it.
    ///
    /// What survives a crash: all that was planned or nothing, one transaction. Nothing is written where nothing is planned.
    ///
    /// - Returns: how many messages were kept; one whose name is there already is none.
    /// - Throws: `LakeError`, and what the planner throws.
    @discardableResult
    package func plan(_ planner: OutboxPlanner) throws -> Int {
        // No other change lies between the question and the answer: this one holds the lock.
        try change {
            let plan = try outboxDesk { try planner($0, FindingChanges()) }
            guard !plan.isEmpty else { return 0 }
            return try write { try Lake.keep(plan, $0) }
        }
    }

    /// Keeps what became of messages: state, times, attempts, error, receipt, and what they tell where they were not tried yet.
    ///
    /// A message that is gone meanwhile, with its site, is left out. What survives a crash: all or nothing, one transaction.
    ///
    /// - Throws: `LakeError`.
    package func keepOutbox(_ items: [OutboxItem]) throws {
        guard !items.isEmpty else { return }
        try write { database in
            for item in items { try item.update(database) }
        }
    }

    /// Brings times that lie more than an hour ahead back to now: the clock was wrong when they were kept. What was planned
    /// then waits as long from now on as it was to wait then; what was tried then is due.
    ///
    /// What survives a crash: all or nothing, one transaction. Nothing is written where no time lies ahead.
    ///
    /// - Parameter now: the time, microseconds UTC.
    /// - Returns: how many marks and messages were brought back.
    /// - Throws: `LakeError`.
    @discardableResult
    package func bringBack(nowMicroseconds now: Int64) throws -> Int {
        let limit = now + 3_600_000_000
        return try change {
            let ahead = try read { database in
                (
                    marks: try ToldMark.all(database, sql: "WHERE at_us > ?", arguments: [limit]),
                    items: try OutboxItem.all(
                        database,
                        sql: "WHERE max(created_us, coalesce(first_tried_us, 0), coalesce(sent_us, 0)) > ?",
                        arguments: [limit]
                    )
                )
            }
            guard !ahead.marks.isEmpty || !ahead.items.isEmpty else { return 0 }
            return try write { database in
                for var mark in ahead.marks {
                    mark.atMicroseconds = now
                    try mark.write(database, replaces: true)
                }
                for item in ahead.items {
                    try item.broughtBack(to: now, from: limit).write(database, replaces: true)
                }
                return ahead.marks.count + ahead.items.count
            }
        }
    }

    /// How long messages that went, failed or were merged are kept, microseconds.
    private static let keptMicroseconds: Int64 = 400 * 86_400_000_000

    /// Forgets messages that nobody waits for any more, after 400 days. The marks of what was told stay: nothing is told twice.
    func forgetMessages() throws {
        let old = environment.nowMicroseconds() - LakeWriter.keptMicroseconds
        let what = "FROM sunvigil_outbox WHERE state <> ? AND coalesce(sent_us, created_us) < ?"
        let arguments: StatementArguments = [OutboxItem.State.waiting.rawValue, old]
        let isAny = try ask {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 \(what))", arguments: arguments) ?? false
        }
        if isAny { try write { try $0.execute(sql: "DELETE \(what)", arguments: arguments) } }
        try forgetStates()
    }

    /// How long it is remembered that a state was told: a newer one is told twice a day, microseconds.
    private static let stateMicroseconds: Int64 = 7 * 86_400_000_000

    private func forgetStates() throws {
        let what = "FROM sunvigil_told WHERE event = ? AND at_us < ?"
        let arguments: StatementArguments = [
            MessageEvent.state.rawValue, environment.nowMicroseconds() - LakeWriter.stateMicroseconds,
        ]
        let isAny = try ask {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 \(what))", arguments: arguments) ?? false
        }
        if isAny { try write { try $0.execute(sql: "DELETE \(what)", arguments: arguments) } }
    }
}

extension Lake {
    /// Keeps what was planned, in the caller's transaction. A message whose name is there and a mark that is there stay as
    /// they are.
    ///
    /// - Returns: how many messages were kept.
    static func keep(_ plan: OutboxPlan, _ database: Database) throws -> Int {
        let count = try plan.items.count { try $0.writeNew(database) }
        for mark in plan.marks { try mark.writeNew(database) }
        return count
    }

    /// Plans and keeps what a run's findings bring about, in the transaction that stores them.
    static func plan(_ planner: OutboxPlanner?, of changes: FindingChanges, _ database: Database) throws {
        guard let planner else { return }
        let desk = OutboxDesk(database: database, version: CatalogueSchema.storeVersion)
        _ = try keep(try planner(desk, changes), database)
    }

    /// Takes what was told of a site, and what is to be told, away with it.
    static func forgetTold(systemID: Int64, _ database: Database) throws {
        for table in ["sunvigil_told", "sunvigil_outbox"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE system_id = ?", arguments: [systemID])
        }
    }

    /// Gives what was told of a finding, and what is to be told of it, its new name.
    static func renameTold(_ systemID: Int64, from old: String, to new: String, _ database: Database) throws {
        let marks = try ToldMark.all(
            database,
            sql: "WHERE system_id = ? AND identity = ?",
            arguments: [systemID, old]
        )
        try database.execute(
            sql: "DELETE FROM sunvigil_told WHERE system_id = ? AND identity = ?",
            arguments: [systemID, old]
        )
        for var mark in marks {
            mark.told.identity = new
            // What was told under the new name stays as it is.
            try mark.write(database, replaces: false)
        }
        let items = try OutboxItem.all(
            database,
            sql: "WHERE system_id = ? AND instr(events, ?) > 0",
            arguments: [systemID, JSONValue.text(old).compact]
        )
        for var item in items {
            for index in item.events.indices where item.events[index].identity == old {
                item.events[index].identity = new
            }
            try item.write(database, replaces: true)
        }
    }
}

extension OutboxItem {
    /// Returns it with times that lie behind a limit brought back to now.
    fileprivate func broughtBack(to now: Int64, from limit: Int64) -> OutboxItem {
        var item = self
        if createdMicroseconds > limit {
            let ahead = createdMicroseconds - now
            item.createdMicroseconds = now
            item.dueMicroseconds = max(now, dueMicroseconds - ahead)
            item.nextMicroseconds = max(now, nextMicroseconds - ahead)
        }
        if let tried = firstTriedMicroseconds, tried > limit {
            item.firstTriedMicroseconds = now
            item.nextMicroseconds = min(item.nextMicroseconds, now)
        }
        if let sent = sentMicroseconds, sent > limit { item.sentMicroseconds = now }
        return item
    }
}
