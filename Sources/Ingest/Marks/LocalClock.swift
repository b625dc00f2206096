// Wall-clock stamps to instants, in the order of a file.

import Readings

/// Turns the stamps of one file into instants. Holds what is known of the current day, so that most rows cost a sum.
struct LocalClock {
    private let zone: TimeZoneRules
    private var dayNumber = Int64.min
    private var constantOffset: Int64?
    private var lastUTCSeconds = Int64.min

    /// The current day, where the clock changes on it.
    var clockChangeDay: CivilDate? {
        constantOffset == nil ? CivilDate(daysSince1970: dayNumber) : nil
    }

    /// The zone's offset on the current day; 0 where it changes on it.
    var offsetSeconds: Int64 { constantOffset ?? 0 }

    /// How many days of the current month follow in which the clock does not change; 0 where it changes today.
    var daysLikeThis: Int {
        guard constantOffset != nil else { return 0 }
        let date = CivilDate(daysSince1970: dayNumber)
        let left = CivilDate.length(ofMonth: date.month, year: date.year) - date.day
        return (0..<left).first { zone.changesOffset(on: date.advanced(by: Int64($0) + 1)) } ?? left
    }

    init(zone: TimeZoneRules) { self.zone = zone }

    /// What can be wrong with a stamp.
    enum Failure: Error {
        case noSuchLocalTime
        case outOfOrder
    }

    /// Moves to a local day, counted from 1970-01-01.
    mutating func enter(day: Int64) {
        guard day != dayNumber else { return }
        dayNumber = day
        let date = CivilDate(daysSince1970: day)
        constantOffset =
            zone.changesOffset(on: date) ? nil : zone.offset(atUTCSeconds: zone.startOfDay(date))
    }

    /// Returns the instant of a wall time of the current day. A time that the clock showed twice is the first of the
    /// two unless a row before has it or a later one: rows lie in true order.
    func instant(secondOfDay: Int64) throws(Failure) -> Int64 {
        let local = dayNumber * 86_400 + secondOfDay
        if let constantOffset { return try checked(local - constantOffset) }
        switch zone.resolve(localSeconds: local) {
        case .unique(let utcSeconds): return try checked(utcSeconds)
        case .fold(let first, let second): return try checked(first > lastUTCSeconds ? first : second)
        case .gap: throw .noSuchLocalTime
        }
    }

    /// Tells whether a wall time of the current day is that of the row before, in an hour that the clock showed twice: true
    /// order has a whole hour between the two, so rows that lie so were sorted.
    func repeatsLast(secondOfDay: Int64) -> Bool {
        guard constantOffset == nil,
            case .fold(let first, let second) = zone.resolve(localSeconds: dayNumber * 86_400 + secondOfDay)
        else { return false }
        return first == lastUTCSeconds || second == lastUTCSeconds
    }

    /// Returns the first instant of the current day.
    func startOfDay() throws(Failure) -> Int64 {
        try checked(zone.startOfDay(CivilDate(daysSince1970: dayNumber)))
    }

    /// Returns the instant of a wall time of the current day with its offset given.
    func instant(secondOfDay: Int64, offsetSeconds: Int64) throws(Failure) -> Int64 {
        try checked(dayNumber * 86_400 + secondOfDay - offsetSeconds)
    }

    /// Tells whether the zone has an offset at an instant.
    func hasOffset(_ offsetSeconds: Int64, atUTCSeconds utcSeconds: Int64) -> Bool {
        if let constantOffset { return constantOffset == offsetSeconds }
        return zone.offset(atUTCSeconds: utcSeconds) == offsetSeconds
    }

    /// Takes an instant over: later stamps must lie behind it. A row that is left out never gets here.
    mutating func accept(_ utcSeconds: Int64) { lastUTCSeconds = utcSeconds }

    private func checked(_ utcSeconds: Int64) throws(Failure) -> Int64 {
        guard utcSeconds > lastUTCSeconds else { throw .outOfOrder }
        return utcSeconds
    }
}
