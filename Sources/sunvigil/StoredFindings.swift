// Findings between analysis and the store, and the month's report made of what is stored.

import Analysis
import Foundation
import Lake
import Readings
import Report

extension Lake {
    /// Returns a finding as the store keeps it, with the documents from which its rows come.
    func stored(_ finding: Finding, _ site: Site) throws -> StoredFinding {
        let months = CivilMonth.utcMonths(of: finding.interval)
        let documents = try imports(systemID: site.systemID, months: months).compactMap(\.sha256)
        var evidence = finding.evidence
        if case .object(var members) = evidence {
            if !finding.sideEffects.isEmpty {
                members.append(("side_effects", .array(finding.sideEffects.map(Lake.json))))
            }
            evidence = .object(members + [("documents", .array(documents.map { .text($0) }))])
        }
        return StoredFinding(
            systemID: site.systemID,
            device: finding.device,
            kind: finding.kind.rawValue,
            start: finding.start,
            end: finding.end,
            alert: finding.alert,
            state: "open",
            severity: finding.severity.rawValue,
            sureness: finding.sureness.rawValue,
            rule: finding.rule.compact,
            evidence: evidence.compact
        )
    }

    private static func json(_ effect: SideEffect) -> JSONValue {
        .object([
            ("kind", .text(effect.kind.rawValue)), ("device", .text(effect.device)),
            ("start", .text(effect.interval.start.iso8601)), ("end", .text(effect.interval.end.iso8601)),
        ])
    }

    /// The end of a site's interval rows, seconds UTC; nil where it has none.
    func dataEnd(_ site: Site, _ zone: TimeZoneRules) throws -> Int64? {
        try readings(systemID: site.systemID).compactMap { key, columns in
            Presence(key: key, columns: columns, zone: zone).span?.endUTCSeconds
        }.max()
    }

    /// Returns the report of a month (nil for the newest with data), with the findings of the last check; before the first, with those it would find.
    func monthlyReport(
        _ site: Site,
        _ zone: TimeZoneRules,
        _ month: CivilMonth?,
        _ configuration: Configuration
    )
        throws -> MonthlyReport
    {
        let isChecked = try analysisMark(systemID: site.systemID) != nil
        let analysis: SiteAnalysis
        var known: [Finding]?
        if isChecked {
            analysis = SiteAnalysis(
                place: site.place,
                zone: zone,
                series: try readings(systemID: site.systemID),
                captures: try newestCaptures(systemID: site.systemID)
            )
            known = try findings(systemID: site.systemID).filter { $0.state == "open" }.compactMap {
                Finding($0, dataEnd: analysis.dataEnd ?? 0)
            }
        } else {
            analysis = try analyse(site, configuration).analysis
        }
        guard
            let month = month
                ?? analysis.dataEnd.map({ CivilMonth(zone.wallClock(atUTCSeconds: $0 - 1).day) })
        else { throw CommandError("site \(site.name) has no data yet; run: sunvigil import PATH") }
        let months = CivilMonth.utcMonths(of: zone.interval(of: month))
        let sources = try imports(systemID: site.systemID, months: months).map {
            MonthlyReport.SourceDocument(name: $0.sourceName, sha256: $0.sha256 ?? "", importID: $0.importID)
        }
        return MonthlyReport(
            site: site,
            zone: zone,
            month: month,
            analysis: analysis,
            findings: known,
            reconciliation: try reconciliation(site, zone, configuration, analysis: analysis),
            sources: sources,
            programVersion: Sunvigil.version
        )
    }
}

extension Finding {
    /// Takes a finding out of the store; nil for a kind that another program knows.
    ///
    /// - Parameter dataEnd: where one that lasts is known to, seconds UTC.
    init?(_ stored: StoredFinding, dataEnd: Int64) {
        guard let kind = FindingKind(rawValue: stored.kind),
            let severity = Severity(rawValue: stored.severity)
        else { return nil }
        self.init(
            device: stored.device,
            kind: kind,
            start: stored.start,
            end: stored.end,
            alert: stored.alert,
            severity: severity,
            sureness: Sureness(rawValue: stored.sureness) ?? .likely,
            rule: .raw(stored.rule),
            evidence: .raw(stored.evidence),
            knownEnd: stored.end ?? max(stored.start, Instant(utcSeconds: dataEnd))
        )
    }
}
