// Months of the calendar, as reports and segments name them.

/// A calendar month.
package struct CivilMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The year, 1 to 9999.
    package let year: Int
    /// The month, 1 to 12.
    package let month: Int

    /// Makes a month; returns nil where `month` is not 1 to 12 or the year not 1 to 9999.
    package init?(year: Int, month: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        self.year = year
        self.month = month
    }

    /// Makes the month of a day.
    package init(_ day: CivilDate) {
        year = day.year
        month = day.month
    }

    /// Parses `YYYY-MM`; returns nil for any other text.
    package init?(_ text: String) {
        guard let day = CivilDate(text + "-01") else { return nil }
        self.init(day)
    }

    /// The month of an instant in UTC: the one that names a segment.
    package init(utcSeconds: Int64) {
        self.init(CivilDate(daysSince1970: utcSeconds.flooredDivision(by: 86_400)))
    }

    /// The first day.
    package var firstDay: CivilDate {
        CivilDate(daysSince1970: CivilDate.daysSince1970(year: Int64(year), month: Int64(month), day: 1))
    }

    /// The number of days, 28 to 31.
    package var dayCount: Int { CivilDate.length(ofMonth: month, year: year) }

    /// Returns the month `months` later (earlier where negative).
    package func advanced(by months: Int) -> CivilMonth {
        let index = Int64(year * 12 + month - 1 + months)
        let start = CivilDate.daysSince1970(
            year: index.flooredDivision(by: 12),
            month: index.flooredRemainder(by: 12) + 1,
            day: 1
        )
        return CivilMonth(CivilDate(daysSince1970: start))
    }

    /// The half-open interval of the month in UTC.
    package var utcInterval: Interval {
        Interval(
            startUTCSeconds: firstDay.daysSince1970 * 86_400,
            endUTCSeconds: advanced(by: 1).firstDay.daysSince1970 * 86_400
        )
    }

    /// Returns the months in UTC that hold a second of the interval; for an empty one the month of its start.
    package static func utcMonths(of interval: Interval) -> ClosedRange<CivilMonth> {
        let last = max(interval.startUTCSeconds, interval.endUTCSeconds - 1)
        return CivilMonth(utcSeconds: interval.startUTCSeconds)...CivilMonth(utcSeconds: last)
    }

    /// The month in English, as `March 2025`.
    package var title: String {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return "\(names[month - 1]) \(year)"
    }

    package static func < (left: CivilMonth, right: CivilMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }

    package var description: String { "\(CivilMonth.fourDigits(year))-\(ClockText.twoDigits(Int64(month)))" }

    /// Returns a year with four digits.
    static func fourDigits(_ year: Int) -> String {
        let text = String(year)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
