// Sends what waits: each channel on its own thread, none waits for another. What is sent was planned with the findings, and what
// came of it is kept behind it; a try is counted before it is made.
//
// What survives a crash: a message that went and whose receipt was not kept goes once more, under the same name. Nothing is lost.

import Foundation
import Lake
import Notify
import Readings

/// Whoever sends what waits.
package struct Postman {
    /// Sends a letter and waits for the other side's yes. Called on threads of its own.
    package typealias Send = @Sendable (Letter) -> Result<String, DeliveryFailure>

    /// What came of it.
    package struct Outcome: Sendable {
        /// What went, as channel and title.
        package var sent: [(channel: String, title: String)] = []
        /// What did not go, as channel and reason.
        package var failures: [(channel: String, reason: String)] = []
        /// Tells whether all that was tried went.
        package var isGood: Bool { failures.isEmpty }
    }

    let lake: LakeWriter
    let configuration: Configuration
    /// Spreads the tries of several machines.
    let seed: UInt64
    let send: Send
    /// Where the data of sites end, as far as somebody asked already.
    let ends: KnownEnds

    /// The time, microseconds UTC.
    var clock: () -> Int64 { lake.environment.nowMicroseconds }
    var settings: NotifySettings { configuration.notify }

    /// Prepares to send.
    init(
        _ lake: LakeWriter,
        _ configuration: Configuration,
        seed: UInt64,
        ends: KnownEnds,
        send: @escaping Send
    ) {
        (self.lake, self.configuration, self.seed, self.send) = (lake, configuration, seed, send)
        self.ends = ends
    }

    /// Sends what is due.
    ///
    /// - Parameter seconds: no letter is begun later, and none is waited for longer.
    /// - Throws: `LakeError` where the store cannot be had: what waits goes on waiting.
    package func run(within seconds: Double) throws -> Outcome {
        var outcome = Outcome()
        // The last channel may be the one that is gone.
        try endFailingOfGone()
        try giveUpOfGone()
        guard !settings.channels.isEmpty else { return outcome }
        let end = ContinuousClock.now + .milliseconds(Int64(seconds * 1000))
        try lake.bringBack(nowMicroseconds: clock())
        var resting: Set<String> = []
        while ContinuousClock.now < end {
            let letters = try claim(except: resting)
            guard !letters.isEmpty else { break }
            let answers = Postman.sendAll(letters, until: end, send)
            for (letter, result) in answers {
                switch result {
                case .success: outcome.sent.append((letter.channel, letter.message.title))
                case .failure(let failure):
                    resting.insert(letter.channel)
                    outcome.failures.append((letter.channel, failure.text))
                }
            }
            try keep(answers)
        }
        return outcome
    }

    // MARK: What is sent next

    /// Takes the next message of each channel, and counts the try before it is made.
    private func claim(except resting: Set<String>) throws -> [Letter] {
        try lake.change {
            let items = Dictionary(grouping: try lake.outbox([.waiting, .failed], limit: nil), by: \.channel)
            var letters: [Letter] = []
            guard items.values.contains(where: { $0.contains { $0.state == .waiting } }) else { return [] }
            let writer = try LetterWriter(lake, configuration, now: clock(), ends: ends)
            let names = try lake.siteNames()
            for channel in settings.channels where !resting.contains(channel.name) {
                let own = (items[channel.name] ?? []).filter { channel.takes($0, site: names[$0.systemID]) }
                guard !own.isEmpty else { continue }
                if let letter = try next(of: own, channel, writer) { letters.append(letter) }
            }
            return letters
        }
    }

    private func next(of items: [OutboxItem], _ channel: NotifyChannel, _ writer: LetterWriter) throws
        -> Letter?
    {
        let now = clock()
        let delivery = Delivery.decide(
            items,
            sent: try lake.sentTimes(channel: channel.name, since: now - 86_400_000_000),
            channel: channel.rules,
            now: now,
            zones: try writer.zones
        )
        var changed: [OutboxItem] = []
        for item in items {
            // Those of other carriers wait until these are tried.
            guard let carrier = delivery.merged[item.itemID], carrier == delivery.send.first?.itemID else {
                continue
            }
            var merged = item
            merged.state = .merged
            merged.receipt = "\(carrier)"
            changed.append(merged)
        }
        var letter: Letter?
        if var item = delivery.send.first {
            item.attempts += 1
            item.firstTriedMicroseconds = item.firstTriedMicroseconds ?? now
            item.nextMicroseconds = now + Delivery.claimMicroseconds
            letter = try writer.letter(item, channel)
            // Whoever dies now leaves one of which nobody knows whether it arrived.
            if item.receipt == Delivery.nobody { item.receipt = nil }
            changed.append(item)
        }
        if !changed.isEmpty { try lake.keepOutbox(changed) }
        return letter
    }

    // MARK: Sending

    /// A letter, and what came of it.
    private typealias Answer = (letter: Letter, result: Result<String, DeliveryFailure>)

    /// No recipient of a mail is begun so shortly before the end: each may take so long.
    private static let recipientTime = Duration.seconds(30)

    /// Sends letters at the same time; those that are not done by the end failed.
    private static func sendAll(
        _ letters: [Letter],
        until end: ContinuousClock.Instant,
        _ send: @escaping Send
    )
        -> [Answer]
    {
        let board = ResultBoard()
        for var letter in letters {
            letter.beginsUntil = end - recipientTime
            let own = letter
            let thread = Thread { board.put(send(own), for: own.channel) }
            thread.stackSize = 1 << 20
            thread.start()
        }
        let results = board.wait(for: letters.count, until: end)
        return letters.map { letter in
            let late = DeliveryFailure("it took too long", isLasting: false, receipt: letter.item.receipt)
            return (letter, results[letter.channel] ?? .failure(late))
        }
    }

    // MARK: What came of it

    /// A yes that cannot be kept is said again: the store is waited for longer than by others.
    private static let patience = Duration.seconds(120)

    /// Keeps what came of letters: all of it first, then what it says of the channels.
    private func keep(_ answers: [Answer]) throws {
        let now = clock()
        try lake.change(patience: Postman.patience) {
            var failing: [(item: OutboxItem, failure: DeliveryFailure)] = []
            let items = answers.map { letter, result -> OutboxItem in
                switch result {
                case .success(let receipt): return sent(letter, receipt, now: now)
                case .failure(let failure):
                    let item = Delivery.failed(letter.item, failure, now: now, seed: seed)
                    if Delivery.isFailing(item, failure, now: now) { failing.append((item, failure)) }
                    return item
                }
            }
            try lake.keepOutbox(items)
            for item in items where item.state == .sent { try endFailing(channel: item.channel) }
            for (item, failure) in failing { try beginFailing(item, failure) }
        }
    }

    private func sent(_ letter: Letter, _ receipt: String, now: Int64) -> OutboxItem {
        var item = letter.item
        item.state = .sent
        item.sentMicroseconds = now
        item.receipt = letter.brokerReceipt ?? receipt
        item.lastError = nil
        return item
    }
}

/// Where threads leave what came of their letters. A class with a lock: several threads write.
private final class ResultBoard: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [String: Result<String, DeliveryFailure>] = [:]

    func put(_ result: Result<String, DeliveryFailure>, for channel: String) {
        condition.lock()
        results[channel] = result
        condition.signal()
        condition.unlock()
    }

    /// Waits for so many results; returns those that are there by the end.
    func wait(for count: Int, until end: ContinuousClock.Instant) -> [String: Result<String, DeliveryFailure>]
    {
        condition.lock()
        defer { condition.unlock() }
        while results.count < count {
            let left = (end - ContinuousClock.now) / .seconds(1)
            guard left > 0, condition.wait(until: Date(timeIntervalSinceNow: left)) else { break }
        }
        return results
    }
}
