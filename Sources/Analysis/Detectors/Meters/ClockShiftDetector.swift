// Data whose clock has moved against the sun. See docs/analysis/clock-shift.md.

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
        // The quiet days, and what may rise before it is one.
        memoryDays: Int64(ClockWatch.historyDays + ClockWatch.longestRise + strongDays),
        effects: [
            SideEffectRule(.clockShift, bringsAbout: .nightProduction, reachSeconds: 36 * 3600),
            SideEffectRule(.clockShift, bringsAbout: .stale),
            // The sun shines on rows that are stamped as night.
            SideEffectRule(.clockShift, bringsAbout: .productionLost, reachSeconds: 36 * 3600),
            SideEffectRule(.clockShift, bringsAbout: .degradation, reachSeconds: 36 * 3600),
            SideEffectRule(.clockShift, bringsAbout: .gridMeterWrong, reachSeconds: 36 * 3600),
            SideEffectRule(.clockShift, bringsAbout: .consumptionMeterWrong, reachSeconds: 36 * 3600),
        ],
        effectsPlace: 2,
        page: "clock-shift.md"
    )

    /// Days whose best slots tell what a strong slot of the home is, and the quantile of them.
    private static let strongDays = 45
    private static let strongQuantile = 0.75
    /// Days that a shift must last to be more than a notice.
    private static let weightyDays = 7
    /// Minutes and days of a shift from which the weather is no likelier reason.
    private static let likelyMinutes = 45.0
    private static let likelyDays = 5

    /// Hours of a meter that stands still that spoil a day.
    private static let staleHours = 2.0

    /// Returns one finding per shift.
    package static func findings(_ home: HomeContext) -> [Finding] {
        guard let produced = home.channel(.produced) else { return [] }
        var watch = ClockWatch(home)
        var bests: [DayValue] = []
        var findings: [Finding] = []
        let stale = staleDays(produced, home)
        let held = HeldSlots.of(home)
        for index in 0..<home.dayCount where !stale.contains(index) {
            bests.removeAll { index - $0.day > strongDays }
            if let best = best(of: index, produced, home) { bests.append(DayValue(day: index, value: best)) }
            guard let strong = Median.quantile(bests.map(\.value), strongQuantile),
                let day = SunnyDay(index, of: produced, strong: strong, held: held, in: home)
            else { continue }
            if let shift = watch.take(day) { findings.append(finding(shift, in: home)) }
        }
        if let shift = watch.finish() { findings.append(finding(shift, in: home)) }
        return findings
    }

    /// Days on which the meter stood still for hours: where it begins and ends to produce says nothing of the clock.
    private static func staleDays(_ produced: [Int32], _ home: HomeContext) -> Set<Int> {
        var days: Set<Int> = []
        for device in ["site", "meter_prod"] {
            for interval in home.found(by: [StaleDetector.self], about: device) {
                let slots = home.grid.slots(in: interval)
                // Nothing made while inverters produce may be the clock.
                guard slots.count >= home.grid.slots(hours: staleHours), produced[slots.lowerBound] > 0 else {
                    continue
                }
                days.formUnion(home.day(of: slots.lowerBound)...home.day(of: slots.upperBound - 1))
            }
        }
        return days
    }

    /// The best slot of a day, Wh; the third best where a single impossible one may stand above.
    private static func best(of day: Int, _ produced: [Int32], _ home: HomeContext) -> Double? {
        var best: [Int32] = [0, 0, 0]
        for slot in home.slots(ofDay: day) where home.isPresent[slot] && produced[slot] > best[2] {
            best[2] = produced[slot]
            best.sort(by: >)
        }
        return best[2] > 0 ? Double(best[2]) : nil
    }

    private static func finding(_ shift: ClockWatch.Shift, in home: HomeContext) -> Finding {
        let parameters = home.parameters
        let (first, last) = (shift.days[0], shift.days[shift.days.count - 1])
        let slots = home.slots(ofDay: first).lowerBound..<home.slots(ofDay: last).upperBound
        // Half a day early is half a day late.
        let isHalfDay = shift.minutes.allSatisfy { abs($0) > 540 }
        let minutes =
            Median.of(isHalfDay ? shift.minutes.map { $0 < 0 ? $0 + 1440 : $0 } : shift.minutes) ?? 0
        let isLikely = abs(minutes) >= likelyMinutes || shift.days.count >= likelyDays
        return home.finding(
            .clockShift,
            of: "site",
            in: slots,
            alertSlot: home.slots(ofDay: shift.alert ?? last).upperBound - 1,
            severity: last - first + 1 > weightyDays ? .warning : .notice,
            sureness: isLikely ? .likely : .suspected,
            rule: FindingRule(
                .productionAgainstSun,
                [
                    ("edge_minutes", .number(parameters.clockMinutes, decimals: 0)),
                    ("centre_minutes", .number(parameters.clockCentreMinutes, decimals: 0)),
                    ("days", .integer(Int64(parameters.clockDays))),
                ]
            ),
            evidence: home.siteRows(slots).with {
                $0.shiftMinutes = minutes
                $0.days = shift.days.count
            }
        )
    }
}
