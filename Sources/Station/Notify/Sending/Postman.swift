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
    /// The program's version.
    let version: String
    /// The time, microseconds UTC.
    let clock: () -> Int64
    /// Spreads the tries of several machines.
    let seed: UInt64
    let send: Send
    let ends: KnownEnds

    var settings: NotifySettings { configuration.notify }

    /// Prepares to send.
    package init(
        _ lake: LakeWriter,
        _ configuration: Configuration,
        seed: UInt64,
        send: @escaping Send
    ) {
        self.init(lake, configuration, seed: seed, ends: KnownEnds(), send: send)
    }

    init(
        _ lake: LakeWriter,
        _ configuration: Configuration,
        seed: UInt64,
        ends: KnownEnds,
        send: @escaping Send
    ) {
        (self.lake, self.configuration, self.seed, self.send) = (lake, configuration, seed, send)
        self.ends = ends
        version = lake.environment.programVersion
        clock = lake.environment.nowMicroseconds
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
            let results = Postman.sendAll(letters, until: end, send)
            for letter in letters {
                switch results[letter.channel] {
                case .success: outcome.sent.append((letter.channel, letter.message.title))
                case .failure(let failure):
                    resting.insert(letter.channel)
                    outcome.failures.append((letter.channel, failure.text))
                case nil: break
                }
            }
            try keep(letters, results)
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
            let writer = try LetterWriter(
                lake,
                configuration,
                now: clock(),
                version: version,
                ends: ends
            )
            for channel in settings.channels where !resting.contains(channel.name) {
                // What is of another kind, or of a site that it does not hear of, was planned for a channel of that name before.
                let sites = Set(try lake.sites().filter { channel.hears(site: $0.name) }.map(\.systemID))
                let own = (items[channel.name] ?? []).filter { item in
                    sites.contains(item.systemID) && Postman.isOfState(item) == channel.rules.isOfState
                }
                guard !own.isEmpty else { continue }
                if let letter = try next(of: own, channel, writer) { letters.append(letter) }
            }
            return letters
        }
    }

    static func isOfState(_ item: OutboxItem) -> Bool { item.events.contains { $0.event == .state } }

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

    /// No recipient of a mail is begun so shortly before the end: each may take so long.
    private static let recipientTime = Duration.seconds(30)

    /// Sends letters at the same time; those that are not done by the end failed.
    private static func sendAll(
        _ letters: [Letter],
        until end: ContinuousClock.Instant,
        _ send: @escaping Send
    )
        -> [String: Result<String, DeliveryFailure>]
    {
        let board = ResultBoard()
        for var letter in letters {
            letter.beginsUntil = end - recipientTime
            let own = letter
            let thread = Thread { board.put(send(own), for: own.channel) }
            thread.stackSize = 1 << 20
            thread.start()
        }
        var results = board.wait(for: letters.count, until: end)
        for letter in letters where results[letter.channel] == nil {
            results[letter.channel] = .failure(
                DeliveryFailure("it took too long", isLasting: false, receipt: letter.item.receipt)
            )
        }
        return results
    }

    // MARK: What came of it

    /// A yes that cannot be kept is said again: the store is waited for longer than by others.
    private static let patience = Duration.seconds(120)

    /// Keeps what came of letters: all of it first, then what it says of the channels.
    private func keep(_ letters: [Letter], _ results: [String: Result<String, DeliveryFailure>]) throws {
        let now = clock()
        try lake.change(patience: Postman.patience) {
            var failing: [(item: OutboxItem, failure: DeliveryFailure)] = []
            let items = letters.map { letter -> OutboxItem in
                switch results[letter.channel] {
                case .success(let receipt)?: return sent(letter, receipt, now: now)
                case .failure(let failure)?:
                    let item = Delivery.failed(letter.item, failure, now: now, seed: seed)
                    if Delivery.isFailing(item, failure, now: now) { failing.append((item, failure)) }
                    return item
                case nil: return letter.item
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
