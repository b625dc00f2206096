// How findings about a meter that is wrong for good are made.

import Readings

extension Finding {
    /// Makes a finding of a meter that is wrong for good.
    static func ofMeter(
        _ kind: FindingKind,
        _ device: String,
        in stretch: SignWatch.Stretch,
        of presence: Presence,
        sureness: Sureness,
        rule: FindingRule,
        facts: (inout Evidence) -> Void
    ) -> Finding {
        let starts = presence.columns.startUTCSeconds
        let (first, last) = (stretch.rows.lowerBound, stretch.rows.upperBound - 1)
        let end = Instant(utcSeconds: presence.end(ofRow: last))
        return Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: starts[first]),
            end: stretch.isLasting ? nil : end,
            alert: Instant(utcSeconds: presence.end(ofRow: stretch.alertRow)),
            severity: .warning,
            sureness: sureness,
            rule: rule,
            evidence: Evidence.rows(
                of: presence.key,
                first: starts[first],
                last: starts[last],
                rowCount: stretch.rows.count,
                absentRows: 0
            ).with {
                $0.fault = "reversed"
                $0.days = stretch.days
                facts(&$0)
            },
            knownEnd: end
        )
    }
}
