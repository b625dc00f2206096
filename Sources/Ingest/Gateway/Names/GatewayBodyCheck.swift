// What whoever asks a gateway must know of a body before the parser has it: whether it is whole, and what `info` says. Which
// rows it makes is the business of Bodies.

/// Looks at a body that has just come.
package enum GatewayBodyCheck {
    /// Tells whether all of a body is JSON: an object or a list. A page of HTML, an empty body and one that was cut are not.
    package static func isWhole(_ body: [UInt8]) -> Bool {
        document(body) != nil
    }

    /// Returns what `info` says; nil for a body that is none.
    package static func about(_ body: [UInt8]) -> GatewayAbout? {
        guard let info = GatewayInfo(BodyText.utf8(body)), !info.serial.isEmpty else { return nil }
        return GatewayAbout(
            serial: info.serial,
            firmware: info.software,
            usesTokens: info.usesTokens ?? ((info.version.first ?? 0) >= firstWithTokens),
            isMetered: info.isMetered,
            isTooOld: info.isTooOld,
            utcSeconds: info.utcSeconds
        )
    }

    /// Tells by `ivp/meters` whether a meter is switched on; nil for a body that is no list.
    package static func hasMeters(_ body: [UInt8]) -> Bool? {
        guard let root = document(body)?.root, root.kind == .array else { return nil }
        return root.elements.contains { $0["state"]?.string == "enabled" }
    }

    /// Tells by `ivp/ensemble/inventory` whether there are batteries or a grid relay; nil for a body that is no list.
    package static func hasBatteries(_ body: [UInt8]) -> Bool? {
        guard let root = document(body)?.root, root.kind == .array else { return nil }
        return root.elements.contains { group in
            group["type"]?.string.map(batteryTypes.contains) == true && (group["devices"]?.count ?? 0) > 0
        }
    }

    /// Since this generation the gateway takes tokens alone.
    private static let firstWithTokens = 7
    private static let batteryTypes: Set<String> = ["ENCHARGE", "ENPOWER", "COLLAR"]

    private static func document(_ body: [UInt8]) -> JSONDocument? {
        guard let document = try? JSONDocument(BodyText.utf8(body)) else { return nil }
        return document.root.kind == .object || document.root.kind == .array ? document : nil
    }
}

/// What a gateway says about itself without a login.
package struct GatewayAbout: Equatable, Sendable {
    /// The serial number.
    package let serial: String
    /// The firmware as it stands, as `D8.3.5289`.
    package let firmware: String
    /// Tells whether it wants a token: by its own word, else by its generation.
    package let usesTokens: Bool
    /// Tells whether it meters by itself; nil where it does not say.
    package let isMetered: Bool?
    /// Tells whether its firmware is older than what can be read.
    package let isTooOld: Bool
    /// Its clock, seconds UTC; nil where it is missing or cannot be.
    package let utcSeconds: Int64?
}
