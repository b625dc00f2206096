// What is said of production that is lost, and of clamps that lie.

import Analysis
import Readings

extension FindingWords {
    static let productionLost = FindingWords(
        name: "production lost",
        headline: { "production is lost \($0.time)" },
        advice: "Look at the breaker of the array, then at the gateway's list of inverters.",
        request: "Please tell which inverters gave nothing meanwhile, and why.",
        cost: .unknown
    )

    static let degradation = FindingWords(
        name: "slow loss",
        headline: { "the array gives less and less \($0.time)" },
        advice: "Look whether the panels are dirty or shaded, and whether one of them is damaged.",
        request: "Please compare the inverters' energy with that of a year before.",
        cost: .unknown
    )

    static let consumptionMeterWrong = FindingWords(
        name: "load meter wrong",
        headline: { "the load's clamps count wrongly \($0.time)" },
        advice: "Have the load's clamps and their setting checked.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing,
        subject: .meter
    )
}
