// Wall-clock stamps to instants, in the order of a file.

import Readings

/// Turns the stamps of one file into instants. Holds what is known of the current day, so that most rows cost a sum.
struct LocalClock {
    private let zone: TimeZoneRules
    private var dayNumber = Int64.min
    private var constantOffset: Int64?
    private var lastUTCSeconds = Int64.min

    /// The day of the last stamp changes the clock.
    private(set) var isClockChangeDay = false
    /// The last stamp began a new day.
    private(set) var isNewDay = false

    init(zone: TimeZoneRules) { self.zone = zone }

    /// What can be wrong with a stamp.
    enum Failure: Error {
        case noSuchLocalTime
        case outOfOrder
    }

    /// Moves to a local day, counted from 1970-01-01.
    mutating func enter(day: Int64) {
        isNewDay = day != dayNumber
        guard isNewDay else { return }
        dayNumber = day
        let date = CivilDate(daysSince1970: day)
        isClockChangeDay = zone.changesOffset(on: date)
        constantOffset = isClockChangeDay ? nil : zone.offset(atUTCSeconds: zone.startOfDay(date))
    }

    /// Returns the instant of a wall time of the current day. A time that the clock showed twice is the first of the
    /// two unless a row before has it or a later one: rows lie in true order.
    mutating func instant(secondOfDay: Int64) throws(Failure) -> Int64 {
        let local = dayNumber * 86_400 + secondOfDay
        if let constantOffset { return try advance(local - constantOffset) }
        switch zone.resolve(localSeconds: local) {
        case .unique(let utcSeconds): return try advance(utcSeconds)
        case .fold(let first, let second): return try advance(first > lastUTCSeconds ? first : second)
        case .gap: throw .noSuchLocalTime
        }
    }

    /// Returns the first instant of the current day.
    mutating func startOfDay() throws(Failure) -> Int64 {
        try advance(zone.startOfDay(CivilDate(daysSince1970: dayNumber)))
    }

    /// Returns the instant of a wall time of the current day with its offset given.
    mutating func instant(secondOfDay: Int64, offsetSeconds: Int64) throws(Failure) -> Int64 {
        try advance(dayNumber * 86_400 + secondOfDay - offsetSeconds)
    }

    /// Tells whether the zone has an offset at an instant.
    func hasOffset(_ offsetSeconds: Int64, atUTCSeconds utcSeconds: Int64) -> Bool {
        if let constantOffset { return constantOffset == offsetSeconds }
        return zone.offset(atUTCSeconds: utcSeconds) == offsetSeconds
    }

    private mutating func advance(_ utcSeconds: Int64) throws(Failure) -> Int64 {
        guard utcSeconds > lastUTCSeconds else { throw .outOfOrder }
        lastUTCSeconds = utcSeconds
        return utcSeconds
    }
}
