// What a channel was told of one finding, put together from its marks. It goes by what they say, and by their times only where a
// time is what is asked: clocks go back.

import Readings

/// What a channel was told of one finding.
struct ToldLife: Equatable, Sendable {
    /// It was told as new, or as open when the channel came.
    private(set) var isNew = false
    /// It was told when it was over already.
    private(set) var isNewAndOver = false
    /// The highest number of an `again`, and of an `over`.
    private(set) var agains = 0
    private var toldOvers = 0
    /// When it was told as new, and as back for the last time, microseconds UTC.
    private(set) var newMicroseconds: Int64?
    private(set) var againMicroseconds: Int64?
    /// When it was told as worse for the last time, microseconds UTC.
    private(set) var worseMicroseconds: Int64?
    /// The highest severity, and the highest cost in Wh, that were told.
    private(set) var severity = Severity.notice
    private(set) var costWh: Int64?
    private var reminders: [Reminder] = []

    /// A reminder that was told.
    struct Reminder: Equatable, Sendable {
        /// Days after it was told as new or back.
        var days: Int
        /// The number of the `again` behind which it came; 0 behind `new`.
        var again: Int
        /// When it was told, microseconds UTC.
        var atMicroseconds: Int64 = 0

        /// The level as marks have it: `7`, behind the second `again` `7#2`.
        var level: String { again == 0 ? "\(days)" : "\(days)#\(again)" }

        /// Describes a reminder.
        init(days: Int, again: Int) { (self.days, self.again) = (days, again) }

        /// Reads a level; nil for one of another form.
        init?(level: String) {
            let parts = level.split(separator: "#", maxSplits: 1).map { Int($0) }
            guard let days = parts.first ?? nil, days > 0, !parts.contains(nil) else { return nil }
            self.init(days: days, again: (parts.count > 1 ? parts[1] : 0) ?? 0)
        }
    }

    /// Takes in a mark.
    mutating func take(_ mark: ToldMark) {
        let told = mark.told
        let at = mark.atMicroseconds
        severity = max(severity, told.severity)
        if let cost = told.costWh { costWh = max(cost, costWh ?? cost) }
        switch told.event {
        case .new: (isNew, newMicroseconds) = (true, at)
        case .newAndOver: isNewAndOver = true
        case .again:
            let number = ToldLife.number(told.level)
            if number >= agains { (agains, againMicroseconds) = (number, at) }
        case .over: toldOvers = max(toldOvers, ToldLife.number(told.level))
        case .worse: worseMicroseconds = max(at, worseMicroseconds ?? at)
        case .reminder:
            if var reminder = Reminder(level: told.level) {
                reminder.atMicroseconds = at
                reminders.append(reminder)
            }
        case .openNow, .older, .digest, .state, .serviceFailed, .test: break
        }
    }

    /// Numbers begin with 1; nothing comes back a million times.
    private static func number(_ level: String) -> Int { min(max(Int(level) ?? 1, 1), 1_000_000) }

    /// The highest number of an `over`; what was told when it was over already has had its first.
    var overs: Int { max(toldOvers, isNewAndOver && !isNew ? 1 : 0) }

    /// Tells whether it was told as lasting last.
    var isLasting: Bool { (isNew || isNewAndOver || agains > 0) && overs <= agains }

    /// When it was told as lasting last, microseconds UTC.
    var lastingSinceMicroseconds: Int64? { agains > 0 ? againMicroseconds : newMicroseconds }

    /// Returns the days of the last reminder since it was told as lasting; 0 for none. One that was told sooner than its days
    /// allow comes from a clock that was ahead, and does not count.
    func remindedDays(since base: Int64) -> Int {
        reminders.lazy.filter {
            $0.again == agains && $0.days <= PlanTime.days(from: base, to: $0.atMicroseconds) + 1
        }.map(\.days).max() ?? 0
    }

    /// Tells whether a reminder was told, whenever that was.
    func hasReminder(_ days: Int) -> Bool { reminders.contains { $0.again == agains && $0.days == days } }
}

/// Reads what a reminder's level says.
package enum ReminderLevel {
    /// Returns the days of a reminder's level; nil for another text.
    package static func days(_ level: String) -> Int? { ToldLife.Reminder(level: level)?.days }
}
