// A post office by hand: it keeps messages, asks what is to be done with them, and sends them to somebody who takes them or not.

import Notify
import Readings
import Testing

/// A channel's messages over time.
struct PlayedPost {
    var channel = ChannelRules(name: "mail")
    var zones: [Int64: TimeZoneRules] = [:]
    /// Microseconds UTC.
    var now: Int64 = PlanBook.begin * 1_000_000
    private(set) var items: [OutboxItem] = []
    /// By which message another one is told.
    private(set) var carriers: [Int64: Int64] = [:]
    /// What arrived, in order.
    private(set) var arrived: [(at: Int64, item: OutboxItem)] = []
    private(set) var tries = 0
    var seed: UInt64 = 7

    static let minute: Int64 = 60_000_000
    static let hour = 60 * minute
    static let day = 24 * hour

    /// Plans a message; returns its number.
    @discardableResult
    mutating func add(_ events: [ToldEvent], site: Int64 = 1, due: Int64? = nil) -> Int64 {
        let number = Int64(items.count + 1)
        var item = OutboxItem(
            channel: channel.name,
            systemID: site,
            dedupe: "n\(number)",
            events: events,
            createdMicroseconds: now,
            dueMicroseconds: due ?? now
        )
        item.itemID = number
        items.append(item)
        return number
    }

    @discardableResult
    mutating func add(
        _ event: MessageEvent,
        _ identity: String,
        severity: Severity = .warning,
        site: Int64 = 1,
        due: Int64? = nil
    ) -> Int64 {
        add([ToldEvent(event, identity: identity, severity: severity)], site: site, due: due)
    }

    subscript(_ number: Int64) -> OutboxItem { items[Int(number) - 1] }

    private mutating func keep(_ item: OutboxItem) { items[Int(item.itemID) - 1] = item }

    /// What would be done now.
    var decision: Delivery {
        let open = items.filter { $0.state == .waiting || $0.state == .failed }
        let sent = items.compactMap(\.sentMicroseconds)
        return Delivery.decide(open, sent: sent, channel: channel, now: now, zones: zones)
    }

    /// Sends what is to be sent.
    ///
    /// - Parameters:
    ///   - isCutOff: tells whether the program ends behind a try, before it is known what came of it.
    ///   - answer: nil where it is taken.
    mutating func send(isCutOff: Bool = false, _ answer: (OutboxItem, Int64) -> DeliveryFailure?) {
        let decision = decision
        for var item in decision.send {
            carry(decision.merged, by: item.itemID)
            if self[item.itemID].attempts > 0, !channel.isOfState {
                #expect(item.events == self[item.itemID].events, "what was tried stays as it is")
            }
            item.attempts += 1
            item.firstTriedMicroseconds = item.firstTriedMicroseconds ?? now
            item.nextMicroseconds = now + Delivery.claimMicroseconds
            keep(item)
            tries += 1
            let failure = answer(item, now)
            if failure == nil { arrived.append((now, item)) }
            if isCutOff { return }
            if let failure {
                keep(Delivery.failed(item, failure, now: now, seed: seed))
                return
            }
            item.state = .sent
            item.sentMicroseconds = now
            keep(item)
        }
    }

    /// What a message carries counts as told by it from its first try on, not before: it is kept with that.
    private mutating func carry(_ merged: [Int64: Int64], by carrier: Int64) {
        for (number, by) in merged where by == carrier {
            #expect(self[number].state != .merged && self[number].state != .sent)
            var item = self[number]
            item.state = .merged
            keep(item)
            carriers[number] = carrier
        }
    }

    /// The message that tells another one in the end.
    func carrier(of number: Int64) -> OutboxItem {
        var number = number
        while let next = carriers[number] { number = next }
        return self[number]
    }
}
