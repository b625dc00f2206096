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
            "It has ended. Ask the vendor why nobody told you; the section on the utility says what the panels did meanwhile.",
        adviceSuspected:
            "Look whether the gateway reports and whether the array gives: without consumption in the report the two look alike. Download it with that column.",
        request:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept.",
        cost: .unrecorded,
        ruledOut:
            "none of its intervals has a value in any history of the site, and a house is never without any energy"
    )

    static let dropout = FindingWords(
        name: "lost report",
        headline: { "a report was lost \($0.time)" },
        advice: "Nothing needs doing; watch whether it grows.",
        request: plainRequest,
        cost: .unrecorded,
        ruledOut: "the intervals before and behind it have values, and it has none"
    )

    static let midnightZero = FindingWords(
        name: "empty midnight",
        headline: { "an empty first interval of the day at \($0.start)" },
        advice: "Nothing needs doing; watch whether it grows.",
        request: plainRequest,
        cost: .unrecorded,
        ruledOut: "every channel is zero in it, and a house is never without any energy"
    )

    static let notDownloaded = FindingWords(
        name: "not downloaded",
        headline: {
            "no report covers the time \($0.time): it was not downloaded; download that report and import it"
        },
        advice: "Download the report of that time, and import it: the data are at the vendor's.",
        request: plainRequest,
        cost: .unrecorded
    )

    static let smear = FindingWords(
        name: "averaged values",
        headline: {
            "one averaged value is repeated \($0.time): the single intervals are not what was measured"
        },
        advice: "Do not use these intervals for times of use; their sum may be right.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing,
        ruledOut: "the same numbers in all channels at once, row after row: no house repeats itself to the Wh"
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
        advice:
            "Download the reports again; where one history is the gateway's own, it is the nearer one. Keep both for a support case.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "both are histories of one system, and they differ by more than rounding allows"
    )

    static let lateBackfill = FindingWords(
        name: "late data",
        headline: { "the data \($0.time) arrived late" },
        advice: "Nothing needs doing; the data are complete now.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the source tells when each row arrived"
    )

    static let partialSite = FindingWords(
        name: "several inverters silent",
        headline: { "several inverters did not report \($0.time)" },
        advice: "Check the breaker of that branch circuit and the gateway's link to it.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .unrecorded,
        ruledOut: "other devices reported meanwhile, through the same gateway",
        subject: .inverter
    )

    static let deviceSilent = FindingWords(
        name: "device silent",
        headline: { "\($0.named) did not report \($0.time)" },
        advice: "Look at the device's light; if the others report, ask for its exchange under warranty.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        ofBattery: (
            advice:
                "Look at the battery's light, its switch and its breaker; if it stays silent, open a support case with this evidence.",
            request:
                "Please examine each battery that is silent, tell the cause, and say what is done about it, by when."
        ),
        cost: .unrecorded,
        ruledOut: "other devices reported meanwhile, through the same gateway",
        subject: .inverter
    )
}
