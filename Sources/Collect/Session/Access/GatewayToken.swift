// What the owner gave to show the gateway who asks: a token, or user and password below firmware 7. It never prints as what
// it is.

/// The owner's token, or the login of old firmware.
package enum GatewayToken: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    case bearer(text: String, claims: TokenClaims)
    case login(user: String, password: String)

    /// What is wrong with the text of a token.
    package enum Fault: Error, Equatable, Sendable {
        case empty
        case tooLong(limit: Int)
        /// Neither a token of three parts nor `user:password`.
        case notAToken
    }

    /// Reads a token as it stands in a file: one line, spaces around it do not count.
    package init(_ text: String) throws(Fault) {
        guard text.utf8.count <= TokenClaims.longestToken + 64 else {
            throw .tooLong(limit: TokenClaims.longestToken)
        }
        let trimmed = String(
            text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        )
        guard !trimmed.isEmpty else { throw .empty }
        if let claims = TokenClaims(trimmed) {
            self = .bearer(text: trimmed, claims: claims)
            return
        }
        guard let colon = trimmed.firstIndex(of: ":"), colon > trimmed.startIndex,
            !trimmed.contains(where: \.isNewline)
        else { throw .notAToken }
        self = .login(
            user: String(trimmed[..<colon]),
            password: String(trimmed[trimmed.index(after: colon)...])
        )
    }

    /// The claims of a token; nil for a login.
    package var claims: TokenClaims? {
        if case .bearer(_, let claims) = self { claims } else { nil }
    }

    package var description: String {
        switch self {
        case .bearer(let text, _): text.utf8.count >= 32 ? "<token …\(text.suffix(4))>" : "<token>"
        case .login: "<login>"
        }
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}
