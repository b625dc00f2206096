// A battery that stands short of full and keeps taking charge. See docs/analysis/pinned-battery.md.

import Readings

/// Finds charge plateaus.
package enum PinnedBatteryDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.batteryPinned: .nineDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.batteryPinned], place: 7),
            DetectorNeed(.batteries, for: [.batteryPinned]),
        ],
        memoryDays: 0,
        effects: [
            .ofDevice(.batteryPinned, bringsAbout: .batteryUnbalanced, reachDays: 4),
            .ofDevice(.batteryPinned, bringsAbout: .batteryNoCharge, reachDays: 4),
        ],
        effectsPlace: 5,
        page: "pinned-battery.md"
    )

    /// A stretch in which the state of charge stays in a narrow band below full.
    private struct Plateau {
        var start: Int
        var last: Int
        var low: Int32
        var high: Int32
        /// Energy on the plateau behind its first hours, Wh.
        var charged = 0
        var discharged = 0
        /// Reports on the plateau and off it.
        var onRows = 0
        var offRows = 0
        var alert: Int?
        /// The next slot at which the peers are looked at again.
        var nextCheck = 0

        /// Takes what went in and out in a slot.
        mutating func take(_ battery: DeviceSlots, slot: Int) {
            if battery.chargedWh[slot] != HomeColumns.missing { charged += Int(battery.chargedWh[slot]) }
            if battery.dischargedWh[slot] != HomeColumns.missing {
                discharged += Int(battery.dischargedWh[slot])
            }
        }
    }

    /// Hours in which an ordinary charge ends.
    private static let topUpHours = 6.0
    /// A plateau is looked at again when it is longer by one part of so many.
    private static let checkShare = 48
    /// Points a day that a battery without others must have taken: an idle one tops up now and then.
    private static let alonePointsPerDay = 2.0
    /// Hours without charge behind which a plateau is over: a battery that is full stands still as well.
    private static let restHours = 96.0
    /// Share of the reports that may lie off the plateau.
    private static let offShare = 0.25

    /// Returns one finding per plateau.
    package static func findings(_ home: HomeContext) -> [Finding] {
        home.columns.batteries.indices.filter { !home.columns.batteries[$0].serial.isEmpty }
            .flatMap { findings(of: $0, home) }
    }

    private static func findings(of index: Int, _ home: HomeContext) -> [Finding] {
        let battery = home.columns.batteries[index]
        let parameters = home.parameters
        let floor = Int32(parameters.pinnedFloor * 10)
        let band = Int32(parameters.pinnedBand * 10)
        let flicker = home.grid.slots(hours: parameters.pinnedFlickerHours)
        let topUp = home.grid.slots(hours: topUpHours)
        var findings: [Finding] = []
        var slot = battery.known.lowerBound
        var open: Plateau?
        while slot < battery.known.upperBound {
            let value = battery.socTenths[slot]
            defer { slot += 1 }
            if value == HomeColumns.missing { continue }
            let isOnFloor = value >= floor && value < 1000
            guard var plateau = open else {
                if isOnFloor {
                    open = Plateau(start: slot, last: slot, low: value, high: value)
                }
                continue
            }
            if isOnFloor && max(plateau.high, value) - min(plateau.low, value) <= band {
                plateau.last = slot
                plateau.onRows += 1
                if slot - plateau.start >= topUp { plateau.take(battery, slot: slot) }
                plateau.low = min(plateau.low, value)
                plateau.high = max(plateau.high, value)
                if plateau.alert == nil, slot >= plateau.nextCheck {
                    // A long one is looked at less often.
                    plateau.nextCheck =
                        slot + max(home.grid.slots(hours: 1), (slot - plateau.start) / checkShare)
                    if holds(plateau, of: index, in: home) { plateau.alert = slot }
                }
                open = plateau
            } else if slot - plateau.last > flicker {
                if let finding = finding(plateau, of: battery, in: home) { findings.append(finding) }
                // What came behind the plateau may begin another one.
                slot = plateau.last
                open = nil
            } else {
                plateau.offRows += 1
                open = plateau
            }
        }
        if let open, let finding = finding(open, of: battery, in: home) { findings.append(finding) }
        return findings
    }

    /// Tells whether the energy taken should have filled the battery.
    private static func holds(_ plateau: Plateau, of index: Int, in home: HomeContext) -> Bool {
        let parameters = home.parameters
        let slots = plateau.last - plateau.start + 1
        let days = Double(slots) * home.grid.hours / 24
        guard days * 24 >= parameters.pinnedHours else { return false }
        guard Double(plateau.offRows) <= offShare * Double(plateau.onRows + plateau.offRows) else {
            return false
        }
        let charged = excess(plateau, of: home.columns.batteries[index], in: home).wh
        let discharged = Double(plateau.discharged)
        guard charged >= parameters.pinnedChargeWh, charged >= parameters.pinnedChargeWhPerDay * days,
            discharged <= parameters.pinnedDischargeShare * charged
        else { return false }
        let kept = charged * parameters.batteryEfficiency - discharged / parameters.batteryEfficiency
        let points = parameters.pinnedBand + parameters.pinnedExcessPoints
        guard kept >= points / 100 * home.batteryUnitWh else { return false }
        return tookMoreThanPeers(plateau, charged: charged, of: index, in: home)
    }

    /// What a battery took on a plateau behind its first hours, which may be the end of an ordinary charge, beyond its standby.
    private static func excess(_ plateau: Plateau, of battery: DeviceSlots, in home: HomeContext) -> (
        wh: Double, last: Int?
    ) {
        let settled = min(plateau.last, plateau.start + home.grid.slots(hours: topUpHours))
        return StandbyCharge.excess(
            of: battery,
            in: settled..<(plateau.last + 1),
            at: plateau.low...plateau.high
        )
    }

    /// Where the others stand still too, the system idles: then it must have taken far more than they.
    private static func tookMoreThanPeers(
        _ plateau: Plateau,
        charged own: Double,
        of index: Int,
        in home: HomeContext
    ) -> Bool {
        var ranges: [Double] = []
        var charges: [Double] = []
        for (other, battery) in home.columns.batteries.enumerated()
        where other != index && !battery.serial.isEmpty {
            var states: [Int32] = []
            var charged = 0
            let settled = plateau.start + home.grid.slots(hours: topUpHours)
            for slot in settled...max(settled, plateau.last)
            where battery.socTenths[slot] != HomeColumns.missing {
                states.append(battery.socTenths[slot])
                if battery.chargedWh[slot] != HomeColumns.missing { charged += Int(battery.chargedWh[slot]) }
            }
            guard !states.isEmpty else { continue }
            // A single dip does not make a peer that stands still one that moves.
            states.sort()
            let range = states[states.count * 9 / 10] - states[states.count / 10]
            ranges.append(Double(range) / 10)
            charges.append(Double(charged))
        }
        guard let range = Median.of(ranges), let charge = Median.of(charges) else {
            let days = Double(plateau.last - plateau.start + 1) * home.grid.hours / 24
            return own >= alonePointsPerDay / 100 * home.batteryUnitWh * days
        }
        return range > home.parameters.pinnedBand
            || Double(plateau.charged) >= home.parameters.pinnedPeerFactor * charge
    }

    private static func finding(_ plateau: Plateau, of battery: DeviceSlots, in home: HomeContext)
        -> Finding?
    {
        guard let alert = plateau.alert else { return nil }
        let taken = excess(plateau, of: battery, in: home)
        let rested = taken.last.map { plateau.last - $0 } ?? 0
        let isResting = rested > home.grid.slots(hours: restHours)
        let last = isResting ? max(alert, taken.last ?? plateau.last) : plateau.last
        let slots = plateau.start..<(last + 1)
        let parameters = home.parameters
        return home.finding(
            .batteryPinned,
            of: battery.serial,
            in: slots,
            alertSlot: alert,
            severity: .critical,
            sureness: .likely,
            rule: FindingRule(
                .chargePlateau,
                [
                    ("floor_pct", .number(parameters.pinnedFloor, decimals: 0)),
                    ("band_points", .number(parameters.pinnedBand, decimals: 1)),
                    ("hours", .number(parameters.pinnedHours, decimals: 0)),
                    ("excess_points", .number(parameters.pinnedExcessPoints, decimals: 1)),
                ]
            ),
            evidence: home.deviceRows(battery.serial, slots).with {
                $0.lowestSoCPercent = Double(plateau.low) / 10
                $0.highestSoCPercent = Double(plateau.high) / 10
                $0.chargedWh = Int(taken.wh.rounded())
                $0.dischargedWh = plateau.discharged
            }
        )
    }
}
