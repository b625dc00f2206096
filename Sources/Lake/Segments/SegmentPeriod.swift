// The time that a segment covers: a month, a year, or five years.

import Readings

/// A month, a calendar year or an aligned block of five years, in UTC.
///
/// Months stay apart while their year is open; years are merged when they are over, and blocks of five when all of
/// their years are: one longer file holds fewer bytes per value than several short ones.
package struct SegmentPeriod: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first month.
    package let first: CivilMonth
    /// 1, 12 or 60.
    package let monthCount: Int

    /// The years of a block.
    static let blockYears = 5

    private init(first: CivilMonth, monthCount: Int) {
        self.first = first
        self.monthCount = monthCount
    }

    /// Returns a month as a period.
    static func month(_ month: CivilMonth) -> SegmentPeriod { SegmentPeriod(first: month, monthCount: 1) }

    /// Returns the year of a month.
    static func year(of month: CivilMonth) -> SegmentPeriod {
        SegmentPeriod(first: month.advanced(by: 1 - month.month), monthCount: 12)
    }

    /// Returns the block of a month.
    static func block(of month: CivilMonth) -> SegmentPeriod {
        let years = month.year % blockYears
        return SegmentPeriod(
            first: month.advanced(by: 1 - month.month - 12 * years),
            monthCount: 12 * blockYears
        )
    }

    /// Parses `2026-01`, `2026` and `2025-2029`.
    init?(_ text: String) {
        if let month = CivilMonth(text) {
            self = .month(month)
            return
        }
        let years = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = years.first ?? nil, let january = CivilMonth(year: first, month: 1) else {
            return nil
        }
        switch years.count {
        case 1: self = .year(of: january)
        case 2: self = .block(of: january)
        default: return nil
        }
        guard description == text else { return nil }
    }

    /// The months.
    var months: ClosedRange<CivilMonth> { first...first.advanced(by: monthCount - 1) }
    /// The last year.
    var lastYear: Int { months.upperBound.year }

    /// The half-open interval.
    var utcInterval: Interval {
        Interval(
            startUTCSeconds: first.utcInterval.startUTCSeconds,
            endUTCSeconds: months.upperBound.utcInterval.endUTCSeconds
        )
    }

    package var description: String {
        switch monthCount {
        case 1: "\(first)"
        case 12: "\(first.year)"
        default: "\(first.year)-\(lastYear)"
        }
    }

    package static func < (left: SegmentPeriod, right: SegmentPeriod) -> Bool {
        (left.first, left.monthCount) < (right.first, right.monthCount)
    }

    /// Returns the longest period of a month whose years are all over: the month's block or, where that is open, its
    /// year, over or not. Rows of one container are merged together.
    static func container(of month: CivilMonth, currentYear: Int) -> SegmentPeriod {
        let block = block(of: month)
        return block.lastYear < currentYear ? block : year(of: month)
    }
}
