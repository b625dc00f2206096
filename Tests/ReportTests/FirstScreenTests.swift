// The first screen: what needs the owner now before what is over, numbers that are wrong or in part said to be so, and what
// was not looked for.

import Analysis
import Readings
import Testing
import Words

@testable import Report

@Suite("first screen")
struct FirstScreenTests {
    private func facts(_ material: ReportMaterial, _ month: String = "2025-03") throws -> PeriodFacts {
        MonthlyReport(material, month: try #require(CivilMonth(month))).facts
    }

    private func texts(_ facts: PeriodFacts) -> [String: ReportFact] {
        let numbers = FirstNumbers(facts: facts, about: nil).numbers
        return Dictionary(uniqueKeysWithValues: numbers.map { ($0.name, $0) })
    }

    private func reported(_ finding: Finding, _ standing: FindingStanding, id: Int64 = 0) -> ReportedFinding {
        ReportedFinding(finding, findingID: id, standing: standing)
    }

    @Test("what lasts needs the owner, each device once; what has ended is named behind it")
    func standing() throws {
        let house = try ReportHouse()
        let days = (1...6).map { house.start(Int64($0)) }
        let findings = [
            reported(house.finding(.batteryPinned, "B2", from: days[0], to: nil, .critical), .now),
            reported(
                house.finding(
                    .firmwareBehind,
                    "B2",
                    from: days[1],
                    to: nil,
                    .warning,
                    evidence: Evidence { $0.deviceKind = "battery" }
                ),
                .now
            ),
            reported(house.finding(.microDead, "I1", from: days[2], to: nil, .warning), .now),
            reported(house.finding(.siteSilent, "site", from: days[3], to: days[4], .critical), .over),
            reported(house.finding(.batteryDeep, "pack", from: days[4], to: days[5], .critical), .followUp),
        ]
        let verdict = FirstScreen(facts: try facts(house.material(findings: findings))).verdict.plain
        #expect(
            verdict.hasPrefix(
                "Watched 11 of 14 days. One battery and one inverter need you now: first battery B2 has sat"
            )
        )
        #expect(
            verdict.hasSuffix(
                "To follow up: deep discharge (24.0 h). Over: 24.0 h without data."
            ),
            "\(verdict)"
        )
        let calm = FirstScreen(facts: try facts(house.material(findings: Array(findings.suffix(2))))).verdict
        #expect(calm.plain.hasPrefix("Watched 11 of 14 days; nothing needs you now. To follow up: "))
        let tile = try #require(texts(try facts(house.material(findings: findings)))[ReportWords.needYou])
        #expect(tile.value == "1 critical, 2 warning" && tile.note == "1 to follow up, 1 over")
    }

    @Test("what has ended has a grey edge and says what it was")
    func cards() throws {
        let house = try ReportHouse()
        let ended = house.finding(.siteSilent, "site", from: house.start(1), to: house.start(3), .critical)
        for (standing, label) in [
            (FindingStanding.over, "over, was critical"), (.followUp, "ended, was critical"),
        ] {
            let facts = try facts(house.material(findings: [reported(ended, standing)]))
            let card = FindingCard(try #require(facts.open.first), facts: facts)
            #expect(card.severity == "ended" && card.label == label)
        }
        let document = MonthlyReport(
            house.material(findings: [reported(ended, .over)]),
            month: try #require(CivilMonth("2025-03"))
        ).document
        #expect(HTMLRenderer.render(document).contains("<article class=\"card ended\">"))
    }

    @Test("rates are told where nine tenths of the intervals have data; below, what is missing stands beside")
    func coverage() throws {
        let house = try ReportHouse()
        let gap = house.finding(
            .siteSilent,
            "site",
            from: house.start(4, hour: 6),
            to: house.start(6, hour: 18),
            .critical
        )
        let partial = try facts(house.material(findings: [reported(gap, .over)]))
        let used = try #require(texts(partial)["Used"])
        #expect(used.value.hasSuffix(" kWh") && used.note.hasPrefix("recorded, + about "))
        #expect(used.note.hasSuffix(" kWh missing"))
        #expect(
            PeriodJSON(facts: partial).energyMembers.contains {
                $0.0 == "rates" && $0.1["self_sufficiency_pct"]?.double == nil
            }
        )
        let lines = EnergySection(facts: partial).blocks
        #expect("\(lines)".contains("are not told: only 82 %"))
        var whole = house.columns()
        whole = whole.slice(0..<(4 * 96))
        let complete = try facts(house.material(columns: whole, findings: []))
        #expect(try #require(texts(complete)["Used"]).note.hasSuffix("self-sufficient"))
    }

    @Test("a number that is known to be wrong is not printed bare")
    func wrong() throws {
        let house = try ReportHouse()
        var turned = ReadingColumns()
        for row in 0..<house.columns().rowCount {
            let columns = house.columns()
            turned.append(
                startUTCSeconds: columns.startUTCSeconds[row],
                energyWh: [-columns[.produced][row], 100, 100, 0, 0, 0]
            )
            if row > 96 * 3 { break }
        }
        let facts = try facts(house.material(columns: turned, findings: []))
        let produced = try #require(texts(facts)["Produced"])
        #expect(produced.value == "not known" && produced.note.hasPrefix("the meter is wrong: it recorded -"))
    }

    @Test("what was not looked for stands folded under the verdict, with the number of kinds")
    func notLookedFor() throws {
        let house = try ReportHouse()
        var material = house.material()
        material.notLookedFor = [MissingDetector(kinds: [.spike, .microDead], reason: "no rating")]
        let blocks = FirstScreen(facts: try facts(material)).blocks
        guard case .folded(let title, let inner) = blocks.last else {
            Issue.record("nothing is folded")
            return
        }
        let count = FindingKind.allCases.count
        #expect(title.hasPrefix("Looked for \(count - 2) of \(count) kinds of findings"))
        #expect("\(inner)".contains("Impossible value, inverter dead: no rating"))
        material.notLookedFor = []
        #expect(FirstScreen(facts: try facts(material)).blocks.count == 1)
    }

    @Test("the share of a clear sky is told by the site's scale, and not before a season was seen")
    func sky() throws {
        let house = try ReportHouse()
        var material = house.material(findings: [])
        let sky = ClearSky(place: house.site.place, array: .southernRoof)
        func days(_ count: Int) throws -> [SkyDay] {
            let first = try #require(CivilDate("2024-03-01"))
            return (0..<count).map { index in
                let day = first.advanced(by: Int64(index))
                let interval = house.zone.interval(of: day)
                let clear = sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
                return SkyDay(day: day, interval: interval, producedKWh: 8 * clear)
            }
        }
        material.skyScale = SkyScale.current(days: try days(60), place: house.site.place, array: nil)
        #expect(try facts(material).skyShare(try facts(material).days) == nil)
        #expect("\(EnergySection(facts: try facts(material)).blocks)".contains("not yet known"))
        material.skyScale = SkyScale.current(days: try days(200), place: house.site.place, array: nil)
        let told = try facts(material)
        let share = try #require(told.skyShare(told.days))
        #expect(share.recordedKWh > 0 && share.clearKWh > share.recordedKWh)
        // Another report's days by the same scale: the expectation of a day does not depend on the report.
        let before = try facts(material, "2025-02")
        let day = house.zone.interval(of: house.first)
        #expect(before.sky?.kilowattHours(day) == told.sky?.kilowattHours(day))
    }
}
