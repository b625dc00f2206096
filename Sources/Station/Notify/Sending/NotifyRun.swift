// The use cases of messages: send what is due, show what would go, list what went, try a channel, tell that a service failed.

import Foundation
import Lake
import Notify
import Readings
import Transfer
import Words

/// A message as it is shown before it goes.
package struct ShownMessage: Sendable {
    /// The message's place in the outbox; its number is 0 where it is only planned.
    package let item: OutboxItem
    /// What it says.
    package let message: Message
    /// What a broker would keep; empty for other channels.
    package let topics: [BrokerMessage]

    /// The text of the message, or the topics with what they would hold.
    package var text: String {
        topics.isEmpty
            ? message.text
            : topics.map { "\($0.topic) \(String(decoding: $0.payload, as: UTF8.self))\n" }.joined()
    }

    /// The message in the form of docs/contract.md.
    package var json: JSONValue {
        .object([
            ("channel", .text(item.channel)), ("dedupe", .text(item.dedupe)),
            ("event", .text(message.event.rawValue)), ("level", .text(message.level.rawValue)),
            ("title", .text(message.title)), ("text", .text(text)),
            ("due", .text(Instant(utcSeconds: item.dueMicroseconds / 1_000_000).iso8601)),
        ])
    }
}

/// Messages of a store.
package struct NotifyRun<Store: LakeReader> {
    private let station: Station<Store>
    package let configuration: Configuration
    private let ends = KnownEnds()

    /// Prepares.
    ///
    /// - Throws: as `Configuration.load`.
    package init(_ station: Station<Store>) throws {
        self.station = station
        configuration = try Configuration.load(station.lake)
    }

    private var settings: NotifySettings { configuration.notify }

    /// What is wrong in the list of channels.
    package func slips() throws -> [SettingsFault] {
        settings.faults + settings.faults(knownSites: try station.lake.sites().map(\.name))
    }

    private var now: Int64 { station.lake.environment.nowMicroseconds() }

    private func desk(_ maker: SiteFactsMaker) throws -> NotifyDesk? {
        NotifyDesk(station.lake, settings, views: try maker.allViews(), now: now)
    }

    private func maker() throws -> SiteFactsMaker {
        try SiteFactsMaker(station.lake, configuration, now: now / 1_000_000, ends: ends)
    }

    private func writer() throws -> LetterWriter {
        try LetterWriter(station.lake, configuration, now: now, ends: ends)
    }

    /// Returns what waits, and what would be planned now; nothing is kept.
    package func shown() throws -> [ShownMessage] {
        let lake = station.lake
        let waiting = try lake.outbox([.waiting], limit: nil)
        let planned = try desk(maker()).map { desk in
            try lake.outboxDesk { try desk.plan($0, FindingChanges()) }.items
        }
        let names = Set(waiting.map(\.dedupe))
        let writer = try writer()
        return try (waiting + (planned ?? []).filter { !names.contains($0.dedupe) }).compactMap { item in
            guard let channel = settings.channel(item.channel),
                let letter = try writer.letter(item, channel)
            else { return nil }
            return ShownMessage(item: item, message: letter.message, topics: letter.brokerMessages)
        }
    }

    /// Returns a letter by which the owner tries a channel.
    package func trial(_ channel: NotifyChannel) throws -> Letter {
        let maker = try maker()
        let site = try maker.allViews().first { channel.hears(site: $0.site.name) }?.site
        let facts =
            try site.flatMap { try maker.facts(systemID: $0.systemID) }
            ?? SiteFacts(name: "sunvigil", zone: .utc, nowUTCSeconds: now / 1_000_000)
        let id = "test-" + UUID().uuidString.lowercased()
        let item = OutboxItem(
            channel: channel.name,
            systemID: site?.systemID ?? 0,
            dedupe: id,
            events: [ToldEvent(.test, identity: "", severity: .notice)],
            createdMicroseconds: now,
            dueMicroseconds: now
        )
        if channel.rules.isOfState, site != nil {
            if let letter = try writer().letter(item, channel) { return letter }
        }
        return Letter(
            channel: channel.name,
            item: item,
            message: .test(
                channel: channel.name,
                facts: facts,
                id: id,
                options: settings.options(for: channel)
            )
        )
    }
}

extension NotifyRun where Store == LakeWriter {
    /// Plans what time brought about, and sends what is due.
    ///
    /// - Parameter seconds: how long it may take.
    package func run(within seconds: Double, seed: UInt64, send: @escaping Postman.Send) throws
        -> Postman.Outcome
    {
        let lake = station.lake
        try lake.bringBack(nowMicroseconds: now)
        if !settings.channels.isEmpty, let desk = try desk(maker()) { _ = try lake.plan(desk.plan) }
        return try Postman(lake, configuration, seed: seed, ends: ends, send: send).run(within: seconds)
    }

    /// Writes the file of numbers, where the owner wants one.
    ///
    /// - Returns: what went wrong, in one line; nil for nothing.
    package func writeNumbers(_ lastCheck: (atUTCSeconds: Int64, exitCode: Int32)?) throws -> String? {
        try maker().writeNumbers(lastCheck: lastCheck)
    }
}

/// A message of the outbox, as it is listed.
package struct ListedMessage: Sendable {
    /// The message.
    package let item: OutboxItem
    /// The site's name.
    package let site: String
    private let zone: TimeZoneRules

    init(_ item: OutboxItem, _ view: SiteView?) {
        self.item = item
        site = view?.site.name ?? ""
        zone = view?.zone ?? .utc
    }

    /// What it tells, in the words of docs/contract.md: each once.
    private var events: [MessageEvent] {
        item.events.map(\.event).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The message in the form of docs/contract.md.
    package var json: JSONValue {
        func time(_ microseconds: Int64?) -> JSONValue {
            .optional(microseconds.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 })
        }
        return .object([
            ("channel", .text(item.channel)), ("site", .text(site)), ("dedupe", .text(item.dedupe)),
            ("state", .text(item.state.rawValue)), ("events", .array(events.map { .text($0.rawValue) })),
            ("created", time(item.createdMicroseconds)), ("due", time(item.dueMicroseconds)),
            ("next", item.state == .waiting ? time(item.nextMicroseconds) : .null),
            ("attempts", .integer(Int64(item.attempts))), ("sent", time(item.sentMicroseconds)),
            ("error", .optional(item.lastError)),
        ])
    }

    /// The message in a line.
    package var line: String {
        func time(_ microseconds: Int64) -> String { zone.text(atUTCSeconds: microseconds / 1_000_000) }
        let what = events.map { $0.rawValue.replacing("_", with: " ") }.joined(separator: ", ")
        let how =
            switch item.state {
            case .sent: "went \(time(item.sentMicroseconds ?? item.createdMicroseconds))"
            case .waiting where item.attempts == 0: "waits, not before \(time(item.nextMicroseconds))"
            case .waiting:
                "waits, tried \(NumberText.count(item.attempts, "time")), next \(time(item.nextMicroseconds))"
            case .failed: "was given up after \(NumberText.count(item.attempts, "try", "tries"))"
            case .merged: "is told by another message"
            }
        let why = item.state == .sent ? "" : item.lastError.map { ": \($0)" } ?? ""
        return ControlledText.oneLine("\(item.channel)  \(site)  \(what)  \(how)\(why)")
    }
}

extension NotifyRun {
    private static var mostListed: Int { 50 }

    /// Returns what waits and failed, and what went lately, the newest last.
    package func listed() throws -> [ListedMessage] {
        let views = Dictionary(try maker().allViews().map { ($0.site.systemID, $0) }) { first, _ in first }
        let all = try station.lake.outbox(nil, limit: nil)
        let past = all.filter { $0.state == .sent || $0.state == .merged }.suffix(NotifyRun.mostListed)
        let open = all.filter { $0.state == .waiting || $0.state == .failed }
        return (past + open).sorted { $0.itemID < $1.itemID }.map { ListedMessage($0, views[$0.systemID]) }
    }
}
