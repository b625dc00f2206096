// A battery whose state of charge stands still while energy goes in or out. What a battery takes day and night for itself is no
// charge; plateaus of a day and more are told by PinnedBatteryDetector.

import Readings

/// `battery_stuck`, and `batt_pinned` where it stands short of full and takes charge: that the night finds too.
struct BatteryStuckRule {
    private struct Unit {
        /// Where it stands, percent, and since when, seconds UTC.
        var anchor: Double
        var since: Int64
        var seconds = 0.0
        /// Energy beyond what it draws for itself, discharged less charged, Wh.
        var net = 0.0
        var charged = 0.0
        var discharged = 0.0
        var low: Double
        var high: Double
        var ticker = Ticker()

        init(_ percent: Double, at utcSeconds: Int64) {
            (anchor, since, low, high) = (percent, utcSeconds, percent, percent)
        }
    }

    private var units: [String: Unit] = [:]

    /// Points within which a state of charge is the same.
    private static let points = 2.0
    /// The share of its capacity that must have gone in or out, and what of it must have changed the state of charge.
    private static let (share, movingShare) = (0.1, 0.08)
    /// What of the energy is kept each way.
    private static let efficiency = 0.95
    /// What a battery draws for itself is less than this share of its capacity an hour.
    private static let standbyShare = 0.015
    /// A state of charge may be told late by so much, seconds.
    private static let leastSeconds = 1_800.0
    /// Powers beyond so many times its capacity an hour are none.
    private static let mostShare = 3.0
    /// A full battery cannot show more, and an empty one not less, percent.
    private static let (full, empty) = (99.5, 0.5)
    /// Where the night calls it pinned, percent.
    private static let pinned = 90.0..<100.0

    mutating func claims(_ picture: LivePicture) -> [LiveClaim] {
        var claims: [LiveClaim] = []
        for battery in picture.batteryPowers {
            guard let percent = battery.percent, let capacity = picture.capacityWh[battery.serial],
                units[battery.serial] != nil || units.count < LivePicture.mostDevices
            else { continue }
            var unit = units[battery.serial] ?? Unit(percent, at: picture.time.at)
            defer { units[battery.serial] = unit }
            let step = unit.ticker.step(picture.time)
            guard abs(percent - unit.anchor) <= BatteryStuckRule.points else {
                let ticker = unit.ticker
                unit = Unit(percent, at: picture.time.at)
                unit.ticker = ticker
                for kind in [FindingKind.batteryStuck, .batteryPinned] {
                    claims.append(.over(kind, battery.serial, at: picture.time.at))
                }
                continue
            }
            (unit.low, unit.high) = (min(unit.low, percent), max(unit.high, percent))
            unit.seconds += step
            if let watts = battery.watts, abs(watts) <= BatteryStuckRule.mostShare * capacity {
                let energy = watts * step / 3600
                let own = BatteryStuckRule.standbyShare * capacity * step / 3600
                unit.net +=
                    energy < 0 ? energy * BatteryStuckRule.efficiency : energy / BatteryStuckRule.efficiency
                // What it draws for itself, and what small errors add up to, is let go.
                unit.net = unit.net < 0 ? min(0, unit.net + own) : max(0, unit.net - own)
                unit.charged += max(0, -energy)
                unit.discharged += max(0, energy)
            }
            claims += [claim(battery.serial, unit, capacity: capacity)].compactMap { $0 }
        }
        return claims
    }

    private func claim(_ serial: String, _ unit: Unit, capacity: Double) -> LiveClaim? {
        guard abs(unit.net) >= BatteryStuckRule.share * capacity,
            unit.seconds >= BatteryStuckRule.leastSeconds,
            unit.net > 0 ? unit.high > BatteryStuckRule.empty : unit.low < BatteryStuckRule.full
        else { return nil }
        let isPinned = unit.net < 0 && BatteryStuckRule.pinned.contains(unit.low)
        let kind: FindingKind = isPinned ? .batteryPinned : .batteryStuck
        return .holds(kind, serial, since: unit.since, rule: .liveBatteryStuck) {
            $0.evidence.deviceKind = DeviceKind.battery.rawValue
            $0.evidence.serial = serial
            $0.evidence.lowestSoCPercent = unit.low
            $0.evidence.highestSoCPercent = unit.high
            $0.evidence.chargedWh = Whole.of(unit.charged)
            $0.evidence.dischargedWh = Whole.of(unit.discharged)
        }
    }
}
