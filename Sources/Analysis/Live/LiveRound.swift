// What the live rules are given and what they give: a round of questions to a gateway, the site, and changes of findings. How
// a round comes about is the business of Collect.

import Readings

/// What one round of questions to a gateway gave.
package struct LiveRound: Sendable {
    /// The end of the round by this machine's clock, seconds UTC.
    package var atUTCSeconds: Int64
    /// The same by a clock that never goes back, seconds.
    package var monotonicSeconds: Double
    /// What was noticed beside the answers.
    package var signals: [CollectorSignal]
    /// The rows that the capture parser gives of the round's bodies.
    package var readings: [DeviceReading]
    package var states: [DeviceState]
    package var events: [SiteEvent]
    /// Since when the grid is up by the word of the owner or the utility, seconds UTC; nil where nobody said so.
    package var gridUpSinceUTCSeconds: Int64?

    /// Makes a round.
    package init(
        atUTCSeconds: Int64,
        monotonicSeconds: Double,
        signals: [CollectorSignal] = [],
        readings: [DeviceReading] = [],
        states: [DeviceState] = [],
        events: [SiteEvent] = [],
        gridUpSinceUTCSeconds: Int64? = nil
    ) {
        self.atUTCSeconds = atUTCSeconds
        self.monotonicSeconds = monotonicSeconds
        self.signals = signals
        self.readings = readings
        self.states = states
        self.events = events
        self.gridUpSinceUTCSeconds = gridUpSinceUTCSeconds
    }
}

/// What the live rules need to know of a site.
package struct LiveSite: Sendable {
    /// The site's zone.
    package var zone: TimeZoneRules
    /// Its place; without it daylight is told by the inverters alone, and stopped production is not looked for.
    package var place: Place?
    /// The rating of the array, W; without it stopped production is not looked for.
    package var installedW: Double?
    /// The serial number of the gateway; empty where it is not known.
    package var gateway: String
    /// Whether the site has other gateways: findings of meters and of the site then name this one.
    package var isOneOfSeveral: Bool
    /// Kinds that are never opened.
    package var muted: Set<FindingKind>
    /// By hour of the local day, 24 values: the power that the array exceeded in nine of ten such hours of the last thirty
    /// days, W; nil where too few are known.
    package var usualProductionW: [Double?]

    /// Describes a site.
    package init(
        zone: TimeZoneRules,
        gateway: String,
        place: Place? = nil,
        installedW: Double? = nil,
        isOneOfSeveral: Bool = false,
        muted: Set<FindingKind> = [],
        usualProductionW: [Double?] = []
    ) {
        self.zone = zone
        self.gateway = gateway
        self.place = place
        self.installedW = installedW
        self.isOneOfSeveral = isOneOfSeveral
        self.muted = muted
        self.usualProductionW = usualProductionW
    }

    /// What findings about the gateway call their device, as those of captures do.
    var gatewayName: String { gateway.isEmpty ? "site" : gateway }

    /// What findings call a device that other gateways of the site have too.
    func name(_ device: String) -> String {
        guard isOneOfSeveral, !gateway.isEmpty else { return device }
        return device == "site" ? "gateway \(gateway)" : "\(device) of gateway \(gateway)"
    }
}

/// A change of a finding, each of which is a message.
package enum LiveChange: Equatable, Sendable {
    /// It began. One that is over as soon as it is seen has its end already, and no `ended` follows.
    case opened(Finding)
    /// It became worse, or more is known of it.
    case updated(Finding)
    /// It is over; the finding has its end.
    case ended(Finding)

    /// The finding as it is now.
    package var finding: Finding {
        switch self {
        case .opened(let finding), .updated(let finding), .ended(let finding): finding
        }
    }

    /// The change in a word, as JSON has it.
    package var word: String {
        switch self {
        case .opened: "opened"
        case .updated: "updated"
        case .ended: "ended"
        }
    }
}
