// What a channel wants to hear, and when. How it is reached is not known here.

import Readings

/// What a channel wants to hear.
package struct ChannelRules: Equatable, Sendable {
    /// The channel's name in config.json.
    package var name: String
    /// Findings below are not told.
    package var fromSeverity = Severity.warning
    /// Hears only what lasts for so many days and nobody acknowledged; nil to hear all at once.
    package var afterDays: Int?
    /// The hours of the local day in which it is not disturbed; nil for none.
    package var quiet: QuietHours?
    /// What is critical waits for the end of the quiet hours too.
    package var isQuietForAll = false
    /// The other side holds messages until they are due: they are handed over at once.
    package var isHeldThere = false
    /// It keeps the last state instead of messages.
    package var isOfState = false
    /// Messages a day that are sent one by one.
    package var mostADay = 6
    /// Days after which what lasts is told again; the last one is repeated.
    package var reminderDays = [3, 7, 14, 30]
    /// The weekday of the digest, 1 for Monday to 7 for Sunday; nil for no digest.
    package var digestWeekday: Int? = 1

    /// Describes a channel that hears all.
    package init(name: String) { self.name = name }
}

/// Hours of the local day, as `22:00-07:00`.
package struct QuietHours: Equatable, Sendable {
    /// The first minute of the local day, 0 to 1,439.
    package var fromMinute: Int
    /// The minute behind the last one, 0 to 1,439; before `fromMinute` where they go over midnight.
    package var toMinute: Int

    /// Describes hours.
    package init(fromMinute: Int, toMinute: Int) {
        (self.fromMinute, self.toMinute) = (fromMinute, toMinute)
    }
}
