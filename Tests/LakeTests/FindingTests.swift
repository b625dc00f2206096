// The life of a finding.

import Lake
import Readings
import TestSupport
import Testing

@Suite("life of a finding")
struct FindingTests {
    private let folder: ScratchFolder
    private let lake: LakeWriter

    init() throws {
        folder = try ScratchFolder()
        lake = try LakeStore(
            path: folder.path + "/s",
            environment: LakeEnvironment(programVersion: "0", nowMicroseconds: { 5_000_000 })
        ).writerOrNew()
    }

    private func finding(_ start: Int64, _ end: Int64?, _ severity: Severity = .warning) -> StoredFinding {
        StoredFinding(
            systemID: 1,
            finding: Finding(
                device: "site",
                kind: .siteSilent,
                start: Instant(utcSeconds: start),
                end: end.map { Instant(utcSeconds: $0) },
                alert: Instant(utcSeconds: start + 10),
                severity: severity,
                rule: FindingRule(.absentRun),
                evidence: Evidence(),
                knownEnd: Instant(utcSeconds: end ?? start)
            )
        )
    }

    private func run(_ findings: [StoredFinding]) throws -> FindingChanges {
        try lake.store([SiteFindings(systemID: 1, findings: findings)], kind: "check", milliseconds: 0)
    }

    @Test("it is opened, known, updated, closed and reopened, and its history is kept")
    func life() throws {
        #expect(try run([finding(100, nil)]).opened.count == 1)
        #expect(try run([finding(100, nil)]).known == 1)
        #expect(try run([finding(100, 900)]).updated.count == 1)
        #expect(try run([]).closed.count == 1)
        #expect(try lake.findings().map(\.state) == [.closed])
        #expect(try run([finding(100, nil)]).reopened.count == 1)
        let stored = try lake.findings()
        #expect(stored.count == 1 && stored[0].state == .open && stored[0].closedBy == nil)
        let history = try lake.history(findingID: stored[0].findingID).map(\.change)
        #expect(history == [.opened, .updated, .closed, .reopened])
    }

    @Test("a start that moves a little keeps the identity; two of one kind stay two")
    func moved() throws {
        _ = try run([finding(100, 500), finding(1_000, nil)])
        let changes = try run([finding(160, 500), finding(1_000, nil)])
        #expect(changes.updated.count == 1 && changes.opened.isEmpty && changes.closed.isEmpty)
        #expect(try lake.findings().map(\.start.utcSeconds) == [160, 1_000])
    }

    @Test("what lies outside the scope of a run stays as it is")
    func scope() throws {
        _ = try run([finding(100, 500), finding(1_000, nil)])
        let part = SiteFindings(systemID: 1, findings: [], isInScope: { $0.start.utcSeconds >= 1_000 })
        let changes = try lake.store([part], kind: "check", milliseconds: 0)
        #expect(changes.closed.map(\.start.utcSeconds) == [1_000])
    }

    @Test("an acknowledged finding is quiet until it grows worse; a muted one until its time")
    func quiet() throws {
        _ = try run([finding(100, nil)])
        let findingID = try #require(try lake.findings().first).findingID
        #expect(try lake.acknowledge(findingID: findingID, note: "known"))
        #expect(try lake.acknowledge(findingID: 99, note: nil) == false)
        _ = try run([finding(100, nil)])
        #expect(
            try lake.findings()[0].isQuiet(atMicroseconds: 6_000_000) && lake.findings()[0].note == "known"
        )
        _ = try run([finding(100, nil, .critical)])
        #expect(try lake.findings()[0].isQuiet(atMicroseconds: 6_000_000) == false)
        #expect(try lake.mute(findingID: findingID, untilMicroseconds: 9_000_000))
        #expect(try lake.findings()[0].isQuiet(atMicroseconds: 8_000_000))
        #expect(try lake.findings()[0].isQuiet(atMicroseconds: 10_000_000) == false)
    }
}
