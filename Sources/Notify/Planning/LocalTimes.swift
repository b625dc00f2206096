// When quiet hours end, and on which days the week is told: by the local wall clock, on days of 23, 24 and 25 hours.

import Readings

extension QuietHours {
    /// Returns when the quiet hours end in which an instant lies; nil where it lies in none. Equal ends are no quiet hours.
    ///
    /// Of an end that the clock shows twice it is the next one; one that the clock passes over is at the jump.
    ///
    /// - Parameter utcSeconds: seconds UTC.
    /// - Returns: seconds UTC, later than `utcSeconds`.
    package func end(atUTCSeconds utcSeconds: Int64, zone: TimeZoneRules) -> Int64? {
        var end = nextEnd(atUTCSeconds: utcSeconds, zone: zone)
        // The clock may jump over all that is not quiet in a day.
        while let early = end, let later = nextEnd(atUTCSeconds: early, zone: zone) { end = later }
        return end
    }

    private func nextEnd(atUTCSeconds utcSeconds: Int64, zone: TimeZoneRules) -> Int64? {
        let wall = zone.wallClock(atUTCSeconds: utcSeconds)
        let minute = Int(wall.secondOfDay / 60)
        guard holds(minute) else { return nil }
        let day = minute < toMinute ? wall.day : wall.day.advanced(by: 1)
        let end = day.daysSince1970 * 86_400 + Int64(toMinute) * 60
        switch zone.resolve(localSeconds: end) {
        case .unique(let only): return max(only, utcSeconds + 1)
        case .fold(let first, let second): return first > utcSeconds ? first : max(second, utcSeconds + 1)
        case .gap: return QuietHours.jump(over: end, after: utcSeconds, zone: zone)
        }
    }

    private func holds(_ minute: Int) -> Bool {
        if fromMinute == toMinute { return false }
        if fromMinute < toMinute { return minute >= fromMinute && minute < toMinute }
        return minute >= fromMinute || minute < toMinute
    }

    /// Returns the instant at which the wall clock jumps over a time that it never shows.
    private static func jump(over localSeconds: Int64, after utcSeconds: Int64, zone: TimeZoneRules) -> Int64
    {
        func isPassed(_ instant: Int64) -> Bool {
            instant + zone.offset(atUTCSeconds: instant) >= localSeconds
        }
        // No zone lies more than 26 h from UTC.
        var before = utcSeconds
        var behind = max(utcSeconds, localSeconds) + 26 * 3600
        while behind - before > 1 {
            let middle = before + (behind - before) / 2
            if isPassed(middle) { behind = middle } else { before = middle }
        }
        return behind
    }
}

/// The weekday of the digest, in local days.
struct DigestDay {
    private let weekday: Int
    private let zone: TimeZoneRules

    /// The hour of the local day for which a digest is waited.
    static let hour: Int64 = 6

    /// Takes a weekday, 1 for Monday to 7 for Sunday; nil for none.
    init?(_ weekday: Int?, zone: TimeZoneRules) {
        guard let weekday, (1...7).contains(weekday) else { return nil }
        (self.weekday, self.zone) = (weekday, zone)
    }

    /// Returns the last such day, today counted.
    func last(before utcSeconds: Int64) -> CivilDate {
        let today = zone.wallClock(atUTCSeconds: utcSeconds).day
        return today.advanced(by: -Int64((today.weekday - weekday + 14) % 7))
    }

    /// Returns the morning of the next such day, seconds UTC.
    func next(after utcSeconds: Int64) -> Int64 {
        let day = last(before: utcSeconds).advanced(by: 7)
        switch zone.resolve(localSeconds: day.daysSince1970 * 86_400 + DigestDay.hour * 3600) {
        case .unique(let only), .fold(let only, _): return only
        case .gap: return zone.startOfDay(day) + DigestDay.hour * 3600
        }
    }
}
