// How a message comes of an item: which step it is about, its title, its entries and its lines. Words for single findings stand in
// EntryWords, those for the site in SiteLines.

import Readings
import Words

extension Message {
    /// What lasts longer on its way than this is said to be late, seconds.
    private static let lateSeconds: Int64 = 6 * 3600
    private static let mostOpen = 20

    /// Makes the message of an item from how things stand now: what is over by then is told as over.
    package init(_ item: OutboxItem, facts: SiteFacts, options: MessageOptions) {
        let safe = SafeText(facts, options)
        let told = EntryMaker(facts, safe).entries(item.events)
        let event = Message.lead(item.events, told)
        let lasting = told.filter(\.isActive)
        let site = SiteLines(facts, safe)
        self.init(
            id: item.dedupe,
            site: safe.of(facts.name, most: 64),
            event: event,
            level: (lasting.isEmpty ? told : lasting).map(\.entry.severity).max() ?? .notice,
            title: MessageTitle(event: event, told: told, events: item.events, site: site).text,
            madeUTCSeconds: facts.nowUTCSeconds
        )
        entries = told.prefix(Message.mostEntries).map(\.entry)
        untold = max(0, told.count - Message.mostEntries)
        lines = site.lines(item.events, entries: told)
        let late = facts.nowUTCSeconds - item.dueMicroseconds.flooredDivision(by: 1_000_000)
        if late > Message.lateSeconds, item.attempts > 1 || item.firstTriedMicroseconds != nil {
            let due = facts.zone.text(atUTCSeconds: facts.nowUTCSeconds - late)
            lines.append("This message was due on \(due) and could not be sent before.")
        }
        link = Message.plainLink(options.link)
        runID = item.runID
        open = site.open.prefix(Message.mostOpen).map { EntryWords($0, facts: facts, safe: safe).json(nil) }
    }

    /// Makes a message by which the owner tries a channel.
    package static func test(channel: String, facts: SiteFacts, id: String, options: MessageOptions)
        -> Message
    {
        let safe = SafeText(facts, options)
        let name = safe.of(channel, most: 40)
        var message = Message(
            id: id,
            .test,
            .notice,
            facts: facts,
            options: options,
            body: "test of the channel \(name)"
        )
        message.lines = [
            "This is a test: messages by the channel \(name) arrive. Nothing is wrong.",
            "It was asked for on \(facts.zone.text(atUTCSeconds: facts.nowUTCSeconds)).",
        ]
        return message
    }

    /// Makes a message that tells of no finding: its lines are still to be written.
    ///
    /// - Parameter body: what its title says behind the site's name.
    init(
        id: String,
        _ event: MessageEvent,
        _ level: Severity,
        facts: SiteFacts,
        options: MessageOptions,
        body: String
    ) {
        let safe = SafeText(facts, options)
        self.init(
            id: id,
            site: safe.of(facts.name, most: 64),
            event: event,
            level: level,
            title: MessageTitle.text(of: facts, safe, body: body),
            madeUTCSeconds: facts.nowUTCSeconds
        )
        link = Message.plainLink(options.link)
    }

    /// What an item is about first: the first message of a channel, then findings, then the site as a whole.
    private static func lead(_ events: [ToldEvent], _ told: [ToldEntry]) -> MessageEvent {
        let steps = Set(events.map(\.event))
        if steps.contains(.test) { return .test }
        if steps.contains(.openNow), told.contains(where: \.isActive) || told.isEmpty { return .openNow }
        if let first = told.first { return first.entry.event }
        return [.digest, .older, .state].first { steps.contains($0) } ?? .state
    }

    /// Returns an address of the web; nil for anything else, whatever the settings say.
    static func plainLink(_ link: String?) -> String? {
        guard let link, link.hasPrefix("http://") || link.hasPrefix("https://"), link.utf8.count <= 500,
            link.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        return link
    }
}
