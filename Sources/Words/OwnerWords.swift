// Findings in plain words: what it is with the number that matters, how sure it is, and what to do about it. Lists of them stand in
// FindingLine.

import Analysis
import Readings

/// Findings in the owner's words.
package enum OwnerWords {
    /// What the empty midnights of a time are.
    ///
    /// - Parameter missingWh: what their neighbours used in one interval, all of them together; 0 where that is not known.
    package static func midnights(_ count: Int, in time: String, missingWh: Int = 0) -> String {
        let amount =
            missingWh > 0
            ? "; by their neighbours about \(OutageWords.kilowattHours(Double(missingWh) / 1000)) kWh of use are missing"
            : "; what was produced and used in it was not recorded"
        return
            "in \(time) the first interval of \(NumberText.count(count, "day")) is empty although its neighbours are not (midnight zeros)\(amount)"
    }

    /// Says how sure a finding is. Sure is said only with the reason why there is no other reading.
    package static func sureness(_ finding: Finding) -> String {
        switch told(finding) {
        case .sure: "sure: \(ruledOut(finding) ?? "")"
        case .likely: "likely, the rule seldom misleads"
        case .suspected: "suspected, there are other readings"
        }
    }

    /// How sure a finding is said to be: one of a kind without a reason against other readings is likely at best.
    package static func told(_ finding: Finding) -> Sureness {
        finding.sureness == .sure && ruledOut(finding) == nil ? .likely : finding.sureness
    }

    /// Why there is no other reading; nil where nobody says.
    private static func ruledOut(_ finding: Finding) -> String? {
        let words = FindingWords.of(finding.kind)
        return words.byEvidence?(finding).ruledOut ?? words.ruledOut
    }

    /// Returns a finding as a sentence without its end, in small letters.
    package static func headline(_ finding: Finding, zone: TimeZoneRules) -> String {
        let own = Headline(finding, zone: zone)
        return FindingWords.of(finding.kind).headline(own) + own.comingAndGoing
    }

    /// Returns a text with its first letter large.
    package static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// The load's clamps: in findings they are the same device as those of the grid.
    static let loadMeter = "meter_load"

    /// Returns the name of a meter.
    package static func meter(_ device: String) -> String {
        switch device {
        case "meter_prod": "the production meter"
        case "meter_net": "the grid meter"
        case loadMeter: "the load meter"
        default: "the monitor"
        }
    }

    /// Returns what to do about a finding, which may be over.
    package static func advice(_ finding: Finding) -> String {
        let words = FindingWords.of(finding.kind)
        if subject(of: finding) == .battery, let own = words.ofBattery { return own.advice }
        if finding.sureness == .suspected, let advice = words.adviceSuspected { return advice }
        let own = words.byEvidence?(finding)
        let advice = own?.advice ?? words.advice
        guard finding.end != nil, finding.severity >= .warning else { return advice }
        return own?.adviceOver ?? words.adviceOver ?? advice
    }

    /// Returns what the receiver of evidence of a finding is asked for.
    package static func request(_ finding: Finding) -> String {
        let words = FindingWords.of(finding.kind)
        return (subject(of: finding) == .battery ? words.ofBattery?.request : nil)
            ?? words.byEvidence?(finding).request ?? words.request
    }
}
