// Channels that are slow, that come and go, and that the owner changes while something waits for them.

import Foundation
import Lake
import Notify
import Readings
import Station
import Testing

@Suite("channels that change", .serialized)
struct OwnersChangeTests {
    private func trouble(_ house: MessageHouse) throws -> [StoredFinding] {
        try house.store.snapshot().findings().filter { $0.kind == .channelFailing }
    }

    @Test("a channel that takes too long is one that failed: it is tried later, with the reason")
    func slow() throws {
        let house = try FailingChannelTests.house()
        try house.begin([house.finding("A")])
        house.post.answers { letter, _ in
            if letter.channel == "chat" { Thread.sleep(forTimeInterval: 3) }
            return .success("ok")
        }
        let outcome = try house.notify(within: 1)
        #expect(outcome.sent.map(\.channel) == ["mail"])
        #expect(outcome.failures.map(\.channel) == ["chat"])
        let item = try #require(try house.outbox([.waiting]).first)
        #expect(item.channel == "chat" && item.attempts == 1 && item.lastError == "it took too long")
        #expect(item.nextMicroseconds < (house.now + 90) * 1_000_000)
    }

    @Test("a channel that comes and goes is one trouble, told once in a week")
    func flapping() throws {
        let house = try FailingChannelTests.house()
        for device in ["A", "B", "C"] {
            house.post.fails(["chat"], isLasting: true)
            try house.begin([house.finding(device)])
            try house.notify()
            #expect(try trouble(house).count { $0.end == nil && $0.state == .open } == 1)
            house.post.recovers()
            try FailingChannelTests.wait(house, hours: 9)
            #expect(try trouble(house).allSatisfy { $0.end != nil })
        }
        #expect(try trouble(house).count == 1)
        let told = house.post.arrivals.filter { $0.channel == "mail" }.flatMap(\.events)
            .filter { $0.identity.contains("|chat|") }.map(\.event)
        #expect(told.count { $0 == .new } == 1 && told.count { $0 == .again } <= 1, "\(told)")
    }

    @Test(
        "what waits for a channel that is taken out, or is of another kind, is given up; a slip gives nothing up"
    )
    func takenOut() throws {
        let house = try FailingChannelTests.house()
        house.post.fails(["chat"])
        try house.begin([house.finding("A")])
        try house.notify()
        #expect(try house.outbox([.waiting]).map(\.channel) == ["chat"])
        try house.configure("\(MessageHouse.mail), \"chat\": {\"kind\": \"fax\"}")
        try house.notify()
        #expect(try house.outbox([.waiting]).map(\.channel) == ["chat"])
        try house.configure(
            "\(MessageHouse.mail), \"chat\": {\"kind\": \"mqtt\", \"url\": \"mqtt://127.0.0.1:9\"}"
        )
        try house.notify()
        #expect(try house.outbox([.waiting]).allSatisfy { $0.events.contains { $0.event == .state } })
        let gone = try #require(try house.outbox([.failed]).first)
        #expect(gone.channel == "chat" && gone.lastError?.contains("config.json") == true)
    }
}
