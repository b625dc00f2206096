// What is said of silences and of what was reported late or wrongly.

import Analysis
import Readings

extension FindingWords {
    static let siteSilent = FindingWords(
        name: "no data",
        headline: \.silence,
        advice:
            "Check the gateway's light and its network; if it has power and network, open a support case.",
        adviceOver:
            "It is over. Ask the vendor why nobody told you, and see in the section on the utility what the panels did meanwhile.",
        adviceSuspected:
            "Look whether the gateway reports and whether the array gives: without consumption in the report the two look alike. Download it with that column.",
        request:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept.",
        cost: .unrecorded
    )

    static let dropout = FindingWords(
        name: "lost report",
        headline: { "a report was lost \($0.time)" },
        advice: "Nothing needs doing; watch whether it grows.",
        request: plainRequest,
        cost: .unrecorded
    )

    static let midnightZero = FindingWords(
        name: "empty midnight",
        headline: { "an empty midnight at \($0.start)" },
        advice: "Nothing needs doing; watch whether it grows.",
        request: plainRequest,
        cost: .unrecorded
    )

    static let notDownloaded = FindingWords(
        name: "not downloaded",
        headline: { "no report covers the time \($0.time): it was not downloaded" },
        advice: "Download the report of that time, and import it: the data are at the vendor's.",
        request: plainRequest,
        cost: .unrecorded
    )

    static let smear = FindingWords(
        name: "averaged values",
        headline: { "one averaged value is repeated \($0.time): the energy is not the true one" },
        advice: "Do not use these intervals for times of use; their sum may be right.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing
    )

    static let zeroDay = FindingWords(
        name: "day without production",
        headline: { "no production \($0.time): silence or snow, this report alone cannot tell" },
        advice: "Look whether snow covered the array; if not, check the gateway.",
        request:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept.",
        cost: .unrecorded
    )

    static let stepDisagreement = FindingWords(
        name: "contradicting histories",
        headline: { "two histories contradict each other \($0.time)" },
        advice: "Download both reports again; keep both for a support case.",
        request: plainRequest,
        cost: .nothing
    )

    static let lateBackfill = FindingWords(
        name: "late data",
        headline: { "the data \($0.time) arrived late" },
        advice: "Nothing needs doing; the data are complete now.",
        request: plainRequest,
        cost: .nothing
    )

    static let partialSite = FindingWords(
        name: "several inverters silent",
        headline: { "several inverters did not report \($0.time)" },
        advice: "Check the breaker of that branch circuit and the gateway's link to it.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .unrecorded
    )

    static let deviceSilent = FindingWords(
        name: "device silent",
        headline: { "\($0.named) did not report \($0.time)" },
        advice: "Look at the device's light; if the others report, ask for its exchange under warranty.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .unrecorded
    )
}
