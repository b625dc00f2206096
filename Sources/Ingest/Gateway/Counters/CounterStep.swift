// A step of a counter between two captures, in words, and once for all pages that show it. What kind of step it was is told
// by CounterContinuity.

import Readings

/// A step of a counter that is more than energy.
struct CounterStep {
    let device: Device
    /// The gateway; empty where it is not known or does not matter.
    let gateway: String
    /// The pages that show it.
    var pages: [String]
    /// The counter's name.
    let counter: String
    /// The times of the readings before and after, seconds UTC.
    let from: Int64
    let to: Int64
    /// What the counter showed before and after, Wh.
    let values: (before: Double, after: Double)
    let step: CounterContinuity.Step

    /// Returns the steps that are events, those that several pages show once.
    static func merged(_ steps: [CounterStep]) -> [CounterStep] {
        let sorted = steps.filter { $0.told != nil }.sorted {
            ($0.to, $0.from, $0.pages.joined()) < ($1.to, $1.from, $1.pages.joined())
        }
        var result: [CounterStep] = []
        for step in sorted {
            if let index = result.lastIndex(where: { $0.isSame(as: step) }) {
                result[index].pages = (result[index].pages + step.pages).sorted()
            } else {
                result.append(step)
            }
        }
        return result
    }

    /// Tells whether another page shows the same: the same happened to the same counter, at the same time as far as both
    /// can tell.
    private func isSame(as other: CounterStep) -> Bool {
        guard device == other.device, gateway == other.gateway, counter == other.counter,
            told?.kind == other.told?.kind, told?.code == other.told?.code,
            Set(pages).isDisjoint(with: other.pages)
        else { return false }
        let shared = min(to, other.to) - max(from, other.from)
        return 2 * shared > min(to - from, other.to - other.from)
    }

    /// The event.
    func event(namesGateway: Bool) -> SiteEvent {
        let told = told ?? (.counterJumped, "", "")
        let own = device.serial.isEmpty ? device.kind.rawValue : "\(device.kind.rawValue) \(device.serial)"
        let name = namesGateway && !gateway.isEmpty ? "\(own) of gateway \(gateway)" : own
        let shown = pages.count > 1 ? "; \(pages.joined(separator: " and ")) show it" : ""
        return SiteEvent(
            told.kind,
            device,
            startUTCSeconds: to,
            origin: GatewayOrigin(gateway: gateway, part: pages.joined(separator: ", ")).text,
            code: told.code,
            text:
                "the \(counter) counter of \(name) \(told.words) (\(number(values.before)) to \(number(values.after)) Wh)\(shown)"
        )
    }

    /// What is told of it; nil of what is energy or nothing.
    private var told: (kind: SiteEvent.Kind, words: String, code: String)? {
        switch step {
        case .first, .energy, .stale: return nil
        case .wrapped(let times, let rest):
            return (
                .counterWrapped,
                "wrapped \(times) time\(times == 1 ? "" : "s") at 2^32 J; \(number(rest)) Wh were made meanwhile",
                "\(times)"
            )
        case .unwrapped(let times, let rest):
            return (
                .counterUnwrapped,
                "went back up by \(times) time\(times == 1 ? "" : "s") 2^32 J; \(number(rest)) Wh were made meanwhile",
                "\(times)"
            )
        case .undecided(let energies):
            let amounts = energies.map { "\(number($0)) Wh" }.joined(separator: " or ")
            return (
                .counterUndecided,
                "moved by \(number(values.after - values.before)) Wh: whether by energy, by 2^32 J or by beginning anew cannot be told so far apart; \(amounts) may have been made",
                ""
            )
        case .reset: return (.counterReset, "began anew: the energy across it is not known", "")
        case .sourceChanged:
            return (
                .counterSourceChanged, "is of another number of devices: its energy cannot be compared", ""
            )
        case .jumped(let difference):
            return (.counterJumped, "jumped by \(number(difference)) Wh, more than it can make", "")
        case .backwards(let difference):
            return (.counterBackwards, "went back by \(number(difference)) Wh", "")
        }
    }

    private func number(_ wattHours: Double) -> String { GatewayText.number(wattHours, decimals: 1) }
}
