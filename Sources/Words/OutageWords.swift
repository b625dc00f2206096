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
        let range = gap.range90(production)
        if range.upperBound < 0.05 { return "" }
        let opening = gap.verdict == .cannotTell ? "; if they did, about" : ": about"
        return
            "\(opening) \(kilowattHours(production.value)) kWh (90 %: \(kilowattHours(range.lowerBound)) to \(kilowattHours(range.upperBound)))"
    }

    /// One cause for bills that contradict, with what follows.
    package static func cause(_ word: String, factor: Double?) -> String? {
        func times(_ factor: Double?) -> String { JSONValue.fixed(factor ?? 0, decimals: 2) }
        return switch word {
        case "swapped":
            "the monitor's net is the bill's with the sign turned: import and export are swapped, the grid clamps are turned round or their sign is set wrongly"
        case "factor":
            "the utility has \(times(factor)) times what the monitor has, in import and export alike: \(scale(factor ?? 1))"
        case "export_wrong":
            "the import agrees, but the utility has \(times(factor)) times the monitor's export: the bills may not print all that was fed in, or the monitor counts it wrongly"
        case "import_wrong":
            "the export agrees, but the utility has \(times(factor)) times the monitor's import: a second tariff or meter may be missing on one side"
        case "unrelated":
            "what the bills say follows nothing that the monitor says: they may be those of another meter or address"
        default: nil
        }
    }

    /// A sentence that begins with a capital letter.
    package static func sentenceStart(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What a factor may come from.
    private static func scale(_ factor: Double) -> String {
        let known: [(Double, String)] = [
            (0.5, "clamps counted twice, or set for half their ratio"),
            (2, "one of two phases is not measured, or the clamps' ratio is set to half"),
            (1.5, "one of three phases is not measured"), (3, "two of three phases are not measured"),
            (2.0 / 3, "a phase is measured twice"), (1.0 / 3, "one phase is measured for three"),
        ]
        let near = known.first { abs(factor / $0.0 - 1) < 0.06 }?.1
        return near.map { "as where \($0)" }
            ?? "a clamp's ratio, a phase that is not measured, or another unit"
    }

    /// Returns whole kilowatt-hours, below ten with a digit more.
    package static func kilowattHours(_ value: Double) -> String {
        let text = JSONValue.fixed(value, decimals: abs(value) < 10 ? 1 : 0)
        return NumberText.grouped(text == "-0" || text == "-0.0" ? "0" : text)
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
        case .otherMeter(let from, let to) where to < from:
            "the register went back from \(RegisterWords.text(from)) to \(RegisterWords.text(to)): a new meter? Add the energy, or the new meter's first read, with: sunvigil bills edit"
        case .otherMeter(let from, let to):
            "the register went from \(RegisterWords.text(from)) to \(RegisterWords.text(to)), which gives no energy; add it with: sunvigil bills edit"
        case .noOpeningRead:
            "it has closing reads only, and no bill before it; add its energy, or the bill before, with: sunvigil bills edit"
        case .length: "it has no days, or more than 400; correct its dates with: sunvigil bills edit"
        case .unit(let factor):
            "it is \(factor > 1 ? "\(times(factor)) times" : "a \(times(1 / factor))th of") what the monitor or the other bills have; is it in kWh? Correct it with: sunvigil bills edit"
        }
    }

    private static func times(_ factor: Double) -> String {
        NumberText.grouped(JSONValue.fixed(factor, decimals: 0))
    }
}
