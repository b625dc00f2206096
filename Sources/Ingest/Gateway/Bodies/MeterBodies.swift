// Meters: the list, the registers, the production page and the plain totals.

import Readings

/// Reads the bodies of meters.
enum GatewayMeterBodies {
    /// How far the sum of the phases may differ from the aggregate, Wh and W.
    private static let phaseSlack = 1.0

    static func read(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        let meters = list(bodies, into: &observation)
        registers(bodies, meters, into: &observation)
        pages(bodies, into: &observation)
        totals(bodies, into: &observation)
    }

    /// A meter of the list.
    private struct Meter {
        let isEnabled: Bool
        let measurement: String
        let phaseCount: Int
    }

    private static func list(_ bodies: GatewayBodies, into observation: inout GatewayObservation) -> [Int64:
        Meter]
    {
        var meters: [Int64: Meter] = [:]
        for entry in bodies["ivp/meters"]?.elements ?? JSONNode.none {
            guard let eid = entry["eid"]?.int64 else { continue }
            let isEnabled = entry["state"]?.string == "enabled"
            let measurement = entry["measurementType"]?.string ?? ""
            let status = entry["meteringStatus"]?.string
            let flags = entry["statusFlags"]?.elements.compactMap(\.string) ?? []
            meters[eid] = Meter(
                isEnabled: isEnabled,
                measurement: measurement,
                phaseCount: Int(clamping: entry["phaseCount"]?.int64 ?? 0)
            )
            let device = Device(.meter, "\(eid)")
            observation.state(
                device,
                origin: "ivp/meters",
                [
                    .state: entry["state"]?.string, .measurement: measurement, .meteringStatus: status,
                    .flags: flags.joined(separator: " "), .phases: entry["phaseCount"]?.text,
                    .mode: entry["phaseMode"]?.string,
                ]
            )
            if !isEnabled { observation.count("disabled meters") }
            if isEnabled, (status ?? "normal") != "normal" || !flags.isEmpty {
                let words = ([status].compactMap { $0 } + flags).joined(separator: ", ")
                observation.event(
                    .meterFault,
                    device,
                    origin: "ivp/meters",
                    code: words,
                    text: "the \(measurement) meter says \(words): check its current transformers"
                )
            }
        }
        return meters
    }

    private static func registers(
        _ bodies: GatewayBodies,
        _ meters: [Int64: Meter],
        into observation: inout GatewayObservation
    ) {
        for entry in bodies["ivp/meters/readings"]?.elements ?? JSONNode.none {
            guard let eid = entry["eid"]?.int64, let meter = meters[eid] else {
                observation.count("readings of unknown meters, left out")
                continue
            }
            // A disabled meter still gives numbers; they mean nothing.
            guard meter.isEnabled else { continue }
            guard let time = entry["timestamp"]?.time else {
                observation.count("readings without a time, left out")
                continue
            }
            observation.read(
                Device(.meter, "\(eid)"),
                at: time,
                origin: "ivp/meters/readings",
                [
                    .power: entry["activePower"]?.double, .lifetime: entry["actEnergyDlvd"]?.double,
                    .lifetimeReceived: entry["actEnergyRcvd"]?.double,
                    .apparentPower: entry["apparentPower"]?.double,
                    .reactivePower: entry["reactivePower"]?.double,
                    .powerFactor: entry["pwrFactor"]?.double, .voltage: entry["voltage"]?.double,
                    .current: entry["current"]?.double, .frequency: entry["freq"]?.double,
                ]
            )
            checkPhases(entry, meter, of: Device(.meter, "\(eid)"), into: &observation)
        }
    }

    /// Only the first `phaseCount` channels belong to the meter; the others hold leftovers.
    private static func checkPhases(
        _ entry: JSONNode,
        _ meter: Meter,
        of device: Device,
        into observation: inout GatewayObservation
    ) {
        let channels = Array(entry["channels"]?.elements ?? JSONNode.none)
        guard meter.phaseCount > 0, channels.count >= meter.phaseCount else { return }
        for name in ["activePower", "actEnergyDlvd", "actEnergyRcvd"] {
            let parts = channels.prefix(meter.phaseCount).compactMap { $0[name]?.double }
            guard parts.count == meter.phaseCount, let whole = entry[name]?.double else { continue }
            let sum = parts.reduce(0, +)
            if abs(sum - whole) > max(phaseSlack, abs(whole) * 1e-6) {
                if name != "activePower" { observation.summary.doubtedMeters.insert(device) }
                observation.summary.warn(
                    "\(name) of the \(meter.measurement) meter is not the sum of its \(meter.phaseCount) phases"
                )
            }
        }
    }

    /// The production page: each source is a series of its own, never continued by another.
    private static func pages(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        // The same page under several names is as many polls, each with its own times.
        for (name, page) in bodies.productionPages { take(page, name, into: &observation) }
    }

    private static func take(_ page: JSONNode, _ pageName: String, into observation: inout GatewayObservation)
    {
        for section in ["production", "consumption", "storage"] {
            for entry in page[section]?.elements ?? JSONNode.none {
                guard let type = entry["type"]?.string else { continue }
                guard (entry["activeCount"]?.int64 ?? 0) > 0 else {
                    observation.count("inactive entries of the production page")
                    continue
                }
                let power = entry["wNow"]?.double
                let lifetime = entry["whLifetime"]?.double
                // Right after power-up the gateway answers zeros; a lifetime of 0 is none.
                guard power != 0 || lifetime != 0 || type == "acb" else {
                    observation.count("entries of zeros, left out")
                    continue
                }
                let measurement = entry["measurementType"]?.string
                let origin = ([pageName, type] + [measurement].compactMap { $0 }).joined(separator: "/")
                let device: Device =
                    switch type {
                    case "inverters": Device(.site, "")
                    case "acb": Device(.acBattery, "")
                    default: Device(.meter, measurement ?? type)
                    }
                observation.read(
                    device,
                    at: entry["readingTime"]?.time,
                    origin: origin,
                    [
                        .power: power, .lifetime: lifetime, .available: entry["whNow"]?.double,
                        .stateOfCharge: entry["percentFull"]?.double,
                        .apparentPower: entry["apprntPwr"]?.double, .reactivePower: entry["reactPwr"]?.double,
                        .powerFactor: entry["pwrFactor"]?.double, .voltage: entry["rmsVoltage"]?.double,
                        .current: entry["rmsCurrent"]?.double,
                        .devicesReporting: type == "eim" ? nil : entry["activeCount"]?.double,
                    ]
                )
                observation.state(device, origin: origin, [.state: entry["state"]?.string])
            }
        }
    }

    private static func totals(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        guard let body = bodies["api/v1/production"] else { return }
        let values = ["wattsNow", "wattHoursLifetime", "wattHoursToday", "wattHoursSevenDays"]
            .map { body[$0]?.double ?? 0 }
        guard values.contains(where: { $0 != 0 }) else {
            observation.summary.notes.append("api/v1/production is all zero: it holds no value")
            return
        }
        observation.read(
            .site,
            origin: "api/v1/production",
            [
                .power: body["wattsNow"]?.double,
                .lifetime: body["wattHoursLifetime"]?.double.flatMap { $0 > 0 ? $0 : nil },
            ]
        )
    }
}
