// What is said of the grid, clocks, bills, and of the watch itself.

import Analysis
import Readings

extension FindingWords {
    static let clockShift = FindingWords(
        name: "clock off",
        headline: \.clock,
        advice: "Check the site's time zone at the vendor; times of use are wrong meanwhile.",
        request: plainRequest,
        cost: .nothing
    )

    static let clockSkewed = FindingWords(
        name: "gateway's clock off",
        headline: \.gatewayClock,
        advice: "Restart the gateway; if its clock stays off, open a support case.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the gateway's time and that of the capture stand in one document",
        subject: .gateway,
        byEvidence: { finding in
            finding.evidence.clockInDoubt == "own"
                ? EvidenceWords(advice: "Let this computer set its clock by the network; then look again.")
                : EvidenceWords()
        }
    )

    static let island = FindingWords(
        name: "off the grid",
        headline: {
            $0.finding.sureness == .suspected
                ? "the home may have been off the grid \($0.time)" : "the home was off the grid \($0.time)"
        },
        advice: "Ask the utility for its outage log; keep it with this finding.",
        request:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open.",
        cost: .unknown,
        ruledOut:
            "the relay reports itself open, and through an open relay nothing flows; a lost report would not say open"
    )

    static let cloudSilent = FindingWords(
        name: "cloud not reached",
        headline: {
            guard $0.finding.end != nil else {
                return "the gateway has not reached the vendor's cloud \($0.time)"
            }
            let end =
                $0.finding.evidence.bound == "exchange"
                ? "another gateway took its place" : "it reached it again"
            return "the gateway did not reach the vendor's cloud from \($0.start) on; \(end) by \($0.end)"
        },
        advice: "Check the gateway's network; the vendor does not see your system.",
        adviceOver: "It has ended. Watch whether it comes back, and keep it for the support case.",
        request:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept.",
        cost: .nothing,
        ruledOut: "the gateway itself says when it reached the cloud last",
        subject: .gateway
    )

    static let relayOpenedItself = FindingWords(
        name: "relay opened by itself",
        headline: \.relayOpened,
        advice:
            "If the grid failed then, that is what the relay is for; else ask the installer to check the connection to the grid.",
        request:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open.",
        cost: .unknown,
        ruledOut: "the relay reports that it was told to be closed and is open",
        byEvidence: { EvidenceWords(advice: relayAdvice($0)) }
    )

    /// What to do where the system itself says whether the grid is there.
    private static func relayAdvice(_ finding: Finding) -> String? {
        switch finding.evidence.grid {
        case "absent":
            "The grid failed, and your home runs by itself. Use little until it is back; the utility knows how long that takes."
        case "present":
            "The grid is there and your home has left it. Look at the system controller; if it does not come back, call the installer."
        case "generator":
            "Your generator carries the house. Look whether the grid failed; if it did not, call the installer."
        default: nil
        }
    }

    static let relayRepeats = FindingWords(
        name: "relay keeps opening",
        headline: { "the grid relay keeps opening \($0.time)" },
        advice: "Ask the installer to check the connection to the grid, and the utility its line.",
        request:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open.",
        cost: .unknown
    )

    static let gridDisagreement = FindingWords(
        name: "relay open, grid up",
        headline: {
            "the grid relay was open while the utility was up \($0.time): the utility's meter went on counting, so the outage was the system's own"
        },
        advice: "Send both to the installer: the system went off the grid by itself.",
        request:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open.",
        cost: .unknown,
        ruledOut:
            "two instruments that know nothing of each other say so: the relay, and the utility's meter, whose intervals lie wholly inside"
    )

    static let mismatch = FindingWords(
        name: "bill contradicts",
        headline: \.mismatch,
        advice:
            "Check the bill's dates and numbers first; if they are right, have the meters' clamps checked.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .unknown
    )

    static let outage = FindingWords(
        name: "silence explained",
        headline: \.outage,
        advice:
            "Keep it with your bills: it says what the panels did meanwhile. If production was lost, send it to the installer.",
        request:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept.",
        cost: .outage
    )

    static let noNewData = FindingWords(
        name: "no new data",
        headline: \.noNewData,
        advice:
            "Download a new report and import it. Where a program or the inbox brings the data, look whether it still runs and still gets some.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the newest row and this computer's clock say so"
    )

    static let promiseOverdue = FindingWords(
        name: "promise overdue",
        headline: \.promise,
        advice:
            "Ask again, note the answer with: sunvigil case note, and close the case when the promise is kept.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "your own log of the case says so"
    )

    static let placeWrong = FindingWords(
        name: "place or zone wrong",
        headline: \.place,
        advice:
            "Correct latitude, longitude or time zone with: sunvigil init --update; until then nothing that rests on the place is told.",
        request: plainRequest,
        cost: .nothing
    )
}
