// Whether a file writes the day or the month first, told from all of its dates. What bills tell besides, by their lengths, is in
// BillDates.

import Readings

/// What the dates of a file say of their order.
struct DayOrder {
    /// The days in each order.
    private var monthFirst: Set<Int64> = []
    private var dayFirst: Set<Int64> = []
    /// Dates that are none with the month, or with the day, first.
    private var isNoMonthFirst = false
    private var isNoDayFirst = false

    /// Tells whether any date means another day in the other order.
    private(set) var matters = false

    /// Takes a date.
    mutating func take(_ date: DateText) {
        if date.dependsOnOrder { matters = true }
        if let day = date.monthFirst { monthFirst.insert(day) } else { isNoMonthFirst = true }
        if let day = date.dayFirst { dayFirst.insert(day) } else { isNoDayFirst = true }
    }

    /// The order that the dates prove; nil where both are possible, or neither is.
    var proven: DateText.Order? {
        switch (isNoMonthFirst, isNoDayFirst) {
        case (true, false): .dmy
        case (false, true): .mdy
        default: nil
        }
    }

    /// Tells whether no order makes dates of all.
    var isContradictory: Bool { isNoMonthFirst && isNoDayFirst }

    /// The order in which the days follow each other without a hole, where that is so in one only; else nil.
    var consecutive: DateText.Order? {
        let (months, days) = (hasNoHole(monthFirst), hasNoHole(dayFirst))
        return months == days ? nil : months ? .mdy : .dmy
    }

    /// The order, by proof or by days that follow each other; nil where nothing decides.
    var told: DateText.Order? { isContradictory ? nil : proven ?? consecutive }

    private func hasNoHole(_ days: Set<Int64>) -> Bool {
        guard let first = days.min(), let last = days.max(), days.count > 2 else { return false }
        return last - first + 1 == Int64(days.count)
    }
}
