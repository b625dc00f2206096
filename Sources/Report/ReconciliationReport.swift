// The monitor and the utility, in the owner's words. What they mean is in docs/analysis/reconciliation.md.

import Analysis
import Readings

/// A reconciliation for people and programs.
package struct ReconciliationReport: Sendable {
    let site: Site
    let zone: TimeZoneRules
    let result: Reconciliation
    /// The silences that are told.
    let gaps: [GapEstimate]
    /// The bills that are told.
    let bills: [BillComparison]
    let programVersion: String

    /// Gathers what is told.
    ///
    /// - Parameters:
    ///   - isWanted: the silences that are told.
    ///   - isWantedBill: the bills that are told.
    package init(
        site: Site,
        zone: TimeZoneRules,
        result: Reconciliation,
        programVersion: String,
        gaps isWanted: (GapEstimate) -> Bool = { _ in true },
        bills isWantedBill: (BillComparison) -> Bool = { _ in true }
    ) {
        self.site = site
        self.zone = zone
        self.result = result
        self.programVersion = programVersion
        gaps = result.gaps.filter(isWanted)
        bills = result.bills.filter(isWantedBill)
    }

    /// Tells whether there is nothing to tell.
    package var isEmpty: Bool { gaps.isEmpty && bills.isEmpty }

    /// All of it in one sentence.
    var verdict: String {
        let judged = bills.filter { $0.verdict != .cannotTell }
        var parts: [String] = []
        if let longest = gaps.max(by: { $0.gap.seconds < $1.gap.seconds }) {
            parts.append(OutageWords.verdict(longest) + OutageWords.amount(longest))
        }
        if bills.isEmpty {
            parts.append("There are no bills to hold the monitor against")
        } else if judged.isEmpty {
            parts.append("No bill can be judged yet")
        } else {
            let wrong = judged.count { $0.verdict == .mismatch }
            let odd = judged.count { $0.verdict == .watch }
            let agreeing = judged.count - wrong - odd
            var text =
                "\(agreeing) of \(judged.count) \(judged.count == 1 ? "bill that" : "bills that") can be judged \(agreeing == 1 ? "agrees" : "agree") with the monitor"
            if odd > 0 { text += ", \(odd) to be watched" }
            if wrong > 0 { text += ", \(wrong) in contradiction" }
            parts.append(text)
        }
        return parts.map { "\($0)." }.joined(separator: " ")
    }
}

/// Words for silences.
enum OutageWords {
    /// What happened.
    static func verdict(_ gap: GapEstimate) -> String {
        switch gap.verdict {
        case .reportingOnly: "The panels went on producing; only the reports were missing"
        case .productionPartlyLost: "Part of the production was lost"
        case .productionStopped: "The panels produced nothing, or next to nothing"
        case .cannotTell: "Whether the panels went on producing cannot be told"
        }
    }

    /// How much, as the end of a sentence.
    static func amount(_ gap: GapEstimate) -> String {
        guard let production = gap.production else { return "" }
        let opening = gap.verdict == .cannotTell ? "; if they did, about" : ": about"
        return "\(opening) \(kilowattHours(production.value)) kWh (90 %: \(range(production)))"
    }

    /// Returns whole kilowatt-hours, below ten with a digit more.
    static func kilowattHours(_ value: Double) -> String {
        let text = JSONValue.fixed(value, decimals: abs(value) < 10 ? 1 : 0)
        return NumberText.grouped(text == "-0" || text == "-0.0" ? "0" : text)
    }

    /// Returns the 90 % interval of a production, which is never below 0.
    static func range(_ estimate: Estimate) -> String {
        let low = max(0, estimate.value - estimate.halfWidth90)
        return "\(kilowattHours(low)) to \(kilowattHours(estimate.value + estimate.halfWidth90))"
    }

    /// Returns the 90 % interval of what may be below 0.
    static func signedRange(_ estimate: Estimate) -> String {
        "\(kilowattHours(estimate.value - estimate.halfWidth90)) to \(kilowattHours(estimate.value + estimate.halfWidth90))"
    }

    /// A term of the tolerance.
    static func term(_ term: ToleranceTerm) -> String {
        switch term {
        case .utilityMeter: "the utility's meter"
        case .productionMeter: "the production meter"
        case .consumptionMeter: "the consumption clamps"
        case .batteryMeter: "the batteries' meters"
        case .rounding: "printed rounding"
        case .readTime: "the hour of the read"
        case .unobserved: "the days without data"
        }
    }

    /// Why a bill is not used, with the remedy.
    static func problem(_ problem: BillPeriod.Problem) -> String {
        switch problem {
        case .overlaps(let other):
            "it overlaps the bill from \(other); correct one of them with: sunvigil bills edit"
        case .estimated: "its read is estimated; it is judged together with the next actual one"
        case .noNet: "import or export is missing, so it has no net; add it with: sunvigil bills edit"
        case .length: "it has no days, or more than 400; correct its dates with: sunvigil bills edit"
        case .unit(let factor):
            "it is \(factor > 1 ? "\(times(factor)) times" : "a \(times(1 / factor))th of") what the monitor or the other bills have; is it in kWh? Correct it with: sunvigil bills edit"
        }
    }

    private static func times(_ factor: Double) -> String {
        NumberText.grouped(JSONValue.fixed(factor, decimals: 0))
    }
}
