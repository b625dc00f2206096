// Totals of one thing held against each other inside a capture: what a counter of 2^32 J has lost.

import Readings

/// Compares counters of a capture.
enum GatewayCounters {
    /// Totals are whole Wh, and taken within seconds of each other.
    private static let slackWattHours = 2.0
    /// A joule counter of 32 bits begins anew at this value.
    private static let wrapJoules = 4_294_967_296.0

    static func compare(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        if bodies["ivp/pdm/device_data"] != nil {
            devices(bodies, into: &observation)
        } else {
            plant(bodies, into: &observation)
        }
    }

    private static func inverterTotal(_ bodies: GatewayBodies) -> Double? {
        bodies.production?["production"]?.elements.first {
            $0["type"]?.string == "inverters" && ($0["activeCount"]?.int64 ?? 0) > 0
        }?["whLifetime"]?.double
    }

    /// An unmetered gateway gives the full total in one body and the same modulo 2^32 J in another.
    private static func plant(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        guard let shown = inverterTotal(bodies),
            let full = bodies["api/v1/production"]?["wattHoursLifetime"]?.double,
            let times = CounterContinuity.wraps(explaining: full - shown, slackWattHours: slackWattHours)
        else { return }
        observation.event(
            .counterWrapped,
            .site,
            origin: "production.json/inverters",
            code: "\(times)",
            text:
                "the inverters' total shows \(text(shown)) Wh, the whole is \(text(full)) Wh: it has wrapped \(times) time\(times == 1 ? "" : "s") at 2^32 J (1,193,046.47 Wh)"
        )
    }

    /// Newer firmware adds up counters of which each has wrapped by itself; the device's own register has not. One event
    /// tells of all devices, since in an old array every counter has wrapped.
    private static func devices(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        var wrapped: [(serial: String, wattHours: Double, times: Double)] = []
        for (_, entry) in bodies["ivp/pdm/device_data"]?.members ?? JSONNode.noMembers {
            guard entry["devName"]?.string == "pcu", let serial = entry["sn"]?.text else { continue }
            let joules = entry["channels"]?.elements.compactMap { $0["lifetime"]?["joulesProduced"]?.double }
                .reduce(0, +)
            guard let joules, joules.isFinite, joules >= wrapJoules else { continue }
            let times = (joules / wrapJoules).rounded(.down)
            guard times < 1_000 else { continue }
            wrapped.append((serial, joules / 3600, times))
        }
        guard let first = wrapped.first else { return }
        let lacking = wrapped.reduce(0) { $0 + $1.times * CounterContinuity.wrapWattHours }
        let isLone = wrapped.count == 1
        let who =
            isLone
            ? "inverter \(first.serial) has made \(text(first.wattHours)) Wh, so its counter has"
            : "\(wrapped.count) inverters, \(first.serial) the first, have made so much that their counters have"
        observation.event(
            .counterWrapped,
            isLone ? Device(.inverter, first.serial) : .site,
            origin: "ivp/pdm/device_data",
            code: "\(Int(wrapped.reduce(0) { $0 + $1.times }))",
            text: "\(who) wrapped at 2^32 J (1,193,046.47 Wh): totals of inverters lack \(text(lacking)) Wh"
        )
    }

    private static func text(_ wattHours: Double) -> String { GatewayText.number(wattHours, decimals: 1) }
}
