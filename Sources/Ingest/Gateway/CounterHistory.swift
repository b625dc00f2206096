// Counters over several captures: what happened to them between one and the next.

import Readings

/// Tells events of counters and firmware from readings and states at several times.
package enum CounterHistory {
    /// The greatest power of a microinverter, W; the largest sold have 640 W.
    private static let inverterPowerW = 1_000.0
    /// The greatest power through a meter of a house, W: three phases of 160 A.
    private static let housePowerW = 110_000.0
    private static let counters: [(quantity: Quantity, name: String)] = [
        (.lifetime, "lifetime"), (.lifetimeReceived, "lifetime received"),
    ]

    /// Returns what happened to lifetime counters, in the order of time. Energy is never told here.
    ///
    /// - Parameter readings: of one source, in any order; each device and origin is a counter of its own.
    package static func events(of readings: [DeviceReading]) -> [SiteEvent] {
        let groups = Dictionary(grouping: readings.filter { $0.seconds == 0 }) {
            Key(device: $0.device, origin: $0.origin)
        }
        var events: [SiteEvent] = []
        for (key, group) in groups {
            let power = key.device.kind == .inverter ? inverterPowerW : housePowerW
            for counter in counters {
                var continuity = CounterContinuity(greatestPowerW: power)
                var before: Double?
                for reading in group.sorted(by: { $0.startUTCSeconds < $1.startUTCSeconds }) {
                    guard let value = reading.values[counter.quantity] else { continue }
                    // A sum over another number of devices is another counter.
                    let step = continuity.take(
                        utcSeconds: reading.startUTCSeconds,
                        value: value,
                        origin: reading.values[.devicesReporting].map { "\($0)" } ?? ""
                    )
                    if let before,
                        let event = event(
                            of: step,
                            counter: counter.name,
                            key: key,
                            reading: reading,
                            before: before,
                            value: value
                        )
                    {
                        events.append(event)
                    }
                    before = value
                }
            }
        }
        return events.sorted {
            ($0.startUTCSeconds, $0.device, $0.origin) < ($1.startUTCSeconds, $1.device, $1.origin)
        }
    }

    private struct Key: Hashable {
        let device: Device
        let origin: String
    }

    private static func event(
        of step: CounterContinuity.Step,
        counter: String,
        key: Key,
        reading: DeviceReading,
        before: Double,
        value: Double
    ) -> SiteEvent? {
        let (kind, words, code): (SiteEvent.Kind, String, String)
        switch step {
        case .first, .energy, .stale: return nil
        case .wrapped(let times, let rest):
            (kind, code) = (.counterWrapped, "\(times)")
            words =
                "wrapped \(times) time\(times == 1 ? "" : "s") at 2^32 J; \(number(rest)) Wh were made meanwhile"
        case .unwrapped(let times, let rest):
            (kind, code) = (.counterUnwrapped, "\(times)")
            words = "went back up by \(times) times 2^32 J; \(number(rest)) Wh were made meanwhile"
        case .reset:
            (kind, words, code) = (.counterReset, "began anew: the energy across it is not known", "")
        case .sourceChanged:
            (kind, words, code) = (
                .counterSourceChanged, "is of another number of devices: its energy cannot be compared", ""
            )
        case .jumped(let difference):
            (kind, words, code) = (
                .counterJumped, "jumped by \(number(difference)) Wh, more than it can make", ""
            )
        case .backwards(let difference):
            (kind, words, code) = (.counterBackwards, "went back by \(number(difference)) Wh", "")
        }
        let name =
            key.device.serial.isEmpty
            ? key.device.kind.rawValue : "\(key.device.kind.rawValue) \(key.device.serial)"
        return SiteEvent(
            kind,
            key.device,
            startUTCSeconds: reading.startUTCSeconds,
            origin: key.origin,
            code: code,
            text: "the \(counter) counter of \(name) \(words) (\(number(before)) to \(number(value)) Wh)"
        )
    }

    private static func number(_ wattHours: Double) -> String { GatewayText.number(wattHours, decimals: 1) }

    /// Returns changes of firmware, in the order of time.
    ///
    /// - Parameter states: of one source, in any order; each device and origin is told by itself.
    package static func firmwareChanges(in states: [DeviceState]) -> [SiteEvent] {
        let groups = Dictionary(grouping: states.filter { $0.properties[.firmware] != nil }) {
            Key(device: $0.device, origin: $0.origin)
        }
        var events: [SiteEvent] = []
        for (key, group) in groups {
            let sorted = group.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
            for (before, after) in zip(sorted, sorted.dropFirst()) {
                guard let old = before.properties[.firmware], let new = after.properties[.firmware],
                    old != new
                else { continue }
                events.append(
                    SiteEvent(
                        .firmwareChanged,
                        key.device,
                        startUTCSeconds: after.atUTCSeconds,
                        origin: key.origin,
                        code: new,
                        text:
                            "the firmware of \(key.device.kind.rawValue) \(key.device.serial) went from \(old) to \(new)"
                    )
                )
            }
        }
        return events.sorted { ($0.startUTCSeconds, $0.device) < ($1.startUTCSeconds, $1.device) }
    }
}
