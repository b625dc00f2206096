// How findings about single moments are made. Those about slots of a home are made by HomeContext.

import Readings

extension Finding {
    /// Makes a finding about records.
    static func ofRecords(
        _ kind: FindingKind,
        _ device: String,
        start: Int64,
        end: Int64?,
        alert: Int64,
        knownEnd: Int64,
        severity: Severity,
        sureness: Sureness = .sure,
        rule: FindingRule,
        evidence: Evidence
    ) -> Finding {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: start),
            end: end.map { Instant(utcSeconds: $0) },
            alert: Instant(utcSeconds: alert),
            severity: severity,
            sureness: sureness,
            rule: rule,
            evidence: evidence,
            knownEnd: Instant(utcSeconds: end ?? knownEnd)
        )
    }
}
