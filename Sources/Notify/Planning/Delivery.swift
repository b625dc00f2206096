// When messages that wait are sent, put together or given up. Pure: who sends is not known here.

import Readings

/// What is to be done with the messages of one channel that wait.
package struct Delivery: Equatable, Sendable {
    /// Messages to send now, in order, each with all that it tells. Where one fails, those behind it are not to be tried.
    package var send: [OutboxItem] = []
    /// Numbers of messages that another one tells, each with that one's number. They are to be kept as merged together with that
    /// one's events, when it is tried, not before: it may not come to that.
    package var merged: [Int64: Int64] = [:]

    /// Does nothing.
    package init() {}
}

/// Why a message did not go.
package struct DeliveryFailure: Error, Equatable, Sendable {
    /// In one line, without secrets.
    package var text: String
    /// A repeat cannot heal it: the owner has to do something.
    package var isLasting: Bool
    /// When the other side says to come again, seconds; nil where it says nothing.
    package var retryAfterSeconds: Int64?
    /// What was delivered before, as a receipt; nil for nothing.
    package var receipt: String?
    /// It is known that nobody has it: there was no line, or the other side said no. Else it may have arrived.
    package var isUndelivered = false

    /// Describes a failure.
    package init(_ text: String, isLasting: Bool, retryAfterSeconds: Int64? = nil, receipt: String? = nil) {
        (self.text, self.isLasting) = (text, isLasting)
        (self.retryAfterSeconds, self.receipt) = (retryAfterSeconds, receipt)
    }

    /// The same, of which is known that nobody has it.
    package var undelivered: DeliveryFailure {
        var failure = self
        failure.isUndelivered = true
        return failure
    }
}

extension Delivery {
    /// How long a try may take before another may begin, microseconds.
    package static let claimMicroseconds: Int64 = 180_000_000
    /// The receipt of a message that was tried and of which is known that nobody has it: a list of nobody.
    package static let nobody = "{}"

    /// Decides what becomes of a channel's messages.
    ///
    /// Where the first one fails, the others are not to be tried: the channel rests as long as that one waits.
    ///
    /// - Parameters:
    ///   - items: those that wait or were given up and are told by no other yet.
    ///   - sent: when the channel's messages went, microseconds UTC.
    ///   - now: the time, microseconds UTC.
    ///   - zones: the zones of sites by number: what was held up into quiet hours waits for their end; of a site without one
    ///     the time that was planned counts.
    package static func decide(
        _ items: [OutboxItem],
        sent: [Int64],
        channel: ChannelRules,
        now: Int64,
        zones: [Int64: TimeZoneRules] = [:]
    ) -> Delivery {
        let desk = DeliveryDesk(items, sent: sent, channel: channel, now: now, zones: zones)
        return channel.isOfState ? desk.states : desk.messages
    }
}

/// A channel's messages, and what is to be done with them.
private struct DeliveryDesk {
    private let waiting: [OutboxItem]
    private let givenUp: [OutboxItem]
    private let sent: [Int64]
    private let channel: ChannelRules
    private let now: Int64
    private let zones: [Int64: TimeZoneRules]

    /// The longest wait behind a failure, with room: a longer one comes of a clock that was set back.
    private static let longestRest = PlanTime.hour * 15 / 2
    /// The longest wait for the end of quiet hours, and for the next week's message.
    private static let longestQuiet = 26 * PlanTime.hour
    private static let longestPassage = 8 * PlanTime.day
    /// A message that failed so often lets others go before it: it may be the only one that is refused.
    private static let triesInFront = 3
    /// While nothing goes, so many messages are tried beside each other; the others wait, and are told by one.
    private static let mostTried = 2

    init(
        _ items: [OutboxItem],
        sent: [Int64],
        channel: ChannelRules,
        now: Int64,
        zones: [Int64: TimeZoneRules]
    ) {
        let ordered = items.sorted { DeliveryDesk.isOlder($0, $1) }
        waiting = ordered.filter { $0.state == .waiting }
        givenUp = ordered.filter { $0.state == .failed }
        self.sent = sent.filter { !PlanTime.isAhead($0, of: now) }
        (self.channel, self.now, self.zones) = (channel, now, zones)
    }

    /// By number first: clocks go back, numbers do not.
    private static func isOlder(_ left: OutboxItem, _ right: OutboxItem) -> Bool {
        (left.itemID, left.createdMicroseconds, left.dedupe)
            < (right.itemID, right.createdMicroseconds, right.dedupe)
    }

    // MARK: - What is ready

    private func isDue(_ item: OutboxItem) -> Bool {
        let wait = PlanTime.elapsed(from: now, to: item.nextMicroseconds)
        if wait <= 0 { return true }
        if item.attempts > 0 { return wait > DeliveryDesk.longestRest }
        return wait
            > (EventList.isPassenger(item.events)
                ? DeliveryDesk.longestPassage : DeliveryDesk.longestQuiet)
    }

    /// Tells whether the channel rests behind a failure. Where a message went since, it was the other one's own.
    private var isResting: Bool {
        let last = sent.max() ?? .min
        return waiting.contains {
            $0.attempts > 0 && !isDue($0) && ($0.firstTriedMicroseconds ?? .max) >= last
        }
    }

    /// Tells whether the quiet hours of a site's day hold a message up.
    private func isHeldByQuiet(_ item: OutboxItem) -> Bool {
        guard !channel.isHeldThere, let quiet = channel.quiet, let zone = zones[item.systemID] else {
            return false
        }
        if !channel.isQuietForAll, EventList.isUrgent(item.events) { return false }
        return quiet.end(atUTCSeconds: PlanTime.seconds(now), zone: zone) != nil
    }

    /// Tells whether it may be told by another one: nobody can have it.
    private func isFree(_ item: OutboxItem) -> Bool {
        item.attempts == 0 || item.receipt == Delivery.nobody
    }

    /// Tells whether so many messages that may have arrived wait behind failures that no other one is to be begun.
    private var isCrowded: Bool {
        let last = sent.max() ?? .min
        return waiting.count { !isFree($0) && ($0.firstTriedMicroseconds ?? .max) >= last }
            >= DeliveryDesk.mostTried
    }

    // MARK: - Messages

    /// A message that may go, and those that it tells besides.
    private struct Candidate {
        var item: OutboxItem
        var carried: [OutboxItem] = []
    }

    /// Messages to send, each with what it carries.
    var messages: Delivery {
        let isResting = isResting
        let isHeld = isResting || isCrowded
        let ready = waiting.filter { item in
            guard isDue(item), !isHeldByQuiet(item) else { return false }
            return item.attempts == 0 ? !isHeld || EventList.isUrgent(item.events) : !isResting
        }
        var left =
            max(channel.mostADay, 1)
            - sent.count { PlanTime.elapsed(from: $0, to: now) < PlanTime.day }
        var delivery = Delivery()
        let fresh = ready.filter { $0.attempts == 0 }
        let sites = Set(fresh.map(\.systemID))
        // What nobody has goes with a fresh one, where there is one.
        let free = ready.filter { $0.attempts > 0 && isFree($0) && sites.contains($0.systemID) }
        let known = Set(free.map(\.itemID))
        let tried = ready.filter { $0.attempts > 0 && !known.contains($0.itemID) }.map { Candidate(item: $0) }
        for candidate in inOrder(tried + carriers(of: fresh, free, hasRoom: !isResting)) {
            guard left > 0 || EventList.isUrgent(candidate.item.events) else { continue }
            left -= 1
            delivery.send.append(candidate.item)
            for other in candidate.carried { delivery.merged[other.itemID] = candidate.item.itemID }
        }
        return delivery
    }

    /// Returns one message of each site that was never tried, with all that it tells: what is ready, what was given up, and what
    /// waits for any message.
    ///
    /// - Parameters:
    ///   - free: messages that were tried and that nobody has.
    ///   - hasRoom: it may take what is not ready by itself.
    private func carriers(of fresh: [OutboxItem], _ free: [OutboxItem], hasRoom: Bool) -> [Candidate] {
        Dictionary(grouping: fresh, by: \.systemID).map { system, ready in
            let own = ready[0]
            var all = ready + free.filter { $0.systemID == system }
            if hasRoom {
                let known = Set(ready.map(\.itemID))
                all += givenUp.filter { $0.systemID == system }
                all += waiting.filter {
                    $0.systemID == system && $0.attempts == 0 && !known.contains($0.itemID)
                        && EventList.isPassenger($0.events)
                }
            }
            var candidate = Candidate(item: own, carried: all.filter { $0.itemID != own.itemID })
            guard !candidate.carried.isEmpty else { return candidate }
            all.sort(by: DeliveryDesk.isOlder)
            candidate.item.events = EventList.merged(all.map(\.events), systemID: system)
            // The channel's next try comes as late as it would for them.
            let tries = candidate.carried.filter { $0.state == .waiting }.map(\.attempts).max() ?? 0
            if tries > 0 { (candidate.item.attempts, candidate.item.receipt) = (tries, Delivery.nobody) }
            return candidate
        }
    }

    /// What is urgent goes first, then the oldest. One that failed again and again may be the only one that is refused: then the
    /// ones that were tried least go first.
    private func inOrder(_ candidates: [Candidate]) -> [Candidate] {
        let isStuck = candidates.contains { $0.item.attempts >= DeliveryDesk.triesInFront }
        return candidates.sorted { left, right in
            if isStuck, left.item.attempts != right.item.attempts {
                return left.item.attempts < right.item.attempts
            }
            let isLeft = EventList.isUrgent(left.item.events)
            let isRight = EventList.isUrgent(right.item.events)
            return isLeft != isRight ? isLeft : DeliveryDesk.isOlder(left.item, right.item)
        }
    }

    // MARK: - States

    /// Of each site the newest state; the others are told by it, and what they went through counts for it.
    var states: Delivery {
        var delivery = Delivery()
        if isResting { return delivery }
        var newest: [Int64: OutboxItem] = [:]
        for item in waiting { newest[item.systemID] = item }
        for var state in newest.values.sorted(by: DeliveryDesk.isOlder) where isDue(state) {
            for other in waiting + givenUp
            where other.systemID == state.systemID && other.itemID != state.itemID {
                delivery.merged[other.itemID] = state.itemID
                guard other.state == .waiting else { continue }
                state.attempts = max(state.attempts, other.attempts)
                if let tried = other.firstTriedMicroseconds {
                    state.firstTriedMicroseconds = min(tried, state.firstTriedMicroseconds ?? tried)
                }
            }
            delivery.send.append(state)
        }
        return delivery
    }
}

extension Delivery {
    /// Waits behind the first tries, microseconds; then the last one again and again.
    private static let waits = [1, 5, 15, 60, 360].map { Int64($0) * 60_000_000 }
    /// What the other side may ask for at most, microseconds.
    private static let longestAsked = 6 * PlanTime.hour
    /// A message that did not go for so long is given up, microseconds.
    private static let longestLife = 7 * PlanTime.day

    /// Returns a message behind a try that failed: when it is tried next, or that it is given up.
    ///
    /// - Parameters:
    ///   - item: the message, this try counted.
    ///   - seed: spreads the tries of several machines.
    package static func failed(
        _ item: OutboxItem,
        _ failure: DeliveryFailure,
        now: Int64,
        seed: UInt64
    ) -> OutboxItem {
        var after = item
        after.lastError = failure.text
        after.receipt = failure.receipt ?? (item.receipt == nobody ? nil : item.receipt)
        after.attempts = max(item.attempts, 1)
        // What may have arrived once may have arrived, whatever became of later tries.
        if failure.receipt == nil, failure.isUndelivered, item.attempts <= 1 || item.receipt == nobody {
            after.receipt = nobody
        }
        let tried = item.firstTriedMicroseconds ?? now
        after.firstTriedMicroseconds = PlanTime.isAhead(tried, of: now) ? now : tried
        // A clock that jumped ahead has not tried for days.
        if after.attempts > waits.count,
            PlanTime.elapsed(from: after.firstTriedMicroseconds ?? now, to: now) >= longestLife
        {
            after.state = .failed
            return after
        }
        let wait = failure.isLasting ? waits.count : min(after.attempts, waits.count)
        let spread =
            Double(waits[wait - 1]) * share(seed ^ UInt64(bitPattern: item.itemID) << 20, after.attempts)
        let asked = min(
            max(failure.retryAfterSeconds ?? 0, 0).multipliedSaturated(1_000_000),
            longestAsked
        )
        after.nextMicroseconds = now.addingSaturated(max(Int64(spread), asked))
        return after
    }

    /// Returns a number from 0.8 to 1.2. SplitMix64: Steele and others, 2014, https://doi.org/10.1145/2660193.2660195
    private static func share(_ seed: UInt64, _ attempts: Int) -> Double {
        var mixed = seed &+ UInt64(truncatingIfNeeded: attempts + 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return 0.8 + 0.4 * Double(mixed >> 11) / 9_007_199_254_740_992
    }

    /// Tells whether a channel counts as failing, by a message that did not go: its owner has to do something, the quick tries
    /// are used up, or it has not gone for a day.
    package static func isFailing(_ item: OutboxItem, _ failure: DeliveryFailure, now: Int64) -> Bool {
        failure.isLasting || item.attempts >= waits.count
            || PlanTime.elapsed(from: item.firstTriedMicroseconds ?? now, to: now) >= PlanTime.day
    }
}
