// The findings of a report: those that a check kept, or what is found at once. How they are told stands in Report.

import Analysis
import Lake
import Readings
import Report

extension SiteReports {
    /// The findings of the last check.
    ///
    /// - Parameter dataEnd: the end of the newest data of any kind, seconds UTC.
    func stored(_ dataEnd: Int64?) throws -> [ReportedFinding] {
        let now = lake.environment.nowMicroseconds()
        let all = try lake.findings(systemID: site.systemID)
        return all.map { stored in
            ReportedFinding(
                stored.known(to: Instant(utcSeconds: dataEnd ?? 0)),
                findingID: stored.findingID,
                isOpen: stored.state == .open,
                isQuiet: stored.isQuiet(atMicroseconds: now),
                note: stored.note,
                acknowledgedAt: stored.acknowledgedMicroseconds.map { $0 / 1_000_000 },
                closedBecause: stored.closedBy?.text,
                standing: standing(stored, among: all, dataEnd: dataEnd, now: now)
            )
        }
    }

    /// What a first check would find, all that asks devices and meters in a part of the rows only.
    func looked(_ scope: SiteScope, in analysis: SiteAnalysis, with reconciliation: Reconciliation?) throws
        -> [ReportedFinding]
    {
        // What whole series show is known already; a part would cut it.
        var found = analysis.findings
        found += try lake.analyse(site, configuration, scope).analysis.findings.filter {
            !$0.kind.isOfWholeSeries
        }
        found += reconciliation?.findings(zone: zone, dataEnd: analysis.dataEnd) ?? []
        return found.map { ReportedFinding($0) }
    }

    /// How a finding stands with the owner: what has ended is to be followed up until it is explained or long ago.
    private func standing(
        _ finding: StoredFinding,
        among all: [StoredFinding],
        dataEnd: Int64?,
        now: Int64
    ) -> FindingStanding {
        if finding.state == .closed { return .over }
        if finding.isQuiet(atMicroseconds: now) { return .known }
        guard let end = finding.end?.utcSeconds else { return .now }
        let isExplained =
            finding.kind == .siteSilent
            && all.contains {
                $0.kind == .outage && $0.state == .open && $0.sureness != .suspected
                    && $0.finding.interval.overlaps(finding.finding.interval)
            }
        if isExplained { return .over }
        let newest = dataEnd ?? now.flooredDivision(by: 1_000_000)
        return end > newest - FindingStanding.attentionSeconds ? .followUp : .over
    }
}
