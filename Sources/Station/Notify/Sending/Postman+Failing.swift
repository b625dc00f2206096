// A channel that does not deliver is a finding like others: told on the other channels, on pages and by the check.

import Lake
import Notify
import Readings

extension Postman {
    /// Opens the finding of a channel that does not deliver, unless it is open.
    func beginFailing(_ item: OutboxItem, _ failure: DeliveryFailure) throws {
        guard try lasting(channel: item.channel).isEmpty else { return }
        let now = Instant(utcSeconds: clock() / 1_000_000)
        let first = (item.firstTriedMicroseconds ?? item.createdMicroseconds) / 1_000_000
        let finding = Finding(
            device: item.channel,
            kind: .channelFailing,
            start: min(Instant(utcSeconds: first), now),
            end: nil,
            alert: now,
            severity: .warning,
            rule: FindingRule(.notDelivered),
            evidence: Evidence { $0.reason = failure.text },
            knownEnd: now
        )
        try store(LiveFindingUpdate(opened: [finding]), systemID: item.systemID)
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
        for stored in try lasting(channel: nil) where !known.contains(stored.device) { try end(stored) }
    }

    /// Tells whether any channel delivers, as far as is known: one that fails rests for hours, and is not tried each time.
    var isAnyDelivering: Bool {
        get throws {
            let failing = Set(try lasting(channel: nil).map(\.device))
            return settings.channels.isEmpty || !settings.channels.allSatisfy { failing.contains($0.name) }
        }
    }

    private func end(_ stored: StoredFinding) throws {
        var finding = stored.finding
        finding.end = max(finding.start, Instant(utcSeconds: clock() / 1_000_000))
        finding.knownEnd = finding.end ?? finding.knownEnd
        try store(LiveFindingUpdate(ended: [finding]), systemID: stored.systemID)
    }

    private func lasting(channel: String?) throws -> [StoredFinding] {
        try lake.findings().filter {
            $0.kind == .channelFailing && $0.state == .open && $0.end == nil
                && (channel == nil || $0.device == channel)
        }
    }

    /// Keeps a change with what is to be told of it on the other channels.
    private func store(_ update: LiveFindingUpdate, systemID: Int64) throws {
        try lake.change { try storeHeld(update, systemID: systemID) }
    }

    private func storeHeld(_ update: LiveFindingUpdate, systemID: Int64) throws {
        let now = clock()
        let maker = try SiteFactsMaker(lake, configuration, now: now / 1_000_000, ends: ends)
        let views = try maker.allViews().filter { $0.site.systemID == systemID }
        let desk = try NotifyDesk(lake, settings, views: views, now: now)
        _ = try lake.stageLive([], systemID: systemID, findings: update, telling: desk?.plan)
    }
}
