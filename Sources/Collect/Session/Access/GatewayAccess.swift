// How a gateway is asked: in clear text or not, and with what login. Judged by what it answers to `info`; its version counts
// only where it says nothing else. The one place that lets anything secret out.

import Ingest

/// The way in to a gateway.
package struct GatewayAccess: Equatable, Sendable {
    /// Asks in clear text.
    package let isPlain: Bool
    /// The key that must answer; nil in clear text.
    package let pin: String?
    /// How it shows who asks.
    package let login: Login

    /// How it shows who asks.
    package enum Login: Equatable, Sendable {
        /// A token, checked once, then the cookie of the session.
        case token
        /// Digest where the owner gave user and password.
        case digest
    }

    /// What becomes of a gateway after a look at `info`.
    package enum Verdict: Equatable, Sendable {
        case open(GatewayAccess)
        /// Older than what can be read.
        case tooOld
        /// It wants a token and cannot be asked in a way that keeps it secret.
        case notSafe
    }

    /// Judges a gateway.
    ///
    /// - Parameters:
    ///   - isPlain: how it answered.
    ///   - pin: the key that is believed; nil for none.
    package static func judge(_ about: GatewayAbout, isPlain: Bool, pin: String?) -> Verdict {
        if about.isTooOld { return .tooOld }
        if about.usesTokens {
            guard !isPlain, let pin else { return .notSafe }
            return .open(GatewayAccess(isPlain: false, pin: pin, login: .token))
        }
        if isPlain, pin != nil { return .notSafe }
        if !isPlain, pin == nil { return .notSafe }
        return .open(GatewayAccess(isPlain: isPlain, pin: isPlain ? nil : pin, login: .digest))
    }

    /// The ways in which a gateway that is not yet known is asked for `info`, clear text or not, in their order. Clear text
    /// never where a key is known.
    package static func ways(_ memory: GatewayMemory) -> [Bool] {
        if memory.pin != nil { return [false] }
        return memory.usesTokens == false ? [true, false] : [false, true]
    }

    /// Makes a request that shows who asks, as far as that stays secret.
    ///
    /// - Parameter session: the cookie of the running session; nil for the token itself.
    func request(_ path: GatewayPath, token: GatewayToken?, session: String?) -> GatewayRequest {
        var request = GatewayRequest(path.path, isPlain: isPlain, pin: pin)
        if path.role == .info { return request }
        switch (login, token) {
        case (.token, .bearer) where !isPlain && pin != nil:
            request.access = session.map { .cookie($0) } ?? .bearer
        case (.digest, .login):
            request.access = .digest
        default: break
        }
        // Old firmware resets connections that are used again.
        request.isLast = isPlain
        return request
    }
}
