// The body of `info`: which gateway, which firmware, which clock. Five short elements of a small document are taken by
// their names; it is no general reader of XML.

import Foundation

/// What the gateway says about itself without authentication.
struct GatewayInfo: Equatable {
    /// The serial number.
    let serial: String
    /// The part number.
    let partNumber: String
    /// The firmware as it stands, as `D8.3.5289`.
    let software: String
    /// The gateway's clock, seconds UTC; nil where it is missing.
    private(set) var utcSeconds: Int64?
    /// Tells whether the gateway meters by itself; nil where it does not say.
    let isMetered: Bool?
    /// Tells whether it wants a token; nil where it does not say.
    let usesTokens: Bool?

    /// Longest value of an element.
    private static let longestValue = 64

    /// Reads the body; nil where it is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Limits.xmlTextBytes else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("<envoy_info>"), let software = GatewayInfo.element("software", in: text) else {
            return nil
        }
        self.software = software
        serial = GatewayInfo.element("sn", in: text) ?? ""
        partNumber = GatewayInfo.element("pn", in: text) ?? ""
        utcSeconds = GatewayInfo.element("time", in: text).flatMap { Int64($0) }.flatMap {
            GatewayTime.plausible($0)
        }
        isMetered = GatewayInfo.element("imeter", in: text).map { $0 == "true" }
        usesTokens = GatewayInfo.element("web-tokens", in: text).map { $0 == "true" }
    }

    private static func element(_ name: String, in text: String) -> String? {
        guard let open = text.range(of: "<\(name)>"),
            let close = text.range(of: "</\(name)>", range: open.upperBound..<text.endIndex)
        else { return nil }
        let value = text[open.upperBound..<close.lowerBound]
        guard value.utf8.count <= longestValue, !value.contains("<") else { return nil }
        return value.filter { !$0.isWhitespace }
    }

    /// The same of an earlier time, whose clock says nothing of now.
    var withoutTime: GatewayInfo {
        var earlier = self
        earlier.utcSeconds = nil
        return earlier
    }

    /// The firmware's number without its letter, as `[8, 3, 5289]`.
    var version: [Int] {
        software.drop { !$0.isNumber }.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
    }

    /// Tells whether the firmware is older than what can be read (3.9).
    var isTooOld: Bool {
        let major = version.first ?? 0
        return !version.isEmpty && (major < 3 || (major == 3 && (version.count < 2 || version[1] < 9)))
    }
}
