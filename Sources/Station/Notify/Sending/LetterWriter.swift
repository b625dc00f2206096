// Makes letters of messages that are due: the text from how things stand now, and what the form of a channel needs besides.

import Lake
import Notify
import Readings

/// Whoever makes letters.
struct LetterWriter {
    private let lake: any LakeReader
    private let configuration: Configuration
    private let facts: SiteFactsMaker
    /// The time, microseconds UTC.
    private let now: Int64

    /// Prepares to write.
    init(
        _ lake: any LakeReader,
        _ configuration: Configuration,
        now: Int64,
        ends: KnownEnds = KnownEnds()
    ) throws {
        (self.lake, self.configuration, self.now) = (lake, configuration, now)
        facts = try SiteFactsMaker(lake, configuration, now: now / 1_000_000, ends: ends)
    }

    /// The zones of all sites, by number.
    var zones: [Int64: TimeZoneRules] {
        get throws {
            let zones = try lake.sites().map { ($0.systemID, try ZoneFiles.load($0.timeZone)) }
            return Dictionary(zones) { first, _ in first }
        }
    }

    /// Makes a letter; nil where the site is gone.
    func letter(_ item: OutboxItem, _ channel: NotifyChannel) throws -> Letter? {
        guard var known = try facts.facts(systemID: item.systemID) else { return nil }
        if item.events.contains(where: { $0.event == .digest }) {
            let failing = try lake.failingChannels().map { ($0.device, $0.evidence.reason ?? "") }
            known.week = try facts.week(systemID: item.systemID, failing: failing)
        }
        let options = configuration.notify.options(for: channel)
        let message = Message(item, facts: known, options: options)
        var letter = Letter(channel: channel.name, item: item, message: message)
        letter.repliesTo = try first(item)
        if case .mqtt(let broker) = channel.kind {
            try addState(to: &letter, known, of: broker, options: options)
        }
        return letter
    }

    /// The name of the message that first told of what this one is about; nil where this is it.
    private func first(_ item: OutboxItem) throws -> String? {
        guard let event = item.events.first(where: \.event.isOfFinding) else { return nil }
        return try lake.outbox([.sent], limit: nil).filter { sent in
            sent.channel == item.channel && sent.itemID != item.itemID
                && sent.events.contains { $0.identity == event.identity && $0.event.isOfFinding }
        }.min { $0.itemID < $1.itemID }?.dedupe
    }

    private func addState(
        to letter: inout Letter,
        _ known: SiteFacts,
        of broker: BrokerChannel,
        options: MessageOptions
    ) throws {
        let systemID = letter.item.systemID
        var state = try facts.homeState(systemID: systemID)
        let before = try lake.outbox([.sent], limit: nil).filter {
            $0.channel == letter.channel && $0.systemID == systemID
        }.max { $0.itemID < $1.itemID }
        let earlier = JSONValue(parsing: before?.receipt ?? "")
        let id = try deviceID(systemID)
        if let old = earlier?["id"]?.string, old != id {
            letter.brokerMessages = HomeDevice.farewell(id: old, discoveryPrefix: broker.prefix)
        }
        // A battery that is silent stays, with a charge that is not known; the device of one that is taken away goes in time.
        var seen: [String: Int64] = [:]
        for (serial, time) in earlier?["seen"]?.members ?? [] {
            if case .integer(let seconds) = time { seen[serial] = seconds }
        }
        for battery in state.batteries { seen[battery.serial] = now / 1_000_000 }
        let gone = seen.filter { now / 1_000_000 - $0.value > LetterWriter.goneSeconds }.map(\.key).sorted()
        for serial in gone { seen[serial] = nil }
        for serial in seen.keys.sorted() where !state.batteries.contains(where: { $0.serial == serial }) {
            state.batteries.append((serial, nil))
        }
        letter.brokerMessages += HomeDevice.messages(
            id: id,
            facts: known,
            state: state,
            gone: gone,
            options: options,
            discoveryPrefix: broker.prefix,
            version: lake.environment.programVersion
        )
        let times = seen.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
        letter.brokerReceipt = JSONValue.object([("id", .text(id)), ("seen", .object(times))]).compact
    }

    /// So long may a battery be silent before it is gone, seconds.
    private static let goneSeconds: Int64 = 60 * 86_400

    /// What tells a site's device from others: its name as far as a topic can hold it, with its number where two are alike.
    private func deviceID(_ systemID: Int64) throws -> String {
        let sites = try lake.sites()
        func plain(_ name: String) -> String {
            let kept = name.lowercased().unicodeScalars.map { scalar -> Character in
                let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
                return isPlain ? Character(scalar) : "_"
            }
            return String(String(kept).prefix(40))
        }
        let name = sites.first { $0.systemID == systemID }.map { plain($0.name) } ?? ""
        let isAlone = sites.count { plain($0.name) == name } == 1
        let hasLetters = name.contains { $0 != "_" }
        return isAlone && hasLetters ? name : "\(name)_\(systemID)"
    }
}
