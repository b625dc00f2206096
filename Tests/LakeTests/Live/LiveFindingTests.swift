// Findings of the live watch and of nightly runs: one of each, told once.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("findings of the live watch")
struct LiveFindingTests {
    private let home: LiveHome
    private let start = LiveHome.start
    private var lake: LakeWriter { home.lake }

    init() throws { home = try LiveHome() }

    private func finding(
        _ at: Int64,
        _ end: Int64? = nil,
        rule: String = "live_relay",
        severity: Severity = .warning,
        kind: FindingKind = .relayOpenedItself,
        knownEnd: Int64? = nil
    ) -> Finding {
        Finding(
            device: "122000000001",
            kind: kind,
            start: Instant(utcSeconds: start + at),
            end: end.map { Instant(utcSeconds: start + $0) },
            alert: Instant(utcSeconds: start + at + 120),
            severity: severity,
            rule: FindingRule(object: .object([("name", .text(rule))])),
            evidence: Evidence { $0.rows = Int(at) },
            knownEnd: Instant(utcSeconds: start + (end ?? knownEnd ?? at))
        )
    }

    private func live(
        ended: [Finding] = [],
        updated: [Finding] = [],
        opened: [Finding] = []
    ) throws -> FindingChanges {
        try lake.stageLive(
            [],
            systemID: 1,
            findings: LiveFindingUpdate(ended: ended, updated: updated, opened: opened)
        )
    }

    private func night(_ findings: [Finding]) throws -> FindingChanges {
        let stored = findings.map { StoredFinding(systemID: 1, finding: $0) }
        return try lake.store([SiteFindings(systemID: 1, findings: stored)], kind: "check", milliseconds: 0)
    }

    private func nightly(_ at: Int64, _ end: Int64? = nil, knownEnd: Int64? = nil) -> Finding {
        finding(at, end, rule: "relay_open", knownEnd: knownEnd)
    }

    @Test("one begins, grows worse and ends; a round that changes none writes no run, and closes nothing")
    func life() throws {
        let opened = try live(opened: [finding(0)])
        #expect(opened.opened.count == 1 && opened.runID == 1)
        #expect(try live(opened: [finding(0)]).runID == 0 && live().runID == 0)
        #expect(try live(opened: [finding(5000, kind: .cloudSilent)]).opened.count == 1)
        #expect(try live(updated: [finding(0, severity: .critical)]).updated.map(\.severity) == [.critical])
        let ended = try live(ended: [finding(0, 900, severity: .critical)])
        #expect(ended.closed.count == 1 && ended.runID == 4)
        let all = try lake.findings()
        #expect(all.map(\.state) == [.open, .open] && all[0].end == Instant(utcSeconds: start + 900))
        #expect(all[0].liveEnd == all[0].end && all[1].end == nil)
        let history = try lake.history(findingID: all[0].findingID).map(\.change)
        #expect(history == [.opened, .updated, .ended])
        #expect(try lake.lastRun() == nil)
        // It begins again within a quarter of an hour: it is the same.
        #expect(try live(opened: [finding(890)]).reopened.count == 1)
        #expect(try live(ended: [finding(890, 1500)]).closed.map(\.findingID) == [all[0].findingID])
        #expect(try live(opened: [finding(7200)]).opened.count == 1)
        #expect(try lake.findings().count == 3)
    }

    @Test("a night that does not see it leaves it; one that does takes it over, and finds nothing new")
    func takenOver() throws {
        let number = try #require(try live(opened: [finding(0)]).opened.first).findingID
        #expect(try night([]).closed.isEmpty)
        let changes = try night([nightly(600, knownEnd: 3600)])
        #expect(changes.opened.isEmpty && changes.updated.map(\.findingID) == [number])
        #expect(try lake.findings()[0].rule.nameText == "relay_open")
        // From now on the watch gives its end, and nothing else.
        #expect(try live(updated: [finding(0, severity: .critical)]).runID == 0)
        #expect(try live(ended: [finding(0, 7200)]).closed.count == 1)
        let known = try lake.findings()[0]
        #expect(known.rule.nameText == "relay_open" && known.severity == .warning)
        #expect(known.start == Instant(utcSeconds: start + 600) && known.evidence.rows == 600)
        #expect(known.end == Instant(utcSeconds: start + 7200))
        // Rows that do not reach that far do not undo it; rows beyond it do; a night that sees it no more closes its own.
        #expect(try night([nightly(600, knownEnd: 7000)]).known == 1)
        #expect(try lake.findings()[0].end == Instant(utcSeconds: start + 7200))
        #expect(try night([nightly(600, knownEnd: 90_000)]).updated.map(\.end) == [nil])
        #expect(try night([]).closed.count == 1)
    }

    @Test("what starts within a quarter of an hour is the same, what starts later is another one")
    func starts() throws {
        _ = try live(ended: [finding(0, 60)])
        #expect(try night([nightly(900, 1800)]).opened.isEmpty)
        _ = try live(ended: [finding(10_000, 10_060)])
        #expect(try night([nightly(900, 1800), nightly(10_901, 11_000)]).opened.count == 1)
        #expect(try lake.findings().count == 3)
    }

    @Test("the next night tells once what the watch saw begin and end")
    func told() throws {
        _ = try live(opened: [finding(0), finding(0, kind: .cloudSilent)])
        let first = try night([])
        let news = try lake.untoldChanges(before: first.runID)
        #expect(news.opened.count == 2 && news.closed.isEmpty)
        try lake.noteTold(runID: first.runID)
        _ = try live(ended: [finding(0, 900)])
        _ = try live(ended: [finding(20_000, 20_300)])
        let second = try night([])
        let over = try lake.untoldChanges(before: second.runID)
        #expect(over.closed.map(\.start.utcSeconds) == [start] && over.opened.count == 1)
        try lake.noteTold(runID: second.runID)
        let third = try night([])
        #expect(try lake.untoldChanges(before: third.runID) == FindingChanges())
    }

    @Test("the digest of a check has them as new, then as over, then no more")
    func digest() throws {
        let now = Int64(Date().timeIntervalSince1970)
        let ago = now - 7200 - start
        var columns = ReadingColumns()
        for slot in 0..<96 as Range<Int64> {
            let at = (now / 900 - 96 + slot) * 900
            columns.append(startUTCSeconds: at, energyWh: [5, 9, 4, 0, 0, 0])
        }
        let batch = RowBatch.site(.gateway, seconds: 900, columns)
        _ = try lake.stageLive(
            [batch],
            systemID: 1,
            findings: LiveFindingUpdate(opened: [finding(ago, kind: .cloudSilent)])
        )
        func check() throws -> (new: [String], closed: [String]) {
            let result = try Program.run("check", "--store", home.path, "--json")
            #expect(result.code < 2, "\(result.errors)")
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            let site = try #require((json?["sites"] as? [[String: Any]])?.first)
            func kinds(_ name: String) -> [String] {
                (site[name] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
                    .filter { $0 == "cloud_silent" }
            }
            return (kinds("new"), kinds("closed"))
        }
        #expect(try check() == (["cloud_silent"], []))
        let ended = try live(ended: [finding(ago, ago + 3600, kind: .cloudSilent)])
        #expect(ended.closed.count == 1, "\(ended)")
        let told = try lake.findings().map { "\($0.kind) \($0.start) \($0.end as Any)" }
        #expect(try check() == ([], ["cloud_silent"]), "\(told)")
        #expect(try check() == ([], []))
    }
}
