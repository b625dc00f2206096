// What reports say of production that was lost while nothing was missing: the chart beside a clear sky, the sums, the first
// screen, and what it costs.

import Analysis
import Readings
import TestSupport
import Testing
import Words

@testable import Report

@Suite("reports of lost production")
struct LossReportTests {
    private func month(_ material: ReportMaterial, _ name: String = "2025-03") throws -> MonthlyReport {
        MonthlyReport(material, month: try #require(CivilMonth(name)))
    }

    private func produced(_ facts: PeriodFacts) throws -> ReportFact {
        try #require(FirstNumbers(facts: facts, about: nil).numbers.first { $0.name == "Produced" })
    }

    @Test("a month with a loss, a wrong clamp and a day without data looks as when it was last looked at")
    func goldenMonth() throws {
        let house = try LossHouse()
        let report = try month(house.material([(house.stopped(), .followUp), (house.halved, .followUp)]))
        for (text, name) in [
            (MarkdownRenderer.render(report.document), "loss.md"),
            (HTMLRenderer.render(report.document), "loss.html"), (report.json().pretty, "loss.json"),
        ] {
            #expect(try Golden.difference(text, "ReportTests/Golden/\(name)") == nil)
        }
    }

    @Test("days are held against the sky one by one; those of a wrong meter and without data are no loss")
    func rows() throws {
        let house = try LossHouse()
        let facts = try month(house.material([(house.stopped(), .followUp), (house.halved, .followUp)])).facts
        let rows = facts.expectedRows
        #expect(rows.count == 31 && rows.allSatisfy { $0.row.expectedKWh == 20 })
        let states = rows.map(\.row.state)
        #expect(
            states.filter { $0 == .meterWrong }.count == 3 && states.filter { $0 == .incomplete }.count == 1
        )
        #expect(rows[4].row.lostKWh == 16 && rows[4].row.percent == 0 && rows[3].row.percent == 80)
        #expect(rows.filter { $0.row.lostKWh != nil }.map(\.day.day) == [5, 6, 7, 8, 9])
        #expect(rows[20].row.percent == nil && rows[24].row.recordedKWh == nil)
        let sum = try #require(ExpectedRow.sum(rows.map(\.row)))
        #expect(sum.days == 27 && sum.row.expectedKWh == 540 && sum.row.recordedKWh == 352)
        #expect(sum.row.lostKWh == 80)
        guard
            let figure = try month(house.material([(house.stopped(), .now)])).document.figures.first(where: {
                $0.id == "clear-sky"
            }),
            case .columns(let chart) = figure.chart
        else {
            Issue.record("there is no chart of what was expected")
            return
        }
        #expect(chart.columns.filter { $0.missing == .lost(16) }.count == 5)
        #expect(chart.columns[24].missing == .unknown)
    }

    @Test("card, tile, day, sum, clear sky and JSON tell one number")
    func oneNumber() throws {
        let house = try LossHouse()
        // The finding itself says another number than the days: it is the one that is told, divided like the days.
        let report = try month(house.material([(house.stopped(lost: 82), .followUp)]))
        let facts = report.facts
        #expect(facts.lostKWh == 82)
        #expect(FindingCost(try #require(facts.open.first), facts) == .production(82))
        #expect(abs((facts.expectedRows[4].row.lostKWh ?? 0) - 16.4) < 1e-9)
        #expect(try produced(facts).note == "63 % of a clear sky; about 82 kWh were not made")
        let share = try #require(facts.skyShare(facts.days))
        #expect(share == SkyShare(recordedKWh: 376, clearKWh: 600, days: 30))
        let caption = try #require(report.document.figures.first { $0.id == "clear-sky" }).caption.plain
        #expect(caption.contains("63 %") && caption.contains("about 82 kWh were not made"), "\(caption)")
        let json = report.json()
        #expect(json["clear_sky"]?["expected_kwh"]?.double == 600)
        let days = json["expected"]?.elements ?? []
        #expect(days.count == 31)
        #expect(abs(days.compactMap { $0["lost_kwh"]?.double }.reduce(0, +) - 82) < 1e-9)
        #expect(days[24]["recorded_kwh"]?.double == nil && days[24]["state"]?.string == "incomplete")
    }

    @Test("of a loss that goes on over months each month tells its part, and the year all of it")
    func overMonths() throws {
        let house = try LossHouse()
        let days = (0..<62).map { (index: Int64) -> ExpectedDay in
            ExpectedDay(
                day: house.house.first.advanced(by: index - 31),
                expectedWh: 20_000,
                recordedWh: 0,
                likelyWh: index < 31 ? 6000 : 12_000
            )
        }
        // 10 days of February with 6 kWh, 5 of March with 12.
        var finding = house.stopped(to: 5, lost: 120)
        finding.start = Instant(utcSeconds: house.house.start(-10))
        let material = house.material([(finding, .followUp)], expected: days)
        #expect(try month(material).facts.lostKWh.map { abs($0 - 60) < 1e-6 } == true)
        #expect(try month(material, "2025-02").facts.lostKWh.map { abs($0 - 60) < 1e-6 } == true)
        let year = try #require(YearlyReport(material, year: 2025))
        #expect(year.facts.lostKWh == 120)
        let months = year.json()["expected"]?.elements ?? []
        #expect(months.map { $0["month"]?.string } == ["2025-03"])
        // Without expectations by the length of the days alone.
        let bare = house.material([(finding, .followUp)], expected: [])
        #expect(try month(bare).facts.lostKWh.map { abs($0 - 40) < 1e-6 } == true)
        #expect(try month(bare).document.figures.contains { $0.id == "clear-sky" } == false)
    }

    @Test("the year adds up the months")
    func year() throws {
        let house = try LossHouse()
        let report = try #require(
            YearlyReport(house.material([(house.stopped(), .over), (house.halved, .over)]), year: 2025)
        )
        let figure = try #require(report.document.figures.first { $0.id == "clear-sky" })
        #expect(
            figure.table?.rows.map { $0.map(\.plain) } == [
                ["Mar 2025", "27", "540.0", "352.0", "65 %", "about 80.0"]
            ]
        )
        let json = report.json()["expected"]?.elements.first
        #expect(json?["days"]?.double == 27 && json?["lost_kwh"]?.double == 80)
    }

    @Test("nothing needs you is not said of a month in which production was lost, whatever became of it")
    func verdict() throws {
        let house = try LossHouse()
        func verdict(_ finding: Finding, _ standing: FindingStanding) throws -> String {
            FirstScreen(facts: try month(house.material([(finding, standing)])).facts).verdict.plain
        }
        let lasting = try verdict(house.stopped(to: nil), .now)
        #expect(lasting.contains("The array needs you now: no production since 2025-03-05 00:00"))
        let known = try month(house.material([(house.stopped(to: nil), .known)])).facts
        #expect(try produced(known).note.hasSuffix("; about 80 kWh were not made so far"))
        let ended = try verdict(house.stopped(), .followUp)
        #expect(
            ended
                == "Watched 30 of 31 days. To follow up first: no production from 2025-03-05 00:00 to 2025-03-10 00:00 (5.0 days) with the sun up to 33 degrees high, while the house went on reporting: the panels stopped, not the reporting; about 80 kWh in all."
        )
        #expect(
            try verdict(house.stopped(), .over)
                == "Watched 30 of 31 days; about 80 kWh were not made. Over: production lost (5.0 days)."
        )
        #expect(try verdict(house.stopped(), .known) == "Watched 30 of 31 days; about 80 kWh were not made.")
        // A notice may be snow: it needs nobody.
        var notice = house.stopped()
        notice.severity = .notice
        #expect(try verdict(notice, .followUp).contains("nothing needs you"))
        let facts = try month(house.material([(notice, .followUp)])).facts
        #expect(facts.lostKWh == nil)
        #expect(try !produced(facts).note.contains("not made"))
    }

    @Test("what a clamp may have brought about is not said not to be made")
    func unknownCause() throws {
        let house = try LossHouse()
        var finding = house.stopped()
        finding.evidence.cause = "unknown"
        let facts = try month(house.material([(finding, .followUp)])).facts
        #expect(try produced(facts).note.hasSuffix("; about 80 kWh were not made, or not measured"))
        // What was only not measured costs nothing.
        let cost = FindingCost(try #require(facts.open.first), facts)
        #expect(cost == .doubtful(80))
        #expect(
            ReportWords.cost(cost, facts.material.tariff)
                == "about 80 kWh not produced, or not measured, in this time, worth 0.00 to 24.00 GBP"
        )
        // Without an amount nothing is made up.
        finding.evidence = Evidence { $0.fault = "all" }
        let silent = try month(house.material([(finding, .followUp)]))
        #expect(silent.facts.lostKWh == nil)
        #expect(FindingCost(try #require(silent.facts.open.first), silent.facts) == .unknown)
    }

    @Test(
        "a month whose clamp is wrong in any way marks its sums",
        arguments: ["dead", "halved", "offset", "reversed"]
    )
    func spoiled(_ fault: String) throws {
        let house = try LossHouse()
        var finding = house.halved
        finding.evidence.fault = fault
        let facts = try month(house.material([(finding, .followUp)])).facts
        #expect(facts.isWrong(.produced) && facts.isWrong(.consumed) && !facts.isWrong(.imported))
        #expect(try produced(facts).value == "not known")
        #expect(FindingCost(finding, facts) == .nothing)
        for kind in [FindingKind.consumptionMeterWrong, .gridMeterWrong] {
            let other = house.house.finding(kind, "meter_net", from: house.house.start(3), to: nil, .warning)
            let facts = try month(house.material([(other, .now)])).facts
            #expect(!facts.isWrong(.produced) && [.imported, .exported, .consumed].allSatisfy(facts.isWrong))
            #expect(facts.rate(\.selfSufficiencyPercent) == nil)
        }
    }

    @Test(
        "the evidence for a case about it has the chart; a loss is worth what it would have earned or saved"
    )
    func evidence() throws {
        let house = try LossHouse()
        let material = house.material([(house.stopped(), .followUp)])
        let report = CaseReport(
            material,
            interval: Interval(startUTCSeconds: house.house.start(0), endUTCSeconds: house.house.start(14)),
            findings: [1],
            ownerCase: nil
        )
        #expect(report.charts.contains { $0.name == "clear-sky.svg" })
        let summary = MarkdownRenderer.render(report.summary(files: []))
        #expect(summary.contains("Costs: about 80 kWh not produced in this time, worth 8.00 to 24.00 GBP."))
        #expect(summary.contains("Please tell why the array gave nothing"))
    }
}
