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

    /// Returns findings of one state put together by their causes.
    package func told(_ findings: [StoredFinding]) -> [ToldFinding] { ToldFinding.of(findings, known: known) }

    /// Returns the findings in the owner's words with their numbers, what needs him first, then the gravest; of the same kind and month in one line
    /// where there are many.
    package func lines(_ told: [ToldFinding]) -> [String] {
        let order = [FindingStanding.now, .followUp, .known, .over]
        let sorted = told.sorted {
            let places = (order.firstIndex(of: $0.standing) ?? 0, order.firstIndex(of: $1.standing) ?? 0)
            return (places.0, $1.finding.severity, $0.finding.start)
                < (places.1, $0.finding.severity, $1.finding.start)
        }
        let lines = sorted.map { own in
            FindingLine(own.finding, number: own.lead.findingID, companions: own.others.map(companion))
        }
        return OwnerWords.lines(lines, zone: zone)
    }

    /// What is told with another, in the owner's words, with its number.
    private func companion(_ finding: StoredFinding) -> String {
        finding.findingID > 0 ? "#\(finding.findingID) \(headline(finding))" : headline(finding)
    }

    /// Returns the number of the one with which each is told that does not stand for itself, by number.
    package func leads(_ findings: [StoredFinding]) -> [Int64: Int64] {
        var leads: [Int64: Int64] = [:]
        for state in [FindingState.open, .closed] {
            for own in told(findings.filter { $0.state == state && $0.findingID > 0 }) {
                for other in own.others { leads[other.findingID] = own.lead.findingID }
            }
        }
        return leads
    }

    /// Returns why one that has ended is to be followed up.
    package func ended(_ told: ToldFinding) -> String {
        let ends = told.all.filter(SiteView.needsAttention).compactMap(\.end?.utcSeconds)
        guard let end = ends.max() ?? told.finding.end?.utcSeconds else { return "" }
        // Of old data it is not long since the end, but long since.
        let isFresh = dataEnd.map { now - $0 < 3 * 86_400 } ?? true
        let days = Int(max(0, (isFresh ? now : dataEnd ?? now) - end) / 86_400)
        let when = days == 0 ? "" : " \(days) \(days == 1 ? "day" : "days")"
        return isFresh
            ? "ended\(when.isEmpty ? " today" : "\(when) ago")"
            : "ended\(when.isEmpty ? " on the day of" : "\(when) before") the newest data"
    }

    /// How many findings there are, those of one cause counted as one, and how they stand.
    ///
    /// - Parameter fresh: how many of them are new; nil where that is not the question.
    package static func count(_ findings: [ToldFinding], fresh: Int? = nil) -> String {
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
