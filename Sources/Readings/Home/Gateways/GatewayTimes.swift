// Which gateways a site has had, and when: what was captured says so. Rows that name no gateway, as older versions wrote
// them, find theirs here and nowhere else.

/// The gateways of a site with the times at which each was captured.
package struct GatewayTimes: Sendable {
    /// The times of each gateway's captures, ascending, seconds UTC.
    private let times: [String: [Int64]]

    /// Captures of two gateways this near to each other leave open whose a row is, seconds.
    private static let nearSeconds: Int64 = 3_600

    /// Gathers gateways.
    ///
    /// - Parameter states: what captures said of devices, in any order; those of gateways count.
    package init(_ states: [DeviceState]) {
        var times: [String: [Int64]] = [:]
        for state in states where state.device.kind == .gateway && GatewayOrigin.isSerial(state.device.serial)
        {
            times[state.device.serial, default: []].append(state.atUTCSeconds)
        }
        self.times = times.mapValues { $0.sorted() }
    }

    /// The serial numbers, sorted.
    package var serials: [String] { times.keys.sorted() }

    /// Returns the gateway of a row: the one that it names, else the only one there is, else the one that was captured at
    /// that time. Empty where no capture names one; nil where two gateways come into question.
    package func gateway(of origin: GatewayOrigin, at utcSeconds: Int64) -> String? {
        if !origin.gateway.isEmpty || times.isEmpty { return origin.gateway }
        if times.count == 1 { return times.first?.key }
        let nearest = times.map { (serial: $0.key, seconds: GatewayTimes.distance($0.value, utcSeconds)) }
            .sorted { ($0.seconds, $0.serial) < ($1.seconds, $1.serial) }
        return nearest[1].seconds - nearest[0].seconds > GatewayTimes.nearSeconds ? nearest[0].serial : nil
    }

    /// Returns the origin of a row with its gateway, where the row needs one; nil where two gateways come into question.
    package func origin(of text: String, _ device: Device, at utcSeconds: Int64) -> GatewayOrigin? {
        let origin = GatewayOrigin(text)
        guard GatewayOrigin.isNeeded(for: device) else { return origin }
        return gateway(of: origin, at: utcSeconds).map { GatewayOrigin(gateway: $0, part: origin.part) }
    }

    /// Returns gateways in groups: those that were captured in one stretch of time stand side by side, and all of a group
    /// make up the site; one that took another's place is a group of its own.
    package var groups: [[String]] {
        let spans = times.compactMap { serial, times in
            times.first.flatMap { first in times.last.map { (serial: serial, first: first, last: $0) } }
        }.sorted { ($0.first, $0.serial) < ($1.first, $1.serial) }
        var groups: [[String]] = []
        var last: Int64 = .min
        for span in spans {
            if span.first <= last, !groups.isEmpty {
                groups[groups.count - 1].append(span.serial)
            } else {
                groups.append([span.serial])
            }
            last = max(last, span.last)
        }
        return groups.map { $0.sorted() }
    }

    private static func distance(_ times: [Int64], _ instant: Int64) -> Int64 {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < instant { low = middle + 1 } else { high = middle }
        }
        let near = [low - 1, low].filter(times.indices.contains).map { abs(times[$0] - instant) }
        return near.min() ?? .max
    }
}
