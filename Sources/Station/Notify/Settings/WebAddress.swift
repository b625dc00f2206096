// The address of a server, as the owner writes it or as a secret holds it: scheme, host, port and the rest. Nothing is asked of
// any name server.

import Foundation

/// An address.
package struct WebAddress: Equatable, Sendable {
    /// The scheme in small letters.
    package let scheme: String
    /// The host and its port where one is named.
    package let authority: GatewayAddress
    /// Path and query; empty, or from the slash on.
    package let rest: String

    /// No server takes more, bytes.
    private static let mostBytes = 2000

    /// Reads `SCHEME://HOST[:PORT][/PATH][?QUERY]`; nil for anything else, also where a user or a mark within the page is named.
    ///
    /// - Parameter schemes: those that are taken, in small letters.
    package init?(_ text: String, schemes: [String]) {
        guard text.utf8.count <= WebAddress.mostBytes, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\\\"<>^`{|}#".contains($0) }), let mark = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<mark.lowerBound].lowercased()
        let host = text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard schemes.contains(scheme), let authority = GatewayAddress(String(host)) else { return nil }
        let rest = text[host.endIndex...]
        (self.scheme, self.authority) = (scheme, authority)
        self.rest = rest.hasPrefix("?") ? "/" + rest : String(rest)
    }

    /// The whole address.
    package var text: String { "\(scheme)://\(authority.text)\(rest)" }

    /// Tells whether what is sent there is encrypted.
    package var isEncrypted: Bool { ["https", "mqtts", "smtps"].contains(scheme) }

    /// Tells whether what is sent there can be read by no stranger: it is encrypted, or stays at home.
    package var isSafe: Bool { isEncrypted || WebAddress.isAtHome(authority.host) }

    /// Tells whether a host is this machine, or one of a home network: an address that is private by its number, or a name that
    /// the world has none of.
    ///
    /// Source: RFC 1918, 4193, 6598, 6761, 6762, 8375.
    package static func isAtHome(_ host: String) -> Bool {
        let name = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        if name.hasPrefix("[") { return isPrivate6(String(name.dropFirst().dropLast())) }
        var four = in_addr()
        if inet_pton(AF_INET, name, &four) == 1 { return isPrivate(withUnsafeBytes(of: four) { Array($0) }) }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // Old forms of numbers, as 0x7f000001, are not read as names.
        guard let last = labels.last, let first = last.utf8.first, !labels.contains(""),
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= first
        else { return false }
        return labels.count == 1
            || ["localhost", "local", "lan", "home", "internal", "localdomain"].contains(String(last))
            || labels.suffix(2) == ["home", "arpa"] || labels.suffix(2) == ["fritz", "box"]
    }

    private static func isPrivate(_ four: [UInt8]) -> Bool {
        switch (four[0], four[1]) {
        case (127, _), (10, _), (172, 16...31), (192, 168), (169, 254), (100, 64...127): true
        default: false
        }
    }

    private static func isPrivate6(_ text: String) -> Bool {
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        if bytes.dropLast() == ArraySlice([UInt8](repeating: 0, count: 15)) { return bytes[15] == 1 }
        if bytes[..<12] == ArraySlice([UInt8](repeating: 0, count: 10) + [255, 255]) {
            return isPrivate(Array(bytes[12...]))
        }
        return bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }
}
