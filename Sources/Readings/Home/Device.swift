// The devices of a site.

/// What a device is.
package enum DeviceKind: String, CaseIterable, Sendable, Codable {
    /// The site as a whole, where a value belongs to no single device.
    case site
    /// The IQ Gateway.
    case gateway
    /// A meter; its current transformers included.
    case meter
    /// A microinverter.
    case inverter
    /// An IQ Battery.
    case battery
    /// An AC Battery.
    case acBattery = "ac_battery"
    /// The device that holds the grid relay: IQ System Controller or meter collar.
    case systemController = "system_controller"
    /// A generator.
    case generator
    /// A network system relay of older sites.
    case relay
    /// Anything else; its own word stands in `DeviceState`.
    case other
}

/// A device by its kind and its serial number, or a meter's id.
package struct Device: Hashable, Comparable, Sendable {
    /// What it is.
    package let kind: DeviceKind
    /// The serial number as text; empty where the source names none.
    package let serial: String

    /// Names a device.
    package init(_ kind: DeviceKind, _ serial: String) {
        self.kind = kind
        self.serial = serial
    }

    /// The site as a whole.
    package static let site = Device(.site, "")

    package static func < (left: Device, right: Device) -> Bool {
        (left.kind.rawValue, left.serial) < (right.kind.rawValue, right.serial)
    }
}
