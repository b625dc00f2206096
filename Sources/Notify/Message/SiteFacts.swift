// What a message may say of a site: its name, its findings, how its data stand. Never its place, its number or its system's number.

import Readings

/// What is known of a site when a message is made.
package struct SiteFacts: Sendable {
    /// The name by which the owner calls it.
    package var name: String
    /// Its zone: times are told by the local clock.
    package var zone: TimeZoneRules
    /// The time, seconds UTC.
    package var nowUTCSeconds: Int64
    /// Where its data end; nil where it has none.
    package var dataUntil: Instant?
    /// When it was checked last; nil where it was not.
    package var checkedAt: Instant?
    /// All findings that the store keeps of it, each with its standing.
    package var findings: [NotifiedFinding] = []
    /// Serial numbers of its devices, which are shortened where they leave the house.
    package var serials: Set<String> = []
    /// What energy costs, per kWh, as the owner wrote it; nil where he did not.
    package var tariff: (importPerKWh: Double, exportPerKWh: Double, currency: String)?
    /// The week, for a digest; nil for other messages.
    package var week: WeekFacts?

    /// Describes a site.
    package init(name: String, zone: TimeZoneRules, nowUTCSeconds: Int64) {
        (self.name, self.zone, self.nowUTCSeconds) = (name, zone, nowUTCSeconds)
    }
}

/// A week of a site, as a digest tells it.
package struct WeekFacts: Sendable, Equatable {
    /// The first day, and the day behind the last one.
    package var days: Range<CivilDate>
    /// Energy by channel that was recorded, Wh.
    package var recordedWh: [(Channel, Int64)]
    /// Intervals that were expected, and those that are there.
    package var expectedIntervals: Int
    package var presentIntervals: Int
    /// Channels that do not deliver, each with the reason in one line.
    package var failingChannels: [(name: String, reason: String)]

    /// Describes a week.
    package init(
        days: Range<CivilDate>,
        recordedWh: [(Channel, Int64)],
        expectedIntervals: Int,
        presentIntervals: Int,
        failingChannels: [(name: String, reason: String)] = []
    ) {
        (self.days, self.recordedWh) = (days, recordedWh)
        (self.expectedIntervals, self.presentIntervals) = (expectedIntervals, presentIntervals)
        self.failingChannels = failingChannels
    }

    /// Tells whether nine of ten intervals are there, so that what is found in them speaks for the week.
    var isAsGoodAsWhole: Bool { expectedIntervals > 0 && presentIntervals >= expectedIntervals / 10 * 9 }

    package static func == (left: WeekFacts, right: WeekFacts) -> Bool {
        left.days == right.days && left.expectedIntervals == right.expectedIntervals
            && left.presentIntervals == right.presentIntervals
            && left.recordedWh.elementsEqual(right.recordedWh, by: ==)
            && left.failingChannels.elementsEqual(right.failingChannels, by: ==)
    }
}
