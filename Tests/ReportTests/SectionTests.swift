// Sections alone: each of the facts of a time, without a report around it.

import Analysis
import Readings
import Testing

@testable import Report

@Suite("sections")
struct SectionTests {
    private func facts(_ material: ReportMaterial) throws -> PeriodFacts {
        MonthlyReport(material, month: try #require(CivilMonth("2025-03"))).facts
    }

    /// The same house without anything that a section could tell.
    private func nothing() throws -> PeriodFacts {
        let house = try ReportHouse()
        var material = house.material(columns: ReadingColumns(), findings: [], devices: [])
        material.states = []
        material.events = []
        material.cases = []
        return try facts(material)
    }

    private func table(_ blocks: [ReportBlock]) -> ReportTable? {
        for case .table(let table) in blocks { return table }
        return nil
    }

    private func texts(_ blocks: [ReportBlock]) -> [String] {
        blocks.flatMap { block -> [String] in
            switch block {
            case .heading(let text), .paragraph(let text): [text.plain]
            case .list(let lines): lines.map(\.plain)
            default: []
            }
        }
    }

    @Test("energy is a table of channels beside that of other times, then its rates")
    func energy() throws {
        let facts = try facts(try ReportHouse().material())
        let alone = try #require(table(EnergySection(facts: facts).blocks))
        #expect(alone.columns.map(\.title) == ["kWh", "recorded", "missing, estimated"])
        #expect(alone.rows.first?.map(\.plain).prefix(2) == ["produced", "176.0"])
        #expect(alone.rows.last?.map(\.plain) == ["intervals with data", "82.1 %", ""])
        let before = EnergySection.Comparison(heading: "year before", totals: facts.totals, days: [])
        let blocks = EnergySection(facts: facts, others: [before]).blocks
        let beside = try #require(table(blocks))
        #expect(beside.columns.last?.title == "year before")
        #expect(beside.rows.first?.last?.plain == "176.0")
        let lines = texts(blocks)
        // With a fifth of the intervals missing rates say nothing.
        #expect(lines.contains { $0.hasPrefix("Self-consumption and self-sufficiency are not told") })
        let house = try ReportHouse()
        let whole = try self.facts(house.material(columns: house.columns(days: 4), findings: []))
        let own = EnergySection.Comparison(heading: "year before", totals: whole.totals, days: [])
        let rates = texts(EnergySection(facts: whole, others: [own]).blocks)
        #expect(rates.contains { $0.hasPrefix("Self-consumption: ") && $0.contains("(year before ") })
        #expect(lines.contains { $0.hasPrefix("By your tariff: ") })
    }

    @Test("a section with nothing to say has no blocks")
    func silent() throws {
        let facts = try nothing()
        #expect(EnergySection(facts: facts).blocks.isEmpty)
        #expect(FirstScreen(facts: facts).blocks.isEmpty)
        #expect(BatterySection(facts: facts).blocks.isEmpty)
        #expect(PanelSection(facts: facts).blocks.isEmpty)
        #expect(DeviceSection(facts: facts).blocks.isEmpty)
        #expect(GridSection(facts: facts).blocks.isEmpty)
        #expect(UtilitySection(facts: facts).blocks.isEmpty)
        #expect(CaseSection(facts: facts).blocks.isEmpty)
        #expect(HistorySection(facts: facts).blocks.isEmpty)
        #expect(DaysFigure(facts: facts).figure == nil && TimelineFigure(facts: facts).figure == nil)
        #expect(HeatFigure(facts: facts, year: 2025, months: []).figure == nil)
        // That nothing was found is worth a word.
        #expect(texts(FindingSection(facts: facts).blocks) == [ReportWords.noFindings])
    }

    @Test("findings are told in the order of what they ask: now, to follow up, known, noticed besides, over")
    func findings() throws {
        let blocks = FindingSection(facts: try facts(try ReportHouse().material())).blocks
        guard case .findings(let cards) = blocks.first else {
            Issue.record("no cards come first")
            return
        }
        // The one that lasts, then the one that ended, then the one that the owner knows of.
        let all = blocks.flatMap { block -> [FindingCard] in
            if case .findings(let cards) = block { cards } else { [] }
        }
        #expect(cards.count == 1)
        #expect(all.map(\.label) == ["critical", "ended, was critical", "warning"])
        #expect(all.allSatisfy { $0.lines.first?.name == "since" && $0.lines.last?.name == "evidence" })
        let lines = texts(blocks)
        let headings = [ReportWords.followUp, ReportWords.known, ReportWords.noticed, ReportWords.closed]
        #expect(lines.count == 6 && headings.allSatisfy(lines.contains) && lines[4] == ReportWords.closed)
        #expect(lines[5].hasSuffix("new data fill it: march.csv (finding 5)"))
    }

    @Test("findings that no check has kept say so first")
    func notChecked() throws {
        var material = try ReportHouse().material()
        material.isChecked = false
        let first = try #require(texts(FindingSection(facts: try facts(material)).blocks).first)
        #expect(first.hasPrefix("No check has run yet"))
    }

    @Test("batteries are a table and two charts; an inverter that is named or weak is framed")
    func devices() throws {
        let facts = try facts(try ReportHouse().material())
        let blocks = BatterySection(facts: facts).blocks
        #expect(table(blocks)?.rows.map { $0[0].plain } == ["B1", "B2"])
        let figures = blocks.compactMap { block -> String? in
            if case .figure(let figure) = block { return figure.id }
            return nil
        }
        #expect(figures == ["charge", "spread"])
        guard case .figure(let figure) = PanelSection(facts: facts).blocks.first,
            case .panels(let panels) = figure.chart
        else {
            Issue.record("the panels are no chart")
            return
        }
        #expect(panels.panels.filter(\.isMarked).map(\.name) == ["I3"])
    }

    @Test("the map of intervals knows a gap from a time without data, and an hour that no clock shows")
    func intervals() throws {
        let facts = try facts(try ReportHouse().material())
        let map = try #require(IntervalMap(facts))
        #expect(map.dayCount == 31 && map.slotsPerDay == 96 && map.strongestWh == 500)
        let levels = map.levels(strongestWh: 500)
        #expect(levels[32] == HeatMap.levels - 1 && levels[0] == 0)
        // The gateway is silent from the 5th 06:00 to the 7th 18:00.
        #expect(levels.count { $0 == HeatMap.gap } == 60 * 4 && levels[4 * 96 + 24] == HeatMap.gap)
        // The data end with the 14th.
        #expect(levels.dropFirst(14 * 96).allSatisfy { $0 == HeatMap.nothing })
    }

    @Test("the axis of a time goes from 0 to 1; a month is marked by days, a year by months")
    func axis() throws {
        let house = try ReportHouse()
        let month = try facts(house.material())
        let axis = TimeAxis(month)
        #expect(axis.place(month.interval.startUTCSeconds) == 0)
        #expect(axis.place(month.interval.endUTCSeconds) == 1)
        #expect(axis.expected(nil) == 0...0 && axis.expected(month.interval) == 0...1)
        #expect(axis.ticks.map(\.text).prefix(2) == ["1 Mar", "6 Mar"])
        let year = try #require(YearlyReport(house.material(), year: 2025)).facts
        #expect(TimeAxis(year).ticks.count == 12 && TimeAxis(year).ticks.first?.text == "Jan")
    }

    @Test("means leave out what is not known, and are nil where nothing is")
    func means() {
        #expect(ValueMeans.of([1, 3, nil, 5, nil, nil, 7], each: 2) == [2, 5, nil, 7])
        #expect(ValueMeans.of([1, nil], each: 1) == [1, nil])
    }
}
