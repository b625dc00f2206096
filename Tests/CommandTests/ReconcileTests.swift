// The monitor and the utility, as an owner asks for them: on the built program.

import Foundation
import Readings
import Simulation
import TestSupport
import Testing

private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

/// The object that `reconcile` prints.
private struct Report: Decodable {
    struct Gap: Decodable {
        let start: String
        let end: String
        let estimate_kwh: Double?
        let half_width_90_kwh: Double?
        let lower_bound_kwh: Double?
        let verdict: String
        let provisional: Bool
    }
    struct Bill: Decodable {
        let start: String
        let end: String
        let utility_net_kwh: Double?
        let monitor_net_kwh: Double?
        let tolerance_kwh: Double
        let verdict: String
        let observed_share: Double
        let counted_more_in_both_kwh: Double?
        let problem: String?
    }
    let gaps: [Gap]
    let bills: [Bill]
    let bill_shift_days: Int

    init(store: String, _ more: String...) throws {
        let run = try Program.run(
            arguments: ["reconcile", "--store", store, "--all", "--format", "json"] + more
        )
        #expect(run.code == 0, "\(run.errors)")
        self = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    }
}

@Suite("reconcile")
struct ReconcileTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("without a store, a home's report, bills and temperatures are all that is needed")
    func contract() throws {
        let home = folder.path + "/home-07"
        let store = folder.path + "/store"
        let made = try Program.run(
            "simulate",
            "--billed",
            "--seed",
            "3",
            "--days",
            "200",
            "--gap-days",
            "21",
            home
        )
        #expect(made.code == 0, "\(made.errors)")
        let imported = try Program.run(
            "import",
            "--store",
            store,
            home + "/home.csv",
            home + "/bills.csv",
            home + "/temperature.csv"
        )
        #expect(imported.code == 0 && imported.errors.contains("Etc/GMT+8"), "\(imported.errors)")
        let report = try Report(store: store)
        let gap = try #require(report.gaps.first)
        #expect(report.gaps.count == 1 && gap.verdict == "reporting_only" && !gap.provisional)
        let description = try object(try String(contentsOfFile: home + "/home.json", encoding: .utf8))
        #expect(gap.start == description["gap_start"] as? String)
        #expect(gap.end == description["gap_end"] as? String)
        let truth = try #require((description["truth"] as? [String: Any])?["production_kwh"] as? Double)
        let estimate = try #require(gap.estimate_kwh)
        #expect(abs(estimate - truth) <= 1.5 * (gap.half_width_90_kwh ?? 0), "\(estimate) \(truth)")
        #expect(gap.lower_bound_kwh ?? .infinity <= truth)
        #expect(report.bills.contains { $0.verdict == "consistent" })
        #expect(report.bills.allSatisfy { $0.tolerance_kwh > 0 && $0.utility_net_kwh != nil })

        let page = try Program.run("reconcile", "--store", store, "--format", "html")
        #expect(page.output.contains("<h3>") && page.output.contains("only the reports were missing"))
        let text = try Program.run("reconcile", "--store", store, "--gap", "\(gap.start.prefix(10))")
        #expect(text.output.contains("## Silences") && !text.output.contains("## Bills"))
        // Bills that are left out of the report are there all the same; the estimate stands in the table.
        #expect(!text.output.contains("There are no bills") && text.output.contains("| both together"))
        let bill = try Program.run("reconcile", "--store", store, "--bill", report.bills[1].start)
        #expect(bill.output.contains(report.bills[1].start) && !bill.output.contains("## Silences"))
        let check = try Program.run("check", "--store", store)
        #expect(check.output.contains("the panels went on producing"), "\(check.output)")
        let month = try Program.run(
            "report",
            "monthly",
            "--store",
            store,
            "--month",
            "\(gap.start.prefix(7))"
        )
        #expect(month.output.contains("## The utility") && month.output.contains("Without any model"))
    }

    @Test("the closing bill that comes later settles the finding, and nothing else is touched")
    func laterBill() throws {
        let home = folder.path + "/home"
        let store = folder.path + "/store"
        _ = try Program.run("simulate", "--billed", "--seed", "4", "--days", "200", "--gap-days", "21", home)
        let bills = try String(contentsOfFile: home + "/bills.csv", encoding: .utf8)
        let lines = bills.split(separator: "\n").map(String.init)
        let gapEnd = try #require(
            try object(try String(contentsOfFile: home + "/home.json", encoding: .utf8))["gap_end"] as? String
        )
        let early = lines.filter { line in
            let fields = line.split(separator: ",")
            return line.hasPrefix("#") || line.hasPrefix("start") || fields[1] < gapEnd.prefix(10)
        }
        let first = try folder.write("early.csv", early.joined(separator: "\n") + "\n")
        #expect(early.count < lines.count)
        #expect(try Program.run("import", "--store", store, home + "/home.csv", first).code == 0)
        func outage() throws -> (id: Int, isProvisional: Bool) {
            _ = try Program.run("check", "--store", store)
            let text = try Program.run("findings", "--store", store, "--json").output
            let all = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
            )
            let found = all.filter { $0["kind"] as? String == "outage" && $0["state"] as? String == "open" }
            #expect(found.count == 1)
            let evidence = try #require(found.first?["evidence"] as? [String: Any])
            return (
                try #require(found.first?["id"] as? Int), try #require(evidence["provisional"] as? Bool)
            )
        }
        let before = try outage()
        #expect(before.isProvisional)
        #expect(try Program.run("import", "--store", store, home + "/bills.csv").code == 0)
        let after = try outage()
        #expect(after.id == before.id && !after.isProvisional)
        #expect(try Program.run("check", "--store", store).errors.contains("0 opened, 0 reopened, 0 closed"))
        #expect(try outage().id == before.id)
    }

    @Test("what cannot be chosen is told, with what there is")
    func refusals() throws {
        let made = try TestStore(timeZone: "Europe/London")
        let store = made.path
        #expect(try Program.run("reconcile", "--store", store).errors.contains("has no data yet"))
        for arguments in [
            ["--gap", "20250101x"], ["--format", "pdf"], ["--shift-days", "3"],
            ["--all", "--bill", "2025-01-01"],
        ] {
            #expect(try Program.run(arguments: ["reconcile", "--store", store] + arguments).code == 2)
        }
        let header =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)\n"
        let rows = (0..<96).map { "03/01/2025 \(ClockText.hoursMinutes(Int64($0) * 900)),1,5,0,4\n" }
        let file = try made.folder.write("a.csv", header + rows.joined())
        #expect(try Program.run("import", "--store", store, file).code == 0)
        let none = try Program.run("reconcile", "--store", store, "--bill", "2025-03-01")
        #expect(none.code == 2 && none.errors.contains("bills begin on: none"), "\(none.errors)")
        #expect(try Program.run("reconcile", "--store", store).output.contains("neither bills nor silences"))
        let bad = try made.folder.write("t.csv", "date,mean_c\n2025-03-01,72\n")
        let hot = try Program.run("import", "--store", store, bad)
        #expect(hot.code == 2 && hot.errors.contains("mean_f"), "\(hot.errors)")
        let twice = try made.folder.write("u.csv", "date,mean_c\n2025-03-01,7\n2025-03-01,8\n")
        #expect(try Program.run("import", "--store", store, twice).errors.contains("line 2"))
        let fahrenheit = try made.folder.write("f.csv", "date,mean_f\n2025-03-01,50\n")
        #expect(try Program.run("import", "--store", store, fahrenheit).output.contains("1 new"))
    }

    @Test("the story house: the panels went on, how much, by which bills; the truth lies inside")
    func story() throws {
        let data = Checkout.root.appending(path: "datasets/story-house").path
        let made = try TestStore(timeZone: "Europe/London")
        for path in ["monthly_energy_report.csv", "bills/bills.csv"] {
            #expect(try Program.run("import", "--store", made.path, "\(data)/\(path)").code == 0)
        }
        let gap = try #require(try Report(store: made.path).gaps.first)
        #expect(gap.verdict == "reporting_only" && !gap.provisional)
        let story = try #require(Story(seed: 7, zone: try zoneRules(StoryHouse.timeZone)))
        let truth = story.house.intervals.filter { story.house.silence.contains($0.startUTCSeconds) }
            .reduce(0.0) { $0 + Double($1.energyWh[0]) / 1000 }
        let estimate = try #require(gap.estimate_kwh)
        #expect(abs(estimate - truth) <= gap.half_width_90_kwh ?? 0, "\(estimate) \(truth)")
        #expect(gap.lower_bound_kwh ?? .infinity <= truth)
        let text = try Program.run("reconcile", "--store", made.path).output
        #expect(text.contains("Bills used: 2025-03-01 to 2025-04-01, 2025-04-01 to 2025-06-01"), "\(text)")
    }

    @Test("a home of the shared benchmark, by the line as it is written", .enabled(if: Shared.isPresent))
    func sharedHome() throws {
        let homes = Shared.path("accuracy/gap-homes")
        let store = folder.path + "/S"
        let imported = try Program.run(
            "import",
            "--store",
            store,
            homes + "/home-07.csv.gz",
            homes + "/bills-07.csv",
            homes + "/temperature-07.csv"
        )
        #expect(imported.code == 0, "\(imported.errors)")
        let gap = try #require(try Report(store: store).gaps.first)
        #expect(gap.start == "2022-07-14T08:00:00Z" && gap.end == "2022-08-25T08:00:00Z")
        let truth = try object(try String(contentsOfFile: homes + "/home-07.json", encoding: .utf8))
        let produced = try #require((truth["truth"] as? [String: Any])?["production_kwh"] as? Double)
        #expect(abs((gap.estimate_kwh ?? 0) - produced) < 0.08 * produced)
        #expect(gap.lower_bound_kwh ?? .infinity <= produced)
    }
}

/// Bills made of a report's own intervals: what they are is known.
@Suite("bills of real reports", .enabled(if: Shared.isPresent))
struct OwnBillTests {
    /// How bills are made.
    enum Way: String, CaseIterable {
        case netted, gross, shifted, wrong
    }

    @Test(
        "verdicts as constructed",
        arguments: [
            ("dhd_2019_2021_net_energy.csv", "Europe/London"),
            ("braibaud_enphase_report_fr.csv", "Europe/Paris"),
        ]
    )
    func constructed(file: String, zoneName: String) throws {
        let path = Shared.path("samples/enlighten-csv/\(file)")
        let zone = try zoneRules(zoneName)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let columns = try #require(
            try read(bytes, zone: zoneName) { options in
                options.enlighten = nil
            }.series.values.first
        )
        for way in Way.allCases {
            let made = try TestStore(timeZone: zoneName)
            #expect(try Program.run("import", "--store", made.path, path).code == 0)
            let bills = try made.folder.write("bills.csv", text(columns, zone, way))
            #expect(try Program.run("import", "--store", made.path, bills).code == 0)
            let report = try Report(store: made.path)
            let whole = report.bills.filter { $0.observed_share > 0.9999 }
            #expect(whole.count >= 1, "\(file) \(way): \(report.bills.map(\.observed_share))")
            for bill in whole {
                switch way {
                case .netted:
                    #expect(bill.verdict == "consistent" && abs(bill.counted_more_in_both_kwh ?? 9) < 1)
                case .gross:
                    #expect(
                        bill.verdict == "consistent" && abs((bill.counted_more_in_both_kwh ?? 0) - 25) < 1
                    )
                case .shifted: if report.bill_shift_days == 1 { #expect(bill.verdict == "consistent") }
                case .wrong: break
                }
            }
            // A shift can be told where three bills and the days beside them are whole.
            if way == .shifted && whole.count > 5 { #expect(report.bill_shift_days == 1) }
            if way != .shifted { #expect(report.bill_shift_days == 0) }
            if way == .wrong && whole.count > 3 {
                #expect(whole.contains { $0.verdict == "mismatch" })
                #expect(whole.count { $0.verdict == "consistent" } == whole.count - 1)
            }
        }
    }

    /// Bills of the local months in the report.
    private func text(_ columns: ReadingColumns, _ zone: TimeZoneRules, _ way: Way) throws -> String {
        let first = try #require(columns.startUTCSeconds.first)
        let last = try #require(columns.startUTCSeconds.last)
        var month = CivilMonth(zone.wallClock(atUTCSeconds: first).day)
        var text = "start,end,import_kwh,export_kwh\n"
        var isFirst = true
        while zone.interval(of: month).startUTCSeconds < last {
            let interval = zone.interval(of: month)
            let moved: Int64 = way == .shifted ? 86_400 : 0
            let counted = Interval(
                startUTCSeconds: interval.startUTCSeconds + moved,
                endUTCSeconds: interval.endUTCSeconds + moved
            )
            var sums: [Int64] = [0, 0]
            for row in columns.rowRange(in: counted) {
                for (index, channel) in [Channel.imported, .exported].enumerated() {
                    sums[index] += Int64(max(0, columns[channel][row]))
                }
            }
            var kilowattHours = sums.map { ($0 + 500) / 1000 + (way == .gross ? 25 : 0) }
            let isWhole = columns.rowRange(in: interval).count > 80 * month.dayCount
            if way == .wrong && isFirst && isWhole {
                kilowattHours[0] += 300
                isFirst = false
            }
            text +=
                "\(month.firstDay),\(month.advanced(by: 1).firstDay),\(kilowattHours[0]),\(kilowattHours[1])\n"
            month = month.advanced(by: 1)
        }
        return text
    }
}
