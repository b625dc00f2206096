// What whoever asks a gateway learns beside its answers: that it is not reached, that its key or its firmware is another.
// Rules take signals as they take readings; how they come about is the business of Collect.

/// Something that was noticed while a gateway was asked.
package enum CollectorSignal: Equatable, Sendable, Codable {
    /// The watch began: what was before is known from the store alone.
    case started
    /// The gateway gave an answer, of whatever kind.
    case answered
    /// Nothing was answered since a time, seconds UTC; `hasRoute` is false where this machine has no way out itself.
    case unreachable(sinceUTCSeconds: Int64, hasRoute: Bool)
    /// The token ends in so many days; 0 is today.
    case tokenDaysLeft(Int)
    /// The gateway takes the token no more, or it has ended.
    case tokenDead
    /// Another token, which the gateway takes.
    case tokenRenewed
    /// The gateway has another key: `sha256//…` each. Nothing secret was sent to it.
    case keyChanged(from: String, to: String)
    /// The owner trusts the key that the gateway has.
    case keyTrusted
    /// Another firmware than before.
    case firmwareChanged(from: String, to: String)
    /// Another gateway answers at the address.
    case serialChanged(from: String, to: String)
    /// The gateway's clock less the one of this machine, seconds, and which of both is in doubt.
    case clockSkew(seconds: Int64, ClockInDoubt)
    /// A path is not asked any more for a day, with the reason in words.
    case pathStopped(path: String, reason: String)
    /// A body that is none: cut, empty, HTML for JSON.
    case badBody(path: String)

    /// Which of two clocks is not to be believed.
    package enum ClockInDoubt: String, Sendable, Codable {
        /// The gateway's: ours is known to be synchronised, or nothing speaks against it.
        case gateway
        /// This machine's: it says itself that it is not synchronised.
        case own
        /// Either: nothing tells.
        case unknown
    }
}
