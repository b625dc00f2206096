// Words for silences and bills.

import Analysis
import Readings

/// Words for silences.
package enum OutageWords {
    /// What happened.
    package static func verdict(_ gap: GapEstimate) -> String {
        switch gap.verdict {
        case .reportingOnly: "The panels went on producing; only the reports were missing"
        case .productionPartlyLost: "Part of the production was lost"
        case .productionStopped: "The panels produced nothing, or next to nothing"
        case .cannotTell: "Whether the panels went on producing cannot be told"
        }
    }

    /// How much, as the end of a sentence.
    package static func amount(_ gap: GapEstimate) -> String {
        guard let production = gap.production else { return "" }
        let opening = gap.verdict == .cannotTell ? "; if they did, about" : ": about"
        return "\(opening) \(kilowattHours(production.value)) kWh (90 %: \(range(production)))"
    }

    /// Returns whole kilowatt-hours, below ten with a digit more.
    package static func kilowattHours(_ value: Double) -> String {
        let text = JSONValue.fixed(value, decimals: abs(value) < 10 ? 1 : 0)
        return NumberText.grouped(text == "-0" || text == "-0.0" ? "0" : text)
    }

    /// Returns the 90 % interval of a production, which is never below 0.
    package static func range(_ estimate: Estimate) -> String {
        let low = max(0, estimate.value - estimate.halfWidth90)
        return "\(kilowattHours(low)) to \(kilowattHours(estimate.value + estimate.halfWidth90))"
    }

    /// Returns the 90 % interval of what may be below 0.
    package static func signedRange(_ estimate: Estimate) -> String {
        "\(kilowattHours(estimate.value - estimate.halfWidth90)) to \(kilowattHours(estimate.value + estimate.halfWidth90))"
    }

    /// A term of the tolerance.
    package static func term(_ term: ToleranceTerm) -> String {
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
    package static func problem(_ problem: BillPeriod.Problem) -> String {
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
