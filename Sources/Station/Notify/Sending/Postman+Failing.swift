// A channel that does not deliver is a finding like others: told on the other channels, on pages and by the check.

import Lake
import Notify
import Readings

extension LakeReader {
    /// The names of all sites, by number.
    func siteNames() throws -> [Int64: String] {
        Dictionary(try sites().map { ($0.systemID, $0.name) }) { first, _ in first }
    }

    /// Returns what lasts of channels that do not deliver; not that of sites that are gone.
    func failingChannels() throws -> [StoredFinding] {
        let names = try siteNames()
        return try findings().filter {
            names[$0.systemID] != nil && $0.kind == .channelFailing && $0.state == .open && $0.end == nil
        }
    }
}

extension Postman {
    /// Opens the finding of a channel that does not deliver, unless it is open.
    func beginFailing(_ item: OutboxItem, _ failure: DeliveryFailure) throws {
        guard try lasting(channel: item.channel).isEmpty else { return }
        let now = Instant(utcSeconds: clock() / 1_000_000)
        let first = (item.firstTriedMicroseconds ?? item.createdMicroseconds) / 1_000_000
        // One that comes and goes is one that is back, not a new one each time.
        let systemID = try place(of: item)
        let before = try lake.findings(systemID: systemID).filter { stored in
            guard let end = stored.end, stored.kind == .channelFailing, stored.device == item.channel else {
                return false
            }
            return now.utcSeconds - end.utcSeconds < Postman.flapSeconds
        }.map(\.start).max()
        let finding = Finding(
            device: item.channel,
            kind: .channelFailing,
            start: before ?? min(Instant(utcSeconds: first), now),
            end: nil,
            alert: now,
            severity: .warning,
            rule: FindingRule(.notDelivered),
            evidence: Evidence { $0.reason = failure.text },
            knownEnd: now
        )
        try store(LiveFindingUpdate(opened: [finding]), systemID: systemID)
    }

    /// What fails again so soon is the same trouble, seconds.
    private static let flapSeconds: Int64 = 7 * 86_400

    /// The site to which the trouble of a channel belongs: that of its message, or one of which another channel hears.
    private func place(of item: OutboxItem) throws -> Int64 {
        let others = settings.channels.filter { $0.name != item.channel && !$0.rules.isOfState }
        let heard = try lake.sites().filter { site in others.contains { $0.hears(site: site.name) } }.map(
            \.systemID
        )
        return heard.contains(item.systemID) ? item.systemID : heard.first ?? item.systemID
    }

    /// Gives up what waits for channels that the owner took out of his list, or that hear of the site no more.
    func giveUpOfGone() throws {
        guard settings.faults.isEmpty else { return }
        try lake.change {
            let names = try lake.siteNames()
            let gone = try lake.outbox([.waiting]).filter { item in
                !(settings.channel(item.channel)?.takes(item, site: names[item.systemID]) ?? false)
            }.map { item in
                var item = item
                item.state = .failed
                item.lastError = "the channel is not, or not so, in config.json any more"
                return item
            }
            try lake.keepOutbox(gone)
        }
    }

    /// Ends what is open of a channel that delivers.
    func endFailing(channel: String) throws {
        for stored in try lasting(channel: channel) { try end(stored) }
    }

    /// Ends what is open of channels that the owner took out of his list.
    func endFailingOfGone() throws {
        // A channel with a slip is not gone.
        guard settings.faults.isEmpty else { return }
        let known = Set(settings.channels.map(\.name))
        for stored in try lake.failingChannels() where !known.contains(stored.device) { try end(stored) }
    }

    /// Tells whether any channel delivers, as far as is known: one that fails rests for hours, and is not tried each time.
    var isAnyDelivering: Bool {
        get throws {
            let failing = Set(try lake.failingChannels().map(\.device))
            return settings.channels.isEmpty || !settings.channels.allSatisfy { failing.contains($0.name) }
        }
    }

    private func end(_ stored: StoredFinding) throws {
        var finding = stored.finding
        finding.end = max(finding.start, Instant(utcSeconds: clock() / 1_000_000))
        finding.knownEnd = finding.end ?? finding.knownEnd
        try store(LiveFindingUpdate(ended: [finding]), systemID: stored.systemID)
    }

    private func lasting(channel: String) throws -> [StoredFinding] {
        try lake.failingChannels().filter { $0.device == channel }
    }

    /// Keeps a change with what is to be told of it on the other channels.
    private func store(_ update: LiveFindingUpdate, systemID: Int64) throws {
        try lake.change { try storeHeld(update, systemID: systemID) }
    }

    private func storeHeld(_ update: LiveFindingUpdate, systemID: Int64) throws {
        let now = clock()
        let maker = try SiteFactsMaker(lake, configuration, now: now / 1_000_000, ends: ends)
        let views = try maker.allViews().filter { $0.site.systemID == systemID }
        let desk = NotifyDesk(lake, settings, views: views, now: now)
        _ = try lake.stageLive([], systemID: systemID, findings: update, telling: desk?.plan)
    }
}
