// Which devices each capture lists: one that is not listed any more beside those that were listed with it was taken away.

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
