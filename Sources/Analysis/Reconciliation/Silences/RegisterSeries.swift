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

    /// Returns the registers of production meters.
    package static func meters(_ readings: [RegisterReading], serials: Set<String>, limitOfError: Double)
        -> [RegisterSeries]
    {
        let own = readings.filter { $0.device.kind == .meter && serials.contains($0.device.serial) }
        return Dictionary(grouping: own, by: \.device).sorted { $0.key < $1.key }.map { device, readings in
            RegisterSeries(
                device: device,
                limitOfError: limitOfError,
                readings: readings.map { ($0.atUTCSeconds, $0.energyKWh) }
            )
        }
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
