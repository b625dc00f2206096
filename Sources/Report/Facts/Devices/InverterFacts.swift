// What one inverter gave, day by day. What is said of it stands in PanelSection.

import Analysis
import Readings

/// An inverter's time.
package struct InverterFacts: Sendable {
    /// The serial number.
    package let serial: String
    /// Energy per local day, Wh; nil for a day without rows.
    package let days: [Int64?]
    /// The energy of all days, Wh.
    package let totalWh: Int64
    /// Its energy over that of the middle of all, counted on days that both have, percent; nil where there is none.
    package var percentOfMiddle: Double?
    /// The newest firmware that was reported.
    package var firmware: String?

    /// Days with rows.
    package var dayCount: Int { days.count { $0 != nil } }

    private init(_ series: DeviceSeries, dayStarts: [Int64], end: Int64) {
        serial = series.device.serial
        var sums = [Int64](repeating: 0, count: dayStarts.count)
        var counts = [Int](repeating: 0, count: dayStarts.count)
        let energies = series[.energy]
        var day = 0
        for row in series.startUTCSeconds.indices where energies[row] != HomeColumns.missing {
            let start = series.startUTCSeconds[row]
            guard start >= dayStarts.first ?? .max, start < end else { continue }
            while day + 1 < dayStarts.count, dayStarts[day + 1] <= start { day += 1 }
            sums[day] += Int64(energies[row])
            counts[day] += 1
        }
        days = zip(sums, counts).map { $1 > 0 ? $0 : nil }
        totalWh = sums.reduce(0, +)
    }

    /// Returns the facts of all inverters that have rows, in the order of their serial numbers, and the middle of each day.
    ///
    /// - Parameters:
    ///   - dayStarts: the start of each local day, seconds UTC.
    ///   - end: the end of the last one.
    static func all(_ devices: [DeviceSeries], dayStarts: [Int64], end: Int64) -> (
        inverters: [InverterFacts], middle: [Double?]
    ) {
        let chosen = DeviceRows.longest(devices.filter { $0.device.kind == .inverter })
            .filter { !$0.device.serial.isEmpty }
        var facts = chosen.map { InverterFacts($0, dayStarts: dayStarts, end: end) }
            .filter { $0.dayCount > 0 }
        let middle = dayStarts.indices.map { day in
            Median.of(facts.compactMap { $0.days[day].map { Double($0) } })
        }
        for index in facts.indices {
            let shared = dayStarts.indices.filter { facts[index].days[$0] != nil && middle[$0] != nil }
            let usual = shared.reduce(0.0) { $0 + (middle[$1] ?? 0) }
            if usual > 0 { facts[index].percentOfMiddle = 100 * Double(facts[index].totalWh) / usual }
        }
        return (facts, middle)
    }
}
