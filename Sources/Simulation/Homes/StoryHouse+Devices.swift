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

    /// The battery that was never updated again, counted from 0.
    package static let outdatedBattery = 3
    /// What the stuck battery takes of each charge, Wh an interval: it tries to reach 100 %.
    private static let trickleWh: Int32 = 6

    /// Returns the firmware of a battery: all but one are updated when the gateway is back.
    package func batteryFirmware(_ index: Int, at utcSeconds: Int64) -> String {
        let isUpdated = utcSeconds >= silence.endUTCSeconds && index != StoryHouse.outdatedBattery
        return isUpdated ? "2.0.6727_rel/22.15" : "2.0.6000_rel/22.11"
    }

    /// Returns what each battery took and gave in an interval, Wh; the sums are the house's charge and discharge. The stuck
    /// one takes a little of every charge and gives nothing.
    package func batteryWh(_ truth: Truth) -> [(charged: Int32, discharged: Int32)] {
        let isStuck = truth.startUTCSeconds >= silence.endUTCSeconds
        let working = Int32(isStuck ? StoryHouse.batteryCount - 1 : StoryHouse.batteryCount)
        let trickle = isStuck ? min(truth.energyWh[4], StoryHouse.trickleWh) : 0
        let (charged, discharged) = (truth.energyWh[4] - trickle, truth.energyWh[5])
        func part(_ sum: Int32, _ index: Int32) -> Int32 {
            sum / working + (index < sum % working ? 1 : 0)
        }
        return (0..<Int32(StoryHouse.batteryCount)).map { index in
            index < working ? (part(charged, index), part(discharged, index)) : (trickle, 0)
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
