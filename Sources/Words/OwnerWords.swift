// Findings in plain words: what it is with the number that matters, how sure it is, and what to do about it.

import Analysis
import Readings

/// Findings in the owner's words.
package enum OwnerWords {
    /// Returns a line per finding; midnight zeros of one month share a line.
    package static func lines(_ findings: [Finding], zone: TimeZoneRules) -> [String] {
        var lines: [String] = []
        var midnights: [CivilMonth: [Finding]] = [:]
        for finding in findings where finding.kind == .midnightZero {
            let month = CivilMonth(zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day)
            midnights[month, default: []].append(finding)
        }
        for finding in findings where finding.kind != .midnightZero {
            lines.append("\(finding.severity.rawValue): \(headline(finding, zone: zone))")
        }
        for (month, own) in midnights.sorted(by: { $0.key < $1.key }) {
            let missing = own.compactMap(\.evidence.missingWh).reduce(0, +)
            let line = OwnerWords.midnights(own.count, in: month.title, missingWh: missing)
            lines.append("notice: \(line)")
        }
        return lines
    }

    /// What the empty midnights of a time are.
    ///
    /// - Parameter missingWh: what their neighbours used in one interval, all of them together; 0 where that is not known.
    package static func midnights(_ count: Int, in time: String, missingWh: Int = 0) -> String {
        let amount =
            missingWh > 0
            ? "; by their neighbours about \(OutageWords.kilowattHours(Double(missingWh) / 1000)) kWh of use are missing"
            : ""
        return
            "in \(time) the first interval of \(NumberText.count(count, "day")) is empty although its neighbours are not (midnight zeros)\(amount)"
    }

    /// Says how sure a finding is.
    package static func sureness(_ sureness: Sureness) -> String {
        switch sureness {
        case .sure: "sure, the data leave no other reading"
        case .likely: "likely, the rule seldom misleads"
        case .suspected: "suspected, there are other readings"
        }
    }

    /// Returns a finding as a sentence without its end, in small letters.
    package static func headline(_ finding: Finding, zone: TimeZoneRules) -> String {
        FindingWords.of(finding.kind).headline(Headline(finding, zone: zone))
    }

    /// Returns a text with its first letter large.
    package static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Returns the name of a meter.
    package static func meter(_ device: String) -> String {
        switch device {
        case "meter_prod": "the production meter"
        case "meter_net": "the grid meter"
        default: "the monitor"
        }
    }

    /// Returns what to do about a finding, which may be over.
    package static func advice(_ finding: Finding) -> String {
        let words = FindingWords.of(finding.kind)
        if finding.sureness == .suspected, let advice = words.adviceSuspected { return advice }
        guard finding.end != nil, finding.severity >= .warning else { return words.advice }
        return words.adviceOver ?? words.advice
    }
}
