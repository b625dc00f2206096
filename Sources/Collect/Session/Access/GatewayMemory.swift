// What is known of a gateway from one start of the watch to the next. No token, no cookie, no address.

/// What is remembered of a gateway.
package struct GatewayMemory: Codable, Equatable, Sendable {
    /// The key that is believed, `sha256//…`; nil before the first look, and in clear text.
    package var pin: String?
    /// Its serial number.
    package var serial: String?
    /// Its firmware, as `D8.3.5289`.
    package var firmware: String?
    /// It wants a token.
    package var usesTokens: Bool?
    /// A meter gives readings.
    package var isMetered: Bool?
    /// There are batteries or a grid relay.
    package var hasBatteries: Bool?
    /// Paths that it does not have, and until when that is believed, seconds UTC.
    package var missing: [String: Int64] = [:]
    /// Its clock less the one of this machine, seconds.
    package var skewSeconds: Int64?

    /// Makes the memory of a gateway that is not yet known, or whose key and serial number alone are.
    package init(pin: String? = nil, serial: String? = nil) { (self.pin, self.serial) = (pin, serial) }

    /// Reads a memory; what is not there is not known.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        pin = try values.decodeIfPresent(String.self, forKey: .pin)
        serial = try values.decodeIfPresent(String.self, forKey: .serial)
        firmware = try values.decodeIfPresent(String.self, forKey: .firmware)
        usesTokens = try values.decodeIfPresent(Bool.self, forKey: .usesTokens)
        isMetered = try values.decodeIfPresent(Bool.self, forKey: .isMetered)
        hasBatteries = try values.decodeIfPresent(Bool.self, forKey: .hasBatteries)
        missing = try values.decodeIfPresent([String: Int64].self, forKey: .missing) ?? [:]
        skewSeconds = try values.decodeIfPresent(Int64.self, forKey: .skewSeconds)
    }
}
