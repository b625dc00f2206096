// How findings stand: the rule by which one is now, to follow up, over or known. Not what is said of it.

import Readings

/// The standings of a site's findings.
package struct FindingStandings {
    private let explained: Set<Int64>
    /// Silences of which it is known what they were.
    private let silences: [Interval]
    private let dataEnd: Int64
    private let now: Int64

    /// Takes in what explains findings.
    ///
    /// - Parameters:
    ///   - findings: all findings of the site.
    ///   - explained: numbers of findings in cases that are closed.
    ///   - dataEnd: the end of the site's data, seconds UTC; nil where it has none.
    ///   - now: the time, seconds UTC.
    package init(_ findings: [StoredFinding], explained: Set<Int64>, dataEnd: Int64?, now: Int64) {
        self.explained = explained
        self.dataEnd = dataEnd ?? now
        self.now = now
        silences = findings.filter {
            $0.kind == .outage && $0.state == .open && $0.sureness != .suspected
        }.map { $0.known(to: Instant(utcSeconds: dataEnd ?? now)).interval }
    }

    /// Returns findings of the site, each with its standing.
    package func told(_ findings: [StoredFinding]) -> [StoredFinding] {
        findings.map { finding in
            var told = finding
            told.standing = standing(of: finding)
            return told
        }
    }

    /// Returns how a finding of the site stands.
    package func standing(of finding: StoredFinding) -> FindingStanding {
        guard finding.state == .open else { return .over }
        if finding.isQuiet(atMicroseconds: now * 1_000_000) { return .known }
        guard let end = finding.end?.utcSeconds else { return .now }
        if finding.kind.isSettledByItsEnd { return .over }
        if finding.findingID > 0, explained.contains(finding.findingID) { return .over }
        if finding.kind == .siteSilent, silences.contains(where: { $0.overlaps(finding.interval) }) {
            return .over
        }
        return dataEnd - end < FindingStanding.attentionSeconds ? .followUp : .over
    }
}
