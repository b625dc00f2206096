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
        try standing(try lake.findings(systemID: site.systemID), dataEnd).map { stored in
            ReportedFinding(
                stored.known(
                    to: Instant(utcSeconds: dataEnd ?? 0),
                    now: Instant(utcSeconds: now)
                ),
                findingID: stored.findingID,
                isOpen: stored.state == .open,
                isQuiet: stored.isQuiet(atMicroseconds: lake.environment.nowMicroseconds()),
                note: stored.note,
                acknowledgedAt: stored.acknowledgedMicroseconds.map { $0 / 1_000_000 },
                closedBecause: stored.closedBy?.text,
                standing: stored.standing
            )
        }
    }

    /// The time, seconds UTC, by the store's clock.
    private var now: Int64 { lake.environment.nowMicroseconds().flooredDivision(by: 1_000_000) }

    /// Says of each finding how it stands with the owner.
    private func standing(_ findings: [StoredFinding], _ dataEnd: Int64?) throws -> [StoredFinding] {
        try lake.standing(findings, site, dataEnd: dataEnd, now: now)
    }

    /// What a first check would find, all that asks devices and meters in a part of the rows only.
    func looked(_ scope: SiteScope, in analysis: SiteAnalysis, with reconciliation: Reconciliation?) throws
        -> [ReportedFinding]
    {
        // What whole series show is known already; a part would cut it.
        var found = analysis.findings
        found += try lake.analyse(site, configuration, scope: scope).analysis.findings.filter {
            !$0.kind.isOfWholeSeries
        }
        found += reconciliation?.findings(zone: zone, dataEnd: analysis.dataEnd) ?? []
        let stored = found.map { StoredFinding(systemID: site.systemID, finding: $0) }
        return try standing(stored, try lake.dataEnd(site, zone) ?? analysis.dataEnd).map {
            ReportedFinding($0.finding, standing: $0.standing)
        }
    }
}
