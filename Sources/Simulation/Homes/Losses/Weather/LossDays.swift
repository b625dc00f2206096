// The local days of a home with losses, and its slots of five minutes.

import Foundation
import Readings

/// The calendar of a home.
struct LossDays {
    /// Seconds of a slot.
    static let step: Int64 = 300

    let zone: TimeZoneRules
    let first: CivilDate
    /// Starts of the local days, and the end of the last.
    let bounds: [Int64]
    /// Days.
    let count: Int

    init(first: CivilDate, count: Int, zone: TimeZoneRules) {
        self.first = first
        self.count = count
        self.zone = zone
        bounds = (0...count).map { zone.startOfDay(first.advanced(by: Int64($0))) }
    }

    var start: Int64 { bounds[0] }
    var end: Int64 { bounds[count] }
    /// Slots of five minutes.
    var slotCount: Int { Int((end - start) / LossDays.step) }

    func date(_ day: Int) -> CivilDate { first.advanced(by: Int64(day)) }

    func interval(_ days: Range<Int>) -> Interval {
        Interval(startUTCSeconds: bounds[days.lowerBound], endUTCSeconds: bounds[days.upperBound])
    }

    /// Returns the slots of a day.
    func slots(_ day: Int) -> Range<Int> {
        Int((bounds[day] - start) / LossDays.step)..<Int((bounds[day + 1] - start) / LossDays.step)
    }

    /// Returns the day in which an instant lies, the nearest for one outside.
    func day(of second: Int64) -> Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if bounds[middle] <= second { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Returns the day of the year, 1 to 366.
    func dayOfYear(_ day: Int) -> Double {
        let date = date(day)
        let newYear = CivilDate.daysSince1970(year: Int64(date.year), month: 1, day: 1)
        return Double(date.daysSince1970 - newYear + 1)
    }
}
