// Faults of a house that is played live: what can be planted, under which names, and what of it holds at a time. What they do
// to powers and bodies stands with these; those that a network or the gateway's own server has are only told, see
// `LiveHouseFault.Kind.isOfNetwork`.

import Readings

/// A fault that is planted in a house.
package struct LiveHouseFault: Equatable, Sendable {
    /// What can be wrong, named as the finding that tells it.
    package enum Kind: String, CaseIterable, Sendable {
        /// No report reaches the cloud; locally the gateway answers.
        case cloudSilent = "cloud_silent"
        /// Nothing answers. Told in the truth, done by the network.
        case gatewayUnreachable = "gateway_unreachable"
        /// The grid relay opens. Argument: `absent` (the grid is away, and the default) or `present`.
        case relayOpened = "relay_opened_itself"
        /// The grid fails, comes back after a third of the time and at most 20 minutes, and the relay stays open.
        case returnFailed = "return_failed"
        /// The batteries take no charge, keep no reserve, and are below 2 % after seven tenths of the time.
        case batteriesFlat = "batt_deep"
        /// A battery. Argument: `silent` (the default) or `capacity`: it is switched off and the pack smaller by it.
        case batteryLost = "battery_lost"
        /// A battery shows 99 %, and takes charge, and gives none.
        case batteryStuck = "battery_stuck"
        case inverterLost = "inverter_lost"
        /// All inverters report, and give nothing.
        case productionStopped = "production_stopped"
        /// The production meter's registers and power stand still.
        case meterFrozen = "meter_frozen"
        /// The gateway's clock. Argument: by how many seconds it is ahead, 1,000 where none is given.
        case clockSkewed = "clock_skewed"
        /// The gateway's firmware. Argument: the new one, as `D8.3.6087`.
        case firmwareChanged = "firmware_changed"
        /// All batteries but one have a newer firmware.
        case firmwareBehind = "firmware_behind"
        /// Another TLS key. Told in the truth, done by the server.
        case keyChanged = "key_changed"
        /// Another serial number. Told in the truth, done by the server.
        case serialChanged = "serial_changed"
        /// No answers for minutes each night, as gateways have it. Told in the truth, done by the server.
        case nightReset = "night_reset"

        /// Tells whether the house itself knows nothing of it.
        package var isOfNetwork: Bool {
            switch self {
            case .gatewayUnreachable, .keyChanged, .serialChanged, .nightReset: true
            default: false
            }
        }

        /// Tells whether it is one battery's or all batteries'.
        var isOfBatteries: Bool {
            switch self {
            case .relayOpened, .returnFailed, .batteriesFlat, .batteryLost, .batteryStuck, .firmwareBehind:
                true
            default: false
            }
        }

        /// Reads the name of a finding, or a short one of the command line.
        init?(named name: String) {
            switch name {
            case "relay": self = .relayOpened
            case "drain": self = .batteriesFlat
            case "cloudsilent": self = .cloudSilent
            case "clock": self = .clockSkewed
            case "firmware": self = .firmwareChanged
            default: self.init(rawValue: name)
            }
        }
    }

    /// What is wrong.
    package var kind: Kind
    /// The battery or inverter, counted from 0.
    package var device: Int
    /// What the kind says of it; empty for its default.
    package var argument: String
    /// How long, seconds UTC; `Int64.max` as its end where it lasts.
    package var interval: Interval

    /// Makes a fault.
    package init(_ kind: Kind, device: Int = 0, argument: String = "", during interval: Interval) {
        (self.kind, self.device, self.argument, self.interval) = (kind, device, argument, interval)
    }

    /// When the grid is there again while the relay stays open.
    var gridBack: Int64 {
        let third = (interval.endUTCSeconds - interval.startUTCSeconds) / 3
        return interval.startUTCSeconds + min(1_200, third)
    }
}

/// What holds at a time of the faults of a house.
struct LiveActive: Sendable {
    /// How the grid relay stands.
    enum Relay { case closed, openWithoutGrid, openWithGrid }

    private(set) var relay = Relay.closed
    private(set) var isCloudSilent = false
    /// The drain that runs, seconds UTC; nil for none.
    private(set) var drain: Interval?
    private(set) var isStopped = false
    private(set) var isFrozen = false
    private(set) var clockAhead: Int64 = 0
    private(set) var firmware: String?
    /// Tells whether batteries have their newer firmware.
    private(set) var isUpdated = false
    /// The next time at which something changes.
    private(set) var until = Int64.max
    private var silent: UInt64 = 0
    private var dropped: UInt64 = 0
    private var stuck: UInt64 = 0
    private var outdated: UInt64 = 0
    private var lost: UInt64 = 0

    /// Nothing is wrong.
    init() {}

    /// Gathers what holds at a time.
    init(_ faults: [LiveHouseFault], at utcSeconds: Int64) {
        for fault in faults {
            var marks = [fault.interval.startUTCSeconds, fault.interval.endUTCSeconds]
            if fault.kind == .returnFailed { marks.append(fault.gridBack) }
            until = min(until, marks.filter { $0 > utcSeconds }.min() ?? .max)
            let isOver = utcSeconds >= fault.interval.endUTCSeconds
            if utcSeconds >= fault.interval.startUTCSeconds { take(fault, at: utcSeconds, isOver: isOver) }
        }
    }

    private mutating func take(_ fault: LiveHouseFault, at utcSeconds: Int64, isOver: Bool) {
        // An update stays when the one that lagged has caught up.
        if fault.kind == .firmwareBehind { isUpdated = true }
        guard !isOver else { return }
        let bit: UInt64 = 1 << UInt64(fault.device & 63)
        switch fault.kind {
        case .cloudSilent: isCloudSilent = true
        case .relayOpened: relay = fault.argument == "present" ? .openWithGrid : .openWithoutGrid
        case .returnFailed: relay = utcSeconds < fault.gridBack ? .openWithoutGrid : .openWithGrid
        case .batteriesFlat: drain = fault.interval
        case .batteryLost:
            if fault.argument == "capacity" { dropped |= bit } else { silent |= bit }
        case .batteryStuck: stuck |= bit
        case .inverterLost: lost |= bit
        case .productionStopped: isStopped = true
        case .meterFrozen: isFrozen = true
        case .clockSkewed: clockAhead = Int64(fault.argument) ?? 1_000
        case .firmwareChanged: firmware = fault.argument.isEmpty ? "D8.3.6087" : fault.argument
        case .firmwareBehind: outdated |= bit
        case .gatewayUnreachable, .keyChanged, .serialChanged, .nightReset: break
        }
    }

    private func holds(_ mask: UInt64, _ index: Int) -> Bool { mask != 0 && mask >> UInt64(index) & 1 == 1 }

    /// Tells whether a battery says nothing.
    func isSilent(_ battery: Int) -> Bool { holds(silent, battery) }
    /// Tells whether a battery is switched off.
    func isDropped(_ battery: Int) -> Bool { holds(dropped, battery) }
    /// Tells whether a battery stands at 99 %.
    func isStuck(_ battery: Int) -> Bool { holds(stuck, battery) }
    /// Tells whether a battery has its old firmware.
    func isOutdated(_ battery: Int) -> Bool { !isUpdated || holds(outdated, battery) }
    /// Tells whether an inverter is lost.
    func isLost(_ inverter: Int) -> Bool { holds(lost, inverter) }
    /// Tells whether a battery charges and discharges with the others.
    func isWorking(_ battery: Int) -> Bool {
        silent | dropped | stuck == 0 || !holds(silent | dropped | stuck, battery)
    }
}
