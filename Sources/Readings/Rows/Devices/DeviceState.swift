// Words that a device reported about itself.

/// A property of a device state; the raw value is the lake's column.
package enum StateProperty: String, CaseIterable, Sendable, Codable {
    // The order is that of the lake's columns: new ones go to the end.

    /// The device's own word for its state, as `ENCHG_STATE_READY`, or the cloud's status.
    case state
    /// Flags as the device gives them, separated by spaces.
    case flags
    /// Running firmware.
    case firmware
    /// Part number or model.
    case model
    /// `true` or `false`: the gateway reaches it.
    case communicating
    /// `true` or `false`: it produces.
    case producing
    /// `true` or `false`: it is excluded from the battery's work.
    case excluded
    /// Error number, as text.
    case errorCode = "error_code"
    /// Error in words.
    case errorText = "error_text"
    /// Light code.
    case light = "led_status"
    /// Operating mode, as `self-consumption`.
    case mode
    /// What the relay was told: `open` or `closed`.
    case relayCommanded = "relay_commanded"
    /// What the relay is: `open` or `closed`.
    case relayActual = "relay_actual"
    /// The grid mode in the device's words.
    case gridMode = "grid_mode"
    /// `true` or `false`: the cloud is reached.
    case cloudConnected = "cloud_connected"
    /// What a meter measures, as `net-consumption`.
    case measurement
    /// A meter's own status, as `normal` or `check-wiring`.
    case meteringStatus = "metering_status"
    /// The number of phases.
    case phases
    /// The number of communication, as level 0 to 5 or signal.
    case signal
    /// Anything else that matters, in words.
    case note
    /// The state of charge kept for outages, percent.
    case reserve = "reserve_pct"
    /// `true` or `false`: the batteries are kept full ahead of a storm.
    case stormGuard = "storm_guard"
}

/// What a device said about itself at one time.
package struct DeviceState: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// When it was so, seconds UTC.
    package let atUTCSeconds: Int64
    /// Which part of the source said so.
    package let origin: String
    /// When the device last reported, seconds UTC; nil where unknown or never.
    package var lastReportUTCSeconds: Int64?
    /// The properties; what is not in here was not reported.
    package var properties: [StateProperty: String]

    /// Makes a state.
    package init(
        _ device: Device,
        atUTCSeconds: Int64,
        origin: String,
        lastReportUTCSeconds: Int64? = nil,
        properties: [StateProperty: String]
    ) {
        self.device = device
        self.atUTCSeconds = atUTCSeconds
        self.origin = origin
        self.lastReportUTCSeconds = lastReportUTCSeconds
        self.properties = properties
    }
}

extension DeviceState {
    /// What the grid's relay is, `open` or `closed`; nil where the state says nothing of it. A generator has a relay of its own,
    /// which is open as long as it rests.
    package var gridRelay: String? { device.kind == .generator ? nil : properties[.relayActual] }

    /// What the grid's relay was told to be; as `gridRelay`.
    package var gridRelayCommanded: String? { device.kind == .generator ? nil : properties[.relayCommanded] }
}
