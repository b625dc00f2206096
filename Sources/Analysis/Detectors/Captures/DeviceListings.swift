// Which devices each capture lists: one that is not listed any more beside those that were listed with it was taken away; a
// gateway whose devices another lists was exchanged.

import Readings

/// The lists of captures.
struct DeviceListings {
    private struct Listing {
        let at: Int64
        var devices: Set<Device>
    }

    /// The lists of each part of the source, in order of time.
    private let listings: [String: [Listing]]

    init(_ states: [DeviceState]) {
        var found: [String: [Int64: Set<Device>]] = [:]
        for state in states where !state.device.serial.isEmpty && !GatewayOrigin.isNeeded(for: state.device) {
            found[state.origin, default: [:]][state.atUTCSeconds, default: []].insert(state.device)
        }
        listings = found.mapValues { lists in
            lists.map { Listing(at: $0.key, devices: $0.value) }.sorted { $0.at < $1.at }
        }
    }

    /// Returns the first time after an instant at which every part that listed a device lists its companions without it;
    /// nil where it is still listed somewhere, or where nothing later lists its companions.
    func vanished(_ device: Device, after instant: Int64, before: Int64 = .max) -> Int64? {
        var times: [Int64] = []
        for lists in listings.values {
            guard let known = lists.last(where: { $0.at <= instant && $0.devices.contains(device) }) else {
                continue
            }
            let later = lists.drop { $0.at <= instant }.prefix { $0.at < before }
            let companions = known.devices.subtracting([device]).filter { $0.kind == device.kind }
            guard !later.contains(where: { $0.devices.contains(device) }),
                let without = later.first(where: { !$0.devices.isDisjoint(with: companions) })
            else { return nil }
            times.append(without.at)
        }
        return times.max()
    }
}

/// Gateways whose place another took: captures show the old one no more, and the new one lists its inverters or batteries.
/// Two gateways side by side have devices of their own and are none.
enum GatewayExchanges {
    private static let moving: Set<DeviceKind> = [.inverter, .battery, .acBattery]

    /// Returns the first capture of the new gateway by the old one.
    ///
    /// - Parameter states: in order of time.
    static func found(_ states: [DeviceState]) -> [Device: Int64] {
        var captures: [Device: Set<Int64>] = [:]
        var devices: [Int64: Set<Device>] = [:]
        for state in states where !state.device.serial.isEmpty {
            if state.device.kind == .gateway {
                captures[state.device, default: []].insert(state.atUTCSeconds)
            }
            if moving.contains(state.device.kind) {
                devices[state.atUTCSeconds, default: []].insert(state.device)
            }
        }
        var found: [Device: Int64] = [:]
        for (gateway, own) in captures {
            guard let last = own.max() else { continue }
            let others = captures.filter { $0.key != gateway }.values.reduce(into: Set<Int64>()) {
                $0.formUnion($1)
            }
            // A second that shows two gateways does not tell whose a device is.
            let listed = own.subtracting(others).reduce(into: Set<Device>()) {
                $0.formUnion(devices[$1] ?? [])
            }
            found[gateway] = others.filter { $0 > last && !listed.isDisjoint(with: devices[$0] ?? []) }.min()
        }
        return found
    }
}
