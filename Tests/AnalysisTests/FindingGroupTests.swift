// Findings of one cause are told as one: which leads, since when, how grave; and what a silence of the cloud ends with.

import Readings
import TestSupport
import Testing

@testable import Analysis

@Suite("one cause")
struct FindingGroupTests {
    private func finding(
        _ kind: FindingKind,
        _ device: String = "site",
        days: Range<Int64>,
        lasts: Bool = false,
        severity: Severity = .warning,
        sureness: Sureness = .sure,
        evidence: Evidence = Evidence()
    ) -> Finding {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: days.lowerBound * 86_400),
            end: lasts ? nil : Instant(utcSeconds: days.upperBound * 86_400),
            alert: Instant(utcSeconds: days.lowerBound * 86_400 + 60),
            severity: severity,
            sureness: sureness,
            rule: FindingRule(object: .object([])),
            evidence: evidence,
            knownEnd: Instant(utcSeconds: days.upperBound * 86_400)
        )
    }

    private func told(_ findings: [Finding]) -> [Finding] {
        FindingGroups.of(findings).map { $0.told(findings) }
    }

    @Test("a silence is told with the cloud's and with what it hid, and is as grave as the gravest")
    func silence() throws {
        let findings = [
            finding(.cloudSilent, "G", days: 10..<50, severity: .critical),
            finding(.outage, days: 12..<48, severity: .notice),
            finding(.siteSilent, days: 12..<48, severity: .warning), finding(.siteSilent, days: 80..<82),
            finding(.outage, days: 80..<82, severity: .critical),
        ]
        let groups = told(findings)
        #expect(groups.map(\.kind) == [.siteSilent, .siteSilent])
        #expect(groups.map(\.severity) == [.critical, .critical])
        #expect(groups[0].start == findings[2].start && groups[0].end == findings[2].end)
        #expect(groups[0].sideEffects.map(\.kind) == [.cloudSilent, .outage])
        #expect(FindingGroups.of(findings)[0].others == [0, 1])
    }

    @Test("a lost inverter is one since it fell silent; another one's silence stays by itself")
    func inverter() throws {
        let groups = told([
            finding(.deviceSilent, "A", days: 3..<40, lasts: true),
            finding(.deviceSilent, "B", days: 3..<40, lasts: true),
            finding(.inverterLost, "A", days: 14..<40, lasts: true),
        ])
        #expect(groups.map(\.kind) == [.deviceSilent, .inverterLost] && groups[0].device == "B")
        #expect(groups[1].start.utcSeconds == 3 * 86_400 && groups[1].end == nil)
    }

    @Test("what lasts is told, and what is over with it")
    func lasting() throws {
        let battery = Evidence { $0.deviceKind = "battery" }
        let flat = finding(.batteryDeep, "pack", days: 5..<6, severity: .critical)
        let asleep = finding(.deviceSilent, "B1", days: 6..<30, lasts: true, evidence: battery)
        let groups = told([flat, asleep])
        #expect(groups.map(\.kind) == [.deviceSilent] && groups[0].severity == .critical)
        #expect(groups[0].sideEffects.map(\.kind) == [.batteryDeep])
        // A silent inverter has nothing to do with flat batteries.
        let inverter = Evidence { $0.deviceKind = "inverter" }
        #expect(
            told([flat, finding(.deviceSilent, "I", days: 6..<30, lasts: true, evidence: inverter)]).count
                == 2
        )
    }

    @Test(
        "an opening of the relay is one, and no graver than its reason: in a failure of the grid it is to open"
    )
    func relay() throws {
        let own = told([
            finding(.gridDisagreement, days: 4..<5), finding(.island, days: 4..<5),
            finding(.relayOpenedItself, "C", days: 4..<4, severity: .critical),
        ])
        #expect(own.map(\.kind) == [.gridDisagreement] && own[0].severity == .critical)
        let failure = told([
            finding(.island, days: 4..<5), finding(.relayOpenedItself, "C", days: 4..<4, severity: .critical),
        ])
        #expect(failure.map(\.kind) == [.island] && failure[0].severity == .warning)
        // What is only suspected explains nothing.
        #expect(
            told([
                finding(.island, days: 4..<5, sureness: .suspected),
                finding(.relayOpenedItself, "C", days: 4..<4),
            ]).count == 2
        )
    }

    @Test(
        "a silence of the cloud ends with the first row that came through it behind the capture that shows it"
    )
    func cloud() throws {
        let event = SiteEvent(
            .cloudSilent,
            Device(.gateway, "G"),
            startUTCSeconds: 1_000,
            origin: "capture",
            text: "silent"
        )
        var records = SiteRecords(events: [SeenEvent(event, seenUTCSeconds: 5_000)])
        records.states = [
            DeviceState(
                Device(.gateway, "G"),
                atUTCSeconds: 90_000,
                origin: "capture",
                properties: [.cloudConnected: "true"]
            )
        ]
        #expect(CaptureEventDetector.findings(records).map { $0.end?.utcSeconds } == [90_000])
        records.cloudRows = [4_000, 20_000, 30_000]
        #expect(CaptureEventDetector.findings(records).map { $0.end?.utcSeconds } == [20_000])
    }

    @Test("what a home's data do not allow to look for is told by needs of intervals and of records")
    func notLookedFor() {
        let nothing = DetectorReadiness.notLookedFor(nil, KnownRecords())
        let kinds = Set(nothing.flatMap(\.kinds))
        #expect(kinds.isSuperset(of: [.microDead, .island, .cloudSilent, .mismatch, .stepDisagreement]))
        #expect(kinds.isDisjoint(with: [.siteSilent, .dropout, .zeroDay]))
        var known = KnownRecords()
        known.hasCaptures = true
        known.hasBills = true
        let captured = Set(DetectorReadiness.notLookedFor(nil, known).flatMap(\.kinds))
        #expect(captured.isDisjoint(with: [.cloudSilent, .mismatch, .deviceSilent]))
    }
}
