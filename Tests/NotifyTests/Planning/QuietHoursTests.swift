// When quiet hours end, on days that the clock makes longer or shorter.

import Notify
import Readings
import TestSupport
import Testing

@Suite struct QuietHoursTests {
    /// Where, hours, when in UTC, and the end in UTC; nothing for an instant that is not quiet.
    private static let cases: [(zone: String, from: String, to: String, at: String, end: String?)] = [
        ("Europe/London", "22:00", "07:00", "2026-01-10T21:59:59Z", nil),
        ("Europe/London", "22:00", "07:00", "2026-01-10T22:00:00Z", "2026-01-11T07:00:00Z"),
        ("Europe/London", "22:00", "07:00", "2026-01-11T06:59:59Z", "2026-01-11T07:00:00Z"),
        ("Europe/London", "22:00", "07:00", "2026-01-11T07:00:00Z", nil),
        ("Europe/London", "01:00", "06:00", "2026-01-10T00:59:59Z", nil),
        ("Europe/London", "01:00", "06:00", "2026-01-10T01:00:00Z", "2026-01-10T06:00:00Z"),
        ("Europe/London", "07:00", "07:00", "2026-01-10T07:00:00Z", nil),
        ("Europe/London", "00:00", "23:59", "2026-01-10T12:00:00Z", "2026-01-10T23:59:00Z"),
        ("Europe/London", "13:00", "00:00", "2026-01-10T13:00:00Z", "2026-01-11T00:00:00Z"),
        // The night of 23 h: 01:00 to 02:00 is passed over.
        ("Europe/London", "22:00", "07:00", "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"),
        ("Europe/London", "22:00", "01:30", "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"),
        ("Europe/London", "01:00", "06:00", "2026-03-29T00:59:59Z", nil),
        ("Europe/London", "01:00", "06:00", "2026-03-29T01:00:00Z", "2026-03-29T05:00:00Z"),
        // The night of 25 h: 01:00 to 02:00 comes twice.
        ("Europe/London", "22:00", "07:00", "2026-10-24T21:00:00Z", "2026-10-25T07:00:00Z"),
        ("Europe/London", "22:00", "01:30", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"),
        ("Europe/London", "22:00", "01:30", "2026-10-25T00:45:00Z", nil),
        ("Europe/London", "22:00", "01:30", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/London", "01:00", "06:00", "2026-10-25T00:00:00Z", "2026-10-25T06:00:00Z"),
        // Half an hour: 02:00 to 02:30 is passed over in October, 01:30 to 02:00 comes twice in April.
        ("Australia/Lord_Howe", "22:00", "07:00", "2026-10-03T12:00:00Z", "2026-10-03T20:00:00Z"),
        ("Australia/Lord_Howe", "22:00", "02:15", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "22:00", "07:00", "2026-04-04T11:00:00Z", "2026-04-04T20:30:00Z"),
        ("Australia/Lord_Howe", "22:00", "01:45", "2026-04-04T11:00:00Z", "2026-04-04T14:45:00Z"),
        ("Australia/Lord_Howe", "22:00", "01:45", "2026-04-04T15:10:00Z", "2026-04-04T15:15:00Z"),
        ("America/New_York", "22:00", "07:00", "2026-03-08T03:00:00Z", "2026-03-08T11:00:00Z"),
        ("America/New_York", "22:00", "02:30", "2026-03-08T03:00:00Z", "2026-03-08T07:00:00Z"),
        ("America/New_York", "22:00", "07:00", "2026-11-01T02:00:00Z", "2026-11-01T12:00:00Z"),
        ("America/New_York", "22:00", "01:30", "2026-11-01T02:00:00Z", "2026-11-01T05:30:00Z"),
        // A day that never was.
        ("Pacific/Apia", "22:00", "07:00", "2011-12-30T09:00:00Z", "2011-12-30T17:00:00Z"),
    ]

    @Test("they go by the wall clock")
    func ends() throws {
        func minute(_ text: String) throws -> Int {
            let parts = text.split(separator: ":").compactMap { Int($0) }
            return parts[0] * 60 + parts[1]
        }
        for row in QuietHoursTests.cases {
            let hours = QuietHours(fromMinute: try minute(row.from), toMinute: try minute(row.to))
            let at = try #require(Instant(iso8601: row.at)).utcSeconds
            let end = hours.end(atUTCSeconds: at, zone: try zoneRules(row.zone))
            #expect(end.map { Instant(utcSeconds: $0).iso8601 } == row.end, "\(row)")
        }
    }

    @Test("at the end none holds any more, whichever hours, in every quarter hour of a year")
    func wholeYear() throws {
        for name in ["Europe/London", "Australia/Lord_Howe", "America/New_York"] {
            let zone = try zoneRules(name)
            for (from, to) in [(1320, 420), (60, 360), (90, 105), (1425, 15), (135, 120)] {
                let hours = QuietHours(fromMinute: from, toMinute: to)
                for quarter in 0..<(366 * 96) where quarter % 3 == 0 {
                    let at = 1_767_225_600 + Int64(quarter) * 900
                    guard let end = hours.end(atUTCSeconds: at, zone: zone) else { continue }
                    let isOver = hours.end(atUTCSeconds: end, zone: zone) == nil
                    #expect(end > at && end - at <= 49 * 3600 && isOver, "\(name) \(from) \(to) \(at)")
                }
            }
        }
    }
}
