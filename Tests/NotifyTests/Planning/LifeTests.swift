// Years of hundreds of findings, played by chance: whatever happens to them, to the clock and to the store, each channel hears of
// each step once.

import Notify
import Readings
import TestSupport
import Testing

@Suite struct LifeTests {
    /// A channel with its marks and its judge.
    struct Told {
        var book: PlanBook
        var judge: LifeJudge
        var begins: Int

        mutating func plan(_ life: PlayedLife, clock: Int64, run: Int64, isChecked: Bool) {
            book.now = clock
            book.isChecked = isChecked
            book.findings = life.stored.keys.sorted().compactMap { life.stored[$0] }
            let input = book.input(run: run)
            let plan = book.plan(run: run)
            judge.hear(plan, life.stored, now: clock)
            judge.judge(life.stored, now: clock, isChecked: isChecked)
            guard !plan.isEmpty else { return }
            var other = input
            other.findings.reverse()
            other.told.reverse()
            #expect(MessagePlan.plan(other).items == plan.items, "seed \(judge.seed)")
            // Asked again, nothing is left to tell.
            let next = MessagePlan.plan(book.input(run: 0))
            #expect(next.isEmpty, "seed \(judge.seed) at \(clock)")
        }

        mutating func rename(_ old: String, _ new: String) {
            for index in book.marks.indices where book.marks[index].told.identity == old {
                book.marks[index].told.identity = new
            }
            judge.rename(old, new)
        }

        /// As the store does behind a clock that was set back.
        mutating func bringBack(_ clock: Int64) {
            for index in book.marks.indices
            where book.marks[index].atMicroseconds > (clock + 3600) * 1_000_000 {
                book.marks[index].atMicroseconds = clock * 1_000_000
            }
        }
    }

    private static func channels(_ seed: UInt64) throws -> [Told] {
        func told(_ name: String, from step: Int = 0, _ change: (inout ChannelRules) -> Void) throws -> Told {
            var rules = ChannelRules(name: name)
            change(&rules)
            var book = PlanBook()
            book.channel = rules
            book.zone = try zoneRules("Europe/London")
            return Told(book: book, judge: LifeJudge(rules, seed: seed), begins: step)
        }
        return [
            try told("mail") { _ in },
            try told("phone") {
                ($0.fromSeverity, $0.quiet) = (.critical, QuietHours(fromMinute: 1320, toMinute: 420))
            },
            try told("later", from: 333) { $0.fromSeverity = .notice },
            try told("installer") { $0.afterDays = 7 },
        ]
    }

    @Test("each step is told once, and none is missing", arguments: 0..<2)
    func lives(_ part: Int) throws {
        var told: [MessageEvent: Int] = [:]
        for seed in (part * 6)..<(part * 6 + 6) {
            for channel in try LifeTests.play(UInt64(seed)) {
                for (event, count) in channel.judge.told { told[event, default: 0] += count }
            }
        }
        // The lives hold every step there is.
        for event in MessageEvent.allCases where event.isOfFinding || event == .openNow || event == .digest {
            #expect(told[event, default: 0] > 3, "\(event)")
        }
    }

    /// Plays a year in steps of half a day.
    private static func play(_ seed: UInt64) throws -> [Told] {
        var life = PlayedLife(seed: seed)
        var channels = try LifeTests.channels(seed)
        var (offset, isChecked, skipped) = (Int64(0), false, 0)
        for step in 0..<730 {
            let now = PlanBook.begin + Int64(step) * 43_200 + Int64(life.chance.below(900))
            life.live(to: now)
            let setBy = clockChange(&life.chance, offset)
            offset += setBy
            for index in channels.indices where setBy != 0 {
                channels[index].judge.isClockOdd = true
                if seed % 3 != 0 { channels[index].bringBack(now + offset) }
            }
            life.own(now + offset)
            if life.chance.once(in: 400) {
                isChecked = false
                life.rebuild()
                if life.chance.once(in: 2) { for index in channels.indices { channels[index].forget() } }
            }
            if skipped == 0, life.chance.once(in: 150) { skipped = life.chance.below(60) }
            skipped = max(0, skipped - 1)
            let hasCheck = skipped == 0 && step % 2 == 1
            if hasCheck {
                isChecked = true
                for move in life.check(now + offset) {
                    for index in channels.indices { channels[index].rename(move.old, move.new) }
                }
            }
            for index in channels.indices where channels[index].begins <= step {
                channels[index].plan(
                    life,
                    clock: now + offset,
                    run: hasCheck ? Int64(step) : 0,
                    isChecked: isChecked
                )
            }
        }
        return channels
    }

    /// By how much the clock is set now, seconds: ahead by a day or a year, and back again.
    private static func clockChange(_ chance: inout PlayedChance, _ offset: Int64) -> Int64 {
        if offset != 0 { return chance.once(in: 20) ? -offset : 0 }
        guard chance.once(in: 500) else { return 0 }
        return [86_400, -86_400, 365 * 86_400, -365 * 86_400][chance.below(4)]
    }
}

extension LifeTests.Told {
    fileprivate mutating func forget() {
        book.marks = []
        judge.forget()
    }
}
