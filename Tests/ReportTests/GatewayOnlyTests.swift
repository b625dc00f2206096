// A home of which only captures of the gateway are there, and a home with a generator.

import Analysis
import Readings
import Testing

@testable import Report

@Suite("without intervals")
struct GatewayOnlyTests {
    private func report(_ material: ReportMaterial, _ month: String = "2025-03") throws -> MonthlyReport {
        MonthlyReport(material, month: try #require(CivilMonth(month)))
    }

    /// Captures of two batteries every fourth night, the second at 99 % in each.
    private func captured(_ house: ReportHouse) -> ReportMaterial {
        var material = house.material(columns: ReadingColumns(), findings: [], devices: [])
        material.states = []
        material.cases = []
        for night in [0, 4, 8, 12] as [Int64] {
            let at = house.start(night, hour: 20)
            material.states.append(
                DeviceState(
                    Device(.gateway, "G"),
                    atUTCSeconds: at,
                    origin: "info",
                    properties: [.firmware: "8"]
                )
            )
            for (serial, state) in [("B1", 30.0 + Double(night)), ("B2", 99)] {
                material.batteryStates.append(
                    DeviceReading(
                        Device(.battery, serial),
                        startUTCSeconds: at + 5,
                        origin: "inventory",
                        values: [.stateOfCharge: state]
                    )
                )
            }
        }
        material.newestUTCSeconds = house.start(12, hour: 20)
        return material
    }

    @Test("a month of captures is a report of devices and findings, not one without data")
    func captures() throws {
        let house = try ReportHouse()
        var material = captured(house)
        material.findings = [
            ReportedFinding(
                house.finding(.batteryPinned, "B2", from: house.start(0, hour: 20), to: nil, .warning)
            )
        ]
        let report = try report(material)
        let verdict = FirstScreen(facts: report.facts).verdict.plain
        #expect(
            verdict.hasPrefix(
                "No energy of the home is known in March 2025; its devices were seen 4 times. One battery needs you now: battery B2"
            ),
            "\(verdict)"
        )
        let page = MarkdownRenderer.render(report.document)
        #expect(!page.contains("There are no data at all") && !page.contains("## Energy"))
        #expect(page.contains("| B1      | 4 times |") || page.contains("30 to 42"), "\(page)")
        let facts = report.facts.batteries
        #expect(facts.map { $0.lastPercent } == [42, 99] && facts.allSatisfy { !$0.hasIntervals })
        #expect(facts.map { $0.spreadPoints.map { Int($0) } } == [63, 63])
        #expect(page.contains("gateway") && HTMLRenderer.render(report.document).contains("State of charge"))
    }

    @Test("only where there is nothing of any table there are no data at all")
    func nothing() throws {
        let house = try ReportHouse()
        let later = try report(captured(house), "2025-06")
        #expect(
            FirstScreen(facts: later.facts).verdict.plain
                == "There are no data at all for June 2025: the newest end at 2025-03-13 20:00."
        )
        #expect(FirstScreen(facts: later.facts).blocks.isEmpty)
    }

    @Test("a generator has its row, and what it gave was not sufficiency of one's own")
    func generator() throws {
        let house = try ReportHouse()
        var material = house.material(columns: house.columns(days: 4), findings: [], devices: [])
        func series(_ source: Source, seconds: Int32, _ energies: [Int32]) -> DeviceSeries {
            var series = DeviceSeries(device: Device(.generator, ""), source: source, seconds: seconds)
            for (index, energy) in energies.enumerated() {
                series.startUTCSeconds.append(house.start(0) + Int64(index) * Int64(seconds))
                for column in DeviceColumn.allCases {
                    series.columns[column.rawValue].append(column == .energy ? energy : HomeColumns.missing)
                }
            }
            return series
        }
        // The web application tells of the same hours, by days.
        material.generators = [
            series(.enlightenWeb, seconds: 86_400, [4_000, 0]),
            series(.enlightenCSV, seconds: 900, [Int32](repeating: 250, count: 16)),
        ]
        let facts = try report(material).facts
        #expect(facts.totals.generator?.value == 4_000)
        let consumed = try #require(facts.totals[.consumed]?.value)
        let imported = try #require(facts.totals[.imported]?.value)
        let expected = 100 * Double(consumed - imported - 4_000) / Double(consumed)
        #expect(abs(try #require(facts.totals.selfSufficiencyPercent) - expected) < 1e-9)
        guard case .table(let table) = EnergySection(facts: facts).blocks[1] else {
            Issue.record("no table")
            return
        }
        #expect(table.rows.contains { $0[0].plain == "generator" && $0[1].plain == "4.0" })
        #expect(try report(material).json()["generator_wh"]?.double == 4_000)
        // A month without its rows has none, and no row of it.
        #expect(try report(material, "2025-02").facts.totals.generator == nil)
    }
}
