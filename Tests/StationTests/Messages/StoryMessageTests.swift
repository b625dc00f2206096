// The story of the house night by night, and what its owner is told of it: the messages as a golden file, and what must hold of
// any story.

import Foundation
import Lake
import Notify
import Readings
@testable import Station
import TestSupport
import Testing

@Suite("the story, told in messages")
struct StoryMessageTests {
    private static let isWhole = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"

    /// Nights on which much happens. Behind each, what the owner has of the days until the next one comes at once: what is told is
    /// held against what was told, so that a night that is left out changes no other. All nights with SUNVIGIL_FAULTS=full.
    private static let nights: Set<String> = [
        "2025-03-02", "2025-03-03", "2025-03-17", "2025-04-14", "2025-04-17", "2025-04-20", "2025-04-21",
        "2025-04-24",
        "2025-04-25", "2025-04-26", "2025-04-28", "2025-04-29", "2025-05-03", "2025-05-05",
    ]

    @Test("each night's messages: none twice, none untold, no end without a begin, few in all")
    func nights() throws {
        let house = try MessageHouse(
            start: "2025-03-01T12:00:00Z",
            channels: "\(MessageHouse.mail), \(MessageHouse.phone)"
        )
        let feed = try StoryFeed(zone: house.zone)
        try house.take(try feed.history())
        let end = StoryMessageTests.isWhole ? "2025-06-30" : "2025-05-04"
        var day = try #require(CivilDate("2025-03-01"))
        var documents: [(name: String, text: String)] = []
        while "\(day)" <= end {
            documents += try feed.documents(of: day)
            day = day.advanced(by: 1)
            house.go(to: 4, 30)
            guard StoryMessageTests.isWhole || StoryMessageTests.nights.contains("\(day)") else { continue }
            try house.take(documents)
            documents = []
            let night = try house.night()
            #expect(
                night.notices.isEmpty && night.remarks.isEmpty,
                "\(day): \(night.notices) \(night.remarks)"
            )
            house.go(to: 8)
            if try !house.outbox([.waiting]).isEmpty { try house.notify() }
            try MessageChecks.nothingIsUntold(house, "mail")
        }
        let arrivals = house.post.arrivals
        MessageChecks.nothingIsToldTwice(arrivals)
        MessageChecks.endsHaveBegins(arrivals)
        // Nobody acknowledged anything in four months: more than this no owner gets.
        let own = arrivals.filter { arrival in
            arrival.channel == "mail" && !arrival.events.contains { $0.event == .digest }
        }
        #expect(own.count <= 15, "\(own.count)")
        let texts = arrivals.map { "\($0.line(house.zone))\n\($0.message.text)\n" }
        if let place = ProcessInfo.processInfo.environment["SUNVIGIL_MESSAGES"] {
            try Data(texts.joined().utf8).write(to: URL(filePath: place))
        }
        // Channels are sent to side by side.
        try compare(arrivals.map { $0.line(house.zone) }.sorted())
        try compareTexts(arrivals)
    }

    /// All nights are held against the whole file, and write it; some against its lines of their days.
    private func compare(_ lines: [String]) throws {
        let path = "StationTests/Messages/Golden/story.txt"
        if StoryMessageTests.isWhole {
            let difference = try Golden.difference(lines.map { "\($0)\n" }.joined(), path)
            #expect(difference == nil, "\(difference ?? "")")
            return
        }
        let golden = try String(contentsOf: Checkout.root.appending(path: "Tests/\(path)"), encoding: .utf8)
        let expected = golden.split(separator: "\n").map(String.init).filter {
            StoryMessageTests.nights.contains(String($0.prefix(10)))
        }
        #expect(lines == expected)
    }

    /// What some of them say, word for word: the silence is not called well, what is over is told as past.
    private func compareTexts(_ arrivals: [Arrival]) throws {
        let mails = arrivals.filter { $0.channel == "mail" }
        func text(_ day: String) throws -> Message {
            let start = try #require(CivilDate(day)).daysSince1970 * 86_400_000_000
            return try #require(
                mails.first { (start..<start + 86_400_000_000).contains($0.at) },
                "nothing on \(day)"
            ).message
        }
        #expect(try text("2025-03-03").title == "[home] this week: all is well")
        let half = try text("2025-03-17")
        #expect(half.title == "[home] this week: data of 37 % only, nothing to look at in them")
        let back = try text("2025-04-21").text
        #expect(!back.contains(" so far.\n"), "\(back)")
        #expect(back.contains("Over: Nothing new came behind 2025-03-12 for"), "\(back)")
        #expect(!mails.contains { $0.message.text.contains("0006\"") || $0.message.text.contains("4822") })
    }
}

/// What must hold of all messages.
enum MessageChecks {
    /// No step of a finding twice by one channel.
    static func nothingIsToldTwice(_ arrivals: [Arrival]) {
        var seen: Set<String> = []
        for arrival in arrivals {
            for event in arrival.events where event.event != .older && event.level != EventList.restLevel {
                let step = "\(arrival.channel) \(event.event.rawValue) \(event.identity) \(event.level)"
                #expect(seen.insert(step).inserted, "told twice: \(step)")
            }
        }
    }

    /// What is told as over was told as lasting before, by its number.
    static func endsHaveBegins(_ arrivals: [Arrival]) {
        var lasting: Set<String> = []
        for arrival in arrivals {
            for entry in arrival.message.entries {
                let own = "\(arrival.channel) \(entry.number)"
                switch entry.event {
                case .over:
                    #expect(lasting.remove(own) != nil, "over, never told: \(own) \(entry.headline)")
                case .new, .again: lasting.insert(own)
                case .worse, .reminder: #expect(lasting.contains(own), "\(own) \(entry.headline)")
                default: break
                }
            }
        }
    }

    /// What asks for its owner now was told, or waits.
    static func nothingIsUntold(_ house: MessageHouse, _ channel: String) throws {
        let lake = try house.store.snapshot()
        let site = try lake.site(named: "home")
        let view = SiteView(
            site: site,
            zone: house.zone,
            end: try lake.siteEnd(site, house.zone),
            now: house.now
        )
        let findings = try lake.outboxDesk { try NotifyDesk.findings($0, of: view, explained: []) }
        let arrived = Set(
            house.post.arrivals.filter { $0.channel == channel }.flatMap(\.message.entries).map(\.number)
        )
        let waiting = Set(try lake.outbox([.waiting], limit: nil).flatMap(\.events).map(\.identity))
        for own in findings
        where own.isLasting && own.leader == nil && own.standing == .now && own.finding.severity >= .warning
            && own.finding.sureness != .suspected
        {
            #expect(
                arrived.contains(own.number) || waiting.contains(own.identity),
                "\(house.zone.text(atUTCSeconds: house.now)): never told: \(own.identity)"
            )
        }
    }
}
