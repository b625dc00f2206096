// Situations of owners: what counts as silence, what was not downloaded, what meters cannot give.

import Testing

@Suite("cases of silence and meters", .enabled(if: FieldCase.isPresent))
struct PresenceCaseTests {
    @Test("a report without consumption of a home that lives off its battery at night: nothing is found")
    func withoutConsumption() throws {
        let home = try FieldCase("05")
        #expect(!(try home.result("check").output.contains("your data stopped")))
        #expect(try home.findings().isEmpty)
        let report = try home.result("report").output
        #expect(report.contains("30 of 30 days"))
        #expect(report.contains("692.4") && report.contains("427.4"))
        let all = try home.run("sunvigil import --store $S all_columns.csv.gz")
        #expect(all.code == 0)
        _ = try home.run("sunvigil check --store $S")
        #expect(try home.findings().isEmpty)
    }

    @Test("a month that was not downloaded is told as such, and closes with its report")
    func notDownloaded() throws {
        let home = try FieldCase("06")
        let first = try home.result("check").output
        #expect(first.contains("2025-02-01 00:00 to 2025-03-01 00:00") && first.contains("not downloaded"))
        #expect(!first.contains("stopped") && !first.contains("silent") && !first.contains("critical"))
        let findings = try home.findings()
        #expect(findings.compactMap { $0["kind"] as? String } == ["not_downloaded"])
        #expect(findings.allSatisfy { $0["state"] as? String == "closed" })
    }

    @Test("a barn of 60 kW exports what it is for")
    func barn() throws {
        let barn = try FieldCase("07")
        #expect(try barn.findings().isEmpty)
    }

    @Test("a production clamp that is turned round is one lasting warning")
    func productionReversed() throws {
        let home = try FieldCase("08")
        #expect(try home.result("check").code == 1)
        let findings = try home.findings()
        #expect(findings.compactMap { $0["kind"] as? String } == ["production_meter_wrong"])
        #expect(findings.first?["severity"] as? String == "warning")
        #expect(findings.first?["start"] as? String == "2025-04-01T05:45:00Z")
        #expect(try home.result("report").output.contains("production clamp is turned round"))
    }

    @Test("grid clamps that are turned round show without a bill")
    func gridReversed() throws {
        let home = try FieldCase("24")
        let kinds = try home.findings().compactMap { $0["kind"] as? String }
        #expect(kinds.count { $0 == "grid_meter_wrong" } == 1)
        #expect(!kinds.contains("spike"))
    }
}
