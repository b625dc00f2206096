// A channel that is down for 8 days: every message arrives behind it, once, by itself or carried by another.

import Notify
import Readings
import Testing

@Suite struct OutageTests {
    @Test(
        "behind 8 days without a way everything has arrived once, six a day at most, and a try that was cut off keeps its name"
    )
    func eightDays() {
        for seed in UInt64(0)..<24 {
            var played = Outage(seed: seed)
            played.play()
            played.judge()
        }
    }
}

/// Weeks of a channel by chance.
private struct Outage {
    var post = PlayedPost()
    var chance: PlayedChance
    let seed: UInt64
    let hasCuts: Bool
    private var open: [String] = []
    private var planned: [(number: Int64, event: ToldEvent)] = []
    private var serial = 0

    init(seed: UInt64) {
        (self.seed, chance) = (seed, PlayedChance(seed: seed))
        hasCuts = seed % 4 == 3
        post.seed = seed
    }

    /// Five weeks, the second one and a day down, without anything new in the end.
    mutating func play() {
        let begin = post.now
        for quarter in 0..<(34 * 96) {
            post.now = begin + Int64(quarter) * 15 * PlayedPost.minute + Int64(chance.below(60)) * 1_000_000
            let day = Double(post.now - begin) / Double(PlayedPost.day)
            if day < 24, quarter % 96 == 18 || chance.once(in: seed % 2 == 0 ? 60 : 12) { plan() }
            let isDown = (7..<15).contains(day)
            let (kind, flickers) = (chance.below(3), chance.once(in: 20))
            post.send(isCutOff: hasCuts && chance.once(in: 10)) { _, _ in
                guard isDown || flickers else { return nil }
                return DeliveryFailure(
                    "no",
                    isLasting: kind == 0,
                    retryAfterSeconds: kind == 1 ? 3_000 : nil
                )
            }
        }
    }

    private mutating func plan() {
        var events: [ToldEvent] = []
        for _ in 0...chance.below(2) {
            serial += 1
            let severity = chance.once(in: 9) ? Severity.critical : .warning
            events.append(ToldEvent(.new, identity: "f\(serial)", severity: severity))
            open.append("f\(serial)")
        }
        if open.count > 4, chance.once(in: 2) {
            let over = open.remove(at: chance.below(open.count - 3))
            events.append(ToldEvent(.over, identity: over, level: "1", severity: .warning))
        }
        let number = post.add(events)
        planned += events.map { (number, $0) }
    }

    func judge() {
        #expect(planned.count > 40)
        var arrivals: [String: Int] = [:]
        for (_, item) in post.arrived {
            for event in item.events { arrivals["\(event.identity) \(event.event)", default: 0] += 1 }
        }
        for (number, event) in planned {
            let carrier = post.carrier(of: number)
            #expect(carrier.state == .sent, "seed \(seed): \(event) is \(carrier.state)")
            let isTold = carrier.events.contains {
                $0.identity == event.identity || $0.level == EventList.restLevel
            }
            #expect(isTold, "seed \(seed): \(event) is missing")
            // A try that was cut off is made again, by the same name.
            #expect(
                hasCuts || arrivals["\(event.identity) \(event.event)", default: 0] <= 1,
                "seed \(seed): \(event)"
            )
        }
        var contents: [String: [ToldEvent]] = [:]
        for (index, arrival) in post.arrived.enumerated() {
            let known = contents.updateValue(arrival.item.events, forKey: arrival.item.dedupe)
            #expect(known == nil || hasCuts && known == arrival.item.events)
            let lately = post.arrived[..<index].count { arrival.at - $0.at < PlayedPost.day }
            #expect(hasCuts || lately < 6 || EventList.isUrgent(arrival.item.events), "seed \(seed)")
        }
        for number in 1...Int64(post.items.count) {
            let item = post[number]
            #expect(item.nextMicroseconds <= post.now + 8 * PlayedPost.hour)
        }
        // Down for 8 days it is not asked all the time: quick tries of each, then every 6 hours.
        #expect(post.tries < post.arrived.count + 400, "\(post.tries)")
    }
}
