// Reports, the evidence for a case and the owner's log, by the lines as they are written.

import Deflate
import Foundation
import Ingest
import Readings
import Simulation
import TestSupport
import Testing

@Suite("report command")
struct ReportCommandTests {
    private let store: String
    private let folder: ScratchFolder

    /// The story house with all that its reports tell.
    init() throws {
        let made = try TestStore(timeZone: "Europe/London")
        store = made.path
        folder = made.folder
    }

    private func importStory() throws {
        let data = Checkout.root.appending(path: "datasets/story-house").path
        let files = [
            "monthly_energy_report.csv", "devices", "gateway", "cloud-web/events.json",
            "cloud-web/battery_backup_history.json", "utility/outage_week_import.csv", "bills/bills.csv",
        ]
        let imported = try Program.run(
            arguments: ["import", "--store", store] + files.map { "\(data)/\($0)" }
        )
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(try Program.run("check", "--store", store).code == 1)
    }

    private func run(_ words: String...) throws -> Program.Result {
        try Program.run(arguments: words + ["--store", store])
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func findingID(_ kind: String) throws -> String {
        let text = try run("findings", "--json").output
        let all = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        let own = try #require(all.first { $0["kind"] as? String == kind }, "no \(kind)")
        return "\(try #require(own["id"] as? Int))"
    }

    @Test("the story house's reports tell the whole story, each statement by a finding")
    func story() throws {
        try importStory()
        let year = try run("report", "yearly", "--year", "2025").output
        for statement in [
            "Your data stopped on 2025-03-12 14:15 and came back on 2025-04-23 09:00 (41.7 days)",
            "the panels went on producing while nothing was reported",
            "The batteries ran flat, down to 0 %, below the reserve of 10 %, seen so from 2025-04-17 00:00, the first reading after",
            "Battery 482200000006 has sat at 99 % for",
            "Battery 482200000004 has kept firmware 2.0.6000_rel/22.11",
            "The grid relay was open while the utility was up from 2025-04-19 20:00 to 2025-04-19 23:00",
            "the gateway did not reach the vendor's cloud", "Without any model: the panels made at least",
        ] { #expect(year.contains(statement), "\(statement)") }
        let april = try object(
            try run("report", "monthly", "--month", "2025-04", "--format", "json").output
        )
        let findings = try #require(april["findings"] as? [[String: Any]])
        // Each names its rule and what it rests on.
        for finding in findings {
            #expect((finding["rule"] as? [String: Any])?.isEmpty == false && finding["id"] as? Int != 0)
            #expect((finding["evidence"] as? [String: Any])?.isEmpty == false)
            #expect((finding["text"] as? String)?.isEmpty == false && finding["advice"] as? String != nil)
        }
        // What the silence hid of each month is inside of what is said of it.
        let story = try #require(Story(seed: 7, zone: try zoneRules(StoryHouse.timeZone)))
        for month in ["2025-03", "2025-04"] {
            let report = try object(
                try run("report", "monthly", "--month", month, "--format", "json").output
            )
            let missing = try #require(report["missing_estimate"] as? [String: Any])
            let whole = story.zone.interval(of: try #require(CivilMonth(month)))
            for (name, index) in [("produced", 0), ("consumed", 1)] {
                let truth = story.house.intervals(in: whole).filter { !$0.isReported }
                    .reduce(0.0) { $0 + Double($1.energyWh[index]) }
                let estimate = try #require(missing[name] as? [String: Double])
                let (low, high) = (estimate["low_wh"] ?? .infinity, estimate["high_wh"] ?? 0)
                #expect((low...max(low, high)).contains(truth), "\(month) \(name): \(truth) \(estimate)")
            }
            #expect(missing["imported"] is NSNull)
        }
        let batteries = try #require(april["batteries"] as? [[String: Any]])
        #expect(batteries.count == 6 && batteries.last?["highest_soc_pct"] as? Double == 99)
        #expect((april["relay_open"] as? [Any])?.count == 1)
        let inverters = try #require(april["inverters"] as? [[String: Any]])
        #expect(inverters.count == 10 && inverters.contains { $0["of_middle_pct"] as? Double == 0 })
    }

    @Test(
        "one scale of the sky, one cause a card, and a cloud that was reached again: the same on every page and night"
    )
    func consistency() throws {
        try importStory()
        func share(_ month: String, _ pattern: Regex<(Substring, Substring)>) throws -> Substring? {
            try run("report", "monthly", "--month", month).output.firstMatch(of: pattern)?.1
        }
        // What May says of the month before is what that month says of itself.
        let own = try share("2025-04", /recorded on them are ([0-9]+ %) of it/)
        let told = try share("2025-05", /of it \(month before ([0-9]+ %)\)/)
        #expect(own != nil && own == told)
        let may = try run("report", "monthly", "--month", "2025-05").output
        #expect(
            may.contains(
                "**Watched 31 of 31 days. Two batteries and one inverter need you now: first battery"
            )
        )
        // The inverter is one card that costs from its first silent day on.
        #expect(may.components(separatedBy: ": Inverter 482201000006").count == 2)
        #expect(may.contains("- costs: about 64 kWh not produced in this time"))
        let april = try run("report", "monthly", "--month", "2025-04").output
        #expect(april.contains("- Produced: 106.5 kWh (recorded, + about 315 kWh missing)"))
        #expect(
            !april.contains("% self-sufficient")
                && april.contains("### over, was critical: Your data stopped")
        )
        // Another night that reads a part of the rows only leaves the end of the cloud's silence where it was.
        func ends() throws -> [String] {
            let text = try run("findings", "--json").output
            let all = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
            )
            return all.filter { $0["kind"] as? String == "cloud_silent" }.map { $0["end"] as? String ?? "" }
        }
        #expect(try ends() == ["2025-04-23T08:00:00Z"])
        let more = try folder.write(
            "inverters.csv",
            "serial,start_at,seconds,energy_wh\n482201000001,1751238000,86400,500\n"
        )
        #expect(try run("import", more).code == 0)
        _ = try run("check")
        #expect(try ends() == ["2025-04-23T08:00:00Z"])
        #expect(try run("check", "--full").code <= 1)
        #expect(try ends() == ["2025-04-23T08:00:00Z"])
    }

    @Test("a year goes into a folder as a month does; a word alone shows the newest month")
    func files() throws {
        try importStory()
        let reports = folder.path + "/reports"
        let year = try run("report", "yearly", "--output", reports)
        #expect(year.code == 0 && year.output == "\(reports)/home-2025.md\n\(reports)/home-2025.html\n")
        let page = try String(contentsOfFile: reports + "/home-2025.html", encoding: .utf8)
        #expect(page.contains("heat-5") && page.contains("url(#heat-hatch)") && !page.contains("<script"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        let month = try Program.run("report", "--store", store)
        #expect(month.code == 0 && month.output.hasPrefix("# home, June 2025"))
        #expect(try run("report", "yearly", "--year", "20x").code == 2)
    }

    @Test("evidence can be checked by its receiver, and one changed byte is found")
    func evidence() throws {
        try importStory()
        let target = folder.path + "/evidence"
        let made = try run("report", "case", "--finding", try findingID("batt_pinned"), "--output", target)
        #expect(made.code == 0, "\(made.errors)")
        let paths = made.output.split(separator: "\n").map(String.init)
        let pack = try #require(paths.first)
        #expect(paths.count == 2 && paths[1] == pack + ".zip")
        func check() throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["sh", "-c", "sha256sum -c SHA256SUMS > /dev/null 2>&1"]
            process.currentDirectoryURL = URL(filePath: pack)
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        #expect(try check() == 0)
        // The archive holds the same files, byte by byte.
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: pack + ".zip")))
        let archive = try ZipArchive(byteCount: Int64(bytes.count)) { offset, count in
            Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
        }
        #expect(archive.members.count > 20)
        for member in archive.members {
            let name = member.name.split(separator: "/").dropFirst().joined(separator: "/")
            var content: [UInt8] = []
            try archive.expand(member) { content += $0 }
            #expect(content == [UInt8](try Data(contentsOf: URL(filePath: "\(pack)/\(name)"))), "\(name)")
        }
        // The page names every other file or its folder, and how to check them.
        let summary = try String(contentsOfFile: pack + "/summary.md", encoding: .utf8)
        for name in [
            "report.html", "timeline.csv", "data/site_interval.parquet", "charts/", "sha256sum -c SHA256SUMS",
        ] {
            #expect(summary.contains(name), "\(name)")
        }
        let rows = try String(contentsOfFile: pack + "/data/device_reading.csv", encoding: .utf8)
        #expect(rows.hasPrefix("system_id,start_at,seconds,device_kind,serial"))
        var csv = try Data(contentsOf: URL(filePath: pack + "/data/site_interval.csv"))
        csv[200] ^= 1
        try csv.write(to: URL(filePath: pack + "/data/site_interval.csv"))
        #expect(try check() != 0)
        // A second time it takes the first one's place; a folder that is no pack stays.
        #expect(
            try run("report", "case", "--finding", try findingID("batt_pinned"), "--output", target).code == 0
        )
        #expect(try check() == 0)
        try FileManager.default.removeItem(atPath: pack + "/SHA256SUMS")
        let refused = try run("report", "case", "--finding", try findingID("batt_pinned"), "--output", target)
        #expect(refused.code == 2 && refused.errors.contains("is no evidence pack"))
        #expect(try run("report", "case").errors.contains("--finding ID"))
        #expect(try run("report", "case", "--finding", "999").code == 2)
    }

    @Test("the owner's log counts days, and a promise that is overdue is a finding until it is kept")
    func cases() throws {
        try importStory()
        let stuck = try findingID("batt_pinned")
        #expect(try run("case", "open", "battery 6", "--finding", stuck, "--at", "2025-05-02").code == 0)
        #expect(try run("case", "open", "x", "--finding", "999").code == 2)
        #expect(
            try run(
                "case",
                "note",
                "1",
                "--kind",
                "promise",
                "--by",
                "installer",
                "--at",
                "2025-05-06",
                "--due",
                "2025-05-20",
                "comes"
            )
            .code == 0
        )
        #expect(try run("case", "note", "1", "--kind", "gossip", "x").code == 2)
        #expect(try run("case", "note", "7", "x").errors.contains("case list"))
        let night = try run("check")
        #expect(night.output.contains("installer promised by 2025-05-20 (case 1)"), "\(night.output)")
        let listed = try run("case", "list", "--json").output
        let cases = try #require(
            try JSONSerialization.jsonObject(with: Data(listed.utf8)) as? [[String: Any]]
        )
        #expect(cases.count == 1 && (cases[0]["days_open"] as? Int ?? 0) > 500)
        let may = try run("report", "monthly", "--month", "2025-05").output
        #expect(may.contains("### Case 1: battery 6 (open for 30 days)"), "\(may)")
        // The log outlives the catalogue, and a backup takes it along.
        let backup = folder.path + "/backup"
        #expect(try run("backup", backup).code == 0)
        #expect(FileManager.default.fileExists(atPath: backup + "/cases.json"))
        #expect(try run("case", "note", "1", "--kind", "kept", "it came").code == 0)
        let kept = try run("check").output
        #expect(kept.contains(" warning: installer promised") && kept.contains("  over: #"), "\(kept)")
        #expect(try run("case", "close", "1", "exchanged").output.contains("is closed after"))
        #expect(try run("case", "close", "1").code == 2)
        #expect(try run("case", "list").output.contains("no open cases"))
        let log = try String(contentsOfFile: store + "/cases.json", encoding: .utf8)
        #expect(log.contains("\"opened\" : \"2025-05-01T23:00:00Z\""), "\(log)")
        for (before, after, word) in [
            ("\"kept\"", "\"lost\"", "lost is no kind"), ("2025-05-20", "soon", "soon is no day"),
            ("2025-05-01T23:00:00Z", "May", "May is no time"),
        ] {
            try log.replacing(before, with: after)
                .write(toFile: store + "/cases.json", atomically: true, encoding: .utf8)
            #expect(try run("case", "list").errors.contains(word))
        }
        try "{".write(toFile: store + "/cases.json", atomically: true, encoding: .utf8)
        #expect(try run("case", "list").errors.contains("cases.json is no log of cases"))
    }

    @Test("a tariff puts a price on what is found; one that is none is refused")
    func tariff() throws {
        try importStory()
        let config = store + "/config.json"
        try #"{"tariff": {"import_per_kwh": 0.3, "export_per_kwh": 0.1, "currency": "GBP"}}"#
            .write(toFile: config, atomically: true, encoding: .utf8)
        let text = try run("report", "monthly", "--month", "2025-05").output
        #expect(text.contains("By your tariff: import") && text.contains(" GBP"))
        for (odd, word) in [
            (#"{"tariff": {"import_per_kwh": 0.3, "currency": "GBP"}}"#, "export_per_kwh is missing"),
            (
                #"{"tariff": {"import_per_kwh": 0.3, "export_per_kwh": 0.1, "currency": "pounds"}}"#,
                "three large letters"
            ),
        ] {
            try odd.write(toFile: config, atomically: true, encoding: .utf8)
            let refused = try run("report", "monthly")
            #expect(refused.code == 2 && refused.errors.contains(word), "\(refused.errors)")
        }
    }

    @Test("bills alone make a report that says so")
    func billsAlone() throws {
        let bills = Checkout.root.appending(path: "datasets/story-house/bills/bills.csv").path
        #expect(try run("bills", "import", bills).code == 0)
        let text = try run("report", "monthly", "--month", "2025-02").output
        #expect(text.contains("There are no data at all for February 2025. The utility's bills"))
        #expect(text.contains("| 2025-02-01 to 2025-03-01 |"), "\(text)")
    }

    @Test(
        "all months of the shared reports sum to the store's totals, and gaps are those that are documented",
        .enabled(if: Shared.isPresent),
        arguments: [
            ("dhd_2019_2021_net_energy.csv", ["Europe/London", "51.4", "-0.3"], ["dropout": 3]),
            (
                // Where its sun says that it stands: of a place far off nothing can be expected.
                "braibaud_enphase_report_fr.csv", ["Europe/Paris", "43.5", "6.0"],
                ["site_silent": 1, "smear": 2, "midnight_zero": 85]
            ),
        ]
    )
    func sharedReports(_ file: String, place: [String], expected: [String: Int]) throws {
        let own = folder.path + "/shared"
        try Program.makeStore(
            own,
            site: "home",
            timeZone: place[0],
            latitude: place[1],
            longitude: place[2]
        )
        let imported = try Program.run("import", "--store", own, Shared.path("samples/enlighten-csv/\(file)"))
        #expect(imported.code == 0)
        let text = try Program.run("totals", "--store", own, "--by", "month", "--json").output
        let totals = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        var found: [String: Int] = [:]
        for total in totals {
            let month = try #require(total["period"] as? String)
            let report = try object(
                try Program.run("report", "monthly", "--store", own, "--month", month, "--format", "json")
                    .output
            )
            let energy = try #require(report["energy"] as? [String: Any])
            for name in energy.keys.sorted() {
                #expect(energy[name] as? Int == total[name] as? Int, "\(month) \(name)")
            }
            // A dark day may be snow, or nothing: a notice at most.
            for finding in report["findings"] as? [[String: Any]] ?? []
            where finding["kind"] as? String != "production_lost"
                || finding["severity"] as? String != "notice"
            {
                found[finding["kind"] as? String ?? "", default: 0] += 1
            }
        }
        #expect(totals.count >= 12 && found == expected, "\(found)")
    }
}
