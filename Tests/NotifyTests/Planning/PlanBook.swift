// A channel's book by hand: findings, marks and a clock, planned as the store would. It keeps marks as the store does: one that is
// there stays.

import Notify
import Readings
import TestSupport

/// A site's findings and what a channel was told of them.
struct PlanBook {
    var channel = ChannelRules(name: "mail")
    var zone = TimeZoneRules.utc
    var marks: [ToldMark] = []
    /// Seconds UTC. The first moment is a Wednesday, 2026-07-01 10:00.
    var now = PlanBook.begin
    var isChecked = true
    var findings: [NotifiedFinding] = []

    static let begin: Int64 = 1_782_900_000
    static let day: Int64 = 86_400
    static let name: @Sendable (String) -> String = { text in
        var state: UInt64 = 14_695_981_039_346_656_037
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        return String(state, radix: 16) + String(text.utf8.count, radix: 16)
    }

    /// A book of a channel that has been told what was open when it came: nothing.
    static func seen(_ change: (inout PlanBook) -> Void = { _ in }) -> PlanBook {
        var book = PlanBook()
        book.now -= day
        _ = book.plan()
        book.now += day
        change(&book)
        return book
    }

    func input(run: Int64 = 1) -> PlanInput {
        PlanInput(
            channel: channel,
            systemID: 1,
            zone: zone,
            nowMicroseconds: now * 1_000_000,
            findings: findings,
            told: marks,
            isChecked: isChecked,
            runID: run,
            name: PlanBook.name
        )
    }

    /// Plans and keeps the marks.
    mutating func plan(run: Int64 = 1) -> OutboxPlan {
        let plan = MessagePlan.plan(input(run: run))
        for mark in plan.marks
        where !marks.contains(where: {
            $0.told.identity == mark.told.identity && $0.told.event == mark.told.event
                && $0.told.level == mark.told.level
        }) {
            marks.append(mark)
        }
        return plan
    }

    /// Plans, and returns what is told in words: `new 1|a|…`, the level behind it in brackets.
    mutating func told(run: Int64 = 1) -> [String] {
        plan(run: run).items.flatMap(\.events).map { event in
            let level = event.level.isEmpty || event.event == .older ? "" : "(\(event.level))"
            let count = event.count == 1 ? "" : "×\(event.count)"
            return "\(event.event.rawValue)\(level)\(count) \(event.identity)"
        }
    }

    /// Ends a finding now.
    mutating func end(_ identity: String) {
        let end = Instant(utcSeconds: now)
        change(identity) { $0.finding.end = end }
    }

    /// Goes on by days.
    mutating func pass(days: Double) { now += Int64(days * 86_400) }

    /// Changes a finding.
    mutating func change(_ identity: String, _ change: (inout NotifiedFinding) -> Void) {
        guard let index = findings.firstIndex(where: { $0.identity == identity }) else { return }
        change(&findings[index])
    }
}

extension NotifiedFinding {
    /// A finding that lasts and was there for a day.
    static func open(
        _ identity: String,
        since start: Int64 = PlanBook.begin - PlanBook.day,
        severity: Severity = .warning,
        kWh: Double? = nil,
        kind: FindingKind = .deviceSilent,
        device: String = "d"
    ) -> NotifiedFinding {
        NotifiedFinding(
            identity: identity,
            number: 1,
            finding: Finding(
                device: device,
                kind: kind,
                start: Instant(utcSeconds: start),
                end: nil,
                alert: Instant(utcSeconds: start),
                severity: severity,
                rule: FindingRule(kept: "{}"),
                evidence: kWh.map { lost in Evidence { $0.lostKWh = lost } } ?? Evidence(),
                knownEnd: Instant(utcSeconds: start)
            )
        )
    }

    /// The finding as it is when it has ended.
    func ended(_ end: Int64, standing: FindingStanding = .followUp) -> NotifiedFinding {
        var other = self
        other.finding.end = Instant(utcSeconds: end)
        other.standing = standing
        return other
    }
}
