// What one channel is told of one site now. What was told of a finding stands in ToldLife; when a message goes in Delivery.

import Readings

/// Plans a channel's message of a site.
struct Planner {
    private let input: PlanInput
    private let now: Int64
    private let nowSeconds: Int64
    private let site: String
    private var lives: [String: ToldLife] = [:]
    /// When the channel was seen first, microseconds UTC; nil before.
    private var seenMicroseconds: Int64?
    private var digests: Set<String> = []

    private var events: [ToldEvent] = []
    /// What counts as told without being told.
    private var silent: [ToldEvent] = []
    private var older: [(identity: String, severity: Severity)] = []

    /// Ended longer ago, a finding is counted only.
    static let olderSeconds: Int64 = 14 * 86_400
    /// The least time between two times that something came back, microseconds.
    static let againMicroseconds = 7 * PlanTime.day
    /// What cost at least twice as much, and so much more, has grown worse, Wh.
    static let worseWh: Int64 = 5_000

    /// Takes in what is known.
    init(_ input: PlanInput) {
        self.input = input
        now = input.nowMicroseconds
        nowSeconds = PlanTime.seconds(now)
        site = "\(input.systemID)"
        for mark in input.told {
            switch mark.told.event {
            case .openNow:
                seenMicroseconds = min(mark.atMicroseconds, seenMicroseconds ?? mark.atMicroseconds)
            case .digest: digests.insert(mark.told.level)
            case .older, .state, .serviceFailed, .test: break
            default: lives[mark.told.identity, default: ToldLife()].take(mark)
            }
        }
    }

    private var channel: ChannelRules { input.channel }

    /// The channel's first plan for the site: what is open is told as open now.
    private var isFirst: Bool { seenMicroseconds == nil && input.isChecked }

    /// Returns what is to be told.
    mutating func plan() -> OutboxPlan {
        takeFindings()
        if isFirst { lead() }
        takeDigest()
        return outbox()
    }

    // MARK: - Findings

    private mutating func takeFindings() {
        var places: [String: Int] = [:]
        places.reserveCapacity(input.findings.count)
        for (index, finding) in input.findings.enumerated() {
            // Of two by one identity the one that lasts counts.
            if let other = places[finding.identity],
                input.findings[other].isLasting || !finding.isLasting
            {
                continue
            }
            places[finding.identity] = index
        }
        for (index, finding) in input.findings.enumerated() where places[finding.identity] == index {
            if finding.finding.kind == .channelFailing, finding.finding.device == channel.name { continue }
            take(finding)
        }
        guard input.isChecked else { return }
        for (identity, life) in lives
        where life.isLasting && places[identity] == nil && !Planner.isUnseenByChecks(identity) {
            events.append(over(identity, life))
        }
    }

    /// Tells whether no check sees such a finding: where the store was made anew it may go on although it is not there.
    private static func isUnseenByChecks(_ identity: String) -> Bool {
        let parts = identity.split(separator: "|")
        return parts.count > 1
            && FindingKind(rawValue: String(parts[parts.count - 2]))?.isUnseenByChecks ?? false
    }

    private mutating func take(_ finding: NotifiedFinding) {
        guard let life = lives[finding.identity] else { return takeUntold(finding) }
        if !finding.isLasting {
            if life.isLasting, !finding.isMuted { events.append(over(finding.identity, life)) }
        } else if isTold(finding) {
            if life.isLasting { takeLasting(finding, life) } else { takeBack(finding, life) }
        }
    }

    /// What nobody was told of yet.
    private mutating func takeUntold(_ finding: NotifiedFinding) {
        guard finding.state == .open, isTold(finding), !isQuiet(finding, nil) else { return }
        guard let end = finding.finding.end?.utcSeconds else {
            if isEscalated(finding) { events.append(event(.new, finding)) }
            return
        }
        guard channel.afterDays == nil else { return }
        let isLately = PlanTime.elapsed(from: end, to: nowSeconds) < Planner.olderSeconds
        if isLately, finding.standing == .followUp {
            if isFirst {
                silent.append(event(.newAndOver, finding))
            } else if input.isChecked || finding.isFresh {
                events.append(event(.newAndOver, finding))
            }
        }
        let isCounted = isLately ? isFirst && finding.standing == .followUp : true
        if isCounted, finding.isFresh, input.runID != 0, finding.finding.severity >= .warning {
            older.append((finding.identity, finding.finding.severity))
        }
    }

    /// What was told as lasting, and lasts.
    private mutating func takeLasting(_ finding: NotifiedFinding, _ life: ToldLife) {
        let reminder = dueReminder(finding, life)
        if let level = worseLevel(finding, life), !finding.isMuted {
            events.append(event(.worse, finding, level: level))
            if let reminder { silent.append(event(.reminder, finding, level: reminder)) }
        } else if let reminder, !isQuiet(finding, life) {
            events.append(event(.reminder, finding, level: reminder))
        }
    }

    /// What was told as over, and lasts.
    private mutating func takeBack(_ finding: NotifiedFinding, _ life: ToldLife) {
        guard !isQuiet(finding, life), isEscalated(finding) else { return }
        if let last = life.againMicroseconds, finding.finding.severity <= life.severity,
            !PlanTime.isAhead(last, of: now),
            PlanTime.elapsed(from: last, to: now) < Planner.againMicroseconds
        {
            return
        }
        events.append(event(.again, finding, level: "\(life.agains + 1)"))
    }

    private func over(_ identity: String, _ life: ToldLife) -> ToldEvent {
        ToldEvent(
            .over,
            identity: identity,
            level: "\(life.agains + 1)",
            severity: life.severity,
            costWh: life.costWh
        )
    }

    private func event(_ event: MessageEvent, _ finding: NotifiedFinding, level: String = "") -> ToldEvent {
        ToldEvent(
            event,
            identity: finding.identity,
            level: level,
            severity: finding.finding.severity,
            costWh: finding.finding.costWh
        )
    }

    // MARK: - Rules

    /// Tells whether the channel hears of such a finding. What is sure without a reason is told as likely, never as suspected.
    private func isTold(_ finding: NotifiedFinding) -> Bool {
        finding.leader == nil && finding.finding.severity >= channel.fromSeverity
            && finding.finding.sureness != .suspected
    }

    /// Tells whether its owner wants no word of it. What was told as worse behind his acknowledgement has ended that.
    private func isQuiet(_ finding: NotifiedFinding, _ life: ToldLife?) -> Bool {
        guard finding.isQuiet || finding.isMuted || finding.standing == .known else { return false }
        guard !finding.isMuted, let known = finding.acknowledgedMicroseconds,
            let worse = life?.worseMicroseconds, !PlanTime.isAhead(worse, of: now)
        else { return true }
        return worse <= known
    }

    /// Tells whether it has lasted as long as the channel wants it to.
    private func isEscalated(_ finding: NotifiedFinding) -> Bool {
        guard let days = channel.afterDays else { return true }
        return PlanTime.elapsed(from: finding.finding.alert.utcSeconds, to: nowSeconds)
            >= Int64(min(max(days, 0), 36_500)) * 86_400
    }

    private func worseLevel(_ finding: NotifiedFinding, _ life: ToldLife) -> String? {
        if finding.finding.severity > life.severity { return finding.finding.severity.rawValue }
        guard let told = life.costWh, let cost = finding.finding.costWh, cost / 2 >= told,
            PlanTime.elapsed(from: told, to: cost) >= Planner.worseWh
        else { return nil }
        return "cost:\(cost)"
    }

    /// The level of the highest reminder whose days have passed and which is above those that were told; nil for none.
    private func dueReminder(_ finding: NotifiedFinding, _ life: ToldLife) -> String? {
        guard var base = life.lastingSinceMicroseconds else { return nil }
        // A time that is yet to come says nothing: it lasts since it began.
        if PlanTime.isAhead(base, of: now) {
            base = finding.finding.alert.utcSeconds.multipliedSaturated(1_000_000)
        }
        let passed = highestReminder(PlanTime.days(from: base, to: now))
        guard passed > life.remindedDays(since: base), !life.hasReminder(passed) else { return nil }
        return ToldLife.Reminder(days: passed, again: life.agains).level
    }

    private func highestReminder(_ days: Int) -> Int {
        let steps = channel.reminderDays.filter { $0 > 0 }
        guard let last = steps.max() else { return 0 }
        return days >= last ? days / last * last : steps.filter { $0 <= days }.max() ?? 0
    }
}

// MARK: - The message

extension Planner {
    private mutating func lead() {
        let new = events.filter { $0.event == .new }
        let lead = ToldEvent(
            .openNow,
            identity: site,
            severity: new.map(\.severity).max() ?? .notice,
            count: new.count
        )
        if new.isEmpty { silent.append(lead) } else { events.append(lead) }
    }

    private mutating func takeDigest() {
        guard let seenMicroseconds, channel.afterDays == nil,
            let day = DigestDay(channel.digestWeekday, zone: input.zone)?.last(before: nowSeconds)
        else { return }
        let isWithin =
            PlanTime.isAhead(seenMicroseconds, of: now)
            || day > input.zone.wallClock(atUTCSeconds: PlanTime.seconds(seenMicroseconds)).day
        guard isWithin, !digests.contains(day.description) else { return }
        // A check tells it with what it found; without one it waits for the morning.
        let clock = input.zone.wallClock(atUTCSeconds: nowSeconds)
        guard input.runID != 0 || clock.day > day || Int(clock.secondOfDay) >= DigestDay.hour * 3600 else {
            return
        }
        events.append(ToldEvent(.digest, identity: site, level: day.description, severity: .notice))
    }

    private mutating func outbox() -> OutboxPlan {
        var plan = OutboxPlan()
        plan.marks = (events + silent).map {
            ToldMark(channel: channel.name, told: $0, atMicroseconds: now)
        }
        let isAlone = events.isEmpty
        if let passengers = passengers() { events.append(passengers) }
        guard !events.isEmpty else { return plan }
        var item = OutboxItem(
            channel: channel.name,
            systemID: input.systemID,
            dedupe: name(),
            events: EventList.ordered(events, systemID: input.systemID),
            createdMicroseconds: now,
            dueMicroseconds: isAlone ? passengersDue : due
        )
        if channel.isHeldThere, !isAlone { item.nextMicroseconds = now }
        item.runID = input.runID
        plan.items = [item]
        return plan
    }

    /// What was over long before it was found.
    private func passengers() -> ToldEvent? {
        guard !older.isEmpty else { return nil }
        return ToldEvent(
            .older,
            identity: site,
            level: String(input.name(older.map(\.identity).sorted().joined(separator: "\n")).prefix(16)),
            severity: older.map(\.severity).max() ?? .warning,
            count: older.count
        )
    }

    /// The same of the same events, on any machine.
    private func name() -> String {
        let told = events.map { "\($0.event.rawValue)|\($0.identity)|\($0.level)" }.sorted()
        return input.name(([channel.name, site] + told).joined(separator: "\n"))
    }

    private var due: Int64 {
        if EventList.isUrgent(events), !channel.isQuietForAll { return now }
        return quietEnd(nowSeconds) ?? now
    }

    /// What waits for another message waits for the next week's at most.
    private var passengersDue: Int64 {
        let week = nowSeconds + 7 * 86_400
        let next = DigestDay(channel.digestWeekday, zone: input.zone)?.next(after: nowSeconds) ?? week
        return quietEnd(next) ?? next.multipliedSaturated(1_000_000)
    }

    private func quietEnd(_ utcSeconds: Int64) -> Int64? {
        channel.quiet?.end(atUTCSeconds: utcSeconds, zone: input.zone)?.multipliedSaturated(1_000_000)
    }
}
