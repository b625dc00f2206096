// Data whose clock has moved against the sun. See docs/analysis/clock-shift.md.

import Foundation
import Readings

/// Finds shifts of the clock.
package enum ClockShiftDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.clockShift: .nineDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.clockShift], place: 4),
            DetectorNeed(.production, for: [.clockShift], place: 2),
            DetectorNeed(.history, for: [.clockShift], place: 3),
        ],
        memoryDays: Int64(historyDays),
        effects: [
            SideEffectRule(.clockShift, bringsAbout: .nightProduction, reachSeconds: 36 * 3600),
            SideEffectRule(.clockShift, bringsAbout: .stale),
        ],
        effectsPlace: 2,
        page: "clock-shift.md"
    )

    /// A day's production against the sun, minutes.
    private struct Day {
        /// Its number among the home's days.
        var index: Int
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
    /// Times the least productive slot that the best slot of a telling day gives. From simulated homes with known faults.
    private static let brightDay: Int32 = 3

    /// A day that is shifted, by so many minutes.
    private struct Shifted {
        let index: Int
        let minutes: Double
    }

    /// Returns one finding per shift.
    package static func findings(_ home: HomeContext) -> [Finding] {
        guard let produced = home.channel(.produced) else { return [] }
        let parameters = home.parameters
        var history: [Day] = []
        var run: [Shifted] = []
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
                    minutes: run.map(\.minutes),
                    days: first.index...last.index,
                    alertDay: run[parameters.clockDays - 1].index
                )
            )
        }
        for index in 0..<home.dayCount {
            guard let day = day(index, of: produced, in: home) else { continue }
            // The days before a shift stay the measure while it lasts.
            if run.isEmpty { history.removeAll { index - $0.index > historyDays } }
            guard history.count >= learningDays, let morning = Median.of(history.map(\.morning)),
                let evening = Median.of(history.map(\.evening)),
                let centre = Median.of(history.map(\.centre))
            else {
                history.append(day)
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
                run.append(Shifted(index: index, minutes: shift))
                back = 0
            } else if run.isEmpty {
                history.append(day)
            } else {
                back += 1
                // One cloudy day does not end a shift.
                if back > 1 || run.count < parameters.clockDays {
                    close()
                    history.append(day)
                }
            }
        }
        close()
        return findings
    }

    private static func wrapped(_ minutes: Double) -> Double {
        minutes > 720 ? minutes - 1440 : minutes < -720 ? minutes + 1440 : minutes
    }

    private static func day(_ index: Int, of produced: [Int32], in home: HomeContext) -> Day? {
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
        guard most > brightDay * max(1, least) else { return nil }
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
            index: index,
            morning: Double(first - sunny.first) * minutes,
            evening: Double(last - sunny.last) * minutes,
            centre: wrapped(centre - 720)
        )
    }

    private static func finding(
        _ home: HomeContext,
        minutes: [Double],
        days: ClosedRange<Int>,
        alertDay: Int
    ) -> Finding {
        let parameters = home.parameters
        let slots =
            home.slots(ofDay: days.lowerBound).lowerBound..<home.slots(ofDay: days.upperBound).upperBound
        return home.finding(
            .clockShift,
            of: "site",
            in: slots,
            alertSlot: home.slots(ofDay: alertDay).upperBound - 1,
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
