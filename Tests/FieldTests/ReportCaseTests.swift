// What reports say of cases from the field: a meter that is wrong, captures alone. What the checks find in them stands in
// tests of their own.

import Foundation
import TestSupport
import Testing

@Suite("reports of cases from the field", .enabled(if: FieldCase.isPresent))
struct ReportCaseTests {
    @Test("a production below zero is not told as energy: the first screen says that the meter is wrong")
    func turnedClamp() throws {
        let own = try FieldCase("08")
        let page = try own.result("report").output
        #expect(page.contains("- Produced: not known (the meter is wrong: it recorded -554.1 kWh)"))
        #expect(!page.contains("Produced -554.1 kWh") && !page.contains("self-sufficient"))
        #expect(page.contains("needs you now: ") && !page.contains("nothing needs you"))
        let json = try own.run("sunvigil report monthly --store $S --month 2025-04 --format json").output
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect((report["rates"] as? [String: Any])?["self_sufficiency_pct"] is NSNull)
    }

    @Test("a month of captures is a report of its batteries, seen eight times")
    func capturesAlone() throws {
        let page = try FieldCase("18").result("report").output
        #expect(!page.contains("There are no data at all") && page.contains("its devices were seen 8 times"))
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| 49000000001") }
        #expect(rows.contains { $0.contains("490000000013 | 8 times") && $0.contains("99 to 99") })
        #expect(rows.contains { $0.contains("490000000011 | 8 times") && $0.contains("35 to 8") })
        #expect(page.contains("## Firmware and devices"))
        #expect(page.contains("needs you now") || page.contains("need you now"))
        #expect(page.split(separator: "\n").contains { $0.hasPrefix("### ") && $0.contains("490000000013") })
    }

    @Test("a generator has its row and its event, and self-sufficiency leaves out what it gave")
    func generator() throws {
        let own = try FieldCase("09")
        let page = try own.result("report").output
        #expect(page.split(separator: "\n").contains { $0.hasPrefix("| generator") && $0.contains("36.8") })
        #expect(page.contains("- Self-sufficiency: 40.5 %") && page.contains("a generator gave"))
        let json = try own.run("sunvigil report monthly --store $S --month 2025-01 --format json").output
        #expect(json.contains("\"generator_wh\": 36807"))
    }

    @Test("a month that nobody downloaded is told as such on the tile")
    func notDownloaded() throws {
        let own = try FieldCase("06")
        // The case's own store has got the month meanwhile.
        _ = try own.run(
            "sunvigil init --store two --site home --time-zone Europe/Paris --latitude=48.8 --longitude=2.3 --installed-w 5000"
        )
        for month in ["01", "03"] {
            let name = "1234567_monthly_energy_report_2025-\(month).csv.gz"
            #expect(try own.run("sunvigil import --store two \(name)").code == 0)
        }
        let page = try own.run("sunvigil report yearly --store two").output
        #expect(
            page.firstMatch(of: /- Watched: .* have data, 31 % not downloaded\)/) != nil,
            "\(page.prefix(900))"
        )
    }

    @Test("captures weeks apart have lengths: nothing lasts 0 minutes")
    func lengths() throws {
        let own = try FieldCase("20")
        #expect(!(try own.result("report").output.contains("0 min")))
        #expect(!(try own.result("check").output.contains("0 min")))
    }
}
