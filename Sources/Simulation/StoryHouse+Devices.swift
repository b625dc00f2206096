// The devices of the story house: ten inverters that share its production, six batteries that share its storage.

import Readings

extension StoryHouse {
    /// The number of inverters.
    package static let inverterCount = 10
    /// The inverter that gives nothing from the end of the silence on.
    package static let lostInverter = 6
    /// The gateway's serial number.
    package static let gatewaySerial = "482299000001"
    /// The vendor's number of the system.
    package static let systemID = 4_829_900

    /// Returns the serial number of an inverter.
    package static func inverterSerial(_ index: Int) -> String { "48220100000\(index)" }

    /// Returns the cloud's own id of an inverter.
    package static func inverterID(_ index: Int) -> String { "5000\(index)" }

    /// Returns the serial number of a battery.
    package static func batterySerial(_ index: Int) -> String { "48220000000\(index + 1)" }

    /// Returns what each inverter made in an interval, Wh; the sum is the production.
    package func inverterWh(_ truth: Truth) -> [Int32] {
        let isLost = truth.startUTCSeconds >= silence.endUTCSeconds
        let working = isLost ? StoryHouse.inverterCount - 1 : StoryHouse.inverterCount
        let share = truth.energyWh[0] / Int32(working)
        var rest = truth.energyWh[0] % Int32(working)
        return (0..<StoryHouse.inverterCount).map { index in
            if isLost && index == StoryHouse.lostInverter { return 0 }
            defer { rest = max(0, rest - 1) }
            return share + (rest > 0 ? 1 : 0)
        }
    }

    /// Returns what each battery shows at the end of an interval, percent. The last one stays at 99 % after the silence.
    package func batteryPercent(_ truth: Truth) -> [Int] {
        (0..<StoryHouse.batteryCount).map { index in
            if index == StoryHouse.batteryCount - 1 && truth.startUTCSeconds >= silence.endUTCSeconds {
                return 99
            }
            // Batteries are never quite equal.
            let own = truth.storedPercent + Double(index % 3) - 1
            return Int(max(0, min(100, own)).rounded())
        }
    }

    /// Returns the intervals that begin in a span.
    package func intervals(in span: Interval) -> [Truth] {
        intervals.filter { span.contains($0.startUTCSeconds) }
    }

    /// Returns the lifetime sum of a channel up to an instant, Wh, from the house's first interval on.
    package func lifetimeWh(_ channel: Channel, until utcSeconds: Int64) -> Int64 {
        intervals.reduce(0) {
            $1.startUTCSeconds < utcSeconds ? $0 + Int64($1.energyWh[channel.rawValue]) : $0
        }
    }
}
