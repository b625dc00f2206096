// A local day of a series: what is there of it, and what it recorded.

import Readings

/// A local day with its coverage and its recorded energy.
package struct DayTotals: Equatable, Sendable {
    /// The local day.
    package let day: CivilDate
    /// What is there of it.
    package let coverage: Coverage
    /// Recorded energy per channel in the order of `Channel`; nil where the channel has no value.
    package let energy: [WattHours?]

    /// Sums a local day.
    package init(_ presence: Presence, day: CivilDate, zone: TimeZoneRules, span: Interval?) {
        self.day = day
        let whole = zone.interval(of: day)
        coverage = Coverage(presence, in: whole, span: span)
        energy = DayTotals.energy(presence.columns, in: whole)
    }

    /// Returns the recorded energy of a stretch of time per channel: every value as the source gave it.
    package static func energy(_ columns: ReadingColumns, in interval: Interval) -> [WattHours?] {
        let rows = columns.rowRange(in: interval)
        return columns.energyWh.map { values in
            var sum: Int64 = 0
            var hasValue = false
            for value in values[rows] where value != ReadingColumns.missingWh {
                sum += Int64(value)
                hasValue = true
            }
            return hasValue ? WattHours(sum) : nil
        }
    }
}
