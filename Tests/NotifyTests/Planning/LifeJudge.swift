// Judges what a channel was told over a played life, by a book of its own: it knows no marks.

import Notify
import Readings
import Testing

/// What a channel was told of one finding, as somebody who reads his messages knows it.
struct HeardLife {
    var isLasting = false
    var lastAgain: Int64?
    var lastLasting: Int64 = 0
    var severity = Severity.notice
    var lastWorse: Int64?
    var reminders = 0
}

/// Somebody who reads the messages of a channel and holds them against what the store knows.
struct LifeJudge {
    let channel: ChannelRules
    let seed: UInt64
    var heard: [String: HeardLife] = [:]
    var events: Set<String> = []
    var names: Set<String> = []
    var told: [MessageEvent: Int] = [:]
    /// The clock was set back since it ran right: lengths of time cannot be judged.
    var isClockOdd = false

    init(_ channel: ChannelRules, seed: UInt64) { (self.channel, self.seed) = (channel, seed) }

    /// A finding goes by another name.
    mutating func rename(_ old: String, _ new: String) {
        if let life = heard.removeValue(forKey: old) { heard[new] = life }
        for event in events where event.hasPrefix(old + "/") {
            events.remove(event)
            events.insert(new + event.dropFirst(old.count))
        }
    }

    /// The channel's marks were lost: it begins anew.
    mutating func forget() {
        heard = [:]
        events = []
        names = []
    }

    /// Hears a plan.
    mutating func hear(_ plan: OutboxPlan, _ stored: [String: NotifiedFinding], now: Int64) {
        #expect(plan.items.count <= 1, "seed \(seed)")
        guard let item = plan.items.first else { return }
        let isNewName = names.insert(item.dedupe).inserted
        #expect(isNewName, "a message of a known name is never kept; seed \(seed) at \(now): \(item.events)")
        for event in item.events {
            told[event.event, default: 0] += 1
            guard event.event.isOfFinding else { continue }
            let isFirst = events.insert("\(event.identity)/\(event.event.rawValue)/\(event.level)").inserted
            #expect(isFirst, "told twice: seed \(seed) at \(now): \(event)")
            hear(event, stored[event.identity], now: now)
        }
    }

    private mutating func hear(_ event: ToldEvent, _ finding: NotifiedFinding?, now: Int64) {
        let text = "seed \(seed) at \(now): \(event)"
        var life = heard[event.identity] ?? HeardLife()
        let isEnded =
            finding.map {
                $0.isQuiet && !$0.isMuted && (life.lastWorse ?? .min) > ($0.acknowledgedMicroseconds ?? .max)
            } ?? false
        if event.event != .over && event.event != .worse {
            #expect(finding?.isQuiet == false || isEnded || isClockOdd, "it is quiet: \(text)")
        }
        #expect(finding?.isMuted != true, "it is muted: \(text)")
        switch event.event {
        case .new, .again:
            #expect(!life.isLasting && finding?.isLasting == true, "\(text)")
            if event.event == .again, !isClockOdd, let last = life.lastAgain, event.severity <= life.severity
            {
                #expect(now - last >= 7 * 86_400, "\(text)")
            }
            if event.event == .again { life.lastAgain = now }
            (life.isLasting, life.lastLasting, life.reminders) = (true, now, 0)
        case .newAndOver:
            #expect(!life.isLasting && finding?.isLasting == false, "\(text)")
        case .over:
            #expect(life.isLasting && finding?.isLasting != true, "\(text)")
            life.isLasting = false
        case .worse:
            #expect(life.isLasting && finding?.isLasting == true, "\(text)")
            life.lastWorse = now * 1_000_000
        case .reminder:
            #expect(life.isLasting && finding?.isLasting == true, "\(text)")
            life.reminders += 1
            if !isClockOdd {
                let days = Int((now - life.lastLasting + 3600) / 86_400)
                let steps = [3, 7, 14, 30].count { $0 <= days } + max(0, days / 30 - 1)
                #expect(life.reminders <= steps && days >= 3, "\(text) after \(days) days")
            }
        default: break
        }
        life.severity = max(life.severity, event.severity)
        heard[event.identity] = life
    }

    /// Holds what was heard against what is known behind a plan: nothing that asks for its owner is untold, no end either.
    func judge(_ stored: [String: NotifiedFinding], now: Int64, isChecked: Bool) {
        // `#expect` costs more than what it asks: it is told of what is wrong only.
        for (identity, finding) in stored where channel.afterDays == nil {
            let asks =
                finding.isLasting && !finding.isQuiet && finding.leader == nil
                && finding.finding.severity >= channel.fromSeverity && finding.finding.sureness != .suspected
            let life = heard[identity]
            if asks, life?.isLasting != true {
                let isSilent = life?.lastAgain.map { now - $0 < 7 * 86_400 || isClockOdd } ?? false
                if !isSilent { Issue.record("untold: seed \(seed) at \(now): \(identity)") }
            }
        }
        for (identity, life) in heard where life.isLasting {
            guard let finding = stored[identity] else {
                if isChecked { Issue.record("its end is untold: seed \(seed) at \(now): \(identity)") }
                continue
            }
            if !finding.isLasting, !finding.isMuted {
                Issue.record("its end is untold: seed \(seed) at \(now): \(identity)")
            }
        }
    }
}
