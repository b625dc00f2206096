// The utility's files: the same home in eleven layouts, files of others, bills. Expected numbers are read from the
// samples' own truth.

import Deflate
import Foundation
import Ingest
import Readings
import TestSupport
import Testing

private func truth(_ section: String) throws -> [String: [String: Any]] {
    let root = try JSONSerialization.jsonObject(with: Data(Shared.bytes("samples/utility/truth.json")))
    return try #require((root as? [String: Any])?[section] as? [String: [String: Any]])
}

private func sample(_ name: String) throws -> [UInt8] {
    let bytes = try Shared.bytes("samples/utility/\(name)")
    guard name.hasSuffix(".gz") else { return bytes }
    var plain: [UInt8] = []
    try GzipExpander().expand(bytes[...]) { plain += $0 }
    return plain
}

private let intervalLayouts = [
    "synthetic_pge_nem_15min.csv", "synthetic_pge_nbt_2026_15min.csv", "synthetic_opower_usage_60min.csv",
    "synthetic_sdge_meter_15min.csv", "synthetic_sce_nem_15min.csv", "synthetic_smt_15min.csv",
    "synthetic_octopus_import_30min.csv", "synthetic_octopus_export_30min.csv",
    "synthetic_avangrid_60min.csv",
    "synthetic_nem12_E1B1_30min.csv", "synthetic_import-export_dst_revision.xml",
]

@Suite("utility layouts", .enabled(if: Shared.isPresent))
struct UtilityLayoutTests {
    @Test(
        "the synthetic home is the same to the Wh, day by day, with all of its hours",
        arguments: intervalLayouts,
        [7, 100_000]
    )
    func layout(_ name: String, pieceBytes: Int) throws {
        let expected = try #require(try truth("synthetic")[name])
        let zoneName = try #require(expected["tz"] as? String)
        let taken = try read(sample("synthetic/\(name)"), zone: zoneName, pieceBytes: pieceBytes) {
            $0.name = name
        }
        #expect(taken.importWh == expected["import_wh"] as? Int64 ?? -1)
        #expect(taken.exportWh == expected["export_wh"] as? Int64 ?? -1)
        let first = Instant(iso8601: try #require(expected["first_utc"] as? String))
        #expect(taken.intervals.first?.startUTCSeconds == first?.utcSeconds)
        let step = try #require(expected["step_minutes"] as? Int64) * 60
        let covered = taken.intervals.reduce(Int64(0)) { $0 + Int64($1.seconds) }
        #expect(covered == (expected["intervals"] as? Int64 ?? 0) * step)
        let zone = try zoneRules(zoneName)
        var days: [String: [Int64]] = [:]
        for interval in taken.intervals {
            let day = "\(zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day)"
            days[day, default: [0, 0]][0] += interval.importWh ?? 0
            days[day, default: [0, 0]][1] += interval.exportWh ?? 0
        }
        #expect(days == expected["daily"] as? [String: [Int64]])
        #expect(taken.summary.counts["gaps"] == nil, "\(taken.summary.notes)")
        // Each instant once, ascending.
        let starts = taken.intervals.map(\.startUTCSeconds)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 })
        if let estimated = expected["estimated_intervals_per_channel"] as? Int {
            #expect(taken.summary.counts["estimated intervals"] == estimated)
        }
    }

    @Test("no name, address or account number of a preamble is handed on")
    func privacy() throws {
        let secrets = [
            "JANE", "MAIN ST", "Test User", "1234567890", "10443720000000000", "1776", "EXAMPLE AVENUE",
        ]
        for name in intervalLayouts + ["synthetic_opower_billing.csv"] {
            let taken = try read(sample("synthetic/\(name)"), zone: "America/Los_Angeles") {
                $0.side = .import
            }
            let all =
                "\(taken.summary)" + taken.intervals.prefix(3).map { "\($0)" }.joined() + "\(taken.bills)"
            for secret in secrets { #expect(!all.contains(secret), "\(name) tells \(secret)") }
        }
    }

    @Test("an Octopus file whose name tells nothing asks for its side")
    func octopusSide() throws {
        let text = String(decoding: try sample("synthetic/synthetic_octopus_import_30min.csv"), as: UTF8.self)
        let error = #expect(throws: IngestError.self) { try read(Array(text.utf8)) }
        #expect(error?.remedy == .tellSide)
        let taken = try read(Array(text.utf8)) { $0.side = .export }
        #expect(taken.importWh == 0 && taken.exportWh > 0)
    }

    @Test("an hour that stands once in autumn is one interval of two hours, marked ambiguous")
    func mergedHour() throws {
        let taken = try read(sample("synthetic/synthetic_pge_nem_15min.csv"), zone: "America/Los_Angeles")
        let doubled = taken.intervals.filter { $0.quality.contains(.ambiguous) }
        #expect(doubled.count == 1 && doubled[0].seconds == 7200)
        #expect(doubled.first?.startUTCSeconds == Instant(iso8601: "2025-11-02T08:00:00Z")?.utcSeconds)
    }

    @Test("the Texas file's later revision wins, whatever the order of its rows")
    func revisions() throws {
        let header =
            "ESIID,USAGE_DATE,REVISION_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL,CONSUMPTION_SURPLUSGENERATION\n"
        func row(_ revision: String, _ value: String) -> String {
            "'1,06/01/2025,06/\(revision)/2025 07:00:00, 00:00, 00:15,\(value),A,Consumption\n"
        }
        for rows in [row("02", "0.1") + row("05", "0.3"), row("05", "0.3") + row("02", "0.1")] {
            let taken = try read(Array((header + rows).utf8), zone: "America/Chicago")
            #expect(taken.intervals.map(\.importWh) == [300])
            #expect(taken.summary.counts["superseded readings"] == 1)
        }
    }

    @Test("an unknown header names its columns and the nearest layout; a wrong unit is refused")
    func headers() {
        let near = refusal(
            "Name,X\n\nTYPE,DATE,START TIME,IMPORT (kWh),EXPORT (kWh),NOTES\nE,2025-01-01,00:00,1,1,\n"
        )
        #expect(near.contains("Seattle City Light") && near.contains("END TIME"), "\(near)")
        let header = "TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES\n"
        #expect(refusal(header + "E,2025-01-01,00:00,00:59,450,\n").contains("more than 100 kW"))
        #expect(refusal(header + "E,2025-01-01,00:00,00:59,NaN,\n").contains("no number"))
        #expect(refusal(header).contains("no rows"))
    }

    @Test("hostile CSV is refused before it is kept", .timeLimit(.minutes(1)))
    func hostile() throws {
        let wide = String(repeating: "a,", count: 1_000_000)
        #expect(refusal(wide, format: .utilityCSV).contains("longer than 65536 bytes"))
        let columns = String(repeating: ",", count: 30_000)
        #expect(refusal(columns, format: .utilityCSV).contains("more than 256 columns"))
        var lines = DocumentParsers.make(
            DocumentOptions(
                format: .utilityCSV,
                timeZone: "UTC",
                capturedUTCSeconds: 0,
                latitude: 0,
                longitude: 0
            ),
            zone: .utc
        )
        let piece = [UInt8](repeating: 65, count: 1 << 16)
        #expect(throws: IngestError.lineTooLong(line: 1, limitBytes: 65_536)) {
            for _ in 0..<1_600 { try lines.feed(piece[...]) { _ in } }
        }
    }

    @Test("damaged files throw and never trap", .timeLimit(.minutes(2)))
    func damaged() throws {
        let formats: [(String, DocumentFormat)] = [
            ("synthetic_smt_15min.csv", .utilityCSV), ("synthetic_sce_nem_15min.csv", .utilityCSV),
            ("synthetic_nem12_E1B1_30min.csv", .nem12),
            ("synthetic_import-export_dst_revision.xml", .greenButton),
            ("synthetic_opower_billing.csv", .billingCSV),
        ]
        for (name, format) in formats {
            let bytes = Array(try sample("synthetic/\(name)").prefix(12_000))
            #expect(damage(bytes, format: format, rounds: 200, seed: 11) > 10, "\(name)")
        }
    }
}

@Suite("utility files of others", .enabled(if: Shared.isPresent))
struct UtilityThirdPartyTests {
    private func check(_ name: String, _ taken: Taken) throws {
        let expected = try #require(try truth("third_party")[name])
        #expect(taken.intervals.count == expected["readings"] as? Int, "\(name)")
        #expect(
            taken.importWh + (taken.intervals.reduce(0) { $0 + ($1.netWh ?? 0) }) == expected["sum_wh"]
                as? Int64
        )
        let starts = taken.intervals.map(\.startUTCSeconds)
        if let first = expected["first_epoch"] as? Int64 { #expect(starts.min() == first) }
        if let last = expected["last_epoch"] as? Int64 { #expect(starts.max() == last) }
    }

    @Test(
        "Green Button files give their counts and sums",
        arguments: [
            "sdge_2019_localtime-as-utc_552h.xml", "sdge_2011_full-year_8727h.xml.gz",
            "utilityapi_2023_newest-first_300h.xml", "verdigris_BulkSCEIntervalBlock.xml",
            "openespi-common_test_usage_data_01_ReadingQuality.xml",
        ]
    )
    func sums(_ name: String) throws {
        try check(name, try read(sample("third-party/\(name)"), zone: "America/Los_Angeles"))
    }

    @Test("the year with holes tells them: 9 hours in 2 gaps")
    func holes() throws {
        let taken = try read(
            sample("third-party/sdge_2011_full-year_8727h.xml.gz"),
            zone: "America/Los_Angeles"
        )
        #expect(taken.summary.counts["gaps"] == 2 && taken.summary.counts["missing intervals"] == 9)
        #expect(taken.summary.warnings.keys.contains { $0.contains("flowDirection 0") })
    }

    @Test("summaries of bulk files become bills; those of ten seconds do not")
    func summaries() throws {
        let bulk = try read(
            sample("third-party/verdigris_BulkSCEUsageSummaryAndIntervalBlock.xml"),
            zone: "America/Los_Angeles"
        )
        #expect(bulk.importWh == 620 && bulk.intervals.count == 3)
        #expect(bulk.bills.count == 7)
        let dummy = try read(
            sample("third-party/sdge_2019_localtime-as-utc_552h.xml"),
            zone: "America/Los_Angeles"
        )
        #expect(dummy.bills.isEmpty && dummy.summary.warnings.keys.contains { $0.contains("billing period") })
        let pge = try read(sample("third-party/verdigris_PGEUsageSummaries.xml"), zone: "America/Los_Angeles")
        #expect(pge.bills.map(\.unknownSideWh) == [55_000, 128_000, 146_000])
        #expect(pge.bills.map { $0.end.daysSince1970 - $0.start.daysSince1970 } == [13, 30, 29])
        #expect(pge.bills.last?.amount == 233.64)
    }

    @Test("blocks without a reading type are refused; with the fixture's multiplier the scale check refuses")
    func missingType() throws {
        let blocks = try sample("third-party/verdigris_PGEIntervalBlock.xml.gz")
        #expect {
            _ = try read(blocks, zone: "America/Los_Angeles")
        } throws: {
            "\($0)".contains("ReadingType")
        }
        #expect {
            _ = try read(blocks, zone: "America/Los_Angeles") {
                $0.readingType =
                    #"{"flowDirection":1,"powerOfTenMultiplier":3,"uom":72,"intervalLength":3600}"#
            }
        } throws: {
            "\($0)".contains("more than 100 kW")
        }
        // With the right multiplier the superseded revisions lose.
        let taken = try read(blocks, zone: "America/Los_Angeles") {
            $0.readingType = #"{"flowDirection":1,"powerOfTenMultiplier":-3,"uom":72,"intervalLength":3600}"#
        }
        let expected = try #require(try truth("third_party")["verdigris_PGEIntervalBlock.xml.gz"])
        #expect(taken.intervals.count == expected["distinct_starts"] as? Int)
        #expect(abs(Double(taken.importWh) - 496_406.375) < 1_200)
        #expect(taken.summary.counts["superseded readings"] == 276)
    }

    @Test("ambiguous reading types and undeclared prefixes are refused by name")
    func refusals() throws {
        func error(_ name: String) throws -> String {
            do {
                _ = try read(sample("third-party/\(name)"), zone: "America/Los_Angeles")
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(try error("verdigris_PGEReadingType.xml").contains("ReadingType"))
        #expect(try error("verdigris_PGEUsageSummary.xml").contains("not declared"))
        let clock = try read(
            sample("third-party/verdigris_PGELocalTimeParameters.xml"),
            zone: "America/Los_Angeles",
            format: .greenButton
        )
        #expect(clock.intervals.isEmpty && clock.bills.isEmpty)
    }

    @Test("NEM12 files of others give their energies; reactive channels are left out")
    func nem12() throws {
        let month = try read(sample("third-party/nemreader_Example_NEM12_month_solar.csv"))
        #expect(month.importWh == 270_738 && month.exportWh == 589_172)
        #expect(month.intervals.count == 8_928)
        let west = try read(sample("third-party/nemreader_Example_WesternPower.csv"))
        #expect(west.intervals.count == 48 && west.importWh == 0)
        #expect(west.summary.counts["channels left out"] == 2)
    }
}

@Suite("bills", .enabled(if: Shared.isPresent))
struct BillTests {
    private func bills(_ name: String) throws -> Taken { try read(sample("bills/\(name)")) }

    private func periods(_ taken: Taken) -> [[String]] { taken.bills.map { ["\($0.start)", "\($0.end)"] } }

    @Test("the three conventions of the end give the same periods and energies")
    func conventions() throws {
        let expected = try #require(try truth("bills")["bills.csv"])
        for name in ["bills.csv", "bills-inclusive.csv"] {
            let taken = try bills(name)
            #expect(periods(taken) == expected["periods_half_open"] as? [[String]])
            let nets = taken.bills.map { $0.netExportWh.map { $0 / 1000 } }
            #expect(nets == expected["net_export_kwh"] as? [Int64])
            #expect(taken.bills.map(\.isEstimated) == expected["estimated"] as? [Bool])
            #expect(taken.summary.warnings.isEmpty, "\(taken.summary.warnings)")
        }
        let mislabelled = try bills("bills-mislabelled.csv")
        #expect(
            periods(mislabelled) == (try truth("bills"))["bills-mislabelled.csv"]?["periods_half_open"]
                as? [[String]]
        )
        #expect(mislabelled.summary.notes.contains { $0.contains("the last day counts") })
    }

    @Test("an overlap is refused with both lines; registers roll over")
    func overlapAndRollOver() throws {
        #expect {
            _ = try bills("bills-overlap.csv")
        } throws: {
            "\($0)".contains("lines 4 and 5")
        }
        let reads = try bills("bills-reads-rollover.csv")
        #expect(reads.bills.map(\.importWh) == [nil, 440_000, 450_000])
        #expect(reads.bills.map(\.exportWh) == [nil, 252_000, 487_000])
        #expect(reads.bills.map(\.netExportWh) == [nil, -188_000, 37_000])
    }

    @Test("the billing history has inclusive ends and a signed net")
    func opower() throws {
        let expected = try #require(try truth("synthetic")["synthetic_opower_billing.csv"])
        let taken = try read(sample("synthetic/synthetic_opower_billing.csv"))
        #expect(periods(taken) == expected["periods_half_open"] as? [[String]])
        #expect(taken.bills.map { -($0.netExportWh ?? 0) / 1000 } == expected["net_kwh"] as? [Int64])
        #expect(taken.bills.map(\.isEstimated) == expected["estimated"] as? [Bool])
    }

    @Test("charge lines are kept as what they are")
    func chargeLines() throws {
        let taken = try bills("bill_lines.csv")
        #expect(taken.bills.isEmpty && taken.summary.counts["charge lines"] == 5)
    }
}

@Suite("bills as text")
struct BillTextTests {
    @Test("what is written is read back as it was")
    func roundTrip() throws {
        func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }
        let bills = [
            Bill(
                start: try day("2025-01-08"),
                end: try day("2025-02-07"),
                importWh: 402_500,
                exportWh: 1_001,
                netExportWh: -401_499,
                amount: 61.2,
                currency: "EUR",
                note: "a, \"quoted\" # remark"
            ),
            Bill(
                start: try day("2025-02-07"),
                end: try day("2025-03-10"),
                netExportWh: 36_000,
                isEstimated: true
            ),
            Bill(
                meter: UtilityInterval.meterName("NMI1234567"),
                start: try day("2024-02-07"),
                end: try day("2024-03-10"),
                unknownSideWh: 5
            ),
        ]
        let taken = try read(Array(BillText.csv(bills).utf8))
        #expect(Set(taken.bills.map { "\($0)" }) == Set(bills.map { "\($0)" }))
    }

    @Test("oddities are told with their lines")
    func oddities() {
        let header = "start,end,import_kwh,export_kwh,net_kwh,import_read\n"
        #expect(refusal(header + "2025-02-01,2025-01-01,1,1,,\n").contains("ends before it starts"))
        #expect(refusal(header + "2025-01-01,2025-02-01,,,,\n").contains("neither energy nor register"))
        #expect(refusal(header + "2025-13-01,2025-02-01,1,1,,\n").contains("line 2"))
        #expect(refusal(header + "2025-01-01,2025-02-01,inf,1,,\n").contains("no number"))
        #expect(refusal("start,end\n2025-01-01,2025-02-01\n").contains("import_kwh"))
    }

    @Test("decimal energies are exact, rounded half away from zero, and bounded")
    func energies() {
        let cases: [(String, Int64?)] = [
            ("0.180", 180), ("-0.0005", -1), ("1,234.5", 1_234_500), ("$2", 2_000), ("1e2", 100_000),
            (".5", 500),
            ("0.00049", 0), ("1e30", nil), ("NaN", nil), ("", nil), ("-", nil), ("1.2.3", nil), ("0x10", nil),
            ("9999999999999999999999", nil), ("0.1000000000000000000000000001", 100),
        ]
        for (text, expected) in cases {
            let header = "start,end,import_kwh,export_kwh\n"
            let taken = try? read(Array("\(header)2025-01-01,2025-02-01,\"\(text)\",0\n".utf8))
            #expect(taken?.bills.first?.importWh == expected, "\(text)")
        }
    }
}
