// What the rules about losses know at the end of a day, as it is kept between two runs: a nightly run goes on from there and gives
// what a full run gives.

import Readings

/// What the rules about losses of a series know before a day.
package struct LossState: Codable, Sendable {
    /// The first local day that it has not seen, days since 1970.
    package let nextDay: Int64
    let watch: ProductionWatch.Kept

    /// Days before the month of the newest row at which a state is kept: whatever comes in next changes rows behind it.
    private static let daysBefore: Int64 = 60

    /// Returns the day before which a state is worth keeping.
    ///
    /// - Parameter end: the end of the series, as a local day.
    static func day(before end: CivilDate) -> Int64 {
        CivilMonth(end).firstDay.daysSince1970 - daysBefore
    }
}

/// What is known of losses before an analysis.
package struct LossMemory: Sendable {
    /// Whether losses are looked for at all; a page that was told what they are need not.
    package let isAsked: Bool
    /// What is known of each series; one that is not among them is looked at from its first row on.
    package let states: [SeriesKey: LossState]

    /// Nothing is known.
    package static let none = LossMemory(isAsked: true, states: [:])
    /// Nothing is asked.
    package static let notAsked = LossMemory(isAsked: false, states: [:])

    /// Knows states.
    package init(isAsked: Bool = true, states: [SeriesKey: LossState]) {
        self.isAsked = isAsked
        self.states = states
    }
}
