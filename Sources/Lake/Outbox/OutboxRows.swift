// Messages and marks as rows of the catalogue: what each cell may hold, on the way in and on the way out. What a message
// says is not known here.

import GRDB
import Readings

extension Lake {
    /// The version of the store from which on it keeps messages.
    static let firstOutboxVersion = 11

    private static let itemColumns = """
        item_id, channel, system_id, dedupe, run_id, created_us, due_us, next_us, attempts, first_tried_us, sent_us, state, \
        events, last_error, receipt
        """
    private static let markColumns =
        "channel, identity, system_id, event, level, severity, cost_wh, count, at_us"

    /// Reads messages by their number.
    ///
    /// - Parameter sql: what stands behind the table.
    static func outbox(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [OutboxItem]
    {
        try itemRows(database, sql: sql, arguments: arguments).map { try OutboxItem(row: $0) }
    }

    /// Reads marks, the earliest first.
    static func marks(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [ToldMark]
    {
        try markRows(database, sql: sql, arguments: arguments).map { try ToldMark(row: $0) }
    }

    static func itemRows(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [Row]
    {
        try Row.fetchAll(
            database,
            sql: "SELECT \(itemColumns) FROM sunvigil_outbox \(sql) ORDER BY item_id",
            arguments: arguments
        )
    }

    static func markRows(_ database: Database, sql: String = "", arguments: StatementArguments = []) throws
        -> [Row]
    {
        try Row.fetchAll(
            database,
            sql: """
                SELECT \(markColumns) FROM sunvigil_told \(sql) ORDER BY at_us, channel, identity, event, level
                """,
            arguments: arguments
        )
    }

    /// Returns the site of what is told: what stands before the first bar of its identity.
    ///
    /// - Throws: `LakeError.catalogue` where that is no number of a site.
    static func systemID(ofIdentity identity: String) throws -> Int64 {
        guard let systemID = Int64(identity.prefix { $0 != "|" }),
            StoredBounds.systemIDs.contains(systemID)
        else { throw misfit("identity", identity) }
        return systemID
    }

    fileprivate static func misfit(_ column: String, _ found: String) -> LakeError {
        .catalogue(
            path: LakeError.catalogueName,
            reason: "\(column) of a message holds \(ControlledText.oneLine(String(found.prefix(80))))"
        )
    }
}

extension ToldEvent {
    /// The event as the catalogue keeps it: equal events give equal bytes.
    fileprivate var json: JSONValue {
        .object([
            ("event", .text(event.rawValue)), ("identity", .text(identity)), ("level", .text(level)),
            ("severity", .text(severity.rawValue)), ("cost_wh", .optional(costWh)),
            ("count", .integer(Int64(count))),
        ])
    }

    /// Reads an event; nil for what is none.
    fileprivate init?(json: JSONValue) {
        func number(_ name: String) -> Int64? { json[name]?.double.flatMap { Int64(exactly: $0) } }
        guard let event = json["event"]?.string.flatMap({ MessageEvent(rawValue: $0) }),
            let identity = json["identity"]?.string, let level = json["level"]?.string,
            let severity = json["severity"]?.string.flatMap({ Severity(rawValue: $0) }),
            let count = number("count").flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(
            event,
            identity: identity,
            level: level,
            severity: severity,
            costWh: number("cost_wh"),
            count: count
        )
        guard isWithinBounds else { return nil }
    }

    /// Tells whether its numbers can be kept and read again.
    fileprivate var isWithinBounds: Bool {
        StoredBounds.counts.contains(Int64(count))
            && (costWh.map { StoredBounds.counts.contains($0) } ?? true)
    }

    /// Events as text of the catalogue: a JSON list of objects.
    static func text(of events: [ToldEvent]) -> String { JSONValue.array(events.map(\.json)).compact }

    /// Reads what `text` wrote.
    ///
    /// - Throws: `LakeError.catalogue` for any other text.
    static func read(_ text: String) throws -> [ToldEvent] {
        guard let list = JSONValue(parsing: text), case .array(let elements) = list else {
            throw Lake.misfit("events", text)
        }
        return try elements.map {
            guard let event = ToldEvent(json: $0) else { throw Lake.misfit("events", $0.compact) }
            return event
        }
    }
}

extension OutboxItem {
    /// Reads a row.
    init(row: Row) throws {
        let state = try row.text("state")
        guard let known = State(rawValue: state) else { throw Lake.misfit("state", state) }
        self.init(
            channel: try row.text("channel"),
            systemID: try row.systemID(),
            dedupe: try row.text("dedupe"),
            events: try ToldEvent.read(try row.text("events")),
            createdMicroseconds: try row.instant("created_us"),
            dueMicroseconds: try row.instant("due_us")
        )
        itemID = try row.count("item_id")
        runID = try row.count("run_id")
        nextMicroseconds = try row.instant("next_us")
        attempts = try row.count("attempts")
        firstTriedMicroseconds = try row.instantIfAny("first_tried_us")
        sentMicroseconds = try row.instantIfAny("sent_us")
        self.state = known
        lastError = try row.textIfAny("last_error")
        receipt = try row.textIfAny("receipt")
    }

    /// Refuses what could not be read again.
    ///
    /// - Throws: `LakeError.catalogue`.
    private func check() throws {
        let times =
            [createdMicroseconds, dueMicroseconds, nextMicroseconds]
            + [firstTriedMicroseconds, sentMicroseconds].compactMap { $0 }
        guard times.allSatisfy({ StoredBounds.microseconds.contains($0) }),
            StoredBounds.systemIDs.contains(systemID), StoredBounds.counts.contains(runID),
            StoredBounds.counts.contains(Int64(attempts)), events.allSatisfy(\.isWithinBounds)
        else { throw Lake.misfit("a number", dedupe) }
    }

    /// Keeps it, under its own number where it has one, else under a new one.
    ///
    /// - Returns: false where one of its name is there: that one stays.
    func insert(_ database: Database) throws -> Bool {
        try check()
        try database.execute(
            sql: """
                INSERT INTO sunvigil_outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(dedupe) DO NOTHING
                """,
            arguments: [
                itemID > 0 ? itemID : nil, channel, systemID, dedupe, runID, createdMicroseconds,
                dueMicroseconds, nextMicroseconds, attempts, firstTriedMicroseconds, sentMicroseconds,
                state.rawValue, ToldEvent.text(of: events), lastError, receipt,
            ]
        )
        return database.changesCount > 0
    }

    /// Keeps what became of it. Its channel, site, name and run stay as they are, and what it tells does once it was tried.
    func update(_ database: Database) throws {
        try check()
        try database.execute(
            sql: """
                UPDATE sunvigil_outbox SET due_us = ?, next_us = ?, first_tried_us = ?, sent_us = ?, state = ?,
                    events = CASE attempts WHEN 0 THEN ? ELSE events END, attempts = ?, last_error = ?, receipt = ?
                WHERE item_id = ? AND dedupe = ?
                """,
            arguments: [
                dueMicroseconds, nextMicroseconds, firstTriedMicroseconds, sentMicroseconds, state.rawValue,
                ToldEvent.text(of: events), attempts, lastError, receipt, itemID, dedupe,
            ]
        )
    }
}

extension ToldMark {
    /// Reads a row.
    init(row: Row) throws {
        let (event, severity) = (try row.text("event"), try row.text("severity"))
        guard let knownEvent = MessageEvent(rawValue: event) else { throw Lake.misfit("event", event) }
        guard let knownSeverity = Severity(rawValue: severity) else {
            throw Lake.misfit("severity", severity)
        }
        let identity = try row.text("identity")
        guard try Lake.systemID(ofIdentity: identity) == row.systemID() else {
            throw Lake.misfit("identity", identity)
        }
        self.init(
            channel: try row.text("channel"),
            told: ToldEvent(
                knownEvent,
                identity: identity,
                level: try row.text("level"),
                severity: knownSeverity,
                costWh: try row.integerIfAny("cost_wh", in: StoredBounds.counts),
                count: try row.count("count")
            ),
            atMicroseconds: try row.instant("at_us")
        )
    }

    /// Keeps it. One of its channel, identity, event and level that is there stays as it is.
    func insert(_ database: Database) throws {
        guard told.isWithinBounds, StoredBounds.microseconds.contains(atMicroseconds) else {
            throw Lake.misfit("a number", told.identity)
        }
        try database.execute(
            sql: "INSERT INTO sunvigil_told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [
                channel, told.identity, try Lake.systemID(ofIdentity: told.identity), told.event.rawValue,
                told.level, told.severity.rawValue, told.costWh, told.count, atMicroseconds,
            ]
        )
    }
}
