// What happened to the connection to the grid. Bills and silences stand in UtilitySection.

import Analysis
import Readings
import Words

/// The grid in a time.
struct GridSection {
    /// The time.
    let facts: PeriodFacts

    /// By how much the times of sources differ, seconds.
    private static let slack: Int64 = 3600
    /// Entries of the vendor's lists that are told.
    private static let mostVendorEvents = 30

    /// What devices and findings tell of it, and what the vendor's own lists say; none where nothing happened.
    var blocks: [ReportBlock] {
        let openings = facts.relayOpenings
        var lines: [ReportText] = openings.map { opening in
            "The grid relay was open from \(text(opening.startUTCSeconds)) to \(text(opening.endUTCSeconds)) (\(NumberText.duration(opening.seconds))), as the devices reported it."
        }
        // What several sources tell of one opening is one opening.
        func isTold(_ interval: Interval) -> Bool {
            openings.contains { opening in
                opening.startUTCSeconds - GridSection.slack <= interval.startUTCSeconds
                    && interval.endUTCSeconds <= opening.endUTCSeconds + GridSection.slack
            }
        }
        lines += facts.gridEvents.filter { event in
            let end = event.endUTCSeconds ?? event.startUTCSeconds
            return !isTold(Interval(startUTCSeconds: event.startUTCSeconds, endUTCSeconds: end))
        }.map(line)
        let kinds: Set<FindingKind> = [.gridDisagreement, .island, .relayRepeats, .relayOpenedItself]
        for reported in facts.findings
        where kinds.contains(reported.finding.kind) && !isTold(reported.finding.interval) {
            let headline = OwnerWords.headline(reported.finding, zone: facts.zone)
            lines.append(ReportText(OwnerWords.sentence(headline) + "."))
        }
        var blocks: [ReportBlock] = lines.isEmpty ? [] : [.list(lines)]
        let vendor = facts.vendorEvents
        if !vendor.isEmpty {
            blocks.append(.heading("What the vendor's own lists say"))
            blocks.append(.list(vendor.prefix(GridSection.mostVendorEvents).map(line)))
        }
        return blocks
    }

    private func line(_ event: SiteEvent) -> ReportText {
        let end = event.endUTCSeconds.map { " to \(text($0))" } ?? ""
        return "\(text(event.startUTCSeconds))\(end): \(ReportWords.event(event))"
    }

    private func text(_ utcSeconds: Int64) -> String { facts.zone.text(atUTCSeconds: utcSeconds) }
}
