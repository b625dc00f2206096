// Lists of findings in plain words, a line each; many notices of one kind are one line a month. What a single one says stands in
// FindingWords.

import Analysis
import Readings

/// A finding in a list.
package struct FindingLine {
    /// What is told.
    package let finding: Finding
    /// The number by which the owner names it; 0 for one that has none.
    package let number: Int64
    /// What is told with it, in words.
    package let companions: [String]

    /// Describes a line.
    package init(_ finding: Finding, number: Int64 = 0, companions: [String] = []) {
        self.finding = finding
        self.number = number
        self.companions = companions
    }
}

extension OwnerWords {
    /// Up to so many notices of one kind and month are told one by one.
    package static let fewAlike = 5

    /// Returns a line per finding with those below it that are told with it. Midnight zeros of one month share a line, and so do
    /// notices of one kind of which a month has many.
    package static func lines(_ findings: [FindingLine], zone: TimeZoneRules) -> [String] {
        var lines: [String] = []
        var alike: [Alike: [FindingLine]] = [:]
        for own in findings where own.finding.severity == .notice && own.companions.isEmpty {
            alike[Alike(own.finding, zone), default: []].append(own)
        }
        let folded = alike.filter { $0.key.kind == .midnightZero || $0.value.count > fewAlike }
        for own in findings
        where own.companions.isEmpty == false || folded[Alike(own.finding, zone)] == nil
            || own.finding.severity > .notice
        {
            let text = headline(own.finding, zone: zone)
            lines.append("\(label(own.number))\(own.finding.severity.rawValue): \(text)")
            lines[lines.count - 1] += own.companions.map { "\n      with it: \($0)" }.joined()
        }
        let months = folded.sorted {
            ($0.key.month, $0.key.kind.rawValue) < ($1.key.month, $1.key.kind.rawValue)
        }
        return lines
            + months.map { key, own in
                let numbers = own.map(\.number)
                let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
                let text = many(own.map(\.finding), in: key.month.title, zone: zone)
                return "\(label(first, to: first == last ? nil : last))notice: \(text)"
            }
    }

    /// Returns what many notices of one kind are together.
    ///
    /// - Parameters:
    ///   - findings: at least one, all of one kind.
    ///   - time: the time in which they lie, in words.
    package static func many(_ findings: [Finding], in time: String, zone: TimeZoneRules) -> String {
        guard let first = findings.first, first.kind != .midnightZero else {
            let missing = findings.reduce(0) { $0 + ($1.evidence.missingWh ?? 0) }
            return midnights(findings.count, in: time, missingWh: missing)
        }
        let longest = findings.max { $0.interval.seconds < $1.interval.seconds } ?? first
        let seconds = findings.reduce(Int64(0)) { $0 + $1.interval.seconds }
        let name = FindingWords.of(first.kind).name
        let example = headline(longest, zone: zone)
        return seconds > 0
            ? "\(name): \(findings.count) times in \(time), \(NumberText.duration(seconds)) together; the longest: \(example)"
            : "\(name): \(findings.count) times in \(time); one of them: \(example)"
    }

    /// What notices share that are told together.
    private struct Alike: Hashable {
        let kind: FindingKind
        let month: CivilMonth

        init(_ finding: Finding, _ zone: TimeZoneRules) {
            kind = finding.kind
            month = CivilMonth(zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day)
        }
    }

    /// The number by which a finding is named, with a space behind it; empty where it has none.
    private static func label(_ number: Int64, to last: Int64? = nil) -> String {
        number > 0 ? "#\(number)\(last.map { "…\($0)" } ?? "") " : ""
    }
}
