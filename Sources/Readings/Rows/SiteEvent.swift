// What happened at a site, as a source reports it or as its counters and states show it.

/// Something that happened, or that was seen to be so.
package struct SiteEvent: Equatable, Sendable {
    /// What happened; the raw value is the lake's word.
    package enum Kind: String, CaseIterable, Sendable, Codable {
        /// The gateway has not reported to the cloud for long.
        case cloudSilent = "cloud_silent"
        /// The relay is open although it was told to be closed.
        case relayOpenedItself = "relay_opened_itself"
        /// The site is off the grid.
        case offGrid = "off_grid"
        /// An inverter that is listed gives no data any more.
        case inverterLost = "inverter_lost"
        /// A device that should report does not.
        case deviceSilent = "device_silent"
        /// A counter stands a multiple of 2^32 J below the true value.
        case counterWrapped = "counter_wrapped"
        /// A counter went back up by a multiple of 2^32 J.
        case counterUnwrapped = "counter_unwrapped"
        /// A counter moved, and readings too far apart leave open whether by energy.
        case counterUndecided = "counter_undecided"
        /// A counter began anew.
        case counterReset = "counter_reset"
        /// A counter went on with another source's value.
        case counterSourceChanged = "counter_source_changed"
        /// A counter moved by more than the site can have made.
        case counterJumped = "counter_jumped"
        /// A counter went a little backwards.
        case counterBackwards = "counter_backwards"
        /// The gateway's clock differs from the time of the capture.
        case clockSkewed = "clock_skewed"
        /// A meter says that it is wired wrongly or does not meter.
        case meterFault = "meter_fault"
        /// The firmware is another than before.
        case firmwareChanged = "firmware_changed"
        /// Batteries at rest differ widely in their state of charge.
        case batteriesDiverge = "batteries_diverge"
        /// The grid failed: the relay's own log, or the backup history.
        case gridOutage = "grid_outage"
        /// A generator carried the house.
        case onGenerator = "on_generator"
        /// An event of the vendor's list.
        case vendorEvent = "vendor_event"
        /// An alarm of the vendor's list.
        case vendorAlarm = "vendor_alarm"
    }

    /// What happened.
    package let kind: Kind
    /// The device.
    package let device: Device
    /// When it began, or was seen, seconds UTC.
    package let startUTCSeconds: Int64
    /// When it ended, seconds UTC; nil while it lasts or where it is not known.
    package let endUTCSeconds: Int64?
    /// Which part of the source said so, or what was compared.
    package let origin: String
    /// The vendor's own key or status; empty where there is none.
    package let code: String
    /// One sentence with the numbers.
    package let text: String

    /// Makes an event.
    package init(
        _ kind: Kind,
        _ device: Device,
        startUTCSeconds: Int64,
        endUTCSeconds: Int64? = nil,
        origin: String,
        code: String = "",
        text: String
    ) {
        self.kind = kind
        self.device = device
        self.startUTCSeconds = startUTCSeconds
        self.endUTCSeconds = endUTCSeconds
        self.origin = origin
        self.code = code
        self.text = text
    }
}
