// Counters over several captures: what happened to them between one and the next. What a step was is told by
// CounterContinuity; changes of firmware stand here too, being found in the same way.

import Readings

/// Tells events of counters and firmware from readings and states at several times.
package enum CounterHistory {
    private static let counters: [(quantity: Quantity, name: String)] = [
        (.lifetime, "lifetime"), (.lifetimeReceived, "lifetime received"),
    ]

    /// Returns what happened to lifetime counters, in the order of time, each event once: where several pages show it, it
    /// names them. Energy is never told here.
    ///
    /// - Parameters:
    ///   - readings: of one source, in any order. A counter belongs to its device, and to its gateway where the device's
    ///     name does not tell it; each page that shows it is read by itself.
    ///   - states: of the same source; they tell the gateways and what meters measure.
    ///   - installedW: the rating of the array, W; nil where unknown.
    package static func events(
        of readings: [DeviceReading],
        states: [DeviceState] = [],
        installedW: Double? = nil
    ) -> [SiteEvent] {
        let gateways = GatewayTimes(states)
        let limits = CounterLimits(readings, states: states, installedW: installedW)
        var groups: [Key: [DeviceReading]] = [:]
        for reading in readings where reading.seconds == 0 {
            // A row of which nobody knows the gateway continues no counter.
            guard
                let origin = gateways.origin(
                    of: reading.origin,
                    reading.device,
                    at: reading.startUTCSeconds
                )
            else { continue }
            let key = Key(device: reading.device, gateway: origin.gateway, page: origin.part)
            groups[key, default: []].append(reading)
        }
        let isOneOfSeveral = gateways.serials.count > 1
        let found = groups.flatMap { CounterHistory.steps(of: $0.key, $0.value, limits) }
        return CounterStep.merged(found).map { $0.event(namesGateway: isOneOfSeveral) }.sorted {
            ($0.startUTCSeconds, $0.device, $0.origin) < ($1.startUTCSeconds, $1.device, $1.origin)
        }
    }

    private struct Key: Hashable {
        let device: Device
        let gateway: String
        let page: String
    }

    private static func steps(of key: Key, _ readings: [DeviceReading], _ limits: CounterLimits)
        -> [CounterStep]
    {
        let sorted = readings.sorted { $0.startUTCSeconds < $1.startUTCSeconds }
        var found: [CounterStep] = []
        for counter in counters {
            var continuity = CounterContinuity(limits.limit(of: key.device, counter.quantity))
            var before: (value: Double, utcSeconds: Int64)?
            for reading in sorted {
                guard let value = reading.values[counter.quantity] else { continue }
                // A sum over another number of devices is another counter.
                let step = continuity.take(
                    utcSeconds: reading.startUTCSeconds,
                    value: value,
                    origin: reading.values[.devicesReporting].map { "\($0)" } ?? ""
                )
                if step == .stale { continue }
                if let before {
                    found.append(
                        CounterStep(
                            device: key.device,
                            gateway: key.gateway,
                            pages: [key.page],
                            counter: counter.name,
                            from: before.utcSeconds,
                            to: reading.startUTCSeconds,
                            values: (before.value, value),
                            step: step
                        )
                    )
                }
                before = (value, reading.startUTCSeconds)
            }
        }
        return found
    }

    /// Returns changes of firmware, in the order of time.
    ///
    /// - Parameter states: of one source, in any order; each device and origin is told by itself.
    package static func firmwareChanges(in states: [DeviceState]) -> [SiteEvent] {
        let groups = Dictionary(grouping: states.filter { $0.properties[.firmware] != nil }) {
            Key(device: $0.device, gateway: "", page: $0.origin)
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
                        origin: key.page,
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
