// What one battery did in a month or a year, from its own rows. What is said of it stands in BatterySection.

import Analysis
import Readings

/// A battery's time.
package struct BatteryFacts: Sendable {
    /// The serial number; empty for the sum of all.
    package let serial: String
    /// Energy into it, Wh.
    package let chargedWh: Int64
    /// Energy out of it, Wh.
    package let dischargedWh: Int64
    /// Moments at which captures tell of it; 0 where intervals do.
    let momentCount: Int
    /// Tells whether intervals tell of it; else captures do, which have no energies.
    let hasIntervals: Bool
    /// The lowest state of charge, percent; nil where no row gives it.
    package private(set) var lowestPercent: Double?
    /// The highest.
    package private(set) var highestPercent: Double?
    /// The last.
    package private(set) var lastPercent: Double?
    /// Energy out of it from full to empty, by what it gave per point, Wh; nil where it gave too little.
    package let usableWh: Double?
    /// Charge that neither came back nor stayed, Wh a day: losses of conversion and standby; nil where that cannot be told.
    package let lossWhPerDay: Double?
    /// The mean distance of its state of charge from the middle of the others, points; nil for a single one.
    package var spreadPoints: Double?
    /// Mean state of charge per hour of the time, percent; nil without rows.
    package let hourly: [Double?]
    /// The newest firmware that was reported.
    package var firmware: String?
    /// The newest state of health that was reported, percent.
    package var healthPercent: Double?
    /// The newest count of cycles that was reported.
    package var reportedCycles: Double?

    /// Points given off that are needed to tell what it holds.
    private static let leastPoints = 50.0

    /// Energy out over energy in, percent; nil where it was not charged.
    package var roundTripPercent: Double? {
        chargedWh > 0 ? 100 * Double(dischargedWh) / Double(chargedWh) : nil
    }

    /// Times that it was emptied, counted in whole ones.
    package func cycles(usableWh: Double) -> Double { Double(dischargedWh) / usableWh }

    /// Sums a battery's rows.
    init(_ series: DeviceSeries, in interval: Interval) {
        serial = series.device.serial
        let missing = HomeColumns.missing
        let (charged, discharged) = (series[.charged], series[.discharged])
        let states = series[.stateOfCharge]
        let step = Int64(series.seconds)
        var sums = [Double](repeating: 0, count: Int((interval.seconds + 3599) / 3600))
        var counts = [Int](repeating: 0, count: sums.count)
        var (into, out) = (Int64(0), Int64(0))
        var (given, points) = (0.0, 0.0)
        var before: (end: Int64, state: Int32)?
        var first: Int32?
        var rows = 0
        for row in series.startUTCSeconds.indices {
            let start = series.startUTCSeconds[row]
            guard interval.contains(start) else { continue }
            rows += 1
            let own = charged[row] == missing ? 0 : charged[row]
            let gave = discharged[row] == missing ? 0 : discharged[row]
            into += Int64(own)
            out += Int64(gave)
            let state = states[row]
            guard state != missing else { continue }
            let hour = Int((start - interval.startUTCSeconds) / 3600)
            sums[hour] += Double(state) / 10
            counts[hour] += 1
            lowestPercent = min(lowestPercent ?? 100, Double(state) / 10)
            highestPercent = max(highestPercent ?? 0, Double(state) / 10)
            lastPercent = Double(state) / 10
            if let before, before.end == start, gave > 0, own == 0 {
                given += Double(gave)
                points += Double(before.state - state) / 10
            }
            first = first ?? state
            before = (start + step, state)
        }
        chargedWh = into
        dischargedWh = out
        hasIntervals = true
        momentCount = 0
        hourly = zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : nil }
        let usable = points >= BatteryFacts.leastPoints ? 100 * given / points : nil
        usableWh = usable
        let days = Double(rows) * Double(step) / 86_400
        if let usable, let first, let last = before?.state, days >= 3 {
            let kept = Double(last - first) / 1000 * usable
            lossWhPerDay = (Double(into - out) - kept) / days
        } else {
            lossWhPerDay = nil
        }
    }

    /// Tells of a battery by what it said of itself at single moments.
    private init(_ moments: [DeviceReading], in interval: Interval) {
        serial = moments.first?.device.serial ?? ""
        (chargedWh, dischargedWh) = (0, 0)
        hasIntervals = false
        momentCount = PeriodFacts.momentCount(moments.map(\.startUTCSeconds))
        (usableWh, lossWhPerDay) = (nil, nil)
        var hourly = [Double?](repeating: nil, count: Int((interval.seconds + 3599) / 3600))
        for moment in moments {
            guard let state = moment.values[.stateOfCharge] else { continue }
            hourly[Int((moment.startUTCSeconds - interval.startUTCSeconds) / 3600)] = state
            lowestPercent = min(lowestPercent ?? 100, state)
            highestPercent = max(highestPercent ?? 0, state)
            lastPercent = state
        }
        self.hourly = hourly
    }

    /// Returns the facts of all batteries of which there are rows, with how far each stands from the others; where there are
    /// none, of those that spoke at single moments.
    static func all(_ devices: [DeviceSeries], moments: [DeviceReading], in interval: Interval)
        -> [BatteryFacts]
    {
        let chosen = DeviceRows.longest(devices.filter { [.battery, .acBattery].contains($0.device.kind) })
            .filter { !$0.device.serial.isEmpty }
        var facts = chosen.map { BatteryFacts($0, in: interval) }
        if facts.isEmpty {
            let inside = moments.filter {
                interval.contains($0.startUTCSeconds) && !$0.device.serial.isEmpty
            }
            facts = Dictionary(grouping: inside, by: \.device).sorted { $0.key < $1.key }.map {
                BatteryFacts($0.value.sorted { $0.startUTCSeconds < $1.startUTCSeconds }, in: interval)
            }
        }
        guard facts.count > 1 else { return facts }
        var distances = [(sum: Double, count: Int)](repeating: (0, 0), count: facts.count)
        for hour in 0..<(facts.first?.hourly.count ?? 0) {
            let states = facts.map { $0.hourly[hour] }
            guard states.count(where: { $0 != nil }) > 1 else { continue }
            for (index, state) in states.enumerated() {
                guard let state else { continue }
                let others = states.enumerated().compactMap { $0.offset == index ? nil : $0.element }
                guard let middle = Median.of(others) else { continue }
                distances[index].sum += abs(state - middle)
                distances[index].count += 1
            }
        }
        for (index, distance) in distances.enumerated() where distance.count > 0 {
            facts[index].spreadPoints = distance.sum / Double(distance.count)
        }
        return facts
    }
}
