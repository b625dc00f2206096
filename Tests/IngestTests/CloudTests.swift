// JSON of the cloud: the specification's bodies, and small made-up bodies of the web application with every trap.

import Foundation
import Ingest
import Readings
import TestSupport
import Testing

private func take(_ text: String, captured: Int64 = 1_790_000_000, zone: String = "Europe/London") throws
    -> Taken
{
    try read(Array(text.utf8), zone: zone) { $0.capturedUTCSeconds = captured }
}

/// A local midnight in London, in summer.
private let midnight: Int64 = 1_751_324_400

@Suite("API bodies of the specification", .enabled(if: Shared.isPresent))
struct APISpecificationTests {
    private static let folder = "samples/cloud-json/v4_spec_examples"

    private func body(_ name: String) throws -> [UInt8] {
        try Shared.bytes("\(APISpecificationTests.folder)/\(name)")
    }

    @Test("all 41 bodies are read or refused as documented, in one piece and byte by byte")
    func all() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Shared.path(APISpecificationTests.folder)
        ).sorted()
        #expect(names.count == 41)
        var rows = 0
        for name in names {
            let isError = name.hasSuffix("422.json") || name.hasSuffix("429.json")
            do {
                let taken = try read(body(name))
                #expect(!isError, "\(name) was taken")
                #expect(taken.summary.format.hasPrefix("API v4 body"), "\(name): \(taken.summary.format)")
                let handed =
                    taken.readings.count + taken.states.count + taken.events.count
                    + taken.series.values.reduce(0) { $0 + $1.rowCount }
                #expect(handed == taken.summary.rows.values.reduce(0, +), "\(name)")
                #expect(handed > 0 || !taken.summary.notes.isEmpty, "\(name) gives nothing and says nothing")
                rows += handed
                let pieces = try read(body(name), pieceBytes: 1)
                #expect(pieces.summary == taken.summary)
            } catch {
                #expect(isError && "\(error)".contains("error body of the API"), "\(name): \(error)")
            }
        }
        #expect(rows > 90)
    }

    @Test("an end becomes a start; import may have either name; import and export lie nested")
    func ends() throws {
        let taken = try read(body("system_id__energy_import_telemetry.200.json"))
        let series = try #require(taken.series["cloud_api/900"])
        #expect(series.startUTCSeconds == [1_384_122_700 - 900, 1_384_123_600 - 900])
        #expect(series[.imported] == [40, 40] && !series.hasChannel(.exported))
        let text = String(decoding: try body("system_id__energy_import_telemetry.200.json"), as: UTF8.self)
        let other = try take(text.replacing("wh_imported", with: "wh_exported"))
        #expect(other.series["cloud_api/900"]?[.exported] == [40, 40])
    }

    @Test("a charger's or heat pump's consumption is never the site's")
    func consumers() throws {
        for name in [
            "system_id__hp_lifetime", "system_id__serial_no__evse_lifetime", "system_id__hp_telemetry",
        ] {
            let taken = try read(body("\(name).200.json"))
            #expect(taken.series.isEmpty && !taken.readings.isEmpty)
        }
        let site = try read(body("system_id__consumption_lifetime.200.json"))
        #expect(site.series["cloud_api/86400"]?[.consumed].count == 6)
    }

    @Test("milliseconds, silent batteries and retired meters are told")
    func particulars() throws {
        let live = try read(body("system_id__live_data.200.json"))
        #expect(live.readings.allSatisfy { $0.startUTCSeconds == 1_679_041_508 })
        #expect(live.summary.identifiers["system_id"] == "123")
        let battery = try read(body("system_id__telemetry__battery.200.json"))
        #expect(battery.summary.counts["intervals in which a battery is silent"] == 1)
        #expect(battery.series["cloud_api/900"]?.socPercent == [25])
        #expect(battery.readings.contains { $0.values[.stateOfCharge] == 97 })
        let alarms = try read(body("system_id__alarms.200.json"))
        #expect(alarms.events.first?.endUTCSeconds == nil && alarms.events.first?.code == "28")
        let events = try read(body("system_id__events.200.json"))
        #expect(events.events.first?.endUTCSeconds == 1_740_373_425)
    }

    @Test("damaged bodies throw and never trap", .timeLimit(.minutes(1)))
    func damaged() throws {
        for name in ["system_id__rgm_stats.200.json", "system_id__latest_telemetry.200.json"] {
            #expect(damage(try body(name), format: .apiV4, rounds: 300, seed: 3) > 100)
        }
    }
}

@Suite("bodies that no shape knows")
struct UnknownBodyTests {
    @Test("the system's number, which most bodies bear, tells none of them")
    func number() {
        for body in ["\"open_events\":[{\"event_type_id\":28}]", "\"list\":[1,2]", "\"state\":\"on\""] {
            #expect(refusal("{\"system_id\":7,\(body)}").contains("it is no known format"), "\(body)")
        }
    }
}

@Suite("JSON of the web application")
struct WebJSONTests {
    @Test("a day of any length, nulls, empty days and the future: only what was measured comes out")
    func daily() throws {
        let values = (0..<100).map { "\($0)" }.joined(separator: ",")
        let text = """
            {"system_id":7,"start_date":"2025-07-01","stats":[
            {"start_time":\(midnight),"interval_length":900,"production":[\(values)],"consumption":[1,null,-3],
             "soc":[50,null,101],"import":[],"export":[5,6,31000],"totals":{"production":4950,"soc":9,"grid_import":1e9}},
            {"start_time":\(midnight + 86_400),"interval_length":900,"production":[],"consumption":[]},
            {"start_time":\(midnight + 2 * 86_400),"interval_length":900,"production":[1,2,0,0],"consumption":[1,2,0,0]}]}
            """
        let taken = try take(text, captured: midnight + 2 * 86_400 + 1_800)
        let series = try #require(taken.series["enlighten_web/900"])
        #expect(series.rowCount == 102)
        #expect(series.startUTCSeconds.first == midnight && series[.produced][99] == 99)
        #expect(Array(series[.consumed][0..<3]) == [1, ReadingColumns.missingWh, -3])
        #expect(
            Array(series.socPercent[0..<3]) == [50, ReadingColumns.missingSoC, ReadingColumns.missingSoC]
        )
        #expect(
            series.quality(ofRow: 2).contains(.negative) && series.quality(ofRow: 2).contains(.implausible)
        )
        // Two slots, whatever number of arrays has them.
        #expect(taken.summary.counts["future slots, left out"] == 2)
        #expect(taken.summary.counts["days without data"] == 1)
        #expect(taken.summary.warnings.isEmpty, "\(taken.summary.warnings)")
        #expect(taken.summary.identifiers["system_id"] == "7")
    }

    @Test("a total that is not the sum is told")
    func totals() throws {
        let text =
            #"{"stats":[{"start_time":1751324400,"interval_length":900,"production":[1,2],"totals":{"production":9}}]}"#
        #expect(try take(text).summary.warnings.keys.contains { $0.contains("total of production") })
    }

    @Test("today gives its slots so far, the charge of all batteries and the settings")
    func today() throws {
        let text = """
            {"system_id":7,"stats":[{"start_time":\(midnight),"interval_length":900,"production":[1,0],"consumption":[2,0]}],
             "battery_details":{"aggregate_soc":48},"batteryConfig":{"usage":"self-consumption",
             "battery_backup_percentage":20,"charge_from_grid":false},"siteStatus":"normal","last_report_date":\(midnight)}
            """
        let taken = try take(text, captured: midnight + 900)
        #expect(taken.series["enlighten_web/900"]?.rowCount == 1)
        #expect(taken.readings.first?.values[.stateOfCharge] == 48)
        #expect(taken.states.first?.properties[.mode] == "self-consumption")
        #expect(taken.states.first?.lastReportUTCSeconds == midnight)
    }

    @Test("lifetime days begin at local midnight; today's running total and zeros at the end stay out")
    func lifetime() throws {
        let text = """
            {"system_id":7,"start_date":"2025-03-29","last_report_date":1743300000,
             "production":[10,20,30,0],"consumption":[null,5,6,7],"import":[null,null,null,null],"export":[3,0,0,0]}
            """
        // Captured at noon of the fourth day.
        let taken = try take(text, captured: 1_743_505_200)
        let series = try #require(taken.series["enlighten_web/86400"])
        #expect(series.startUTCSeconds == [1_743_206_400, 1_743_292_800, 1_743_375_600])
        #expect(series[.produced] == [10, 20, 30])
        #expect(series[.consumed] == [ReadingColumns.missingWh, 5, 6] && !series.hasChannel(.imported))
        // Zeros of one channel are real while another still has energy; where none has, they may be nothing.
        #expect(series[.exported] == [3, 0, 0])
        let ended = try take(
            text.replacing("[null,5,6,7]", with: "[null,5,0,0]").replacing("20,30,0", with: "20,0,0")
                .replacing("1743300000", with: "1743505200"),
            captured: 1_790_000_000
        )
        #expect(ended.series["enlighten_web/86400"]?.rowCount == 2)
        #expect(ended.summary.counts["zero days at the end of production, left out"] == 2)
    }

    @Test("each battery has its charge, health, report, exclusion and error, in any form of text")
    func batteries() throws {
        let text = """
            {"current_charge":"48%","available_energy":4.8,"max_capacity":10.08,"included_count":3,"excluded_count":1,
             "storages":[
              {"id":1,"serial_number":"111","current_charge":"85%","battery_soh":"100%","cycle_count":12,"last_report":1751324000,
               "led_status":12,"excluded":false,"rated_power":1280,"status":"normal"},
              {"id":2,"serial_number":222,"current_charge":"85.5%","battery_soh":99.5,"last_report":0,"excluded":true,
               "error_code":"520","error_text":"no"},
              {"id":3,"serial_number":"333","current_charge":99}]}
            """
        let taken = try take(text)
        func soc(_ serial: String) -> Double? {
            taken.readings.first { $0.device == Device(.battery, serial) }?.values[.stateOfCharge]
        }
        #expect([soc("111"), soc("222"), soc("333"), soc("")] == [85, 85.5, 99, 48])
        let second = try #require(taken.states.first { $0.device.serial == "222" })
        #expect(second.properties[.excluded] == "true" && second.properties[.errorCode] == "520")
        #expect(second.lastReportUTCSeconds == nil)
        #expect(taken.readings.first { $0.device.serial == "111" }?.startUTCSeconds == 1_751_324_000)
        #expect(taken.readings.first { $0.device.serial == "" }?.values[.capacity] == 10_080)
    }

    @Test("devices, inverters, events, alarms, outages and inverters' energies are read")
    func others() throws {
        let devices = try take(
            #"{"result":[{"type":"encharge","devices":[{"serial_number":"9","status":"normal","last_report":"2026/03/09 16:38:49 +1100 (AEDT)","sw_version":"2.0","connected":true,"soc":"98%"}]}]}"#
        )
        #expect(
            devices.states.first?.lastReportUTCSeconds == Instant(iso8601: "2026-03-09T05:38:49Z")?.utcSeconds
        )
        #expect(devices.states.first?.device == Device(.battery, "9"))
        #expect(devices.readings.first?.values[.stateOfCharge] == 98)
        let inverters = try take(
            #"{"total":2,"not_reporting":null,"inverters":[{"serial_number":"5","status":"normal","last_report":1751324000}]}"#
        )
        #expect(inverters.states.count == 1 && inverters.summary.counts["inverters"] == 2)
        let outages = try take(
            #"{"total_records":1,"total_backup":5400,"histories":[{"start_time":"2025-03-30T01:30:00.000+01:00","duration":5400}]}"#
        )
        #expect(outages.events.first?.startUTCSeconds == Instant(iso8601: "2025-03-30T00:30:00Z")?.utcSeconds)
        #expect(
            (outages.events.first?.endUTCSeconds ?? 0) - (outages.events.first?.startUTCSeconds ?? 0) == 5_400
        )
        let alarms = try take(
            #"{"total":"1","alarms":[{"first_set":"2026/03/09 16:38:49 +1100 (AEDT)","serial_num":"2 Devices","description":"x"}]}"#
        )
        #expect(alarms.events.first?.device == .site)
        let events = try take(
            #"{"events":[{"event_key":"grid_off","start_time":1751324000,"description":"d"}],"next":null}"#
        )
        #expect(events.events.first?.code == "grid_off")
        let energies = try take(#"{"start_date":"2025-07-01","production":{"123":456,"124":null}}"#)
        #expect(energies.readings.map(\.device.serial) == ["id 123"])
        #expect(energies.readings.first?.seconds == 86_400)
        let series = try take(#"{"77":{"POWR":[[1751324000,210,215],[1751324300,220,225]]}}"#)
        #expect(series.readings.count == 2 && series.readings[1].values[.power] == 220)
        let status = try take(#"{"77":{"serialNum":"482"}}"#)
        #expect(status.states.first?.device == Device(.inverter, "482"))
    }

    @Test("the older APIs: five minutes with gaps, mean power, ends as labels")
    func legacy() throws {
        let v2 = try take(
            #"{"system_id":3,"total_devices":1,"meta":{},"intervals":[{"end_at":1751350200,"powr":120,"enwh":10,"devices_reporting":1},{"end_at":1751350500,"powr":120,"enwh":11,"devices_reporting":1},{"end_at":1751351400,"powr":0,"enwh":0,"devices_reporting":1}]}"#
        )
        let series = try #require(v2.series["cloud_api/300"])
        #expect(series.startUTCSeconds == [1_751_349_900, 1_751_350_200, 1_751_351_100])
        #expect(v2.summary.counts["missing intervals"] == 2)
        // Nights of production alone are no gap.
        #expect(!series.quality(ofRow: 2).contains(.zero))
        let iso = try take(
            #"{"system_id":3,"intervals":[{"end_at":"2025-07-01T08:10:00+01:00","powr":12,"enwh":1}]}"#
        )
        #expect(
            iso.series["cloud_api/300"]?.startUTCSeconds.first
                == Instant(iso8601: "2025-07-01T07:05:00Z")?.utcSeconds
        )
        let v1 = try take(
            #"{"first_interval_end_date":1751350200,"interval_length":300,"production":[120,null,60]}"#
        )
        #expect(v1.series["cloud_api/300"]?.startUTCSeconds == [1_751_349_900, 1_751_350_500])
        #expect(v1.series["cloud_api/300"]?[.produced] == [10, 5])
    }

    @Test("error bodies are reported as what they are, with what to do")
    func errors() {
        #expect(refusal(#"{"message":"Not authorized","details":"x","code":401}"#).contains("lacks access"))
        #expect(refusal(#"{"message":"Too Many","details":"x","code":429}"#).contains("wait a minute"))
        #expect(refusal(#"{"reason":"501","message":["Not implemented"]}"#).contains("501 Not implemented"))
        #expect(
            refusal(#"{"errorCode":7,"errorMessages":["Data is temporarily unavailable"]}"#).contains("later")
        )
    }

    @Test("what is like no shape names the nearest one and what it lacks")
    func unknown() {
        #expect(refusal(#"{"summary_date":"x","a":1}"#).contains("summary") == true)
        #expect(refusal(#"{"a":1}"#).contains("no known format"))
        #expect(refusal(#"{"stats":[{"start_time":1,"#).contains("ends too early"))
        #expect(
            refusal(
                #"{"system_id":1,"stats":[{"start_time":1751324400,"interval_length":7,"production":[1]}]}"#
            ) == "accepted"
        )
    }
}
