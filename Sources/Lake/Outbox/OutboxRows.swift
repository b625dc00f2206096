// Messages and marks as rows of the catalogue: which cell holds what, on the way in and on the way out. What a message says
// is not known here.

import GRDB
import Readings

extension Lake {
    /// The version of the store from which on it keeps messages.
    static let firstOutboxVersion = 11

    /// Returns the site of what is told: what stands before the first bar of its identity.
    ///
    /// - Throws: `LakeError.catalogue` where that is no number of a site.
    static func systemID(ofIdentity identity: String) throws -> Int64 {
        guard let systemID = Int64(identity.prefix { $0 != "|" }), StoredBounds.systemIDs.contains(systemID)
        else { throw LakeError.message("the identity \(identity)") }
        return systemID
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
    }

    fileprivate var isWithinBounds: Bool {
        StoredBounds.counts.contains(Int64(count)) && StoredBounds.counts.contains(costWh ?? 0)
    }

    /// Reads a JSON list of events.
    ///
    /// - Throws: `LakeError.catalogue` for any other text.
    fileprivate static func read(_ text: String) throws -> [ToldEvent] {
        guard let list = JSONValue(parsing: text), case .array(let elements) = list else {
            throw LakeError.message("\(text) in the place of its events")
        }
        return try elements.map {
            guard let event = ToldEvent(json: $0), event.isWithinBounds else {
                throw LakeError.message("\($0.compact) in the place of an event")
            }
            return event
        }
    }
}

extension OutboxItem: MessageRow {
    static var table: String { "sunvigil_outbox" }
    static var columns: [String] {
        [
            "item_id", "channel", "system_id", "dedupe", "run_id", "created_us", "due_us", "next_us",
            "attempts",
            "first_tried_us", "sent_us", "state", "events", "last_error", "receipt",
        ]
    }
    static var order: String { "item_id" }

    var cells: [JSONValue] {
        [
            .integer(itemID), .text(channel), .integer(systemID), .text(dedupe), .integer(runID),
            .integer(createdMicroseconds), .integer(dueMicroseconds), .integer(nextMicroseconds),
            .integer(Int64(attempts)), .optional(firstTriedMicroseconds), .optional(sentMicroseconds),
            .text(state.rawValue), .text(JSONValue.array(events.map(\.json)).compact), .optional(lastError),
            .optional(receipt),
        ]
    }

    var isWithinBounds: Bool {
        let times =
            [createdMicroseconds, dueMicroseconds, nextMicroseconds]
            + [firstTriedMicroseconds, sentMicroseconds].compactMap { $0 }
        return times.allSatisfy { StoredBounds.microseconds.contains($0) }
            && StoredBounds.systemIDs.contains(systemID) && events.allSatisfy(\.isWithinBounds)
            && [itemID, runID, Int64(attempts)].allSatisfy { StoredBounds.counts.contains($0) }
    }

    init(cells row: Row) throws {
        let state = try row.text("state")
        guard let known = State(rawValue: state) else { throw LakeError.message("the state \(state)") }
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

    /// Keeps it as a new one, under the next number.
    ///
    /// - Returns: false where one of its name is there: that one stays.
    func writeNew(_ database: Database) throws -> Bool {
        var new = self
        new.itemID =
            try Int64.fetchOne(database, sql: "SELECT coalesce(max(item_id), 0) + 1 FROM sunvigil_outbox")
            ?? 1
        return try new.write(database, replaces: false)
    }

    /// Keeps what became of it. Its channel, site, name and run stay as they are, and what it tells does once it was tried.
    func update(_ database: Database) throws {
        let known = try OutboxItem.all(
            database,
            sql: "WHERE item_id = ? AND dedupe = ?",
            arguments: [itemID, dedupe]
        )
        guard var kept = known.first else { return }
        if kept.attempts == 0 { kept.events = events }
        (kept.dueMicroseconds, kept.nextMicroseconds) = (dueMicroseconds, nextMicroseconds)
        (kept.firstTriedMicroseconds, kept.sentMicroseconds) = (firstTriedMicroseconds, sentMicroseconds)
        (kept.state, kept.attempts, kept.lastError, kept.receipt) = (state, attempts, lastError, receipt)
        try kept.write(database, replaces: true)
    }
}

extension ToldMark: MessageRow {
    static var table: String { "sunvigil_told" }
    static var columns: [String] {
        ["channel", "identity", "system_id", "event", "level", "severity", "cost_wh", "count", "at_us"]
    }
    static var order: String { "at_us, channel, identity, event, level" }

    var cells: [JSONValue] {
        [
            .text(channel), .text(told.identity), .optional(try? Lake.systemID(ofIdentity: told.identity)),
            .text(told.event.rawValue), .text(told.level), .text(told.severity.rawValue),
            .optional(told.costWh), .integer(Int64(told.count)), .integer(atMicroseconds),
        ]
    }

    var isWithinBounds: Bool { told.isWithinBounds && StoredBounds.microseconds.contains(atMicroseconds) }

    init(cells row: Row) throws {
        let (event, severity) = (try row.text("event"), try row.text("severity"))
        guard let knownEvent = MessageEvent(rawValue: event) else {
            throw LakeError.message("the event \(event)")
        }
        guard let knownSeverity = Severity(rawValue: severity) else {
            throw LakeError.message("the severity \(severity)")
        }
        let identity = try row.text("identity")
        guard try Lake.systemID(ofIdentity: identity) == row.systemID() else {
            throw LakeError.message("the identity \(identity) of another site")
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
    func writeNew(_ database: Database) throws {
        _ = try Lake.systemID(ofIdentity: told.identity)
        try write(database, replaces: false)
    }
}
