// What a day should have given under a clear sky, and what was recorded: what reports show beside one another.

import Readings

/// A day's production against its clear sky.
package struct ExpectedDay: Equatable, Sendable {
    /// The local day.
    package let day: CivilDate
    /// What the array gives under a clear sky, by what was known that morning, Wh.
    package let expectedWh: Double
    /// What was recorded; nil where nothing is known.
    package let recordedWh: Double?
    /// Recorded over expected, in the rows that are known.
    package let clearness: Double?
    /// What the day would have given under its own sky, without what was lost, Wh; nil where that cannot be told.
    package var likelyWh: Double?

    init(_ mark: DayMark) {
        day = CivilDate(daysSince1970: mark.number)
        expectedWh = mark.whole
        recordedWh = mark.expected > 0 ? mark.produced : nil
        clearness = mark.expected > 0 ? mark.produced / mark.expected : nil
        likelyWh = nil
    }
}
