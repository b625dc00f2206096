// When a body of the cloud's JSON was made: its own times go before its file's.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite("the time of a body")
struct BodyTimeTests {
    private let midnight: Int64 = 1_744_295_400  // 2025-04-11 in Adelaide

    private func take(_ text: String, name: String = "", captured: Int64 = 1_790_000_000) throws -> Taken {
        try read(Array(text.utf8), zone: "Australia/Adelaide") {
            $0.capturedUTCSeconds = captured
            $0.name = name
        }
    }

    private func today(_ report: String) -> String {
        let values = (0..<96).map { $0 < 53 ? "\($0 + 1)" : "0" }.joined(separator: ",")
        return """
            {"stats":[{"start_time":\(midnight),"interval_length":900,"production":[\(values)],"consumption":[\(values)],
            "soc":[\(values)]}],"battery_details":{"aggregate_soc":55},"siteStatus":"normal"\(report)}
            """
    }

    @Test("a body of intervals that bears no other time stands at the end of its newest one")
    func intervals() throws {
        let body = """
            {"system_id":1,"granularity":"day","total_devices":1,"intervals":[
            {"end_at":\(midnight + 900),"charge":{"enwh":5},"discharge":{"enwh":0},"soc":{"percent":50}},
            {"end_at":\(midnight + 1_800),"charge":{"enwh":5},"discharge":{"enwh":0},"soc":{"percent":51}}],
            "last_reported_aggregate_soc":"51%"}
            """
        func last(_ text: String, captured: Int64 = 1_790_000_000) throws -> Int64? {
            try take(text, captured: captured).readings.last { $0.origin == "telemetry/battery last" }?
                .startUTCSeconds
        }
        #expect(try last(body) == midnight + 1_800)
        #expect(try last(body, captured: midnight + 1_000) == midnight + 1_000)
        let said = body.replacing(
            "\"total_devices\"",
            with: "\"meta\":{\"last_report_at\":\(midnight + 1_500)},\"total_devices\""
        )
        #expect(try last(said) == midnight + 1_500)
    }

    @Test("slots behind the last report are no data, whenever the file was copied")
    func today() throws {
        let taken = try take(today(",\"last_report_date\":\(midnight + 47_200)"))
        #expect(taken.series["enlighten_web/900"]?.rowCount == 53)
        #expect(taken.readings.map(\.startUTCSeconds) == [midnight + 47_200])
        #expect(taken.states.map(\.atUTCSeconds) == [midnight + 47_200])
        // The file's time is an upper bound.
        let early = try take(today(",\"last_report_date\":\(midnight + 47_200)"), captured: midnight + 9_000)
        #expect(early.series["enlighten_web/900"]?.rowCount == 10)
        // A body that has energy behind its last report contradicts itself: energy is kept.
        let odd = try take(today(",\"last_report_date\":\(midnight + 9_000)"))
        #expect(odd.series["enlighten_web/900"]?.rowCount == 96)
    }

    @Test("zeros from the last energy to the end of the last day are not yet, and no silence")
    func notYet() throws {
        let columns = try #require(try take(today("")).series["enlighten_web/900"])
        let future = (0..<columns.rowCount).filter { columns.quality(ofRow: $0).contains(.future) }
        #expect(future == Array(53..<96))
        var report = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for slot in 0..<192 {
            let clock = String(format: "%02d:%02d", slot % 96 / 4, slot % 4 * 15)
            report += "04/\(10 + slot / 96)/2025 \(clock),\(slot < 140 ? "1,2" : "0,0")\n"
        }
        for pieceBytes in [61, 100_000] {
            let taken = try read(Array(report.utf8), zone: "Australia/Adelaide", pieceBytes: pieceBytes)
            let rows = try #require(taken.series["enlighten_csv/900"])
            #expect((0..<192).filter { rows.quality(ofRow: $0).contains(.future) } == Array(140..<192))
        }
        // The day is not over in the report: it ends where it ends.
        let cut = report.split(separator: "\n").dropLast(4).joined(separator: "\n") + "\n"
        let rows = try #require(try take(cut).series["enlighten_csv/900"])
        #expect(!rows.quality.contains { Quality(rawValue: $0).contains(.future) })
    }

    @Test("intervals of the API behind the site's last report are no data, either")
    func telemetry() throws {
        func body(_ last: Int) -> String {
            let list = (1...8).map {
                "{\"end_at\":\(midnight + Int64($0) * 900),\"wh_del\":\($0 <= last ? 5 : 0)}"
            }
            return "{\"granularity\":\"day\",\"meta\":{\"last_report_at\":\(midnight + 2_800)},"
                + "\"intervals\":[\(list.joined(separator: ","))]}"
        }
        #expect(try take(body(4)).series["cloud_api/900"]?.rowCount == 4)
        #expect(try take(body(8)).series["cloud_api/900"]?.rowCount == 8)
    }

    private func batteries(_ reports: [Int64]) -> String {
        let list = reports.enumerated().map {
            "{\"serial_number\":\"\($0)\",\"current_charge\":\"50%\",\"status\":\"normal\",\"last_report\":\($1)}"
        }
        return "{\"current_charge\":\"50%\",\"storages\":[\(list.joined(separator: ","))]}"
    }

    @Test("bodies of many nights that were copied together keep their nights")
    func nights() throws {
        let nights = (0..<40).map { midnight + $0 * 86_400 }
        let times = try nights.map { try take(batteries([$0, $0 - 600])).states.map(\.atUTCSeconds) }
        #expect(times == nights.map { [$0, $0] })
        let taken = try take(batteries([midnight, midnight - 5 * 86_400]))
        // A battery that is silent is seen by the others' reports.
        #expect(taken.states.map(\.lastReportUTCSeconds) == [midnight, midnight - 5 * 86_400])
        #expect(taken.readings.first?.startUTCSeconds == midnight && taken.summary.notes.isEmpty)
    }

    @Test("without any time the name's is taken, else the file's, and it is said")
    func names() throws {
        let text = batteries([0])
        func time(_ name: String) throws -> Int64? {
            let taken = try take(text, name: name)
            #expect(taken.summary.notes.contains { $0.contains("bears no time") })
            return taken.states.first?.atUTCSeconds
        }
        #expect(try time("battery_status.json") == 1_790_000_000)
        #expect(try time("battery_status_1744300000.json") == 1_744_300_000)
        #expect(try time("b-2025-04-11T02-00-00Z.json") == 1_744_336_800)
        #expect(try time("battery_status 2025-04-11.json") == midnight + 86_399)
        #expect(try time("battery_status_20250411.json") == midnight + 86_399)
        #expect(try time("site_2012345678901.json") == 1_790_000_000)
    }

    @Test("what the owner says of the capture holds")
    func told() throws {
        let taken = try read(Array(batteries([midnight]).utf8), zone: "Australia/Adelaide") {
            $0.capturedUTCSeconds = midnight + 5_000
            $0.isCaptureTold = true
        }
        #expect(taken.states.map(\.atUTCSeconds) == [midnight + 5_000])
    }
}
