// Which of a gateway's meters count for what, as its own list says. What they showed is the business of tracks.

import Ingest
import Readings

/// The meters of a gateway by what they measure.
struct MeterRoles: Sendable, Equatable {
    /// What a meter counts for.
    enum Role: Sendable, Equatable {
        case production, net, storage
        /// The loads, by a meter of their own.
        case load
        /// Something that gives energy to the house and is no channel of ours.
        case otherSource
        case none
    }

    /// A meter in use.
    private struct Meter: Sendable, Equatable {
        let role: Role
        let phases: Int?
    }

    /// Those that are enabled.
    private var meters: [Device: Meter] = [:]
    /// The gateway says that it has no meters, and lists none.
    private(set) var isUnmetered = false
    private var isListed = false
    private var note: String?

    /// What the gateway says of itself where it has no meters of its own.
    private static let unmeteredNote = "unmetered"
    private static let listPart = "ivp/meters"

    /// Takes what a round says of meters.
    ///
    /// - Returns: true where it held the whole list.
    mutating func take(_ states: [DeviceState]) -> Bool {
        note = states.last { $0.device.kind == .gateway && $0.origin == "info" }?.properties[.note] ?? note
        let list = states.filter {
            $0.device.kind == .meter && GatewayOrigin($0.origin).part == MeterRoles.listPart
        }
        if !list.isEmpty {
            isListed = true
            meters = [:]
            for state in list where state.properties[.state] == "enabled" {
                meters[state.device] = Meter(
                    role: MeterRoles.role(state.properties[.measurement] ?? ""),
                    phases: state.properties[.phases].flatMap { Int($0) }
                )
            }
        }
        isUnmetered = note == MeterRoles.unmeteredNote && !isListed
        return !list.isEmpty
    }

    private static func role(_ measurement: String) -> Role {
        switch measurement {
        case "production": .production
        case "net-consumption": .net
        case "storage": .storage
        case "total-consumption": .load
        case "generator", "pv3p", "backfeed": .otherSource
        default: .none
        }
    }

    /// Returns the meters of a role, in order; empty where there is none in use.
    func devices(_ role: Role) -> [Device] {
        meters.filter { $0.value.role == role }.keys.sorted()
    }

    /// Tells whether a meter counts for a channel.
    func isCounted(_ device: Device) -> Bool {
        guard let role = meters[device]?.role else { return false }
        return role != .none && role != .otherSource
    }

    /// What the registers of a meter can have counted.
    func limit(of device: Device) -> CounterLimit {
        .steady(CounterLimit.connectionW(phases: meters[device]?.phases))
    }
}
