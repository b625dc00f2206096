// What is said of clamps that count wrongly for good. The sentences stand in Headline+Losses.swift.

import Analysis
import Readings

extension FindingWords {
    static let productionMeterWrong = FindingWords(
        name: "production meter wrong",
        headline: \.productionMeter,
        advice:
            "Have the production clamp and its setting checked; all figures of production and use of this time are wrong.",
        adviceOver: "It was put right; all figures of production and use of this time are wrong.",
        request: "Please check the production meter, its clamps, their direction, ratio and sign.",
        cost: .nothing,
        subject: .meter,
        byEvidence: productionWords
    )

    static let gridMeterWrong = FindingWords(
        name: "grid meter wrong",
        headline: \.gridMeter,
        advice:
            "Have the grid clamps and their setting checked; import, export and use of this time are wrong, production is right.",
        adviceOver: "It was put right; import, export and use of this time are wrong, production is right.",
        request: "Please check the meter at the grid connection, its clamps' place, direction and sign.",
        cost: .nothing,
        subject: .meter,
        byEvidence: gridWords
    )

    static let consumptionMeterWrong = FindingWords(
        name: "load meter wrong",
        headline: \.loadMeter,
        advice:
            "Have the load's clamps and their setting checked; import, export and use of this time are wrong, production is right.",
        adviceOver: "It was put right; import, export and use of this time are wrong, production is right.",
        request: "Please check the load's clamps, their plug, direction and sign.",
        cost: .nothing,
        subject: .meter,
        byEvidence: loadWords
    )

    private static func productionWords(_ finding: Finding) -> EvidenceWords {
        let witnesses = finding.evidence.causeBy ?? []
        let contradiction: String? =
            if witnesses.contains("inverters") {
                "the inverters' own counters went on, day after day, with what the clamp did not count"
            } else if finding.evidence.provenKWh == nil {
                nil
            } else if witnesses.contains("utility") || witnesses.contains("bills") {
                "more went out by the utility's meter than was said to be made: what goes out was made"
            } else {
                "more went out than was said to be made, by day and never by night: what goes out was made"
            }
        return switch finding.evidence.fault {
        case "dead":
            EvidenceWords(
                advice:
                    "Have the production clamp and its plug checked; production and use of this time are recorded too small, the panels did not stop.",
                ruledOut: contradiction
            )
        case "halved":
            EvidenceWords(
                advice:
                    "Have the production clamps and their ratio checked: one of several may be open; production and use of this time are recorded too small, the panels did not stop.",
                ruledOut: contradiction
            )
        case "offset":
            EvidenceWords(
                advice:
                    "Have the production clamp checked: another load may run on its conductor; production of this time is recorded wrongly by the same amount in every hour."
            )
        case "reversed":
            EvidenceWords(
                advice:
                    "Have the production clamp turned, or its sign set; all figures of production and use of this time are wrong.",
                ruledOut: "an array takes no energy while the sun shines"
            )
        default: EvidenceWords()
        }
    }

    private static func gridWords(_ finding: Finding) -> EvidenceWords {
        switch finding.evidence.fault {
        case "dead":
            EvidenceWords(
                advice:
                    "Have the grid clamps and their plug checked; import, export and use of this time are wrong, production is right."
            )
        case "load_as_net":
            EvidenceWords(
                advice:
                    "Have the place of the clamps and their setting checked: they seem to measure the load and to be set as those of the grid; import, export and use of this time are wrong, production is right."
            )
        case "halved":
            EvidenceWords(
                advice:
                    "Have the grid clamps and their ratio checked: one of several may be open; import, export and use of this time are wrong, production is right."
            )
        default:
            EvidenceWords(
                advice:
                    "Have the grid clamps turned, or their sign set; import, export and use of this time are wrong, production is right."
            )
        }
    }

    private static func loadWords(_ finding: Finding) -> EvidenceWords {
        switch finding.evidence.fault {
        case "dead":
            EvidenceWords(
                advice:
                    "Have the load's clamps and their plug checked; import, export and use of this time are wrong, production is right.",
                ruledOut: "a house is never without any energy, and production was measured in the same rows"
            )
        case "reversed":
            EvidenceWords(
                advice:
                    "Have the load's clamps turned, or their sign set; import, export and use of this time are wrong, production is right."
            )
        default: EvidenceWords()
        }
    }
}
