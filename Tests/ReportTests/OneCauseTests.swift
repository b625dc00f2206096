// One cause is one card with one cost and one advice; sure is said only with the reason; lengths that nobody knows are not
// told.

import Analysis
import Readings
import Testing

@testable import Report
@testable import Words

@Suite("one cause, one card")
struct OneCauseTests {
    private func facts(_ material: ReportMaterial) throws -> PeriodFacts {
        MonthlyReport(material, month: try #require(CivilMonth("2025-03"))).facts
    }

    @Test("a silence is one card with what it hid and with the cloud's; the records stay, each with its lead")
    func silence() throws {
        let house = try ReportHouse()
        let (from, to) = (house.start(4, hour: 6), house.start(6, hour: 18))
        let findings = [
            ReportedFinding(
                house.finding(.siteSilent, "site", from: from, to: to, .critical),
                findingID: 3,
                standing: .over
            ),
            ReportedFinding(
                house.finding(.outage, "site", from: from, to: to, .notice),
                findingID: 2,
                standing: .followUp
            ),
            ReportedFinding(
                house.finding(.cloudSilent, "G", from: from, to: to, .critical),
                findingID: 1,
                standing: .over
            ),
        ]
        let facts = try facts(house.material(findings: findings))
        #expect(facts.findings.map(\.findingID) == [3] && facts.records.count == 3)
        #expect(facts.findings[0].standing == .over && facts.standing(.now).isEmpty)
        let card = FindingCard(facts.findings[0], facts: facts)
        let with = try #require(card.lines.first { $0.name == "with it" }?.text.plain)
        #expect(with.contains("(finding 2)") && with.contains("(finding 1)"))
        #expect(card.lines.count { $0.name == "what to do" } == 1)
        // What the silence itself does not say of the cost, its explanation does.
        #expect(FindingCost(facts.findings[0], facts) == .nothing)
        let json = PeriodJSON(facts: facts).tailMembers.first { $0.0 == "findings" }?.1
        guard case .array(let told) = json else {
            Issue.record("no findings")
            return
        }
        #expect(told.count == 3)
        #expect(Set(told.map { $0["told_with"]?.compact }) == ["null", "3"])
    }

    @Test("silent batteries are batteries in headline, advice, request and count, one or several")
    func batteries() throws {
        let house = try ReportHouse()
        let several = house.finding(
            .deviceSilent,
            "batteries",
            from: house.start(2),
            to: nil,
            .warning,
            evidence: Evidence {
                $0.deviceKind = "battery"
                $0.serials = ["B1", "B2", "B3"]
            }
        )
        let one = house.finding(
            .deviceSilent,
            "B1",
            from: house.start(2),
            to: nil,
            .warning,
            evidence: Evidence { $0.deviceKind = "battery" }
        )
        let inverter = house.finding(.deviceSilent, "I3", from: house.start(2), to: nil, .warning)
        #expect(OwnerWords.headline(several, zone: .utc).hasPrefix("3 batteries (B1, B2, B3) did not report"))
        #expect(OwnerWords.headline(one, zone: .utc).hasPrefix("battery B1 did not report"))
        for finding in [several, one] {
            #expect(OwnerWords.advice(finding).contains("battery's light"))
            #expect(OwnerWords.request(finding).contains("battery"))
            #expect(!OwnerWords.request(finding).contains("inverter"))
        }
        #expect(OwnerWords.request(inverter).contains("inverter"))
        #expect(OwnerWords.needing([several]) == "Three batteries need")
        #expect(OwnerWords.needing([several, one]) == "Three batteries need")
    }

    @Test("a lost inverter costs from its first silent day on, once")
    func inverter() throws {
        let house = try ReportHouse()
        let silent = house.finding(.deviceSilent, "I3", from: house.start(2), to: nil, .warning)
        let lost = house.finding(.inverterLost, "I3", from: house.start(9), to: nil, .warning)
        let facts = try facts(
            house.material(findings: [
                ReportedFinding(silent, findingID: 1), ReportedFinding(lost, findingID: 2),
            ])
        )
        #expect(facts.findings.map(\.findingID) == [2])
        // 3 kWh a day less than the middle one, on eleven days with rows.
        #expect(FindingCost(facts.findings[0], facts) == .production(33))
    }

    @Test("sure is said only with why there is no other reading", arguments: FindingKind.allCases)
    func sure(_ kind: FindingKind) throws {
        let house = try ReportHouse()
        var finding = house.finding(kind, "X", from: house.start(1), to: house.start(2), .warning)
        finding.sureness = .sure
        let text = OwnerWords.sureness(finding)
        if let reason = FindingWords.of(kind).ruledOut {
            #expect(text == "sure: \(reason)" && reason.count > 20 && !reason.hasSuffix("."))
            #expect(OwnerWords.told(finding) == .sure)
        } else {
            #expect(text.hasPrefix("likely") && OwnerWords.told(finding) == .likely)
        }
        finding.sureness = .suspected
        #expect(OwnerWords.sureness(finding).hasPrefix("suspected"))
    }

    @Test("a length of nothing is not told", arguments: FindingKind.allCases)
    func noLength(_ kind: FindingKind) throws {
        let house = try ReportHouse()
        var finding = house.finding(kind, "X", from: house.start(1), to: nil, .warning)
        finding.knownEnd = finding.start
        #expect(!OwnerWords.headline(finding, zone: house.zone).contains("0 min"))
        let facts = try facts(house.material(findings: [ReportedFinding(finding)]))
        let card = FindingCard(try #require(facts.findings.first), facts: facts)
        #expect(!card.lines.contains { $0.text.plain.contains("0 min") })
    }

    @Test("batteries that were flat when first heard of again are said to have been seen so")
    func flat() throws {
        let house = try ReportHouse()
        var finding = house.finding(.batteryDeep, "pack", from: house.start(3), to: house.start(5), .critical)
        finding.evidence.lowestSoCPercent = 0
        finding.evidence.reservePercent = 10
        #expect(
            OwnerWords.headline(finding, zone: house.zone).contains("from 2025-03-04 00:00 to 2025-03-06")
        )
        finding.evidence.readingBefore = Instant(utcSeconds: house.start(1))
        #expect(
            OwnerWords.headline(finding, zone: house.zone).hasSuffix(
                "seen so from 2025-03-04 00:00, the first reading after 2025-03-02 00:00, to 2025-03-06 00:00"
            )
        )
    }

    @Test("what needs the owner is counted by device, with a verb that fits")
    func subjects() throws {
        let house = try ReportHouse()
        func needing(_ findings: [(FindingKind, String)]) -> String {
            OwnerWords.needing(
                findings.map { house.finding($0.0, $0.1, from: house.start(1), to: nil, .warning) }
            )
        }
        #expect(needing([(.batteryPinned, "A")]) == "One battery needs")
        #expect(needing([(.batteryPinned, "A"), (.batteryNoCharge, "B")]) == "Two batteries need")
        #expect(
            needing([(.batteryDeep, "pack"), (.microDead, "I")]) == "The batteries and one inverter need"
        )
        #expect(needing([(.clockShift, "site")]) == "One thing needs")
        #expect(
            needing([
                (.partialSite, "micros"), (.stale, "meter_prod"), (.clockShift, "site"), (.mismatch, "site"),
            ])
                == "Several inverters, the production meter and two other things need"
        )
        #expect(needing([]).isEmpty)
    }
}
