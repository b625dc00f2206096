// What a day was expected to give under a clear sky, beside what was recorded of it. How the expectation is learned stands in
// Envelope; what is said of it in Report.

import Readings

/// A local day of an array beside a clear sky. Energies are in Wh.
package struct ExpectedDay: Codable, Equatable, Sendable {
    /// The local day.
    package let day: CivilDate
    /// What the array gives on this day under a clear sky, by what was known before it.
    package let expectedWh: Double
    /// What was recorded; nil where rows of the day are missing.
    package let recordedWh: Double?
    /// What was recorded over what was expected; nil where that says nothing of the sky.
    package let clearness: Double?
    /// What the day would have given under its own sky: what was recorded and what was lost; nil where that cannot be told.
    package let likelyWh: Double?

    /// Describes a day.
    package init(
        day: CivilDate,
        expectedWh: Double,
        recordedWh: Double? = nil,
        clearness: Double? = nil,
        likelyWh: Double? = nil
    ) {
        self.day = day
        self.expectedWh = expectedWh
        self.recordedWh = recordedWh
        self.clearness = clearness
        self.likelyWh = likelyWh
    }
}
