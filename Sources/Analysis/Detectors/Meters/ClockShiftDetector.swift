// Data whose clock has moved against the sun. See docs/analysis/clock-shift.md.

import Foundation
import Readings

/// Finds shifts of the clock.
package enum ClockShiftDetector {
    /// A day's production against the sun, minutes.
    private struct Day {
        /// First productive slot behind the sun's rise above the limit.
        var morning: Double
        /// Last productive slot behind its fall below it.
        var evening: Double
        /// Centre of energy behind the solar day's middle.
        var centre: Double
    }

    /// Days of history by which a home's usual edges are known, and the fewest.
    private static let historyDays = 45
    private static let learningDays = 7
    /// A silence of more slots than this share of the sunny day says nothing about its edges.
    private static let missingShare = 0.15

    /// Returns one finding per shift.
    package static func findings(_ home: HomeContext) -> [Finding] {
        guard let produced = home.channel(.produced) else { return [] }
        let parameters = home.parameters
        var history: [(index: Int, day: Day)] = []
        var run: [(index: Int, minutes: Double)] = []
        var back = 0
        var findings: [Finding] = []
        func close() {
            defer {
                run = []
                back = 0
            }
            guard run.count >= parameters.clockDays, let first = run.first, let last = run.last else {
                return
            }
            findings.append(
                finding(
                    home,
                    run.map(\.minutes),
                    first.index,
                    last.index,
                    run[parameters.clockDays - 1].index
                )
            )
        }
        for index in 0..<home.dayCount {
            guard let day = day(index, produced, home) else { continue }
            // The days before a shift stay the measure while it lasts.
            if run.isEmpty { history.removeAll { index - $0.index > historyDays } }
            guard history.count >= learningDays, let morning = Median.of(history.map(\.day.morning)),
                let evening = Median.of(history.map(\.day.evening)),
                let centre = Median.of(history.map(\.day.centre))
            else {
                history.append((index, day))
                continue
            }
            let early = day.morning - morning
            let late = day.evening - evening
            let smaller = early * late > 0 ? (abs(early) < abs(late) ? early : late) : 0
            let middle = ClockShiftDetector.wrapped(day.centre - centre)
            let shift =
                abs(middle) > parameters.clockCentreMinutes
                ? middle : abs(smaller) >= parameters.clockMinutes ? smaller : 0
            if shift != 0, run.last.map({ $0.minutes * shift > 0 }) ?? true {
                run.append((index, shift))
                back = 0
            } else if run.isEmpty {
                history.append((index, day))
            } else {
                back += 1
                // One cloudy day does not end a shift.
                if back > 1 || run.count < parameters.clockDays {
                    close()
                    history.append((index, day))
                }
            }
        }
        close()
        return findings
    }

    private static func wrapped(_ minutes: Double) -> Double {
        minutes > 720 ? minutes - 1440 : minutes < -720 ? minutes + 1440 : minutes
    }

    private static func day(_ index: Int, _ produced: [Int32], _ home: HomeContext) -> Day? {
        let slots = home.slots(ofDay: index)
        guard slots.count == home.slotsPerDay else { return nil }
        let sine = HomeContext.sine(home.parameters.clockSunDegrees)
        var most: Int32 = 0
        var sunny: (first: Int, last: Int, count: Int)?
        var missing = 0
        for slot in slots {
            let isKnown = home.isPresent[slot] && produced[slot] != HomeColumns.missing
            if isKnown { most = max(most, produced[slot]) }
            if home.sunSine[slot] > sine {
                sunny = (sunny?.first ?? slot, slot, (sunny?.count ?? 0) + 1)
                if !isKnown { missing += 1 }
            }
        }
        guard let sunny, Double(missing) <= missingShare * Double(sunny.count) else { return nil }
        let rated = home.ratedSlotWh ?? Double(most)
        let least = Int32((rated * home.parameters.clockShare).rounded())
        guard most > 3 * max(1, least) else { return nil }
        var first: Int?
        var last = 0
        var (sine24, cosine24) = (0.0, 0.0)
        for slot in slots where home.isPresent[slot] && produced[slot] > least {
            first = first ?? slot
            last = slot
            let angle = (Double(slot - slots.lowerBound) + 0.5) / Double(home.slotsPerDay) * 2 * .pi
            // An impossible value must not pull the centre.
            let energy = min(Double(produced[slot]), rated * home.parameters.spikeFactor)
            sine24 += energy * sin(angle)
            cosine24 += energy * cos(angle)
        }
        guard let first else { return nil }
        let minutes = Double(home.grid.step) / 60
        let centre = atan2(sine24, cosine24) / (2 * .pi) * 1440
        return Day(
            morning: Double(first - sunny.first) * minutes,
            evening: Double(last - sunny.last) * minutes,
            centre: wrapped(centre - 720)
        )
    }

    private static func finding(
        _ home: HomeContext,
        _ minutes: [Double],
        _ first: Int,
        _ last: Int,
        _ alert: Int
    ) -> Finding {
        let parameters = home.parameters
        let slots = home.slots(ofDay: first).lowerBound..<home.slots(ofDay: last).upperBound
        return home.finding(
            .clockShift,
            "site",
            slots,
            alertSlot: home.slots(ofDay: alert).upperBound - 1,
            severity: .warning,
            sureness: .likely,
            rule: FindingRule(
                .productionAgainstSun,
                [
                    ("edge_minutes", .number(parameters.clockMinutes, decimals: 0)),
                    ("centre_minutes", .number(parameters.clockCentreMinutes, decimals: 0)),
                    ("days", .integer(Int64(parameters.clockDays))),
                ]
            ),
            evidence: home.siteRows(slots).with {
                $0.shiftMinutes = Median.of(minutes) ?? 0
                $0.days = minutes.count
            }
        )
    }
}
