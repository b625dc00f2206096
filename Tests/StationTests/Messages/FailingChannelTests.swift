// Channels that do not deliver, beside one that does: nothing is lost, the other one tells of it once, and when all is well again
// there is no flood.

import Foundation
import Lake
import Notify
import Readings
import Station
import TestSupport
import Testing

@Suite("channels that do not deliver")
struct FailingChannelTests {
    private static let chat = #""chat": {"kind": "command", "command": ["/bin/chat"]}"#

    /// A store whose channels were seen, with nothing open.
    static func house(
        _ channels: String = "\(MessageHouse.mail), \(chat)",
        at start: String = "2025-06-03T09:00:00Z"
    )
        throws -> MessageHouse
    {
        let house = try MessageHouse(start: start, channels: channels)
        try house.configure(channels, more: ", \"new_data_hours\": false")
        try house.night()
        #expect(house.post.arrivals.isEmpty)
        return house
    }

    /// `notify` every so many hours, for so long.
    static func wait(_ house: MessageHouse, hours: Int, every step: Int = 2) throws {
        for _ in stride(from: 0, to: hours, by: step) {
            house.clock.advance(Double(step) * 3600)
            try house.notify()
        }
    }

    private static func devices(_ arrivals: [Arrival], _ channel: String) -> Set<String> {
        Set(
            arrivals.filter { $0.channel == channel }.flatMap(\.events).filter(\.event.isOfFinding).map {
                String($0.identity.split(separator: "|")[1])
            }
        )
    }

    @Test(
        "one is down for eight days: the other tells of it once, and then the first tells all that it missed in one message; where letters may have arrived, in three",
        arguments: [false, true]
    )
    func eightDays(isUncertain: Bool) throws {
        let house = try FailingChannelTests.house()
        house.post.fails(["chat"], isUncertain: isUncertain)
        let (first, second, third) = (
            house.finding("A", severity: .critical), house.finding("B"), house.finding("C")
        )
        try house.begin([first])
        try house.notify()
        try FailingChannelTests.wait(house, hours: 26)
        try house.begin([second])
        try FailingChannelTests.wait(house, hours: 24)
        try house.end([first])
        try FailingChannelTests.wait(house, hours: 72)
        try house.begin([third])
        try FailingChannelTests.wait(house, hours: 74)
        let during = house.post.arrivals
        #expect(!during.contains { $0.channel == "chat" })
        let failing = during.flatMap(\.events).filter { $0.identity.contains("|channel_failing|") }
        #expect(failing.filter { $0.event == .new }.count == 1)
        #expect(failing.allSatisfy { $0.event == .new || $0.event == .reminder })
        #expect(FailingChannelTests.devices(during, "mail") == ["A", "B", "C", "chat"])
        // Tries are few: an hour of quick ones, then one in six hours, of whichever message.
        #expect(house.post.tries.count { $0.channel == "chat" } < 50)

        house.post.recovers()
        try FailingChannelTests.wait(house, hours: 24, every: 1)
        let after = Array(house.post.arrivals.dropFirst(during.count))
        let late = after.count { $0.channel == "chat" }
        #expect(isUncertain ? late <= 3 : late == 1, "\(house.post.lines("chat", zone: house.zone))")
        #expect(FailingChannelTests.devices(after, "chat") == ["A", "B", "C"])
        let ends = after.flatMap(\.events).filter { $0.identity.contains("|chat|channel_failing|") }
        #expect(ends.map(\.event) == [.over])
        MessageChecks.nothingIsToldTwice(house.post.arrivals)
        if !isUncertain { MessageChecks.endsHaveBegins(house.post.arrivals) }
        let open = try house.findings().filter { $0.kind == .channelFailing && $0.end == nil }
        #expect(open.isEmpty)
        #expect(try house.outbox([.waiting, .failed]).isEmpty)
    }

    @Test("what a repeat cannot heal is told by the other one in the same run, with the reason")
    func refused() throws {
        let house = try FailingChannelTests.house()
        house.post.fails(["chat"], isLasting: true)
        try house.begin([house.finding("A")])
        try house.notify()
        let mails = house.post.arrivals.filter { $0.channel == "mail" }
        #expect(mails.count == 2, "\(house.post.lines("mail", zone: house.zone))")
        #expect(mails.last?.message.text.contains("the server cannot be reached") == true)
        // The next try is in six hours, not in one minute.
        try FailingChannelTests.wait(house, hours: 4, every: 1)
        #expect(house.post.tries.count { $0.channel == "chat" } == 1)
        try FailingChannelTests.wait(house, hours: 4, every: 1)
        #expect(house.post.tries.count { $0.channel == "chat" } == 2)
    }

    @Test("where none delivers, the sign of life says so, also on a night on which none is tried")
    func bothDown() throws {
        let house = try FailingChannelTests.house()
        #expect(house.post.signs.map { "\($0)" } == ["start", "success"])
        house.post.fails(["chat", "mail"])
        try house.begin([house.finding("A")])
        try FailingChannelTests.wait(house, hours: 30)
        let tries = house.post.tries.count
        try house.notify()
        #expect(house.post.tries.count == tries, "nothing is due just now")
        try house.night()
        #expect(house.post.tries.count == tries)
        #expect(house.post.signs.map { "\($0)" }.suffix(2) == ["start", "failure"])
        house.post.recovers()
        try FailingChannelTests.wait(house, hours: 8)
        try house.night()
        #expect(house.post.signs.map { "\($0)" }.last == "success")
        // Each tells of the other one, none of itself.
        for arrival in house.post.arrivals {
            #expect(!arrival.events.contains { $0.identity.contains("|\(arrival.channel)|channel_failing|") })
        }
        for channel in ["mail", "chat"] {
            #expect(FailingChannelTests.devices(house.post.arrivals, channel).contains("A"))
            #expect(house.post.arrivals.count { $0.channel == channel } <= 2)
        }
        #expect(try !house.findings().contains { $0.kind == .channelFailing && $0.end == nil })
        MessageChecks.nothingIsToldTwice(house.post.arrivals)
    }

    @Test("a channel that is taken out while it fails is no trouble any more, the last one too")
    func takenOut() throws {
        let house = try FailingChannelTests.house()
        house.post.fails(["chat"], isLasting: true)
        try house.begin([house.finding("A")])
        try house.notify()
        func isOpen() throws -> Bool {
            try house.findings().contains { $0.kind == .channelFailing && $0.end == nil }
        }
        #expect(try isOpen())
        try house.configure(MessageHouse.mail, more: ", \"new_data_hours\": false")
        house.clock.advance(3600)
        try house.notify()
        #expect(try !isOpen())
        let last = try #require(house.post.arrivals.last)
        #expect(last.channel == "mail" && last.events.map(\.event) == [.over], "\(last)")

        house.post.fails(["mail"], isLasting: true)
        try house.begin([house.finding("B")])
        try house.notify()
        #expect(try isOpen())
        try house.configure("", more: ", \"new_data_hours\": false")
        house.clock.advance(3600)
        try house.notify()
        #expect(try !isOpen())
    }
}
