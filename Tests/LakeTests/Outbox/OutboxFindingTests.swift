// What is told of findings is kept with them: all of both, or nothing; and it goes along where a finding moves.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("messages and findings")
struct OutboxFindingTests {
    private let home: OutboxHome
    private var lake: LakeWriter { home.lake }
    private struct Refusal: Error {}

    init() throws { home = try OutboxHome() }

    private func finding(
        _ start: Int64,
        _ end: Int64? = nil,
        device: String = "site",
        kind: FindingKind = .siteSilent,
        rule: FindingRule = FindingRule(.absentRun),
        lostKWh: Double? = nil
    ) -> Finding {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: start),
            end: end.map { Instant(utcSeconds: $0) },
            alert: Instant(utcSeconds: start + 10),
            severity: .warning,
            rule: rule,
            evidence: Evidence { if let lostKWh { $0.lostKWh = lostKWh } },
            knownEnd: Instant(utcSeconds: end ?? start)
        )
    }

    private func check(_ findings: [Finding], telling planner: OutboxPlanner? = nil) throws -> FindingChanges
    {
        let site = SiteFindings(
            systemID: 1,
            findings: findings.map { StoredFinding(systemID: 1, finding: $0) },
            mark: AnalysisMark(snapshotID: 1, rules: "1")
        )
        return try lake.store([site], kind: "check", milliseconds: 0, telling: planner)
    }

    /// Tells each finding that is opened, on the one channel.
    private func planner(_ desk: OutboxDesk, _ changes: FindingChanges) throws -> OutboxPlan {
        let told = Set(try desk.told(channel: "mail", systemID: 1).map(\.told.identity))
        let events = try desk.findings(systemID: 1).map(\.identity).filter { !told.contains($0) }
            .map { OutboxHome.event($0) }
        return OutboxHome.plan(
            events.map { OutboxHome.item("mail|\($0.identity)", events: [$0]) },
            events.map { OutboxHome.mark($0) }
        )
    }

    @Test("a planner sees the findings of its run, that the site is checked, and what came back")
    func desk() throws {
        var calls = 0
        _ = try check([finding(100)]) { (desk, changes) throws in
            calls += 1
            #expect(changes.runID == 1 && changes.opened.map(\.findingID) == [1])
            #expect(try desk.findings(systemID: 1).map(\.start.utcSeconds) == [100])
            #expect(try desk.isChecked(systemID: 1) && !desk.isChecked(systemID: 2))
            #expect(try desk.timesBack(systemID: 1) == [:] && desk.waiting().isEmpty)
            return OutboxPlan()
        }
        _ = try check([])
        _ = try check([finding(100)]) { (desk, _) throws in
            calls += 1
            #expect(try desk.timesBack(systemID: 1) == [1: 1] && desk.timesBack(systemID: 2) == [:])
            return OutboxPlan()
        }
        #expect(calls == 2)
    }

    @Test("what is told is kept with the findings; a planner that throws leaves neither")
    func together() throws {
        #expect(throws: Refusal.self) {
            try check([finding(100)]) { desk, changes in
                #expect(try !planner(desk, changes).isEmpty)
                throw Refusal()
            }
        }
        #expect(try lake.findings().isEmpty && lake.outbox().isEmpty && lake.lastRun() == nil)
        #expect(try lake.analysisMark(systemID: 1) == nil)
        #expect(try check([finding(100)], telling: planner).opened.count == 1)
        #expect(try lake.findings().count == 1 && lake.outbox().count == 1 && lake.told().count == 1)
        // The next run has nothing to tell.
        _ = try check([finding(100)], telling: planner)
        #expect(try lake.outbox().count == 1)
        // A step that was missed is made up for by time.
        _ = try check([finding(100), finding(900)])
        #expect(try lake.plan(planner) == 1 && lake.plan(planner) == 0)
    }

    @Test("a round of the watch tells where findings changed, and else asks no planner")
    func live() throws {
        let relay = finding(100, kind: .relayOpenedItself, rule: FindingRule(.liveRelayOpened))
        var calls = 0
        func round(_ opened: [Finding], isRefused: Bool = false) throws {
            let minute = LiveHome.rows(1)[0]
            _ = try lake.stageLive([minute], systemID: 1, findings: LiveFindingUpdate(opened: opened)) {
                calls += 1
                if isRefused { throw Refusal() }
                return try planner($0, $1)
            }
        }
        try round([])
        #expect(calls == 0)
        #expect(throws: Refusal.self) { try round([relay], isRefused: true) }
        #expect(try lake.findings().isEmpty && lake.told().isEmpty && lake.liveRowCount() == 1)
        try round([relay])
        try round([relay])
        #expect(try calls == 2 && lake.outbox().count == 1 && lake.told().count == 1)
    }

    @Test(
        "a finding that moves takes its marks along, and what messages tell of it; what was told of its new name stays"
    )
    func moving() throws {
        _ = try check([finding(100), finding(5000, 6000)], telling: planner)
        let (old, new) = ("1|site|site_silent|100", "1|site|site_silent|160")
        try home.keep(
            [OutboxHome.item("two", events: [OutboxHome.event(old, .over), OutboxHome.event("1", .digest)])],
            [
                OutboxHome.mark(OutboxHome.event(old, .over, level: "1")),
                OutboxHome.mark(OutboxHome.event(new, .over, level: "1"), at: 5),
                OutboxHome.mark(OutboxHome.event("1|site|site_silent|1000")),
            ]
        )
        var failed = try lake.outbox()[0]
        failed.attempts = 9
        failed.state = .failed
        try lake.keepOutbox([failed])
        let names = try lake.outbox().map(\.dedupe)
        #expect(try check([finding(160), finding(5000, 6000)], telling: planner).updated.count == 1)
        let items = try lake.outbox()
        #expect(items.map(\.dedupe) == names)
        #expect(items[0].events == [OutboxHome.event(new)] && items[0].state == .failed)
        #expect(items[2].events.map(\.identity) == [new, "1"])
        let told = try lake.told().map {
            "\($0.told.event.rawValue) \($0.told.identity) \($0.atMicroseconds)"
        }
        #expect(
            told.sorted()
                == [
                    "new 1|site|site_silent|1000 \(OutboxHome.start)", "new \(new) \(OutboxHome.start)",
                    "new 1|site|site_silent|5000 \(OutboxHome.start)", "over \(new) 5",
                ].sorted()
        )
        #expect(try lake.verify().damages == [])
    }

    @Test("a night that takes a live finding over, and a watch that reopens it, take its marks along")
    func movingLive() throws {
        func live(_ update: LiveFindingUpdate) throws {
            _ = try lake.stageLive([], systemID: 1, findings: update, telling: planner)
        }
        let kind = FindingKind.relayOpenedItself
        try live(LiveFindingUpdate(opened: [finding(1000, kind: kind, rule: FindingRule(.liveRelayOpened))]))
        _ = try check([finding(900, kind: kind, rule: FindingRule(.relayOpen))], telling: planner)
        #expect(try lake.told().map(\.told.identity) == ["1|site|relay_opened_itself|900"])
        #expect(try lake.outbox().map(\.events[0].identity) == ["1|site|relay_opened_itself|900"])
    }

    @Test("a channel that fails is opened, told on and ended by its sender alone; no night closes it")
    func channel() throws {
        func sender(_ update: LiveFindingUpdate) throws -> FindingChanges {
            try lake.stageLive([], systemID: 1, findings: update)
        }
        func failing(_ start: Int64, _ end: Int64? = nil, severity: Severity = .warning) -> Finding {
            var found = finding(
                start,
                end,
                device: "mail",
                kind: .channelFailing,
                rule: FindingRule(.notDelivered)
            )
            found.severity = severity
            return found
        }
        let opened = try sender(LiveFindingUpdate(opened: [failing(1000)])).opened
        #expect(opened.count == 1)
        #expect(try check([]).closed.isEmpty)
        #expect(
            try sender(LiveFindingUpdate(updated: [failing(1000, severity: .critical)])).updated.count == 1
        )
        // Another channel is another finding, and so is the same one within a quarter of an hour.
        var other = failing(1000)
        other.device = "phone"
        #expect(try sender(LiveFindingUpdate(opened: [other])).opened.count == 1)
        #expect(try sender(LiveFindingUpdate(ended: [failing(1000, 2000)])).closed.count == 1)
        #expect(try sender(LiveFindingUpdate(opened: [failing(2100)])).opened.count == 1)
        #expect(try sender(LiveFindingUpdate(ended: [failing(2100, 2200)])).closed.count == 1)
        #expect(try check([]).closed.isEmpty)
        let all = try lake.findings().map {
            "\($0.device) \($0.start.utcSeconds) \($0.end?.utcSeconds ?? 0) \($0.state)"
        }
        #expect(all == ["mail 1000 2000 open", "phone 1000 0 open", "mail 2100 2200 open"])
        let history = try lake.history(findingID: opened[0].findingID).map(\.change)
        #expect(history == [.opened, .updated, .ended])
    }

    @Test(
        "an acknowledgement ends where the cost has doubled and grown by 5 kWh, against what it was when it was given",
        arguments: [
            (kWh: [20.0, 39.9], isQuiet: true), (kWh: [20.0, 40.0], isQuiet: false),
            (kWh: [2.0, 6.9], isQuiet: true), (kWh: [2.0, 7.0], isQuiet: false),
            (kWh: [20.0, 30.0, 39.0], isQuiet: true), (kWh: [20.0, 30.0, 40.0], isQuiet: false),
            (kWh: [nil, 30.0, 59.0], isQuiet: true), (kWh: [nil, 30.0, 60.0], isQuiet: false),
            (kWh: [20.0, nil], isQuiet: true),
        ] as [(kWh: [Double?], isQuiet: Bool)]
    )
    func acknowledged(kWh: [Double?], isQuiet: Bool) throws {
        _ = try check([finding(100, lostKWh: kWh[0])])
        #expect(try lake.acknowledge(findingID: 1, note: "known"))
        for cost in kWh.dropFirst().dropLast() {
            #expect(try check([finding(100, lostKWh: cost)]).updated.isEmpty)
        }
        let last = try check([finding(100, lostKWh: kWh[kWh.count - 1])])
        #expect(last.updated.isEmpty == isQuiet)
        #expect(try lake.findings()[0].isQuiet(atMicroseconds: OutboxHome.start) == isQuiet)
        // Acknowledged anew, it counts from there.
        #expect(try lake.acknowledge(findingID: 1, note: nil))
        #expect(try check([finding(100, lostKWh: kWh[kWh.count - 1])]).updated.isEmpty)
        #expect(try lake.findings()[0].isQuiet(atMicroseconds: OutboxHome.start))
    }

    @Test("a cost is what is lost, else what is missing, else what proves it; what is no cost is none")
    func cost() {
        func cost(_ facts: (inout Evidence) -> Void) -> Int64? {
            var found = finding(0)
            found.evidence = Evidence(kept: Evidence(facts).json.compact)
            return found.costWh
        }
        #expect(cost { $0.lostKWh = 1.25 } == 1300)
        #expect(cost { ($0.provenKWh, $0.missingWh, $0.lostKWh) = (9, 800, 2) } == 2000)
        #expect(cost { ($0.provenKWh, $0.missingWh) = (9, 800) } == 800)
        #expect(cost { $0.provenKWh = 9 } == 9000)
        #expect(cost { $0.rows = 5 } == nil)
        #expect(cost { $0.missingWh = -5 } == nil)
        #expect(cost { $0.lostKWh = 1e300 } == nil)
        var broken = finding(0)
        broken.evidence = Evidence(kept: "{")
        #expect(broken.costWh == nil)
    }
}
