// What a gateway was asked and what it answered, as the session sees both: no socket, no library.

/// A request that the session wants to be sent.
package struct GatewayRequest: Equatable, Sendable {
    /// The path with its query, without the first slash, as `ivp/meters/readings`.
    package var path: String
    /// Asks in clear text.
    package var isPlain: Bool
    /// How it shows who asks.
    package var access: Access
    /// The key that must answer, `sha256//…`; nil for any, and then nothing secret is sent.
    package var pin: String?
    /// For all of it, seconds.
    package var timeoutSeconds: Double
    /// Closes the connection behind it.
    package var isLast: Bool

    /// How a request shows who asks.
    package enum Access: Equatable, Sendable {
        case none
        /// `Authorization: Bearer`, with the token that is known to whoever sends.
        case bearer
        /// The cookie of the running session, as the gateway set it.
        case cookie(String)
        /// Digest, with the user and password that are known to whoever sends.
        case digest
    }

    /// Makes a request.
    package init(
        _ path: String,
        isPlain: Bool = false,
        access: Access = .none,
        pin: String? = nil,
        timeoutSeconds: Double = 45,
        isLast: Bool = false
    ) {
        (self.path, self.isPlain, self.access) = (path, isPlain, access)
        (self.pin, self.timeoutSeconds, self.isLast) = (pin, timeoutSeconds, isLast)
    }
}

/// An answer.
package struct GatewayReply: Equatable, Sendable {
    /// The status.
    package var status: Int
    /// The body as it came.
    package var body: [UInt8]
    /// The cookie that it set, as `sessionId=…`; nil for none.
    package var cookie: String?
    /// The seconds after which a busy gateway wants to be asked again; nil where it does not say.
    package var retryAfterSeconds: Double?
    /// The key of the server, `sha256//…`; nil in clear text.
    package var key: String?
    /// How long it took, seconds.
    package var seconds: Double

    /// Makes an answer.
    package init(
        status: Int,
        body: [UInt8] = [],
        cookie: String? = nil,
        retryAfterSeconds: Double? = nil,
        key: String? = nil,
        seconds: Double = 0
    ) {
        (self.status, self.body, self.cookie) = (status, body, cookie)
        (self.retryAfterSeconds, self.key, self.seconds) = (retryAfterSeconds, key, seconds)
    }
}

/// Why there was no answer.
package enum GatewayFailure: Error, Equatable, Sendable {
    /// Nothing listens there, its name is not known, or no way leads there; `hasRoute` is false where this machine has none.
    case unreachable(hasRoute: Bool)
    case timedOut
    case reset
    case noReply
    /// The answer ended before its end.
    case cut
    case tooLarge
    case badHeader
    /// Another key than the pinned one; the key that was found, where it can be told.
    case wrongKey(found: String?)
    /// Anything else, in words.
    case other(String)
}

/// A time by both clocks: deadlines go by the one, rows by the other.
package struct Moment: Equatable, Sendable {
    /// Seconds since some moment, never going back.
    package var monotonicSeconds: Double
    /// Seconds UTC by this machine's clock, which may jump.
    package var utcSeconds: Double

    /// Makes a moment.
    package init(monotonicSeconds: Double, utcSeconds: Double) {
        (self.monotonicSeconds, self.utcSeconds) = (monotonicSeconds, utcSeconds)
    }
}
