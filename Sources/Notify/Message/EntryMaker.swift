// What a message tells of single findings: which of an item's events stand now, in which words, and in which order. The form of a
// message as a whole stands in Message+Making.swift.

import Readings
import Words

/// What is told of one finding, with what its order and the title need.
struct ToldEntry {
    var entry: Message.Entry
    /// The headline in short, for a title.
    var short: String
    /// It lasts: it comes before what is over.
    var isActive: Bool
    var start: Instant

    /// The gravest that lasts first.
    static func isBefore(_ left: ToldEntry, _ right: ToldEntry) -> Bool {
        if left.isActive != right.isActive { return left.isActive }
        if left.entry.severity != right.entry.severity { return left.entry.severity > right.entry.severity }
        return (left.start, left.entry.identity) < (right.start, right.entry.identity)
    }
}

/// Makes entries of an item's events.
struct EntryMaker {
    let facts: SiteFacts
    let safe: SafeText
    private let search: FindingSearch

    init(_ facts: SiteFacts, _ safe: SafeText) {
        (self.facts, self.safe) = (facts, safe)
        search = FindingSearch(facts.findings)
    }

    /// Returns an entry for each finding of which events tell, in the order in which they are told.
    func entries(_ events: [ToldEvent]) -> [ToldEntry] {
        var order: [String] = []
        var told: [String: (finding: NotifiedFinding?, events: [ToldEvent])] = [:]
        for event in events where event.event.isOfFinding {
            let finding = search.finding(event.identity)
            let name = finding?.identity ?? event.identity
            if told[name] == nil { order.append(name) }
            told[name, default: (finding, [])].events.append(event)
        }
        return order.compactMap { name in
            guard let own = told[name] else { return nil }
            return own.finding.map { entry($0, own.events) } ?? gone(name, own.events)
        }
        .sorted(by: ToldEntry.isBefore)
    }

    /// Returns which step stands now: the text is made when it is sent, and it may be over by then.
    static func step(_ events: [ToldEvent], isLasting: Bool) -> MessageEvent {
        let steps = Set(events.map(\.event))
        let isFirst = steps.contains(.new) || steps.contains(.newAndOver)
        guard isLasting else { return isFirst ? .newAndOver : .over }
        if isFirst { return .new }
        return [MessageEvent.again, .worse, .reminder].first { steps.contains($0) } ?? .again
    }

    private func entry(_ own: NotifiedFinding, _ events: [ToldEvent]) -> ToldEntry {
        let step = EntryMaker.step(events, isLasting: own.isLasting)
        let words = EntryWords(own, facts: facts, safe: safe)
        let entry = Message.Entry(
            event: step,
            number: own.number,
            severity: own.finding.severity,
            headline: words.headline,
            lines: words.lines(step, events),
            json: words.json(step),
            identity: own.identity
        )
        return ToldEntry(
            entry: entry,
            short: words.short,
            isActive: own.isLasting,
            start: own.finding.start
        )
    }

    /// What is told of a finding that nothing is left of.
    private func gone(_ identity: String, _ events: [ToldEvent]) -> ToldEntry? {
        guard let told = ToldIdentity(identity), let event = events.last else { return nil }
        let device = safe.of(told.device, most: 60)
        let since = facts.zone.text(atUTCSeconds: told.start.utcSeconds)
        let name = told.kind.map { FindingWords.of($0).name } ?? safe.of(told.kindName, most: 40)
        let short = "\(name) of \(device)"
        let entry = Message.Entry(
            event: .over,
            number: 0,
            severity: event.severity,
            headline: "What was told as \(name) of \(device), since \(since), is seen no more.",
            lines: [],
            json: .object([
                ("event", .text(MessageEvent.over.rawValue)), ("id", .null),
                ("fingerprint", .text(StableName.fingerprint(identity))),
                ("site", .text(safe.of(facts.name, most: 64))), ("device", .text(device)),
                ("kind", .text(safe.of(told.kindName, most: 40))), ("start", .text(told.start.iso8601)),
                ("end", .null), ("state", .text("gone")), ("severity", .text(event.severity.rawValue)),
                ("text", .text("\(short) is seen no more")),
            ]),
            identity: identity
        )
        return ToldEntry(entry: entry, short: short, isActive: false, start: told.start)
    }
}
