// What is said of what the live watch over a gateway finds, and of the watch itself. Kinds that the night finds too have their
// words beside those of their like.

import Analysis
import Readings

extension FindingWords {
    static let gatewayUnreachable = FindingWords(
        name: "gateway not reached",
        headline: { own in
            own.isOver
                ? "the gateway did not answer \(own.time)"
                : "the gateway has not answered \(own.time); nothing else is known meanwhile"
        },
        advice:
            "Look whether the gateway has power and its light is on, and whether it is in your network under the same address.",
        adviceOver: "It answers again. If it comes back, look at the gateway's place in your network.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "this computer has a network, and no answer of any kind came",
        subject: .gateway
    )

    static let watchOffline = FindingWords(
        name: "watch without network",
        headline: { own in
            own.isOver
                ? "the computer that watches had no network \(own.time)"
                : "the computer that watches has had no network \(own.time); the gateway may be well"
        },
        advice: "Look at this computer's own network: its cable, its wireless link, the router.",
        adviceOver:
            "The network is back. What the gateway measured meanwhile may still come through the vendor.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "this computer itself says that no way leads out of it"
    )

    static let watchStalled = FindingWords(
        name: "watch stands still",
        headline: { "the watch over the gateway has stood still \($0.time)" },
        advice: "Look whether the program that watches the gateway still runs, and start it again.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "its heartbeat and this computer's clock say so"
    )

    static let channelFailing = FindingWords(
        name: "messages do not arrive",
        headline: { own in
            let why = own.finding.evidence.reason.map { ": \(VisibleText.of($0))" } ?? ""
            return own.isOver
                ? "messages by the channel \(own.finding.device) did not go \(own.time)\(why)"
                : "messages by the channel \(own.finding.device) have not gone \(own.time)\(why)"
        },
        advice:
            "Send a test message by this channel: it shows what the other side says. What waits is sent when it works again.",
        adviceOver: "Messages go again; what waited was sent. Nothing else needs doing.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the other side refused them, or was not reached"
    )

    static let returnFailed = FindingWords(
        name: "grid back, relay open",
        headline: { own in
            own.isOver
                ? "the grid was back and the home did not return to it \(own.time)"
                : "the grid is back and the home has not returned to it \(own.time)"
        },
        advice:
            "Call the installer: the home runs its batteries down although the grid is there. Use little until then.",
        adviceOver: "The home is back on the grid. Ask the installer why that took so long.",
        request:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open.",
        cost: .unknown
    )

    static let batteryLost = FindingWords(
        name: "battery lost",
        headline: \.lostBattery,
        advice:
            "Look at the battery's light, its switch and its breaker; if it stays away, open a support case with this evidence.",
        adviceOver: "It is back. If it goes again, open a support case with this evidence.",
        request:
            "Please examine each battery that is silent, tell the cause, and say what is done about it, by when.",
        cost: .battery,
        subject: .battery
    )

    static let batteryStuck = FindingWords(
        name: "state of charge stuck",
        headline: \.stuckBattery,
        advice:
            "Look again in an hour. If the battery still shows the same while it works, open a support case with this evidence.",
        adviceOver: "It moves again. If it comes back, open a support case with this evidence.",
        request: "Please examine this battery, tell the cause, and say what is done about it, by when.",
        cost: .unknown,
        subject: .battery
    )

    static let productionStopped = FindingWords(
        name: "production stopped",
        headline: { own in
            let verb = own.isOver ? "gave" : "has given"
            return "the array \(verb) nothing \(own.time), in sun in which it always did"
        },
        advice:
            "Look whether snow lies on the array; if not, look at the breaker of the array and at the installer's alarms.",
        request: "Please examine the array and tell why it gave nothing.",
        cost: .unknown,
        subject: .array
    )

    static let meterFrozen = FindingWords(
        name: "production meter frozen",
        headline: \.frozenMeter,
        advice:
            "Do not trust the production of this time. Restart the gateway; if the meter stays frozen, open a support case.",
        adviceOver: "The meter counts again. Do not trust the production of this time.",
        request: "Please check the meter, its clamps and their wiring.",
        cost: .unrecorded,
        subject: .meter
    )

    static let tokenExpiring = FindingWords(
        name: "token ends",
        headline: \.token,
        advice:
            "Get a new token: sign in with your Enphase account at entrez.enphaseenergy.com, choose your system and this gateway, and give the long text that is shown to the watch, in the place of the old one. No password is needed.",
        adviceOver: "The gateway takes the new token. Nothing else needs doing.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the date stands in the token, or the gateway refused it",
        subject: .gateway
    )

    static let keyChanged = FindingWords(
        name: "gateway's key changed",
        headline: {
            "the gateway shows another key than the one you trust, since \($0.start); it is asked nothing"
        },
        advice:
            "If the gateway was exchanged, reset or updated, trust its new key. If not, something else answers at its address: look at your network first. Nothing secret was sent to it.",
        adviceOver: "The key is trusted again. Nothing else needs doing.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "two keys are the same or not, and these are not",
        subject: .gateway
    )

    static let serialChanged = FindingWords(
        name: "another gateway",
        headline: \.otherGateway,
        advice:
            "If the gateway was exchanged, add the new one to the watch. If not, correct the address of yours: another one answers there.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the gateway says its serial number itself",
        subject: .gateway
    )

    static let firmwareChanged = FindingWords(
        name: "new firmware",
        headline: \.newFirmware,
        advice: "Nothing needs doing. If something else begins that day, tell the vendor of both.",
        request: plainRequest,
        cost: .nothing,
        ruledOut: "the gateway names its firmware itself",
        subject: .gateway
    )
}
