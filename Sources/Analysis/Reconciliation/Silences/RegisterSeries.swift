// Readings of one register of production, or of all inverters' together. What they show of a silence is told by
// RegisterReconciler.

import Readings

/// Readings of a register of production, in order of time.
package struct RegisterSeries: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// The limit of error, share.
    package let limitOfError: Double
    /// When it was read, seconds UTC, and what it showed, kWh.
    package let readings: [(atUTCSeconds: Int64, energyKWh: Double)]

    /// Makes a series.
    package init(
        device: Device,
        limitOfError: Double,
        readings: [(atUTCSeconds: Int64, energyKWh: Double)]
    ) {
        self.device = device
        self.limitOfError = limitOfError
        self.readings = readings.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
    }

    package static func == (left: RegisterSeries, right: RegisterSeries) -> Bool {
        left.device == right.device && left.readings.elementsEqual(right.readings, by: ==)
    }
}

extension RegisterSeries {
    /// Limit of error of a sum of inverters, share.
    private static let inverterLimit = 0.05
    /// Readings of inverters within this time belong together, seconds.
    private static let together: Int64 = 2 * 3600

    /// Returns the registers of production meters. Of a site of several gateways they are the sums of all: one that lacks a
    /// register, or was not read at that time, leaves none.
    ///
    /// - Parameter gateways: the gateways of the site; without any, all readings are of one.
    package static func meters(
        _ readings: [RegisterReading],
        serials: Set<String>,
        limitOfError: Double,
        gateways: GatewayTimes = GatewayTimes([])
    ) -> [RegisterSeries] {
        var meters: [Device: [String: [RegisterReading]]] = [:]
        for reading in readings where reading.device.kind == .meter && serials.contains(reading.device.serial)
        {
            guard let gateway = gateways.gateway(of: reading.origin, at: reading.atUTCSeconds) else {
                continue
            }
            meters[reading.device, default: [:]][gateway, default: []].append(reading)
        }
        let groups = gateways.groups.isEmpty ? [[""]] : gateways.groups
        return meters.sorted { $0.key < $1.key }.flatMap { device, own in
            groups.compactMap { group in
                let parts = group.compactMap { own[$0] }
                guard parts.count == group.count else { return nil }
                let readings =
                    parts.count == 1
                    ? parts[0].map { ($0.atUTCSeconds, $0.energyKWh) } : sums(parts)
                return RegisterSeries(device: device, limitOfError: limitOfError, readings: readings)
            }
        }
    }

    /// The sums of registers at the times at which all of them were read.
    private static func sums(_ parts: [[RegisterReading]]) -> [(atUTCSeconds: Int64, energyKWh: Double)] {
        let all = parts.enumerated().flatMap { index, part in part.map { (index: index, reading: $0) } }
            .sorted { ($0.reading.atUTCSeconds, $0.index) < ($1.reading.atUTCSeconds, $1.index) }
        var result: [(atUTCSeconds: Int64, energyKWh: Double)] = []
        var group: [Int: RegisterReading] = [:]
        var began: Int64 = .min
        func close() {
            guard group.count == parts.count, let last = group.values.map(\.atUTCSeconds).max() else {
                return
            }
            result.append((last, group.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value.energyKWh }))
        }
        for (index, reading) in all {
            if began == .min || reading.atUTCSeconds - began > together {
                close()
                group = [:]
                began = reading.atUTCSeconds
            }
            group[index] = reading
        }
        close()
        return result
    }

    /// Returns the sum of the inverters' registers at the times at which all of them were read; nothing where that never
    /// was.
    package static func inverters(_ readings: [RegisterReading]) -> [RegisterSeries] {
        let own = readings.filter { $0.device.kind == .inverter }.sorted {
            ($0.atUTCSeconds, $0.device) < ($1.atUTCSeconds, $1.device)
        }
        let devices = Set(own.map(\.device))
        guard !devices.isEmpty else { return [] }
        var sums: [(atUTCSeconds: Int64, energyKWh: Double)] = []
        var group: [Device: RegisterReading] = [:]
        var began: Int64 = 0
        func close() {
            guard group.count == devices.count else { return }
            let times = group.values.map(\.atUTCSeconds).sorted()
            let sum = group.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value.energyKWh }
            sums.append((times[times.count / 2], sum))
        }
        for reading in own {
            if reading.atUTCSeconds - began > together {
                close()
                group = [:]
                began = reading.atUTCSeconds
            }
            group[reading.device] = reading
        }
        close()
        guard sums.count > 1 else { return [] }
        return [
            RegisterSeries(device: Device(.inverter, ""), limitOfError: inverterLimit, readings: sums)
        ]
    }
}
