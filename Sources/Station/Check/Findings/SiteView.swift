// A site's findings as a list or a digest shows them: how far they are known, how they stand, and in what words.

import Analysis
import Lake
import Readings
import Words

/// What a list of one site's findings is worded with.
package struct SiteView {
    package let site: Site
    package let zone: TimeZoneRules
    /// Where the site's rows end.
    package let end: SiteEnd
    /// Up to where the site is known, seconds UTC; nil where it has no row.
    package var dataEnd: Int64? { end.rows }
    /// The time, seconds UTC.
    package let now: Int64

    package init(site: Site, zone: TimeZoneRules, end: SiteEnd, now: Int64) {
        self.site = site
        self.zone = zone
        self.end = end
        self.now = now
    }

    /// Where the data end and how old they are, in words.
    package var age: String { DataAge.text(dataEnd: end.data ?? end.rows, now: now, zone: zone) }

    /// Returns a finding, one that lasts as far as it is known.
    package func known(_ finding: StoredFinding) -> Finding {
        finding.known(to: Instant(utcSeconds: dataEnd ?? now), now: Instant(utcSeconds: now))
    }

    /// Returns a finding as a sentence without its end.
    package func headline(_ finding: StoredFinding) -> String {
        OwnerWords.headline(known(finding), zone: zone)
    }

    /// Returns what to do about it.
    package func advice(_ finding: StoredFinding) -> String { OwnerWords.advice(finding.finding) }

    /// Returns the findings in the owner's words with their numbers, the gravest first.
    package func lines(_ findings: [StoredFinding]) -> [String] {
        let sorted = findings.sorted { ($1.severity, $0.start) < ($0.severity, $1.start) }
        return OwnerWords.lines(sorted.map(known), zone: zone, numbers: sorted.map(\.findingID))
    }

    /// Returns why one that has ended is to be followed up.
    package func ended(_ finding: StoredFinding) -> String {
        guard let end = finding.end?.utcSeconds else { return "" }
        // Of old data it is not long since the end, but long since.
        let isFresh = dataEnd.map { now - $0 < 3 * 86_400 } ?? true
        let days = Int(max(0, (isFresh ? now : dataEnd ?? now) - end) / 86_400)
        let when = days == 0 ? "" : " \(days) \(days == 1 ? "day" : "days")"
        return isFresh
            ? "ended\(when.isEmpty ? " today" : "\(when) ago")"
            : "ended\(when.isEmpty ? " on the day of" : "\(when) before") the newest data"
    }

    /// How many findings there are, and how they stand.
    ///
    /// - Parameter fresh: how many of them are new; nil where that is not the question.
    package static func count(_ findings: [StoredFinding], fresh: Int? = nil) -> String {
        let all = "\(NumberText.count(findings.count, "finding"))\(fresh.map { ", \($0) new" } ?? "")"
        let parts = FindingStanding.allCases.compactMap { standing -> String? in
            let count = findings.count { $0.standing == standing }
            return count > 0 ? "\(count) \(standing.text)" : nil
        }
        return parts.isEmpty ? all : "\(all); \(parts.joined(separator: ", "))"
    }

    /// Tells whether a finding makes the check's exit code 1.
    package static func needsAttention(_ finding: StoredFinding) -> Bool {
        finding.severity >= .warning && (finding.standing == .now || finding.standing == .followUp)
    }
}
