// What is to be told of findings, planned in the transaction that keeps them: all that may not be asked in there is gathered
// before.

import Lake
import Notify
import Readings
import Transfer

/// Where messages of some sites are planned.
package struct NotifyDesk {
    /// The channels' wishes, with the sites that each hears of; nil for all.
    private let channels: [NotifyChannel]
    /// The sites, each with what explains its findings.
    private let sites: [(view: SiteView, explained: Set<Int64>)]
    /// The time, microseconds UTC.
    private let now: Int64

    /// Prepares to plan; nil where nobody is to be told.
    ///
    /// - Parameters:
    ///   - views: the sites, as they are known now.
    ///   - now: the time, microseconds UTC.
    package init?(_ lake: some LakeReader, _ settings: NotifySettings, views: [SiteView], now: Int64) {
        guard !settings.channels.isEmpty, !views.isEmpty else { return nil }
        channels = settings.channels
        let explained = CaseBook.explained(lake)
        sites = views.map { ($0, explained[$0.site.name] ?? []) }
        self.now = now
    }

    /// Plans what is to be told now: by what findings have become, and by time.
    package func plan(_ desk: OutboxDesk, _ changes: FindingChanges) throws -> OutboxPlan {
        var plan = OutboxPlan()
        for (view, explained) in sites {
            let findings = try NotifyDesk.findings(desk, of: view, explained: explained, behind: changes)
            for channel in channels where channel.hears(site: view.site.name) {
                let systemID = view.site.systemID
                let own = MessagePlan.plan(
                    PlanInput(
                        channel: channel.rules,
                        systemID: systemID,
                        zone: view.zone,
                        nowMicroseconds: now,
                        findings: findings,
                        told: try desk.told(channel: channel.name, systemID: systemID),
                        isChecked: try desk.isChecked(systemID: systemID),
                        runID: changes.runID,
                        name: NotifyDesk.name
                    )
                )
                plan.items += own.items
                plan.marks += own.marks
            }
        }
        return plan
    }

    /// Returns a site's findings as messages know them.
    static func findings(
        _ desk: OutboxDesk,
        of view: SiteView,
        explained: Set<Int64>,
        behind changes: FindingChanges = FindingChanges()
    ) throws -> [NotifiedFinding] {
        let stored = try desk.findings(systemID: view.site.systemID)
        let standings = FindingStandings(stored, explained: explained, dataEnd: view.dataEnd, now: view.now)
        return view.notified(
            standings.told(stored),
            timesBack: try desk.timesBack(systemID: view.site.systemID),
            fresh: Set(changes.opened.map(\.findingID))
        )
    }

    /// The name of a message that tells what a text names.
    private static let name: @Sendable (String) -> String = { text in
        String(MessageDigest.sha256(Array(text.utf8)).prefix(32))
    }
}
