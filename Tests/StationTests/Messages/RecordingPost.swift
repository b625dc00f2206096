// The other side of every channel: it keeps what arrives, and answers as a test wants it to. How letters come about is not known
// here.

import Foundation
import Notify
import Readings
import Station
import Synchronization

/// What arrived.
struct Arrival: Sendable {
    /// Microseconds UTC.
    let at: Int64
    let channel: String
    /// The message's name.
    let name: String
    let events: [ToldEvent]
    let message: Message

    /// It tells the week and nothing else.
    var isDigest: Bool { events.allSatisfy { $0.event == .digest } }
}

/// Takes letters. A class, because threads put into it.
final class RecordingPost: Sendable {
    /// What the other side does with a letter.
    typealias Answer = @Sendable (Letter, Int64) -> Result<String, DeliveryFailure>

    private struct State: Sendable {
        var arrivals: [Arrival] = []
        var tries: [(at: Int64, channel: String, name: String)] = []
        var signs: [AliveSignal.Sign] = []
    }

    private let state = Mutex(State())
    private let answer: Mutex<Answer> = Mutex { _, _ in .success("ok") }
    private let clock: PlayedClock

    init(clock: PlayedClock) { self.clock = clock }

    /// What arrived, in order.
    var arrivals: [Arrival] { state.withLock { $0.arrivals } }
    /// What was tried, whatever came of it.
    var tries: [(at: Int64, channel: String, name: String)] { state.withLock { $0.tries } }
    /// Signs of life.
    var signs: [AliveSignal.Sign] { state.withLock { $0.signs } }

    /// Forgets what arrived.
    func clear() { state.withLock { $0 = State() } }

    /// Answers so from now on.
    func answers(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

    /// Lets channels fail, and others through.
    ///
    /// - Parameter isUncertain: nobody knows whether a letter arrived.
    func fails(_ channels: Set<String>, isLasting: Bool = false, isUncertain: Bool = false) {
        answers { letter, _ in
            guard channels.contains(letter.channel) else { return .success("ok") }
            let failure = DeliveryFailure("the server cannot be reached", isLasting: isLasting)
            return .failure(isUncertain ? failure : failure.undelivered)
        }
    }

    /// Lets all through.
    func recovers() { answers { _, _ in .success("ok") } }

    /// What a postman sends with.
    var send: Postman.Send {
        { [self] letter in
            let at = Int64(clock.shown * 1_000_000)
            state.withLock { $0.tries.append((at, letter.channel, letter.item.dedupe)) }
            let result = answer.withLock { $0 }(letter, at)
            guard case .success = result else { return result }
            let arrival = Arrival(
                at: at,
                channel: letter.channel,
                name: letter.item.dedupe,
                events: letter.item.events,
                message: letter.message
            )
            state.withLock { $0.arrivals.append(arrival) }
            return result
        }
    }

    /// The way out of a night.
    var night: NightPost {
        NightPost(
            send: { [self] _ in send },
            sign: { [self] _, sign, _ in
                state.withLock { $0.signs.append(sign) }
                return nil
            },
            seed: 7
        )
    }
}
