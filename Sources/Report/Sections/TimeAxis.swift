// A stretch of time as the horizontal axis of charts: places and marks. How marks are drawn stands in SVGCanvas.

import Readings

/// A stretch of time from left to right.
struct TimeAxis {
    /// The time.
    let interval: Interval
    /// The zone's rules.
    let zone: TimeZoneRules

    /// Makes the axis of a report's time.
    init(_ facts: PeriodFacts) {
        interval = facts.interval
        zone = facts.zone
    }

    /// Returns where an instant lies: 0 is the start of the time, 1 its end; it may lie beyond both.
    func place(_ utcSeconds: Int64) -> Double {
        Double(utcSeconds - interval.startUTCSeconds) / Double(max(1, interval.seconds))
    }

    /// Returns the part, from 0 to 1, in which data are expected.
    ///
    /// - Parameter span: the time from the first data to the newest; nil for none.
    func expected(_ span: Interval?) -> ClosedRange<Double> {
        guard let part = span?.intersection(interval) else { return 0...0 }
        let from = place(part.startUTCSeconds)
        return from...max(from, place(part.endUTCSeconds))
    }

    /// The marks under a chart: days of a month, months of a year.
    var ticks: [ChartTick] {
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: interval.endUTCSeconds - 1).day
        let count = Int(last.daysSince1970 - first.daysSince1970) + 1
        return count > 62
            ? monthTicks(first...last, dayCount: count) : dayTicks(from: first, dayCount: count)
    }

    private func monthTicks(_ days: ClosedRange<CivilDate>, dayCount: Int) -> [ChartTick] {
        var month = CivilMonth(days.lowerBound)
        var ticks: [ChartTick] = []
        while month.firstDay <= days.upperBound {
            let day = max(month.firstDay, days.lowerBound)
            // Of many years only a few months are named.
            let every = dayCount > 800 ? 12 : dayCount > 400 ? 3 : 1
            if (month.month - 1) % every == 0 {
                let text = every == 12 ? "\(month.year)" : String(month.title.prefix(3))
                let isMinor = every == 1 && month.month % 2 == 0
                ticks.append(ChartTick(text, at: place(zone.startOfDay(day)), isMinor: isMinor))
            }
            month = month.advanced(by: 1)
        }
        return ticks
    }

    private func dayTicks(from first: CivilDate, dayCount: Int) -> [ChartTick] {
        let step = dayCount > 14 ? 5 : dayCount > 5 ? 2 : 1
        return stride(from: 0, to: dayCount, by: step).map { index in
            let day = first.advanced(by: Int64(index))
            return ChartTick(
                "\(day.day) \(ReportWords.month(day.month))",
                at: place(zone.startOfDay(day)),
                isMinor: (index / step) % 2 == 1
            )
        }
    }
}
