// What time brings about: reminders, the week, escalation, the first plan, quiet hours, clocks that were set. With findings made by
// hand.

import Notify
import Readings
import TestSupport
import Testing

@Suite struct PlanTimeTests {
    @Test(
        "what lasts is told again after 3, 7, 14, 30 days, then every 30; a step that was missed is not made up for twice"
    )
    func reminders() {
        var book = PlanBook.seen {
            $0.channel.digestWeekday = nil
            $0.findings = [.open("a", since: 0), .open("acknowledged"), .open("led")]
        }
        #expect(book.told().count == 3)
        book.change("acknowledged") { ($0.isQuiet, $0.standing) = (true, .known) }
        book.change("led") { $0.leader = "a" }
        var days: [Int: [String]] = [:]
        for hour in 1...(130 * 24) {
            book.now = PlanBook.begin + Int64(hour) * 3600
            let told = book.told(run: 0)
            if !told.isEmpty { days[(hour + 1) / 24] = told }
        }
        #expect(days.keys.sorted() == [3, 7, 14, 30, 60, 90, 120])
        #expect(days[60] == ["reminder(60) a"])
        book.pass(days: 100)
        #expect(book.told(run: 0) == ["reminder(210) a"])
        #expect(book.told(run: 0) == [])
        // It comes back: reminders begin anew, by other names.
        book.end("a")
        #expect(book.told() == ["over(1) a"])
        book.change("a") { $0.finding.end = nil }
        #expect(book.told() == ["again(1) a"])
        book.pass(days: 3)
        #expect(book.told(run: 0) == ["reminder(3#1) a"])
        #expect(ReminderLevel.days("3#1") == 3)
        #expect(ReminderLevel.days("x") == nil)
    }

    @Test("the week is told on its day, once, also when all is well, first behind the first plan's week")
    func digest() throws {
        var book = PlanBook()
        book.zone = try zoneRules("Australia/Sydney")
        #expect(book.told() == [])
        var days: [String] = []
        for hour in 1...(24 * 15) {
            book.now = PlanBook.begin + Int64(hour) * 3600
            for told in book.told(run: 0) { days.append("\(told) \(book.zone.text(atUTCSeconds: book.now))") }
        }
        #expect(
            days == [
                "digest(2026-07-06) 1 2026-07-06 06:00", "digest(2026-07-13) 1 2026-07-13 06:00",
            ]
        )
        book.pass(days: 24)
        book.findings = [.open("a", severity: .critical)]
        #expect(book.told() == ["digest(2026-08-03) 1", "new a"])
        book.channel.digestWeekday = 7
        #expect(book.told(run: 0) == ["digest(2026-08-09) 1"])
        book.channel.digestWeekday = nil
        book.pass(days: 30)
        #expect(book.told(run: 0).allSatisfy { !$0.hasPrefix("digest") })
    }

    @Test("a channel that waits hears what lasts so long and nobody acknowledged, and its end, nothing else")
    func escalation() {
        var book = PlanBook.seen {
            $0.channel.afterDays = 7
            $0.findings = [
                .open("a", since: $0.now), .open("acknowledged", since: $0.now),
                NotifiedFinding.open("short").ended($0.now), NotifiedFinding.open("old", since: 0).ended(1),
            ]
            for index in 0..<4 { $0.findings[index].isFresh = true }
        }
        #expect(book.plan().isEmpty)
        book.change("acknowledged") { ($0.isQuiet, $0.standing) = (true, .known) }
        book.pass(days: 6.9)
        #expect(book.plan().isEmpty)
        book.pass(days: 0.1)
        #expect(book.told(run: 0) == ["new a"])
        book.pass(days: 10)
        #expect(book.told(run: 0) == ["reminder(7) a"])
        book.end("a")
        #expect(book.told() == ["over(1) a"])
    }

    @Test(
        "the first plan tells what is open now in one message; what has ended is counted where it is fresh, and never told later"
    )
    func openNow() {
        var book = PlanBook()
        book.findings = [
            .open("a"), .open("b", severity: .critical), .open("acknowledged"),
            NotifiedFinding.open("just over").ended(book.now - 3600),
            NotifiedFinding.open("long over", since: 0).ended(86_400, standing: .over),
        ]
        for index in book.findings.indices { book.findings[index].isFresh = true }
        book.change("acknowledged") { ($0.isQuiet, $0.standing) = (true, .known) }
        var other = book
        #expect(book.told() == ["open_now×2 1", "new b", "new a", "older×2 1"])
        for index in book.findings.indices { book.findings[index].isFresh = false }
        #expect(book.told() == [])
        book.findings = []
        #expect(book.told() == ["over(1) b", "over(1) a"])
        // A channel that comes later: nothing is fresh then.
        for index in other.findings.indices { other.findings[index].isFresh = false }
        #expect(other.told(run: 0) == ["open_now×2 1", "new b", "new a"])
        #expect(other.told() == [])
    }

    @Test("before the first check nothing that is missing is over, and the first message is still to come")
    func unchecked() {
        var book = PlanBook()
        book.isChecked = false
        #expect(book.plan().isEmpty)
        book.findings = [.open("live", severity: .critical)]
        #expect(book.told() == ["new live"])
        book.findings = []
        #expect(book.plan().isEmpty)
        book.isChecked = true
        book.findings = [.open("live", severity: .critical), .open("a")]
        #expect(book.told() == ["open_now 1", "new a"])
    }

    @Test("a channel is not told on itself that it fails")
    func ownFailure() {
        var book = PlanBook.seen {
            $0.findings = [
                .open("own", kind: .channelFailing, device: "mail"),
                .open("other", kind: .channelFailing, device: "phone"),
            ]
        }
        #expect(book.told() == ["new other"])
    }

    @Test("a state goes after each check, when what is open changed, and every 12 hours")
    func state() {
        var book = PlanBook()
        book.channel.isOfState = true
        book.channel.quiet = QuietHours(fromMinute: 0, toMinute: 1_439)
        func hasItem(run: Int64 = 0) -> Bool {
            let plan = book.plan(run: run)
            #expect(
                plan.items.allSatisfy {
                    $0.events.map(\.event) == [.state] && $0.dueMicroseconds == book.now * 1_000_000
                }
            )
            return !plan.items.isEmpty
        }
        #expect(hasItem(run: 5))
        #expect(!hasItem())
        book.pass(days: 0.49)
        #expect(!hasItem())
        book.pass(days: 0.02)
        #expect(hasItem())
        book.now += 60
        #expect(!hasItem())
        // There, gone, and there again within the hour.
        for _ in 0..<3 {
            book.now += 60
            book.findings = book.findings.isEmpty ? [.open("a")] : []
            #expect(hasItem())
            #expect(!hasItem())
        }
        book.now += 60
        #expect(hasItem(run: 6))
        // The clock is set back, with and without the store's marks.
        book.now -= 400 * PlanBook.day
        #expect(hasItem())
        #expect(!hasItem())
        #expect(!book.marks.contains { $0.told.event == .openNow })
    }

    @Test("quiet hours put off what is not critical news; the whole is put off where the owner says so")
    func quiet() throws {
        var book = PlanBook.seen {
            $0.channel.quiet = QuietHours(fromMinute: 8 * 60, toMinute: 12 * 60)
            $0.findings = [.open("a")]
        }
        let end = (PlanBook.begin + 2 * 3600) * 1_000_000
        #expect(MessagePlan.plan(book.input()).items.first?.dueMicroseconds == end)
        #expect(MessagePlan.plan(book.input()).items.first?.nextMicroseconds == end)
        book.channel.isHeldThere = true
        #expect(MessagePlan.plan(book.input()).items.first?.nextMicroseconds == book.now * 1_000_000)
        book.findings.append(.open("b", severity: .critical))
        #expect(MessagePlan.plan(book.input()).items.first?.dueMicroseconds == book.now * 1_000_000)
        book.channel.isQuietForAll = true
        #expect(book.plan().items.first?.dueMicroseconds == end)
        book.channel.isQuietForAll = false
        book.findings = []
        #expect(book.plan().items.first?.dueMicroseconds == end, "that something critical is over can wait")
    }

    @Test("the name comes of what is told alone, and the lists' order does not matter")
    func names() throws {
        var book = PlanBook.seen { $0.findings = (0..<9).map { .open("f\($0)", kWh: 3) } }
        let plan = MessagePlan.plan(book.input())
        book.findings.reverse()
        book.marks.reverse()
        #expect(MessagePlan.plan(book.input()).items == plan.items)
        book.now += 60
        #expect(MessagePlan.plan(book.input(run: 9)).items.first?.dedupe == plan.items.first?.dedupe)
        book.channel.name = "phone"
        #expect(MessagePlan.plan(book.input()).items.first?.dedupe != plan.items.first?.dedupe)
    }

    @Test(
        "a message names 50 findings and counts the others; all count as told; ten thousand are planned at once"
    )
    func many() {
        var book = PlanBook.seen {
            $0.findings = (0..<10_000).map {
                .open(
                    "1|d\($0)|device_silent|\($0)",
                    severity: $0 % 100 == 7 ? .critical : .warning,
                    kWh: Double($0)
                )
            }
        }
        let clock = ContinuousClock()
        var plan = OutboxPlan()
        let first = clock.measure { plan = MessagePlan.plan(book.input()) }
        let events = plan.items[0].events
        #expect(events.count == 51)
        #expect(events.prefix(50).allSatisfy { $0.severity == .critical })
        #expect(events[0].costWh == 9_907_000)
        #expect(
            events[50]
                == ToldEvent(
                    .new,
                    identity: "1",
                    level: EventList.restLevel,
                    severity: .critical,
                    count: 9_950
                )
        )
        #expect(plan.marks.count == 10_000)
        book.marks += plan.marks
        book.pass(days: 1)
        let second = clock.measure { plan = MessagePlan.plan(book.input()) }
        #expect(plan.isEmpty)
        book.findings = []
        let third = clock.measure { plan = MessagePlan.plan(book.input()) }
        #expect(plan.marks.count == 10_000)
        print("ten thousand findings: new \(first), again \(second), over \(third)")
        #expect(max(first, second, third) < .seconds(2))
    }

    @Test("times from clocks that were anywhere do no harm")
    func absurdTimes() {
        let times: [Int64] = [.min, .min / 1_000_000, -1, 0, .max / 1_000_000]
        for time in times {
            var book = PlanBook.seen {
                $0.findings = [
                    .open("a"), .open("b", since: time / 2),
                    NotifiedFinding.open("c", since: time).ended(time),
                ]
            }
            _ = book.plan()
            for index in book.marks.indices {
                book.marks[index].atMicroseconds = time == .min ? .min : time &* 1_000_000
            }
            book.findings.removeFirst()
            _ = book.plan()
            var input = book.input()
            for now in [Int64.min, 0, Int64.max] {
                input.nowMicroseconds = now
                #expect(MessagePlan.plan(input).items.count <= 1)
                input.channel.quiet = QuietHours(fromMinute: 1, toMinute: 0)
                #expect(MessagePlan.plan(input).items.count <= 1)
            }
        }
    }

    @Test(
        "a check tells the week with what it found, before the morning too; time alone waits for the morning"
    )
    func digestOfCheck() {
        var book = PlanBook.seen()
        // Monday, 2026-07-06 04:30.
        book.now = PlanBook.begin + 4 * PlanBook.day + 18 * 3600 + 1800
        #expect(book.told(run: 0) == [])
        #expect(book.told() == ["digest(2026-07-06) 1"])
        #expect(book.told(run: 0) == [])
    }

    @Test("what no check sees is not called over where the store was made anew; other things are")
    func unseen() {
        let live = "1|482280000007|gateway_unreachable|100"
        let other = "1|482200000006|batt_pinned|100"
        var book = PlanBook.seen { $0.findings = [.open(live, kind: .gatewayUnreachable), .open(other)] }
        #expect(Set(book.told()) == ["new \(live)", "new \(other)"])
        book.findings = []
        #expect(book.told() == ["over(1) \(other)"])
    }
}
