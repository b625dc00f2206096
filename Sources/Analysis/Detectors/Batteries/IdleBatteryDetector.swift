// A battery that takes no charge on days on which the others do. See docs/analysis/idle-battery.md.

import Readings

/// Finds batteries that take no charge.
package enum IdleBatteryDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.batteryNoCharge: .nineDays],
        needs: [
            DetectorNeed(.batteries, for: [.batteryNoCharge]),
            DetectorNeed(.batteryPeers, for: [.batteryNoCharge]),
        ],
        // The charger's silence is looked for on the day before.
        memoryDays: 1,
        effects: [.ofDevice(.batteryNoCharge, bringsAbout: .batteryUnbalanced, reachDays: 4)],
        effectsPlace: 7,
        page: "idle-battery.md"
    )

    /// Times the charge of an idle battery that shows it alive on a day on which the others took little. This and the next are
    /// from simulated homes with known faults.
    private static let signOfLife = 4.0
    /// Energy in a slot up to which a charger is silent, Wh.
    private static let trickleWh: Int32 = 3

    /// Returns one finding per run of days without charge.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let batteries = home.batteries
        guard batteries.count > 1 else { return [] }
        let days = batteries.map { BatteryDays($0, home) }
        return batteries.indices.flatMap { findings(of: batteries[$0], days: days, index: $0, in: home) }
    }

    private static func findings(
        of battery: DeviceSlots,
        days: [BatteryDays],
        index: Int,
        in home: HomeContext
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
            let slots = start(ofDay: first, of: battery, in: home)..<home.slots(ofDay: last).upperBound
            let alert = home.slots(ofDay: run[parameters.noChargeDays - 1]).upperBound - 1
            findings.append(finding(battery, in: home, slots: slots, alertSlot: alert, days: run.count))
        }
        for day in 0..<home.dayCount {
            guard let charged = days[index].chargedWh[day], let highest = days[index].highest[day] else {
                continue
            }
            let others = days.indices.filter { $0 != index }.compactMap { days[$0].chargedWh[day] }
            guard let usual = Median.of(others), usual >= parameters.noChargePeerWh else {
                // Charge on a day on which the others took little is a sign of life all the same.
                if charged > parameters.noChargeWh * signOfLife { close() }
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
    private static func start(ofDay day: Int, of battery: DeviceSlots, in home: HomeContext) -> Int {
        let first = home.slots(ofDay: day).lowerBound
        var slot = first - 1
        let earliest = max(0, first - home.slotsPerDay)
        while slot >= earliest {
            let value = battery.chargedWh[slot]
            if value != HomeColumns.missing && value > trickleWh { return slot + 1 }
            slot -= 1
        }
        return first
    }

    private static func finding(
        _ battery: DeviceSlots,
        in home: HomeContext,
        slots: Range<Int>,
        alertSlot: Int,
        days: Int
    )
        -> Finding
    {
        let parameters = home.parameters
        return home.finding(
            .batteryNoCharge,
            of: battery.serial,
            in: slots,
            alertSlot: alertSlot,
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
