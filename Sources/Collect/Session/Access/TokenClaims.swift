// What an owner's token says about itself, read here and nowhere else. Whether the gateway takes it only the gateway knows:
// no signature is checked.

import Foundation
import Ingest
import Readings

/// The claims of a token.
package struct TokenClaims: Equatable, Sendable {
    /// The serial numbers of the gateways for which it is meant.
    package let audience: [String]
    /// When it ends, seconds UTC; nil where it does not say.
    package let endsUTCSeconds: Int64?
    /// When it was given, seconds UTC; nil where it does not say.
    package let givenUTCSeconds: Int64?
    /// Whose it is: `owner`, `installer`; nil where it does not say.
    package let role: String?
    /// Who gave it.
    package let issuer: String?

    /// Longest token, bytes; real ones have about 600.
    package static let longestToken = 8192
    private static let longestClaim = 128
    private static let mostAudiences = 8
    /// Days before the end at which it is told.
    package static let warningDays = [30, 7, 1, 0]

    /// Reads the claims of a token: three parts in base64url, the middle one JSON; nil for what is none.
    package init?(_ token: String) {
        guard token.utf8.count <= TokenClaims.longestToken else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(TokenClaims.isTokenByte) }),
            let payload = TokenClaims.decoded(parts[1]), let document = try? JSONDocument(payload),
            document.root.kind == .object
        else { return nil }
        let root = document.root
        audience = TokenClaims.texts(root["aud"])
        endsUTCSeconds = TokenClaims.time(root["exp"])
        givenUTCSeconds = TokenClaims.time(root["iat"])
        role = TokenClaims.texts(root["enphaseUser"]).first
        issuer = TokenClaims.texts(root["iss"]).first
    }

    /// Tells whether it is meant for a gateway.
    package func fits(serial: String) -> Bool { audience.contains(serial) }

    /// Tells whether it has ended by its own word.
    package func hasEnded(atUTCSeconds utcSeconds: Int64) -> Bool {
        endsUTCSeconds.map { $0 <= utcSeconds } ?? false
    }

    /// Returns the whole days it still has, 0 for the last and behind its end; nil where it does not say.
    package func daysLeft(atUTCSeconds utcSeconds: Int64) -> Int? {
        guard let endsUTCSeconds else { return nil }
        let left = endsUTCSeconds.subtractingReportingOverflow(utcSeconds)
        return left.overflow ? nil : Int(max(0, left.partialValue.flooredDivision(by: 86_400)))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="): true
        default: false
        }
    }

    private static func decoded(_ part: Substring) -> [UInt8]? {
        var text = part.filter { $0 != "=" }.replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).map { [UInt8]($0) }
    }

    private static func texts(_ node: JSONNode?) -> [String] {
        guard let node else { return [] }
        let all = node.kind == .array ? Array(node.elements.prefix(mostAudiences)) : [node]
        return all.compactMap { $0.text }.filter { !$0.isEmpty && $0.utf8.count <= longestClaim }
    }

    private static func time(_ node: JSONNode?) -> Int64? {
        guard let value = node?.double, (0..<1e11).contains(value) else { return nil }
        return Int64(value)
    }
}
