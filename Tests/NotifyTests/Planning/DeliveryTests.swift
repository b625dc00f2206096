// When messages go, are put together, tried again or given up; by hand, case by case.

import Notify
import Readings
import TestSupport
import Testing

@Suite struct DeliveryTests {
    private static let refused = DeliveryFailure("refused", isLasting: true)
    private static let busy = DeliveryFailure("busy", isLasting: false)

    private static func minutes(_ item: OutboxItem, since now: Int64) -> Double {
        Double(item.nextMicroseconds - now) / Double(PlayedPost.minute)
    }

    @Test(
        "tries follow after 1, 5, 15, 60 min, then every 6 h, a fifth more or less, differently on other machines"
    )
    func waits() {
        for (attempts, wait) in [(0, 1.0), (1, 1), (2, 5), (3, 15), (4, 60), (5, 360), (6, 360), (200, 360)] {
            var seen: Set<Int64> = []
            for seed in UInt64(0)..<200 {
                var item = PlayedPost().made(attempts: attempts)
                item = Delivery.failed(item, DeliveryTests.busy, now: 1_000, seed: seed)
                #expect((wait * 0.8...wait * 1.2).contains(DeliveryTests.minutes(item, since: 1_000)))
                #expect(item.state == .waiting && item.lastError == "busy" && item.attempts >= 1)
                seen.insert(item.nextMicroseconds)
            }
            #expect(seen.count > 150)
        }
        let lasting = Delivery.failed(PlayedPost().made(attempts: 1), DeliveryTests.refused, now: 0, seed: 3)
        #expect((288...432).contains(DeliveryTests.minutes(lasting, since: 0)))
    }

    @Test("what the other side asks for counts up to 6 hours, and never shortens a wait")
    func retryAfter() {
        for (asked, least, most) in [
            (Int64(-5), 0.8, 1.2), (30, 0.8, 1.2), (600, 10, 10), (21_600, 360, 360), (90_000, 360, 360),
            (.max, 360, 360),
            (.min, 0.8, 1.2),
        ] {
            let failure = DeliveryFailure("wait", isLasting: false, retryAfterSeconds: asked, receipt: "{}")
            let item = Delivery.failed(PlayedPost().made(attempts: 1), failure, now: 50, seed: 1)
            #expect((least...most).contains(DeliveryTests.minutes(item, since: 50)), "\(asked)")
            #expect(item.receipt == "{}")
        }
    }

    @Test("a message is given up after 7 days of tries, not by a clock that jumped")
    func givenUp() {
        var item = PlayedPost().made(attempts: 20)
        item.firstTriedMicroseconds = 0
        #expect(
            Delivery.failed(item, DeliveryTests.busy, now: 7 * PlayedPost.day - 1, seed: 0).state == .waiting
        )
        #expect(Delivery.failed(item, DeliveryTests.busy, now: 7 * PlayedPost.day, seed: 0).state == .failed)
        item.attempts = 2
        #expect(
            Delivery.failed(item, DeliveryTests.busy, now: 700 * PlayedPost.day, seed: 0).state == .waiting
        )
        item.attempts = 20
        item.firstTriedMicroseconds = 900 * PlayedPost.day
        let back = Delivery.failed(item, DeliveryTests.busy, now: 5, seed: 0)
        #expect(back.state == .waiting && back.firstTriedMicroseconds == 5)
    }

    @Test("a channel counts as failing at once, behind the quick tries, or after a day")
    func failing() {
        func isFailing(_ attempts: Int, hours: Int64, _ failure: DeliveryFailure = DeliveryTests.busy) -> Bool
        {
            var item = PlayedPost().made(attempts: attempts)
            item.firstTriedMicroseconds = 0
            return Delivery.isFailing(item, failure, now: hours * PlayedPost.hour)
        }
        #expect(isFailing(1, hours: 0, DeliveryTests.refused))
        #expect(!isFailing(1, hours: 0))
        #expect(!isFailing(4, hours: 1))
        #expect(isFailing(5, hours: 2))
        #expect(isFailing(2, hours: 24))
        #expect(!isFailing(2, hours: 23))
    }

    @Test(
        "where one fails the others wait with it, but for what is urgent; when the channel works again all go"
    )
    func oneRest() {
        var post = PlayedPost()
        post.add(.new, "a")
        post.send { _, _ in DeliveryTests.busy }
        post.add(.new, "b")
        #expect(post.decision == Delivery())
        let urgent = post.add(.new, "c", severity: .critical)
        #expect(post.decision.send.map(\.itemID) == [urgent])
        post.now += 2 * PlayedPost.minute
        #expect(post.decision.send.map(\.itemID) == [2, 1], "the urgent one is carried by the site's oldest")
        #expect(post.decision.merged == [3: 2])
        post.send { _, _ in nil }
        #expect(post.arrived.map { $0.item.events.map(\.identity) } == [["c", "b"], ["a"]])
    }

    @Test("one that is refused for itself does not keep the others back for long")
    func poison() {
        var post = PlayedPost()
        let bad = post.add(.new, "bad")
        var delays: [Int64] = []
        for hour in 0..<(9 * 24) {
            post.now += PlayedPost.hour
            if hour % 24 == 5 { post.add(.new, "good \(hour)") }
            post.send { item, _ in item.itemID == bad ? DeliveryTests.refused : nil }
            for (at, item) in post.arrived.dropFirst(delays.count) {
                delays.append(at - item.createdMicroseconds)
            }
        }
        #expect(delays.count == 9)
        #expect(delays[0] <= 18 * PlayedPost.hour)
        #expect(delays.dropFirst().allSatisfy { $0 <= PlayedPost.hour })
        #expect(post.carrier(of: bad).state == .sent, "given up after a week, the next one carries it")
    }

    @Test(
        "messages of a site that were never tried are one; what happened to a finding meanwhile is one step"
    )
    func merging() {
        var post = PlayedPost()
        func event(
            _ event: MessageEvent,
            _ identity: String,
            level: String = "",
            severity: Severity = .warning
        ) -> ToldEvent {
            ToldEvent(event, identity: identity, level: level, severity: severity)
        }
        post.add([
            event(.new, "a"), event(.new, "b"), event(.reminder, "d", level: "3"),
            event(.over, "e", level: "1"),
        ])
        post.add([
            event(.over, "a", level: "1"), event(.worse, "b", level: "critical", severity: .critical),
            event(.over, "d", level: "1"),
        ])
        post.add([event(.digest, "1", level: "2026-07-06"), event(.again, "e", level: "1")])
        post.add(.new, "other", site: 2)
        let decision = post.decision
        #expect(decision.send.map(\.itemID) == [1, 4])
        #expect(decision.merged == [2: 1, 3: 1])
        #expect(
            decision.send[0].events == [
                event(.digest, "1", level: "2026-07-06"), event(.new, "b", severity: .critical),
                event(.again, "e", level: "1"), event(.newAndOver, "a"), event(.over, "d", level: "1"),
            ]
        )
        #expect(decision.send[0].dedupe == "n1")
    }

    @Test("of 60 findings of two messages 50 stand by themselves, the others are counted")
    func mergedBound() {
        var post = PlayedPost()
        for part in 0..<2 {
            var events = (0..<30).map { ToldEvent(.new, identity: "\(part) \($0)", severity: .warning) }
            events.append(
                ToldEvent(.new, identity: "1", level: EventList.restLevel, severity: .critical, count: 5)
            )
            events.append(ToldEvent(.older, identity: "1", level: "x\(part)", severity: .warning, count: 3))
            post.add(events)
        }
        let events = post.decision.send[0].events
        #expect(events.count == 52)
        #expect(
            events[50]
                == ToldEvent(.new, identity: "1", level: EventList.restLevel, severity: .critical, count: 20)
        )
        #expect(events[51].count == 6)
    }

    @Test("six a day; the next ones wait and are one message; what is urgent counts but does not wait")
    func sixADay() {
        var post = PlayedPost()
        for number in 0..<9 {
            post.add(.new, "\(number)", severity: number == 7 ? .critical : .warning)
            post.send { _, _ in nil }
            post.now += PlayedPost.hour
        }
        #expect(post.arrived.map { $0.item.events.count } == [1, 1, 1, 1, 1, 1, 2])
        #expect(post.decision.send.isEmpty)
        post.now = PlanBook.begin * 1_000_000 + PlayedPost.day - 1
        #expect(post.decision.send.isEmpty)
        // Seven went: the second one's day has to pass.
        post.now += PlayedPost.hour + 1
        post.add(.new, "last")
        post.send { _, _ in nil }
        #expect(post.arrived.last?.item.events.map(\.identity) == ["8", "last"])
    }

    @Test("what is older rides with the next message, or goes when its own time has come")
    func passenger() {
        var post = PlayedPost()
        let due = post.now + 5 * PlayedPost.day
        let older = post.add(
            [ToldEvent(.older, identity: "1", level: "x", severity: .warning, count: 12)],
            due: due
        )
        #expect(post.decision == Delivery())
        post.now += PlayedPost.day
        post.add(.new, "other", site: 2)
        #expect(post.decision.merged.isEmpty)
        post.add(.new, "a")
        #expect(post.decision.send.first { $0.systemID == 1 }?.events.map(\.event) == [.new, .older])
        #expect(post.decision.merged == [older: 3])
        var alone = PlayedPost()
        alone.add([ToldEvent(.older, identity: "1", severity: .warning)], due: due)
        alone.now = due
        #expect(alone.decision.send.count == 1)
    }

    @Test("waits from a clock that was set back are over at once")
    func clockBack() {
        for (attempts, hours, isDue) in [
            (0, 25, false), (0, 27, true), (1, 7, false), (1, 8, true), (9, 9_000, true),
        ] {
            var item = PlayedPost().made(attempts: attempts)
            item.nextMicroseconds = Int64(hours) * PlayedPost.hour
            let decision = Delivery.decide(
                [item],
                sent: [9_000 * PlayedPost.hour],
                channel: ChannelRules(name: "mail"),
                now: 0
            )
            #expect(!decision.send.isEmpty == isDue, "\(attempts) \(hours)")
        }
        var item = PlayedPost().made(attempts: 0)
        item.events = [ToldEvent(.older, identity: "1", severity: .warning)]
        item.nextMicroseconds = 9 * PlayedPost.day
        #expect(
            Delivery.decide([item], sent: [], channel: ChannelRules(name: "mail"), now: 0).send.count == 1
        )
        item.nextMicroseconds = .max
        #expect(
            Delivery.decide([item], sent: [.min, .max], channel: ChannelRules(name: "mail"), now: .min).send
                .count == 1
        )
    }

    @Test("what was held up into quiet hours waits for their end, but for what is urgent")
    func quiet() throws {
        var post = PlayedPost()
        post.zones = [1: try zoneRules("Europe/London")]
        post.channel.quiet = QuietHours(fromMinute: 1320, toMinute: 420)
        post.add(.new, "a")
        post.send { _, _ in DeliveryTests.refused }
        post.now += 13 * PlayedPost.hour
        #expect(post.decision.send.isEmpty)
        post.add(.new, "b", severity: .critical)
        #expect(post.decision.send.map(\.itemID) == [2])
        post.channel.isQuietForAll = true
        #expect(post.decision.send.isEmpty)
        post.now += 9 * PlayedPost.hour
        #expect(post.decision.send.count == 2)
    }

    @Test("of states the newest counts, for each site, however often one was tried; none is held")
    func states() {
        var post = PlayedPost()
        post.channel.isOfState = true
        func state(_ site: Int64) {
            post.add(
                [ToldEvent(.state, identity: "\(site)", level: "\(post.now)", severity: .notice)],
                site: site
            )
        }
        state(1)
        post.send { _, _ in DeliveryTests.busy }
        state(1)
        state(2)
        #expect(post.decision == Delivery())
        post.now += 2 * PlayedPost.minute
        state(1)
        #expect(post.decision.send.map(\.itemID) == [3, 4])
        #expect(post.decision.merged == [1: 4, 2: 4])
        #expect(post.decision.send.last?.attempts == 1)
        post.send { _, _ in nil }
        for _ in 0..<20 {
            state(1)
            post.send { _, _ in nil }
            post.now += PlayedPost.minute
        }
        #expect(post.arrived.count == 22)
    }
}

extension PlayedPost {
    /// A message of its own that was tried so often.
    func made(attempts: Int) -> OutboxItem {
        var post = self
        post.add(.new, "a")
        var item = post[1]
        item.attempts = attempts
        if attempts > 0 { item.firstTriedMicroseconds = 0 }
        return item
    }
}
