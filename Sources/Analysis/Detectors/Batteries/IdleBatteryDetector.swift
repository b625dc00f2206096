// A battery that takes no charge on days on which the others do. See docs/analysis/idle-battery.md.

import Readings

/// Finds batteries that take no charge.
package enum IdleBatteryDetector {
    /// Returns one finding per run of days without charge.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let batteries = home.batteries
        guard batteries.count > 1 else { return [] }
        let days = batteries.map { BatteryDays($0, home) }
        return batteries.indices.flatMap { findings(of: $0, batteries[$0], days, home) }
    }

    private static func findings(
        of index: Int,
        _ battery: DeviceSlots,
        _ days: [BatteryDays],
        _ home: HomeContext
    )
        -> [Finding]
    {
        let parameters = home.parameters
        var findings: [Finding] = []
        var run: [Int] = []
        func close() {
            defer { run = [] }
            guard run.count >= parameters.noChargeDays, let first = run.first, let last = run.last else {
                return
            }
            let slots = start(ofDay: first, battery, home)..<home.slots(ofDay: last).upperBound
            let alert = home.slots(ofDay: run[parameters.noChargeDays - 1]).upperBound - 1
            findings.append(finding(battery, slots, alert, run.count, home))
        }
        for day in 0..<home.dayCount {
            guard let charged = days[index].chargedWh[day], let highest = days[index].highest[day] else {
                continue
            }
            let others = days.indices.filter { $0 != index }.compactMap { days[$0].chargedWh[day] }
            guard let usual = Median.of(others), usual >= parameters.noChargePeerWh else {
                // Charge on a day on which the others took little is a sign of life all the same.
                if charged > parameters.noChargeWh * 4 { close() }
                continue
            }
            let isIdle =
                charged <= max(parameters.noChargeWh, parameters.noChargeShare * usual)
                && highest < parameters.noChargeCeiling
            if isIdle { run.append(day) } else { close() }
        }
        close()
        return findings
    }

    /// The silence of the charger begins behind the last slot with charge on the day before.
    private static func start(ofDay day: Int, _ battery: DeviceSlots, _ home: HomeContext) -> Int {
        let first = home.slots(ofDay: day).lowerBound
        var slot = first - 1
        let earliest = max(0, first - home.slotsPerDay)
        while slot >= earliest {
            let value = battery.chargedWh[slot]
            if value != HomeColumns.missing && value > 3 { return slot + 1 }
            slot -= 1
        }
        return first
    }

    private static func finding(
        _ battery: DeviceSlots,
        _ slots: Range<Int>,
        _ alert: Int,
        _ days: Int,
        _ home: HomeContext
    )
        -> Finding
    {
        let parameters = home.parameters
        return home.finding(
            .batteryNoCharge,
            battery.serial,
            slots,
            alertSlot: alert,
            severity: .critical,
            sureness: .likely,
            rule: FindingRule(
                .noChargeWhilePeersCharge,
                [
                    ("days", .integer(Int64(parameters.noChargeDays))),
                    ("peers_wh", .number(parameters.noChargePeerWh, decimals: 0)),
                    ("at_most_wh", .number(parameters.noChargeWh, decimals: 0)),
                    ("at_most_share", .number(parameters.noChargeShare, decimals: 2)),
                ]
            ),
            evidence: home.deviceRows(battery.serial, slots).with {
                $0.daysWithoutCharge = days
            }
        )
    }
}
