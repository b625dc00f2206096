// Days whose midnight the clock passes over, and days that have two: in every format that gives values by the day.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite("days without a midnight, and with two")
struct MidnightTests {
    /// Zones with a change at midnight, and a day on which it falls: forward, back over it, back to it.
    private static let changes: [(zone: String, day: String)] = [
        ("America/Santiago", "2025-09-07"), ("Africa/Cairo", "2025-04-25"), ("Asia/Beirut", "2025-03-30"),
        ("America/Asuncion", "2023-10-01"), ("America/Havana", "2025-03-09"),
        ("America/Havana", "2024-11-03"),
        ("Asia/Beirut", "2024-10-27"), ("Atlantic/Azores", "2024-10-27"), ("America/Sao_Paulo", "2018-11-04"),
    ]

    private func days(_ change: (zone: String, day: String)) throws -> [CivilDate] {
        let middle = try #require(CivilDate(change.day))
        return (-3...3).map { middle.advanced(by: $0) }
    }

    private func check(_ series: ReadingColumns?, _ change: (zone: String, day: String), of what: String)
        throws
    {
        let rules = try zoneRules(change.zone)
        let starts = try days(change).map { rules.startOfDay($0) }
        #expect(series?.startUTCSeconds == starts, "\(what) in \(change.zone) around \(change.day)")
        #expect(series?[.produced] == (1...7).map { Int32($0) })
    }

    @Test(
        "reports of days, with and without clocks, and arrays of days have a row for each",
        arguments: 0..<9
    )
    func daily(index: Int) throws {
        let change = MidnightTests.changes[index]
        let days = try days(change)
        for (name, stamp) in [("US", " 00:00"), ("plain", ""), ("short", " 0:00")] {
            var text = "Date/Time,Energy Produced (Wh)\n"
            for (number, day) in days.enumerated() {
                text += String(
                    format: "%02d/%02d/%04d%@,%d\n",
                    day.month,
                    day.day,
                    day.year,
                    stamp,
                    number + 1
                )
            }
            try check(
                try read(Array(text.utf8), zone: change.zone).series["enlighten_csv/86400"],
                change,
                of: name
            )
        }
        for report in ["\"last_report_date\":1789000000,", ""] {
            let text = "{\"start_date\":\"\(days[0])\",\(report)\"production\":[1,2,3,4,5,6,7]}"
            let source = report.isEmpty ? "cloud_api" : "enlighten_web"
            try check(
                try read(Array(text.utf8), zone: change.zone).series["\(source)/86400"],
                change,
                of: source
            )
        }
    }

    @Test("an empty first interval is marked where the day begins, at 00:00 or not", arguments: 0..<9)
    func marks(index: Int) throws {
        let change = MidnightTests.changes[index]
        let rules = try zoneRules(change.zone)
        let days = try days(change)
        let firsts = days.map { rules.startOfDay($0) }
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        var values: [String] = []
        var at = firsts[0]
        while at < rules.startOfDay(days[6].advanced(by: 1)) {
            let wall = rules.wallClock(atUTCSeconds: at)
            let value = firsts.contains(at) ? 0 : 30 + at / 900 % 7
            text += String(
                format: "%02d/%02d/%04d %02d:%02d,0,%d\n",
                wall.day.month,
                wall.day.day,
                wall.day.year,
                Int(wall.secondOfDay) / 3600,
                Int(wall.secondOfDay) % 3600 / 60,
                Int(value)
            )
            values.append("\(value)")
            at += 900
        }
        let array = values.joined(separator: ",")
        let web =
            "{\"stats\":[{\"start_time\":\(firsts[0]),\"interval_length\":900,\"consumption\":[\(array)]}]}"
        for (name, body) in [("enlighten_csv/900", text), ("enlighten_web/900", web)] {
            let rows = try #require(try read(Array(body.utf8), zone: change.zone).series[name])
            let marked = (0..<rows.rowCount).filter { rows.quality(ofRow: $0).contains(.midnightZero) }
            // Before the first row there is none to compare with.
            #expect(marked.map { rows.startUTCSeconds[$0] } == Array(firsts.dropFirst()), "\(name) \(change)")
        }
    }

    @Test("a utility's rows of days begin where the days begin", arguments: 0..<9)
    func utility(index: Int) throws {
        let change = MidnightTests.changes[index]
        let days = try days(change)
        var text = "DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),TYPE\n"
        for day in days { text += "\(day),00:00,23:59,1.5,0,Electric usage\n" }
        let taken = try read(Array(text.utf8), zone: change.zone)
        let rules = try zoneRules(change.zone)
        #expect(taken.intervals.map(\.startUTCSeconds) == days.map { rules.startOfDay($0) }, "\(change)")
    }

    @Test("a report of shorter intervals that has the midnight that was passed over is refused")
    func intervals() {
        for step in [15, 60] {
            var text = "Date/Time,Energy Produced (Wh)\n"
            for slot in 0..<(48 * 60 / step) {
                let minute = slot * step
                text += String(
                    format: "09/%02d/2025 %02d:%02d,1\n",
                    6 + minute / 1_440,
                    minute / 60 % 24,
                    minute % 60
                )
            }
            #expect(
                refusal(text, zone: "America/Santiago").contains("which no clock in America/Santiago showed")
            )
        }
    }
}
