// What is said of inverters, batteries and meters.

import Analysis
import Readings

extension FindingWords {
    static let microDead = FindingWords(
        name: "inverter dead",
        headline: { "inverter \($0.device) gave nothing \($0.time) while the others did" },
        advice: "Ask the installer to test the module and the inverter; claim the warranty.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .inverter,
        ruledOut:
            "it reports, so it has power and a link; shade or dirt would leave it a part of what its neighbours give",
        subject: .inverter
    )

    static let microDegraded = FindingWords(
        name: "inverter weak",
        headline: {
            "inverter \($0.device) gives less than its neighbours than it used to \($0.time)\($0.loss)"
        },
        advice:
            "Look for dirt or new shade; if there is none, ask the installer to measure module and inverter.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .inverter,
        subject: .inverter
    )

    static let inverterLost = FindingWords(
        name: "inverter lost",
        headline: \.lostInverter,
        advice: "Ask the installer whether the inverter was taken away; else claim the warranty.",
        request:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty.",
        cost: .inverter,
        ruledOut:
            "the gateway itself lists it and has neither a reading nor a lifetime of it; at night, too, the lifetime would stand there",
        subject: .inverter
    )

    static let batteryPinned = FindingWords(
        name: "battery stuck",
        headline: \.pinned,
        advice: "Open a support case with this evidence: the battery's state of charge is stuck.",
        request: "Please examine this battery, tell the cause, and say what is done about it, by when.",
        cost: .battery,
        subject: .battery
    )

    static let batteryNoCharge = FindingWords(
        name: "battery not charging",
        headline: \.uncharged,
        advice: "Open a support case: the battery takes no charge while the others do.",
        request: "Please examine this battery, tell the cause, and say what is done about it, by when.",
        cost: .battery,
        subject: .battery
    )

    static let batteryUnbalanced = FindingWords(
        name: "battery apart",
        headline: { "battery \($0.device) stands apart from the others \($0.time)" },
        advice: "Let the batteries charge to full once; if they stay apart, open a support case.",
        request: "Please examine this battery, tell the cause, and say what is done about it, by when.",
        cost: .unknown,
        subject: .battery
    )

    static let batteryDeep = FindingWords(
        name: "deep discharge",
        headline: \.deep,
        advice:
            "Check why the reserve was not kept; batteries that run flat may not come back by themselves.",
        adviceOver:
            "Ask why the reserve was not kept, and look whether every battery charges and is updated again.",
        request: "Please tell why the reserve was not kept, and whether the batteries took harm.",
        cost: .unknown,
        ruledOut:
            "the batteries' own readings of their state of charge say so row by row; one wrong reading would stand alone",
        subject: .battery
    )

    static let batteriesDiverge = FindingWords(
        name: "batteries diverge",
        headline: \.apart,
        advice: "Let the batteries charge to full once; if they stay apart, open a support case.",
        request: "Please examine this battery, tell the cause, and say what is done about it, by when.",
        cost: .unknown,
        ruledOut:
            "the batteries' own readings of one moment; they were at rest, so that none was in the middle of charging",
        subject: .battery
    )

    static let stale = FindingWords(
        name: "repeated values",
        headline: { "\(OwnerWords.meter($0.finding.device)) repeats one value \($0.time)" },
        advice: "Do not trust these intervals; if it comes back, open a support case about the meter.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .unrecorded,
        subject: .meter
    )

    static let nightProduction = FindingWords(
        name: "production at night",
        headline: { "production is recorded in the dark \($0.time)" },
        advice: "Ask the installer to check the production meter's clamps.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing,
        subject: .meter
    )

    static let spike = FindingWords(
        name: "impossible value",
        headline: { "\(OwnerWords.meter($0.finding.device)) gave what cannot be at \($0.start)" },
        advice: "Leave these intervals out of any sum; if they come back, have the meter checked.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing,
        ruledOut:
            "no array and no house can give or take it in the time; a lost sign or a wrong unit would show in all other rows",
        subject: .meter
    )

    static let meterFault = FindingWords(
        name: "meter fault",
        headline: { "meter \($0.device) says that something is wrong with it, seen at \($0.start)" },
        advice: "Ask the installer to check the meter's wiring and clamps.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .nothing,
        ruledOut: "the meter says it of itself; nothing was computed",
        subject: .meter
    )

    static let firmwareBehind = FindingWords(
        name: "old firmware",
        headline: \.firmware,
        advice: "Ask the vendor to push the update to this device.",
        request: "Please update this device, or tell why it cannot be updated.",
        cost: .nothing
    )

    static let counterStep = FindingWords(
        name: "counter stepped",
        headline: {
            "a counter\($0.device == "site" ? "" : " of \($0.device)") stepped at \($0.start); no energy was made of it"
        },
        advice: "Nothing needs doing: energies are summed from intervals, not from this counter.",
        request: plainRequest,
        cost: .nothing,
        ruledOut:
            "the counter's numbers before and behind it stand in the documents; energy cannot go backwards or jump so far"
    )
}
