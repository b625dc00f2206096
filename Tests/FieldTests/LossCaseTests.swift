// Situations of owners in which reports are complete and production is not.

import Foundation
import Testing

@Suite("cases of lost production", .enabled(if: FieldCase.isPresent))
struct LossCaseTests {
    @Test("a breaker that is off for three weeks is told from the second day on, with what it cost")
    func breaker() throws {
        let home = try FieldCase("27")
        #expect(try home.result("check").code == 1)
        let findings = try home.findings()
        let grave = findings.filter { $0["severity"] as? String != "notice" }
        #expect(grave.compactMap { $0["kind"] as? String } == ["production_lost"])
        let own = try #require(grave.first)
        #expect(own["severity"] as? String == "critical" && own["device"] as? String == "site")
        #expect(own["start"] as? String == "2025-06-05T09:30:00Z")
        #expect(own["end"] as? String == "2025-06-27T13:00:00Z")
        // At the latest at noon of the second day, by the home's clock.
        #expect(try #require(own["alert"] as? String) <= "2025-06-07T10:00:00Z")
        let evidence = try #require(own["evidence"] as? [String: Any])
        #expect(evidence["fault"] as? String == "all" && evidence["cause"] as? String == "panels")
        let lost = try #require(evidence["lost_kwh"] as? Double)
        #expect(abs(lost - 672.3) < 0.12 * 672.3, "\(lost)")
        let text = try #require(own["text"] as? String)
        #expect(text.hasPrefix("no production from 2025-06-05 11:30 to 2025-06-27 15:00"))
        #expect(text.contains("with the sun up to 61 degrees high, while the house went on reporting"))
        #expect(text.contains("the panels stopped, not the reporting"))
        let advice = try #require(own["advice"] as? String)
        #expect(advice.contains("breaker of the array"))
    }

    @Test("the report of such a month says what was not made, and not that nothing needs its owner")
    func report() throws {
        let home = try FieldCase("27")
        let page = try home.result("report").output
        #expect(!page.contains("nothing needs you") && !page.contains("Need you now: nothing"))
        #expect(page.contains("To follow up first: no production from 2025-06-05 11:30"))
        #expect(page.contains("kWh were not made") && page.contains("## Expected and recorded"))
        let json = try home.run("sunvigil report monthly --store $S --month 2025-06 --format json").output
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let days = try #require(report["expected"] as? [[String: Any]])
        #expect(days.count == 30 && days.allSatisfy { $0["state"] as? String == "whole" })
        let lost = days.compactMap { $0["lost_kwh"] as? Double }
        // From the 5th to the 27th, both in part.
        #expect(lost.count == 23)
        #expect(abs(lost.reduce(0, +) - 672.3) < 0.12 * 672.3)
    }
}
