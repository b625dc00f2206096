// Clocks that go back with messages waiting, quiet hours on the nights on which the wall clock jumps, and two that send at once.

import Foundation
import Lake
import Notify
import Readings
import Station
import Synchronization
import TestSupport
import Testing

@Suite("messages and clocks")
struct MessageClockTests {
    @Test(
        "a clock that is set back a day, or a year, holds up no message and tells none twice",
        arguments: [1, 366] as [Double]
    )
    func back(days: Double) throws {
        let house = try FailingChannelTests.house(MessageHouse.mail)
        house.post.fails(["mail"])
        let first = house.finding("A")
        try house.begin([first])
        try house.notify()
        house.clock.advance(2 * 86_400)
        try house.notify()
        house.clock.jump(to: -days * 86_400)
        house.post.recovers()
        try house.notify()
        let told = house.post.arrivals.flatMap(\.events).filter { $0.identity.contains("|A|") }
        #expect(told.map(\.event) == [.new], "\(house.post.lines("mail", zone: house.zone))")
        try FailingChannelTests.wait(house, hours: 48, every: 6)
        try house.end([first])
        try FailingChannelTests.wait(house, hours: 48, every: 6)
        // The clock is put right.
        house.clock.jump(to: 0)
        try FailingChannelTests.wait(house, hours: 48, every: 6)
        MessageChecks.nothingIsToldTwice(house.post.arrivals)
        let all = house.post.arrivals.flatMap(\.events).filter { $0.identity.contains("|A|") }
        #expect(all.filter { $0.event == .new }.count == 1 && all.filter { $0.event == .over }.count == 1)
        #expect(house.post.arrivals.count <= 5, "\(house.post.lines("mail", zone: house.zone))")
        #expect(try house.outbox([.waiting]).isEmpty)
    }

    @Test(
        "a message that waits for the end of quiet hours goes at their end, whatever the clock was meanwhile"
    )
    func backInQuiet() throws {
        let channel = #""mail": {"kind": "command", "command": ["/bin/mail"], "quiet": "22:00-07:00"}"#
        let house = try FailingChannelTests.house(channel)
        house.go(to: 23)
        try house.begin([house.finding("A")])
        try house.notify()
        #expect(house.post.arrivals.isEmpty)
        house.clock.jump(to: -366 * 86_400)
        try FailingChannelTests.wait(house, hours: 12, every: 1)
        #expect(house.post.arrivals.count == 1)
        let at = house.zone.wallClock(atUTCSeconds: (house.post.arrivals.first?.at ?? 0) / 1_000_000)
            .secondOfDay
        #expect(at >= 7 * 3600 && at <= 9 * 3600, "\(at)")
    }

    /// The last quarter of an hour before a night, the quiet hours, when the message goes.
    private static let nights = [
        // In spring there is no 01:30: the hours end at the jump. In autumn there are two: at the second one.
        ("2025-03-29T23:15:00Z", "22:00-07:00", "2025-03-30T06:00:00Z"),
        ("2025-03-29T23:15:00Z", "22:00-01:30", "2025-03-30T01:00:00Z"),
        ("2025-10-25T22:15:00Z", "22:00-07:00", "2025-10-26T07:00:00Z"),
        ("2025-10-25T22:15:00Z", "22:00-01:30", "2025-10-26T00:30:00Z"),
    ]

    @Test("quiet hours end by the wall clock on the nights on which it jumps", arguments: nights)
    func jumps(night: (start: String, quiet: String, end: String)) throws {
        let channel =
            "\"mail\": {\"kind\": \"command\", \"command\": [\"/bin/mail\"], \"quiet\": \"\(night.quiet)\"}"
        let house = try FailingChannelTests.house(channel, at: night.start)
        try house.begin([house.finding("A")])
        try house.notify()
        for _ in 0..<60 where house.post.arrivals.isEmpty {
            house.clock.advance(900)
            try house.notify()
        }
        let at = try #require(house.post.arrivals.first).at / 1_000_000
        #expect(Instant(utcSeconds: at).iso8601 == night.end)
        // What is critical is told in the night.
        try house.begin([house.finding("B", severity: .critical)])
        try house.notify()
        #expect(house.post.arrivals.count == 2)
    }

    @Test("two that send at once, and two nights at once: each message goes once")
    func twoAtOnce() throws {
        let house = try FailingChannelTests.house()
        try house.begin([house.finding("A"), house.finding("B", severity: .critical)])
        house.post.answers { _, _ in
            Thread.sleep(forTimeInterval: 0.3)
            return .success("ok")
        }
        let store = house.store
        let send = house.post.send
        let night = Mutex(0)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            do {
                let writer = try store.writer()
                writer.release()
                if index < 2 {
                    _ = try NotifyRun(Station(lake: writer)).run(within: 20, seed: UInt64(index), send: send)
                } else {
                    let outcome = try CheckNight.run(
                        path: store.path,
                        open: { Station(lake: writer) },
                        site: nil,
                        isFull: false,
                        clock: { store.environment.nowMicroseconds() / 1_000_000 },
                        post: NightPost(send: { _ in send }, sign: { _, _, _ in nil }, seed: 1),
                        tell: { _ in 0 }
                    )
                    night.withLock { $0 += outcome.notices.count }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [] && night.withLock { $0 } == 0)
        MessageChecks.nothingIsToldTwice(house.post.arrivals)
        let news = house.post.arrivals.filter { $0.events.contains { $0.event == .new } }
        #expect(news.count == 2, "\(house.post.arrivals.map { $0.line(house.zone) })")
    }
}
