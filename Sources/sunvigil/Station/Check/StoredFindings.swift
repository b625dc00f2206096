// Findings between analysis and the store.

import Analysis
import Lake
import Readings

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
}

extension StoredFinding {
    /// Why it is over, in words, with the documents that filled it; nil while it is open.
    var closedReason: String? {
        guard let closedBy, let reason = JSONValue(parsing: closedBy), let text = reason["reason"]?.string
        else {
            return nil
        }
        let names = (reason["imports"]?.elements ?? []).compactMap { $0["name"]?.string }
        return names.isEmpty ? text : "\(text): \(names.joined(separator: ", "))"
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
        guard stored.evidence.contains("side_effects") else { return }
        sideEffects = (evidence["side_effects"]?.elements ?? []).compactMap { effect in
            guard let kind = effect["kind"]?.string.flatMap({ FindingKind(rawValue: $0) }),
                let start = effect["start"]?.string.flatMap({ Instant(iso8601: $0) }),
                let end = effect["end"]?.string.flatMap({ Instant(iso8601: $0) })
            else { return nil }
            return SideEffect(
                kind: kind,
                device: effect["device"]?.string ?? "",
                interval: Interval(
                    startUTCSeconds: start.utcSeconds,
                    endUTCSeconds: max(start.utcSeconds, end.utcSeconds)
                )
            )
        }
    }
}
