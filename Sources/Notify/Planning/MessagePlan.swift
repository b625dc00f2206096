// Which messages are due, from how findings stand and what was told already. Pure: it holds what is against what each channel was
// told, so that a step that was missed is made up for, and none is told twice.

import Readings

/// What is known when messages of one site are planned for one channel.
package struct PlanInput: Sendable {
    /// What the channel wants to hear.
    package var channel: ChannelRules
    /// The site's number.
    package var systemID: Int64
    /// The site's zone: quiet hours and the digest's day are local.
    package var zone: TimeZoneRules
    /// The time, microseconds UTC.
    package var nowMicroseconds: Int64
    /// All findings of the site that the store keeps.
    package var findings: [NotifiedFinding]
    /// What this channel was told of this site.
    package var told: [ToldMark]
    /// Whether the site was ever checked in this catalogue: before, what is missing is not over.
    package var isChecked: Bool
    /// The run; 0 where time asks.
    package var runID: Int64
    /// Returns the name of a message from a text that names what it tells: a digest of it.
    package var name: @Sendable (String) -> String

    /// Gathers what is known.
    package init(
        channel: ChannelRules,
        systemID: Int64,
        zone: TimeZoneRules,
        nowMicroseconds: Int64,
        findings: [NotifiedFinding],
        told: [ToldMark],
        isChecked: Bool,
        runID: Int64,
        name: @escaping @Sendable (String) -> String
    ) {
        (self.channel, self.systemID, self.zone, self.nowMicroseconds) = (
            channel, systemID, zone, nowMicroseconds
        )
        (self.findings, self.told, self.isChecked) = (findings, told, isChecked)
        (self.runID, self.name) = (runID, name)
    }
}

/// Plans messages.
package enum MessagePlan {
    /// Returns what is to be told now: at most one message.
    package static func plan(_ input: PlanInput) -> OutboxPlan {
        if input.channel.isOfState { return StatePlan(input).plan }
        var planner = Planner(input)
        return planner.plan()
    }
}

/// Lengths of time between what was told, proof against clocks that were anywhere.
enum PlanTime {
    static let hour: Int64 = 3_600_000_000
    static let day: Int64 = 24 * hour

    /// Returns the time from one instant to another, microseconds; the longest there is where it does not fit.
    static func elapsed(from start: Int64, to end: Int64) -> Int64 {
        let (length, isOver) = end.subtractingReportingOverflow(start)
        return isOver ? (end > start ? .max : .min) : length
    }

    /// Returns seconds UTC, within the years that calendars have.
    static func seconds(_ microseconds: Int64) -> Int64 {
        min(max(microseconds.flooredDivision(by: 1_000_000), 0), 253_000_000_000)
    }

    /// Returns whole days; an hour short of one counts as one: days have 23 hours too, and checks begin some seconds sooner.
    static func days(from start: Int64, to end: Int64) -> Int {
        Int(elapsed(from: start, to: end).addingSaturated(hour).flooredDivision(by: day))
    }

    /// Tells whether a time lies so far ahead that it comes of a clock that was set back since.
    static func isAhead(_ time: Int64, of now: Int64) -> Bool { elapsed(from: now, to: time) > hour }
}

extension Int64 {
    /// Multiplies up to the ends of what there is.
    func multipliedSaturated(_ other: Int64) -> Int64 {
        let (product, isOver) = multipliedReportingOverflow(by: other)
        return isOver ? ((self > 0) == (other > 0) ? .max : .min) : product
    }

    /// Adds up to the ends of what there is.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (other > 0 ? .max : .min) : sum
    }
}
