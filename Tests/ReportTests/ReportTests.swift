// Reports as values, and as the files that owners read.

import Analysis
import Foundation
import Readings
import TestSupport
import Testing

@testable import Report
import Words

@Suite("reports")
struct ReportTests {
    private func month(_ material: ReportMaterial) throws -> MonthlyReport {
        MonthlyReport(material, month: try #require(CivilMonth("2025-03")))
    }

    @Test("a month looks as when it was last looked at, in every form")
    func goldenMonth() throws {
        let report = try month(try ReportHouse().material())
        for (text, name) in [
            (MarkdownRenderer.render(report.document), "month.md"),
            (HTMLRenderer.render(report.document), "month.html"), (report.json().pretty, "month.json"),
        ] {
            #expect(try Golden.difference(text, "ReportTests/Golden/\(name)") == nil)
        }
    }

    @Test("a year looks as when it was last looked at, in every form")
    func goldenYear() throws {
        let report = try #require(YearlyReport(try ReportHouse().material(), year: 2025))
        for (text, name) in [
            (MarkdownRenderer.render(report.document), "year.md"),
            (HTMLRenderer.render(report.document), "year.html"), (report.json().pretty, "year.json"),
        ] {
            #expect(try Golden.difference(text, "ReportTests/Golden/\(name)") == nil)
        }
    }

    @Test("the evidence looks as when it was last looked at")
    func goldenCase() throws {
        let house = try ReportHouse()
        let material = house.material()
        let report = CaseReport(
            material,
            interval: Interval(startUTCSeconds: house.start(0), endUTCSeconds: house.start(14)),
            findings: [7],
            ownerCase: material.cases.first
        )
        let summary = MarkdownRenderer.render(report.summary(files: [("report.html", "all of it")]))
        #expect(try Golden.difference(summary, "ReportTests/Golden/case.md") == nil)
        #expect(report.findings.map(\.findingID) == [7])
        let moments = report.timeline
        #expect(moments.map(\.at) == moments.map(\.at).sorted() && Set(moments.map(\.who)).count == 4)
        #expect(report.charts.allSatisfy { $0.svg.hasPrefix("<?xml") && $0.svg.contains("xmlns=") })
    }

    @Test("the verdict names days watched and the gravest finding that the owner does not know of")
    func verdict() throws {
        let house = try ReportHouse()
        let report = try month(house.material())
        #expect(
            FirstScreen(facts: report.facts).verdict.plain
                == "Watched 11 of 14 days. One battery needs you now: battery B2 has sat at 99 % for 12.0 days, since 2025-03-03 00:00, and keeps taking charge. To follow up: 2.5 days without data."
        )
        let calm = try month(house.material(findings: []))
        #expect(FirstScreen(facts: calm.facts).verdict.plain == "Watched 11 of 14 days; nothing needs you.")
    }

    @Test("times without data are told as what they are, and nothing is invented")
    func withoutData() throws {
        let house = try ReportHouse()
        for (month, word) in [
            ("2024-12", "the first begin at 2025-03-01"), ("2031-01", "the newest end at 2025-03-15"),
        ] {
            let report = MonthlyReport(house.material(), month: try #require(CivilMonth(month)))
            let verdict = FirstScreen(facts: report.facts).verdict.plain
            #expect(verdict.contains(word), "\(verdict)")
            #expect(!HTMLRenderer.render(report.document).contains("0.0 kWh"))
            #expect(report.json()["energy"]?["produced_wh"]?.double == nil)
        }
        var empty = house.material(columns: ReadingColumns(), findings: [], devices: [])
        empty.states = []
        #expect(
            FirstScreen(facts: try month(empty).facts).verdict.plain
                == "There are no data at all for March 2025."
        )
        #expect(YearlyReport(empty, year: 9999) == nil)
    }

    @Test("sums are those of the rows; estimates and gaps stand apart")
    func sums() throws {
        let house = try ReportHouse()
        let rows = house.columns()
        let report = try month(house.material())
        for channel in Channel.allCases {
            let sum = rows[channel].reduce(Int64(0)) { $0 + Int64($1) }
            #expect(report.facts.totals[channel]?.value == sum)
        }
        #expect(report.facts.totals.coverage.absent == 60 * 4)
        let days = report.facts.days.compactMap { $0.energy[Channel.produced.rawValue]?.value }
        #expect(days.reduce(0, +) == report.facts.totals[.produced]?.value)
        // The day without any row is named so, in the table as in the chart.
        let figure = try #require(report.document.figures.first { $0.id == "days" })
        guard case .columns(let chart) = figure.chart, let table = figure.table else {
            Issue.record("the days are no columns")
            return
        }
        let produced = try #require(table.columns.firstIndex { $0.title == "produced" })
        #expect(table.rows.count { $0[produced].plain == "no data" } == 1)
        for row in table.rows {
            let column = try #require(chart.columns.first { $0.name == row[0].plain })
            let text = column.value.map { NumberText.fixed($0, 1) } ?? "no data"
            #expect(row[produced].plain == text, "\(column.name)")
        }
        #expect(figure.caption.plain.contains(NumberText.kilowattHours(report.facts.totals[.produced])))
    }

    @Test("what a finding costs is weighed by the rows of its peers, and worth by the tariff")
    func costs() throws {
        let house = try ReportHouse()
        let report = try month(house.material())
        func cost(_ kind: FindingKind) throws -> FindingCost {
            let own = try #require(report.facts.findings.first { $0.finding.kind == kind && $0.isOpen })
            return FindingCost(own.finding, report.facts)
        }
        // B1 gave 1.2 kWh on each of twelve days, B2 nothing.
        #expect(try cost(.batteryPinned) == .storage(14.4))
        // I3 gave 3 kWh less on each of thirteen days.
        #expect(try cost(.microDegraded) == .production(39))
        #expect(try cost(.siteSilent) == .unrecorded)
        let worth = try #require(try cost(.microDegraded).worth(report.facts.material.tariff))
        #expect(abs(worth.least - 3.9) < 1e-9 && abs(worth.most - 11.7) < 1e-9)
    }

    @Test("batteries and inverters are told one by one, by their own rows")
    func devices() throws {
        let facts = try month(try ReportHouse().material()).facts
        #expect(facts.batteries.map(\.serial) == ["B1", "B2"])
        let first = facts.batteries[0]
        #expect(first.chargedWh == 14 * 12 * 110 && first.dischargedWh == 14 * 12 * 100)
        // 100 Wh for each 5 points.
        #expect(first.usableWh.map { abs($0 - 2_000) < 1 } ?? false)
        #expect(first.lossWhPerDay.map { abs($0 - 120) < 15 } ?? false, "\(first.lossWhPerDay ?? 0)")
        #expect(facts.batteries[1].usableWh == nil && facts.batteries[1].roundTripPercent == 0)
        #expect(facts.inverters.map { $0.percentOfMiddle ?? 0 } == [100, 100, 40])
        #expect(facts.inverters.allSatisfy { $0.dayCount == 13 })
    }

    @Test("every chart is drawn with its name, and equal facts give equal bytes")
    func figures() throws {
        let house = try ReportHouse()
        let report = try month(house.material())
        let year = try #require(YearlyReport(house.material(), year: 2025))
        let ids = report.document.figures.map(\.id)
        #expect(
            Set(ids).count == ids.count
                && Set(ids).isSuperset(of: ["days", "charge", "spread", "panels-chart", "timeline"])
        )
        #expect(Set(year.document.figures.map(\.id)).isSuperset(of: ["months", "heat"]))
        for figure in report.document.figures + year.document.figures {
            let svg = figure.chart.svg(id: figure.id, title: figure.title, description: figure.description)
            #expect(
                svg.contains("<title id=\"\(figure.id)-t\">") && !svg.contains("nan") && !svg.contains("inf")
            )
            #expect(figure.table != nil && !figure.caption.isEmpty)
        }
        #expect(
            HTMLRenderer.render(report.document) == HTMLRenderer.render(try month(house.material()).document)
        )
    }

    @Test("a page is well formed, its names are unique, and it needs nothing from outside")
    func wellFormed() throws {
        let house = try ReportHouse(name: "a & <b>")
        let year = try #require(YearlyReport(house.material(), year: 2025))
        let lost = try LossHouse()
        let loss = lost.material([(lost.stopped(), .followUp), (lost.halved, .now)])
        let lossYear = try #require(YearlyReport(loss, year: 2025))
        for html in [
            HTMLRenderer.render(try month(house.material()).document), HTMLRenderer.render(year.document),
            HTMLRenderer.render(try month(loss).document), HTMLRenderer.render(lossYear.document),
        ] {
            var open: [Substring] = []
            var ids: Set<String> = []
            for part in html.split(separator: "<").dropFirst() {
                let name = part.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
                if let range = part.range(of: " id=\"") {
                    let id = String(part[range.upperBound...].prefix { $0 != "\"" })
                    #expect(ids.insert(id).inserted, "\(id) twice")
                }
                if name.hasPrefix("!") || name == "meta" || part.contains("/>") { continue }
                if name.hasPrefix("/") {
                    #expect(open.popLast() == name.dropFirst(), "\(part.prefix(40))")
                } else {
                    open.append(name)
                }
            }
            #expect(open.isEmpty && ids.count > 10)
            for word in ["<script", "src=", "@import", "http:", "https:"] {
                #expect(!html.contains(word), "\(word)")
            }
            // What a link or a reference names is there.
            for reference in html.components(separatedBy: "href=\"#").dropFirst() {
                #expect(ids.contains(String(reference.prefix { $0 != "\"" })))
            }
        }
    }

    @Test("two hundred findings stay one screen a kind, and hostile names stay names")
    func manyFindings() throws {
        let house = try ReportHouse(name: "<b>|`x`")
        var findings: [ReportedFinding] = []
        for index in 0..<200 {
            let start = house.start(0) + Int64(index) * 5400
            let kind: FindingKind = index % 4 == 0 ? .batteryPinned : .dropout
            findings.append(
                ReportedFinding(
                    house.finding(
                        kind,
                        "\u{1B}[31m<i>\(index)|",
                        from: start,
                        to: start + 900,
                        kind == .dropout ? .notice : .warning
                    )
                )
            )
        }
        let document = try month(house.material(findings: findings)).document
        let html = HTMLRenderer.render(document)
        #expect(html.components(separatedBy: "<article").count == 21 && html.contains("30 further findings"))
        #expect(
            html.contains("Lost report: 150 times in March 2025") && !html.contains("<i>")
                && !html.contains("<b>|")
        )
        let markdown = MarkdownRenderer.render(document)
        #expect(!markdown.contains("\u{1B}") && markdown.split(separator: "\n").count < 400)
    }

    @Test("sixty inverters are sixty fields")
    func manyInverters() throws {
        let house = try ReportHouse()
        var devices: [DeviceSeries] = []
        for index in 0..<60 {
            var series = DeviceSeries(
                device: Device(.inverter, "4822000\(1000 + index)"),
                source: .owner,
                seconds: 86_400
            )
            series.startUTCSeconds = house.devices[2].startUTCSeconds
            series.columns = house.devices[2].columns
            devices.append(series)
        }
        let figure = try #require(
            try month(house.material(devices: devices)).document.figures.first { $0.id == "panels-chart" }
        )
        #expect(figure.table?.rows.count == 60)
        let svg = figure.chart.svg(id: "x", title: "", description: "")
        #expect(svg.components(separatedBy: "class=\"field\"").count == 61)
    }

    @Test("each kind of finding has its words, its advice, and a request", arguments: FindingKind.allCases)
    func words(_ kind: FindingKind) throws {
        let house = try ReportHouse()
        for end in [nil, house.start(3)] {
            let finding = house.finding(kind, "X1", from: house.start(1), to: end, .warning)
            let headline = OwnerWords.headline(finding, zone: house.zone)
            // Of a site that never had data there is no time to tell.
            #expect(headline.contains("2025-03") || kind == .noNewData, "\(headline)")
            #expect(!headline.hasSuffix("."), "\(headline)")
        }
        let words = FindingWords.of(kind)
        #expect(words.advice.hasSuffix(".") && words.request.hasSuffix(".") && !words.name.isEmpty)
    }

    @Test("the glossary's page is made of the glossary")
    func glossary() throws {
        #expect(try Golden.difference(Glossary.markdown, "../docs/glossary.md") == nil)
        #expect(
            Glossary.terms.map { $0.word.lowercased() }
                == Glossary.terms.map { $0.word.lowercased() }.sorted()
        )
    }
}
