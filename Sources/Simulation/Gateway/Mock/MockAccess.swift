// Who may ask a mock gateway: its token, its running sessions, and Digest as old firmware wants it.

import Foundation
import Readings

/// Tokens and sessions.
struct MockAccess: Sendable {
    /// The token, or user and password with a colon between them.
    let token: String
    private let user: String
    private let password: String
    private let expiresUTCSeconds: Double
    private var random: SplitMix
    private var sessions: [(id: String, lastUTCSeconds: Double)] = []
    private var nonces: [String] = []

    /// A session ends so long after its last request, seconds.
    static let sessionSeconds = 600.0
    private static let tokenSeconds = 31_536_000.0
    private static let mostSessions = 64
    private static let realm = "enphaseenergy.com"

    /// How a request showed who asks.
    enum Way: String, Sendable {
        case none
        case bearer
        case cookie
        case digest
        /// What is not believed.
        case refused
    }

    init(serial: String, usesTokens: Bool, startUTCSeconds: Double, seed: UInt64) {
        var random = SplitMix(state: seed)
        expiresUTCSeconds = startUTCSeconds + MockAccess.tokenSeconds
        (user, password) = ("envoy", MockAccess.hex(8, &random))
        token =
            usesTokens
            ? MockAccess.token(serial: serial, start: startUTCSeconds, expires: expiresUTCSeconds, &random)
            : "\(user):\(password)"
        self.random = random
    }

    private static func hex(_ digits: Int, _ random: inout SplitMix) -> String {
        String((0..<digits).map { _ in Character(String(random.next() % 16, radix: 16)) })
    }

    /// A token as an owner gets it; only this one is believed, so that its signature is nothing but chance.
    private static func token(serial: String, start: Double, expires: Double, _ random: inout SplitMix)
        -> String
    {
        let head = JSONValue.object([
            ("kid", .text("mock")), ("typ", .text("JWT")), ("alg", .text("ES256")),
        ])
        let claims = JSONValue.object([
            ("aud", .text(serial)), ("iss", .text("Entrez")), ("enphaseUser", .text("owner")),
            ("exp", .integer(Int64(expires))), ("iat", .integer(Int64(start))),
            ("jti", .text(hex(32, &random))), ("username", .text("owner@example.com")),
        ])
        let signature = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return [Array(head.compact.utf8), Array(claims.compact.utf8), signature].map(plain).joined(
            separator: "."
        )
    }

    private static func plain(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// Ends all sessions.
    mutating func dropSessions() {
        sessions = []
        nonces = []
    }

    /// Begins a session and returns its cookie.
    mutating func beginSession(at utcSeconds: Double) -> String {
        let id = MockAccess.hex(32, &random)
        sessions.append((id, utcSeconds))
        if sessions.count > MockAccess.mostSessions { sessions.removeFirst() }
        return "sessionId=\(id)"
    }

    /// Tells how a request over a token's firmware shows who asks.
    ///
    /// - Parameters:
    ///   - isTokenDead: no token is believed.
    ///   - sessionSeconds: a session ends so long after its last request.
    mutating func way(
        of request: MockRequest,
        at utcSeconds: Double,
        isTokenDead: Bool,
        sessionSeconds: Double
    ) -> Way {
        sessions.removeAll { utcSeconds - $0.lastUTCSeconds > sessionSeconds }
        let cookies = request.headers.filter { $0.name.lowercased() == "cookie" }
            .flatMap { $0.value.split(separator: ";") }
        for cookie in cookies {
            let parts = cookie.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == "sessionId",
                let index = sessions.firstIndex(where: { $0.id == parts[1] })
            else { continue }
            sessions[index].lastUTCSeconds = utcSeconds
            return .cookie
        }
        if let header = request.header("Authorization") {
            guard header.lowercased().hasPrefix("bearer ") else { return .refused }
            let own = header.dropFirst(7).drop { $0 == " " }
            return own == token && !isTokenDead && utcSeconds < expiresUTCSeconds ? .bearer : .refused
        }
        return cookies.isEmpty ? .none : .refused
    }

    // MARK: Digest

    /// Returns a challenge for a Digest login.
    mutating func challenge() -> String {
        let nonce = MockAccess.hex(28, &random)
        nonces.append(nonce)
        if nonces.count > MockAccess.mostSessions { nonces.removeFirst() }
        return "Digest qop=\"auth\", realm=\"\(MockAccess.realm)\", nonce=\"\(nonce)\""
    }

    /// Tells how a request to old firmware shows who asks (RFC 2617).
    func digestWay(of request: MockRequest) -> Way {
        guard let header = request.header("Authorization") else { return .none }
        guard header.lowercased().hasPrefix("digest ") else { return .refused }
        let fields = MockAccess.fields(String(header.dropFirst(7)))
        guard let nonce = fields["nonce"], nonces.contains(nonce), fields["username"] == user,
            fields["realm"] == MockAccess.realm, let uri = fields["uri"], uri == "/\(request.path)",
            let response = fields["response"]
        else { return .refused }
        let first = MD5.hex("\(user):\(MockAccess.realm):\(password)")
        let second = MD5.hex("\(request.method):\(uri)")
        let middle = fields["qop"].map { "\(fields["nc"] ?? ""):\(fields["cnonce"] ?? ""):\($0):" } ?? ""
        return MD5.hex("\(first):\(nonce):\(middle)\(second)") == response ? .digest : .refused
    }

    /// Fields `name=value` or `name="value"`, a comma between two.
    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = Substring(text)
        while let sign = rest.firstIndex(of: "=") {
            let name = rest[..<sign].filter { $0.isLetter }
            rest = rest[rest.index(after: sign)...]
            let isQuoted = rest.first == "\""
            if isQuoted { rest.removeFirst() }
            let end = rest.firstIndex(of: isQuoted ? "\"" : ",") ?? rest.endIndex
            fields[name.lowercased()] = String(rest[..<end]).trimmingCharacters(in: .whitespaces)
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
        }
        return fields
    }
}
