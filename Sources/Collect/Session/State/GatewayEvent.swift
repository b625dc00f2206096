// What a session is told, and what it wants to be done: values alone.

import Readings

/// What happened.
package enum GatewayEvent: Equatable, Sendable {
    /// The watch began.
    case started
    /// Time went by.
    case tick
    /// The request was answered.
    case replied(GatewayReply)
    /// The request was not answered.
    case failed(GatewayFailure)
    /// The owner's token is another, or gone.
    case tokenChanged(GatewayToken?)
    /// The owner trusts a key, `sha256//…`, and the gateway that has it; an empty text for a gateway without TLS.
    case trusted(pin: String)
}

/// What is to be done. Every answer holds exactly one `send` or one `wake`, at its end.
package enum GatewayAction: Equatable, Sendable {
    /// Send a request; its outcome is the next event.
    case send(GatewayRequest)
    /// Come back with `tick` after so many seconds, 60 at most.
    case wake(afterSeconds: Double)
    /// Journal a reply, whatever its status. It bears no cookie.
    case keep(path: String, GatewayReply)
    /// The reply kept just before is a good body of that path.
    case sample(path: String)
    /// The round is over: flush, stage, run rules; the connection may be closed.
    case roundEnded
    /// Tell the rules.
    case signal(CollectorSignal)
    /// Write down what is known of the gateway.
    case remember(GatewayMemory)
}

/// What a session is about.
package enum GatewayState: Equatable, Sendable {
    /// Looks who answers, and how.
    case probing
    /// Logs in, where that is needed.
    case authenticating
    /// Asks by plan.
    case polling
    /// Nobody answered for three rounds.
    case backingOff
    /// The token is not taken, or there is none.
    case tokenDead
    /// Asks nothing until the owner trusts what answers.
    case refused(Refusal)

    /// Why nothing is asked.
    package enum Refusal: String, Equatable, Sendable {
        /// Another key than the one that is believed.
        case otherKey
        /// Another gateway than the one that is watched.
        case otherSerial
        /// Firmware below 3.9.
        case tooOld
    }

    /// Its name, as a heartbeat says it.
    package var name: String {
        switch self {
        case .probing: "probing"
        case .authenticating: "authenticating"
        case .polling: "polling"
        case .backingOff: "backing_off"
        case .tokenDead: "token_dead"
        case .refused: "refused"
        }
    }
}
