// What a generator gave: readings of a device, its times, and the balance of rows, from reports and from the web application.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite("a generator")
struct GeneratorTests {
    /// Two days of hours; the generator runs on the second from 02:00 to 04:59 and from 20:00 on.
    private func report(_ running: Set<Int> = [26, 27, 28, 44, 45, 46, 47]) -> String {
        var text =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),"
        text += "Consumed From Generator (Wh)\n"
        for slot in 0..<48 {
            let given = running.contains(slot) ? 400 : 0
            text += String(format: "01/%02d/2025 %02d:00,", 20 + slot / 24, slot % 24)
            text += "100,500,0,\(given > 0 ? 0 : 400),\(given)\n"
        }
        return text
    }

    @Test("the column becomes readings of a device and one event; all rows add up")
    func column() throws {
        let taken = try read(Array(report().utf8), zone: "America/New_York", pieceBytes: 61)
        let midnight: Int64 = 1_737_349_200
        #expect(
            taken.readings.allSatisfy {
                $0.device == Device(.generator, "") && $0.origin == "report" && $0.seconds == 3600
            }
        )
        #expect(taken.readings.map(\.startUTCSeconds) == (0..<48).map { midnight + $0 * 3600 })
        #expect(taken.readings.reduce(0) { $0 + ($1.values[.energy] ?? 0) } == 2_800)
        #expect(taken.events.map(\.kind) == [.onGenerator])
        #expect(taken.events.first?.startUTCSeconds == midnight + 26 * 3600)
        #expect(taken.events.first?.endUTCSeconds == midnight + 48 * 3600)
        #expect(taken.events.first?.text == "a generator gave 2.800 kWh in 7 intervals")
        #expect(taken.summary.report?.residuals == ["0": 48] && taken.summary.report?.unknownColumns == [])
        #expect(taken.summary.totalWh["generator"] == 2_800)
        #expect(taken.summary.rows == ["site_interval": 48, "device_reading": 48, "site_event": 1])
    }

    @Test("a column of zeros alone is no generator; times a day apart are two")
    func zeros() throws {
        let none = try read(Array(report([]).utf8), zone: "America/New_York")
        #expect(none.readings.isEmpty && none.events.isEmpty)
        var records = try read(Array(report([0, 26]).utf8), zone: "America/New_York")
        #expect(records.events.count == 2)
        records = try read(Array(report([0, 20]).utf8), zone: "America/New_York")
        #expect(records.events.count == 1)
    }

    @Test("a row in which only the generator gave is data")
    func alone() throws {
        let text = report().replacing(
            "01/21/2025 03:00,100,500,0,0,400",
            with: "01/21/2025 03:00,0,0,0,0,400"
        )
        let columns = try #require(
            try read(Array(text.utf8), zone: "America/New_York").series["enlighten_csv/3600"]
        )
        #expect(!columns.quality(ofRow: 27).contains(.zero) && columns.quality(ofRow: 27).contains(.residual))
    }

    @Test("a report of days gives readings of the days' own lengths")
    func days() throws {
        let text = """
            Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),Consumed From Generator (Wh)
            03/08/2025 00:00,5000,9000,0,4000,0
            03/09/2025 00:00,5000,9000,0,1000,3000
            03/10/2025 00:00,5000,9000,0,0,4000
            Total,15000,27000,0,5000,7000
            """
        let taken = try read(Array(text.utf8), zone: "America/New_York")
        #expect(taken.readings.map(\.seconds) == [86_400, 82_800, 86_400])
        #expect(taken.events.count == 1 && taken.summary.report?.totalsVerified == 5)
        #expect(taken.summary.report?.residuals == ["0": 3])
    }

    @Test("the array of the web application's days is the same")
    func web() throws {
        let midnight = 1_737_349_200
        let text = """
            {"system_id":7,"stats":[{"start_time":\(midnight),"interval_length":900,"production":[1,2,3],"consumption":[5,6,3],
            "import":[4,0,0],"export":[0,0,0],"generator":[0,4,null]}]}
            """
        let taken = try read(Array(text.utf8), zone: "America/New_York")
        #expect(
            taken.readings.map { $0.values[.energy] } == [0, 4]
                && taken.readings.allSatisfy { $0.origin == "daily_energy" }
        )
        #expect(taken.events.count == 1 && taken.summary.totalWh["generator"] == 4)
        #expect(taken.summary.counts["marked residual"] == nil)
        let lifetime = """
            {"start_date":"2025-01-20","last_report_date":1737700000,"production":[9,9,9],"consumption":[9,12,9],"generator":[0,3,0]}
            """
        let days = try read(Array(lifetime.utf8), zone: "America/New_York")
        #expect(
            days.readings.map { $0.values[.energy] } == [0, 3, 0]
                && days.readings.allSatisfy { $0.origin == "lifetime_energy" }
        )
    }
}
