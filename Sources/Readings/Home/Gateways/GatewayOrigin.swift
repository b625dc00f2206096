// Which gateway a row of a capture belongs to, as its origin tells. All gateways number their meters alike, and a site has
// no number at all: the serial number of the gateway keeps two of them apart. What is in a body is Ingest's business.

/// The origin of a capture's row: the gateway's serial number where the row needs one, and the part of the source.
package struct GatewayOrigin: Hashable, Sendable {
    /// The gateway's serial number; empty where the origin names none.
    package let gateway: String
    /// The part of the source, as `ivp/meters/readings`.
    package let part: String

    /// Digits of a serial number: gateways have twelve.
    private static let digits = 6...20

    /// Reads an origin, as `122000000001/ivp/meters/readings`; one without a serial number is a part alone.
    package init(_ text: String) {
        let serial = text.utf8.prefix { (48...57).contains($0) }
        let rest = text.utf8.dropFirst(serial.count)
        guard GatewayOrigin.digits.contains(serial.count), rest.first == UInt8(ascii: "/") else {
            (gateway, part) = ("", text)
            return
        }
        gateway = String(decoding: serial, as: UTF8.self)
        part = String(decoding: rest.dropFirst(), as: UTF8.self)
    }

    /// Names a part of a gateway; a serial number that is none is left out.
    package init(gateway: String, part: String) {
        self.gateway = GatewayOrigin.isSerial(gateway) ? gateway : ""
        self.part = part
    }

    /// The origin as the lake keeps it.
    package var text: String { gateway.isEmpty ? part : "\(gateway)/\(part)" }

    /// Tells whether a text can be the serial number of a gateway.
    package static func isSerial(_ text: String) -> Bool {
        digits.contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// Tells whether rows of a device must name their gateway: its own name does not tell it from that of another gateway.
    package static func isNeeded(for device: Device) -> Bool {
        device.kind == .site || device.kind == .meter || device.serial.isEmpty
    }
}
