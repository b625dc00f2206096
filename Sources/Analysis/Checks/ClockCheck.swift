// Is the clock of the utility's data right? Asked of the monitor's data where there are any, else of the sun.
//
// Source of the rules and thresholds: measured on real downloads; see docs/sources/utility.md, "Clock".

import Foundation
import Readings

/// The check of a utility's clock.
package struct ClockCheck: Sendable {
    /// What the check found.
    package enum Outcome: Equatable, Sendable {
        /// The clock is right, by the test named.
        case right(test: String)
        /// The clock is off by about so many hours: positive where the utility's times are too late.
        case wrong(hours: Double, test: String)
        /// There is too little to go by.
        case untested(reason: String)
    }

    /// Energy per half hour, by its number since 1970, in Wh: zones lie half hours apart.
    package typealias Slots = [Int64: Double]

    /// Export of the utility's meter.
    package var export: Slots = [:]
    /// Import minus export of the utility's meter.
    package var net: Slots = [:]

    /// Seconds of a slot.
    package static let slotSeconds: Int64 = 1_800
    private static let slotsPerHour: Int64 = 2
    private static let longestLagHours: Int64 = 12
    private static let leastOverlapHours: Int64 = 168
    private static let leastDays = 7
    /// The best lag must beat lag 0 by this much of the correlation.
    private static let margin = 0.02
    /// How far the middle of the export may lie from solar noon.
    private static let greatestSunOffsetHours = 2.5

    /// Makes an empty check.
    package init() {}

    /// Takes an interval of the utility's meter.
    package mutating func take(_ interval: UtilityInterval) {
        // A reading of many hours says nothing about the clock.
        guard interval.seconds > 0, interval.seconds <= 3600 else { return }
        let (start, seconds) = (interval.startUTCSeconds, Int64(interval.seconds))
        if let exported = interval.exportWh {
            ClockCheck.add(Double(exported), from: start, seconds: seconds, to: &export)
        }
        let balance =
            interval.netWh.map(Double.init)
            ?? Double(interval.importWh ?? 0) - Double(interval.exportWh ?? 0)
        ClockCheck.add(balance, from: start, seconds: seconds, to: &net)
    }

    /// Adds the energy of a stretch of time to its slots, spread evenly.
    package static func add(
        _ wattHours: Double,
        from start: Int64,
        seconds: Int64,
        to slots: inout Slots
    ) {
        guard seconds > 0 else { return }
        var from = start
        while from < start + seconds {
            let slot = from.flooredDivision(by: slotSeconds)
            let end = min((slot + 1) * slotSeconds, start + seconds)
            slots[slot, default: 0] += wattHours * Double(end - from) / Double(seconds)
            from = end
        }
    }

    /// Compares with the monitor, else with the sun.
    ///
    /// - Parameters:
    ///   - monitor: import minus export per slot as the monitor measured it; empty where there is none.
    ///   - place: the site's place.
    package func outcome(monitor: Slots, place: Place) -> Outcome {
        let byMonitor = lagOutcome(monitor)
        if case .untested = byMonitor { return sunOutcome(place) }
        return byMonitor
    }

    private func lagOutcome(_ monitor: Slots) -> Outcome {
        var best: (lag: Int64, value: Double)?
        var atZero: Double?
        let longest = ClockCheck.longestLagHours * ClockCheck.slotsPerHour
        for lag in -longest...longest {
            guard let value = correlation(monitor, lag: lag) else { continue }
            if lag == 0 { atZero = value }
            if value > best?.value ?? -2 { best = (lag, value) }
        }
        guard let best, let atZero else { return .untested(reason: "no week of monitor data beside it") }
        if best.lag != 0, best.value > atZero + ClockCheck.margin {
            return .wrong(
                hours: Double(best.lag) / Double(ClockCheck.slotsPerHour),
                test: "correlation with the monitor"
            )
        }
        return .right(test: "correlation with the monitor")
    }

    /// The correlation of this net, moved back by `lag` slots, with the monitor's; nil with too little overlap.
    private func correlation(_ monitor: Slots, lag: Int64) -> Double? {
        var count = 0.0
        var (sumA, sumB, sumAA, sumBB, sumAB) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (slot, value) in net {
            guard let other = monitor[slot - lag] else { continue }
            count += 1
            sumA += value
            sumB += other
            sumAA += value * value
            sumBB += other * other
            sumAB += value * other
        }
        guard count >= Double(ClockCheck.leastOverlapHours * ClockCheck.slotsPerHour) else { return nil }
        let varianceA = sumAA - sumA * sumA / count
        let varianceB = sumBB - sumB * sumB / count
        guard varianceA > 0, varianceB > 0 else { return nil }
        return (sumAB - sumA * sumB / count) / (varianceA * varianceB).squareRoot()
    }

    private func sunOutcome(_ place: Place) -> Outcome {
        // Without a channel of its own, export is where the net is below 0.
        let source = export.values.contains { $0 > 0 } ? export : net.mapValues { max(0, -$0) }
        let total = source.values.reduce(0, +)
        let days = Set(
            source.filter { $0.value > 0 }.keys.map { $0.flooredDivision(by: 24 * ClockCheck.slotsPerHour) }
        )
        guard total > 0, days.count >= ClockCheck.leastDays else {
            return .untested(reason: "neither monitor data nor a week of export to hold against the sun")
        }
        let sun = SolarPosition(place: place)
        var noons: [Int64: Int64] = [:]
        // The mean on the circle of a day: a clock that is off may put the export on both sides of midnight.
        var (eastward, northward) = (0.0, 0.0)
        for (slot, energy) in source where energy > 0 {
            let middle = slot * ClockCheck.slotSeconds + ClockCheck.slotSeconds / 2
            // The solar day around the hour: the day number at mean local time.
            let day = (middle + Int64(place.longitude * 240)).flooredDivision(by: 86_400)
            let noon = noons[day] ?? ClockCheck.noon(sun, day: day, longitude: place.longitude)
            noons[day] = noon
            let angle = Double(middle - noon) / 86_400 * 2 * .pi
            eastward += energy * sin(angle)
            northward += energy * cos(angle)
        }
        let offset = atan2(eastward, northward) / (2 * .pi) * 24
        if abs(offset) > ClockCheck.greatestSunOffsetHours {
            return .wrong(hours: offset, test: "the middle of the export against solar noon")
        }
        return .right(test: "the middle of the export against solar noon")
    }

    /// The instant of the sun's greatest height on a solar day, to ten minutes.
    private static func noon(_ sun: SolarPosition, day: Int64, longitude: Double) -> Int64 {
        let mean = day * 86_400 + 43_200 - Int64(longitude * 240)
        let candidates = stride(from: mean - 3600, through: mean + 3600, by: 600)
        return candidates.max { sun.elevation(atUTCSeconds: $0) < sun.elevation(atUTCSeconds: $1) } ?? mean
    }
}
