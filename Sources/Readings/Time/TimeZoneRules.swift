// Local time of a zone of the tz database, to and from UTC. Reading the zone's file is the caller's business;
// the grammar of that file is in TimeZoneRules+TZif.swift, that of its last line in PosixTimeZone.swift.

/// The offsets of a time zone from UTC, past and future.
package struct TimeZoneRules: Sendable {
    /// The zone's identifier in the tz database, as `Europe/London`.
    package let identifier: String
    /// The instants at which an offset begins, ascending; offset `index + 1` begins at transition `index`.
    let transitionUTCSeconds: [Int64]
    /// Offsets east of UTC in seconds: one more than transitions.
    let offsetSeconds: [Int64]

    /// Makes rules of a constant offset.
    package init(identifier: String, constantOffsetSeconds: Int64) {
        self.init(identifier: identifier, transitions: [], offsets: [constantOffsetSeconds])
    }

    init(identifier: String, transitions: [Int64], offsets: [Int64]) {
        precondition(
            offsets.count == transitions.count + 1,
            "\(offsets.count) offsets, \(transitions.count) transitions"
        )
        self.identifier = identifier
        transitionUTCSeconds = transitions
        offsetSeconds = offsets
    }

    /// Universal time.
    package static let utc = TimeZoneRules(identifier: "UTC", constantOffsetSeconds: 0)

    /// Returns the offset east of UTC in force at an instant, in seconds.
    package func offset(atUTCSeconds utcSeconds: Int64) -> Int64 {
        offsetSeconds[firstTransition(after: utcSeconds)]
    }

    /// What a wall-clock reading stands for.
    package enum Resolution: Equatable, Sendable {
        /// Exactly one instant.
        case unique(utcSeconds: Int64)
        /// Two instants: the clock was set back between them.
        case fold(firstUTCSeconds: Int64, secondUTCSeconds: Int64)
        /// None: the clock was set forward over it.
        case gap
    }

    /// Finds the instants at which the wall clock shows a time.
    ///
    /// - Parameter localSeconds: the wall time, counted as if it were UTC.
    package func resolve(localSeconds: Int64) -> Resolution {
        // No zone lies more than 26 h from UTC, so every candidate offset is in force within that window.
        let window: Int64 = 26 * 3600
        let first = firstTransition(after: localSeconds - window)
        let last = firstTransition(after: localSeconds + window)
        var found: [Int64] = []
        for index in first...last {
            let candidate = localSeconds - offsetSeconds[index]
            if offset(atUTCSeconds: candidate) == offsetSeconds[index], !found.contains(candidate) {
                found.append(candidate)
            }
        }
        found.sort()
        switch (found.first, found.last) {
        case (let earliest?, let latest?) where earliest != latest:
            return .fold(firstUTCSeconds: earliest, secondUTCSeconds: latest)
        case (let only?, _): return .unique(utcSeconds: only)
        default: return .gap
        }
    }

    /// Returns the first instant of a local calendar day.
    package func startOfDay(_ day: CivilDate) -> Int64 {
        let midnight = day.daysSince1970 * 86_400
        switch resolve(localSeconds: midnight) {
        case .unique(let utcSeconds): return utcSeconds
        case .fold(let first, _): return first
        case .gap:
            // The clock jumped over midnight: the day begins at the jump.
            let before = firstTransition(after: midnight - offset(atUTCSeconds: midnight - 26 * 3600) - 1)
            return before < transitionUTCSeconds.count ? transitionUTCSeconds[before] : midnight
        }
    }

    /// Tells whether a local calendar day begins at an instant: at 00:00, or where the clock passed over it, behind the jump;
    /// of a 00:00 that the clock showed twice, at the first.
    package func isStartOfDay(_ utcSeconds: Int64) -> Bool {
        let wall = wallClock(atUTCSeconds: utcSeconds)
        // No clock was ever put forward at midnight by more than an hour or two.
        guard wall.secondOfDay <= 3 * 3600 else { return false }
        return startOfDay(wall.day) == utcSeconds
    }

    /// Returns the half-open interval of a local calendar day: 23, 24 or 25 hours.
    package func interval(of day: CivilDate) -> Interval {
        Interval(startUTCSeconds: startOfDay(day), endUTCSeconds: startOfDay(day.advanced(by: 1)))
    }

    /// Returns the half-open interval of a local calendar month.
    package func interval(of month: CivilMonth) -> Interval {
        Interval(
            startUTCSeconds: startOfDay(month.firstDay),
            endUTCSeconds: startOfDay(month.advanced(by: 1).firstDay)
        )
    }

    /// A wall-clock reading: the day and the second of it.
    package struct WallClock: Equatable, Sendable {
        /// The calendar day.
        package let day: CivilDate
        /// The second the clock shows, 0 to 86,399.
        package let secondOfDay: Int64
    }

    /// Returns what the wall clock shows at an instant.
    package func wallClock(atUTCSeconds utcSeconds: Int64) -> WallClock {
        let local = utcSeconds + offset(atUTCSeconds: utcSeconds)
        return WallClock(
            day: CivilDate(daysSince1970: local.flooredDivision(by: 86_400)),
            secondOfDay: local.flooredRemainder(by: 86_400)
        )
    }

    /// Returns local text as `2025-03-30 03:15`.
    package func text(atUTCSeconds utcSeconds: Int64) -> String {
        let wall = wallClock(atUTCSeconds: utcSeconds)
        return "\(wall.day) \(ClockText.hoursMinutes(wall.secondOfDay))"
    }

    /// Tells whether the offset changes within a local calendar day.
    package func changesOffset(on day: CivilDate) -> Bool {
        let whole = interval(of: day)
        return firstTransition(after: whole.startUTCSeconds)
            != firstTransition(after: whole.endUTCSeconds - 1)
            || whole.seconds != 86_400
    }

    private func firstTransition(after utcSeconds: Int64) -> Int {
        var low = 0
        var high = transitionUTCSeconds.count
        while low < high {
            let middle = (low + high) / 2
            if transitionUTCSeconds[middle] <= utcSeconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
