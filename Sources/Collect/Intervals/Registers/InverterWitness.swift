// What inverters say against a total that stands still. Their own rows are the business of DeviceIntervals.

import Readings

/// The last powers of inverters, each with the time of its report.
struct InverterWitness: Sendable {
    private var last: [Device: (utcSeconds: Int64, powerW: Double)] = [:]

    /// Inverters that give as much cannot leave a total as it was, W.
    private static let leastW = 100.0
    private static let mostDevices = 4_096

    /// Takes the inverters of a round.
    mutating func take(_ rows: GatewayRows) {
        for reading in rows.readings
        where reading.device.kind == .inverter && reading.origin == GatewayPart.inverters {
            guard let time = rows.time(reading.startUTCSeconds), let power = reading.values[.power] else {
                continue
            }
            last[reading.device] = (time, power)
        }
        if last.count > InverterWitness.mostDevices { last = [:] }
    }

    /// Tells whether inverters gave something in a time, by the reports that lie in it.
    func gave(from start: Int64, to end: Int64) -> Bool {
        let powers = last.values.filter { $0.utcSeconds > start && $0.utcSeconds <= end + MarkTime.quarter }
        return powers.reduce(0) { $0 + ($1.powerW.isFinite ? $1.powerW : 0) } >= InverterWitness.leastW
    }
}
