// The batteries of a varied house, five minutes by five: who takes what the sun leaves over, what each shows of its state.

import Foundation
import Readings

/// One battery.
private struct VariedUnit {
    /// Wh when new, and as a share of that.
    let nominalWh: Double
    let health: Double
    /// Points by which it shows more or less than it holds, always.
    let bias: Double
    /// What it shows when it is full.
    let fullText: Double
    /// Wh.
    var stored: Double
    /// Points of a recalibration, which wear off.
    var jump = 0.0
    /// Runs of a flicker: what is shown instead, and for how many steps.
    var flicker = (points: 0.0, steps: 0)
}

/// The pack.
struct VariedPack {
    /// Wh of a step by battery, and what it shows behind it, percent.
    struct Reading {
        var charged = 0.0
        var discharged = 0.0
        var shown = 0.0
    }

    private(set) var readings: [Reading]
    private var units: [VariedUnit]
    private let plan: FaultPlan
    private var random: SplitMix
    private static let hours = 1.0 / 12
    private static let efficiency = 0.96

    init(_ plan: FaultPlan) {
        self.plan = plan
        var random = SplitMix(state: plan.seed &* 13 &+ 11)
        let spread = plan.isHard ? 0.14 : 0.04
        units = plan.unitsWh.map { nominal in
            VariedUnit(
                nominalWh: nominal,
                health: 1 - spread * random.unit(),
                bias: (plan.isHard ? 5 : 2) * (random.unit() - 0.5),
                fullText: random.unit() < 0.2 ? (random.unit() < 0.5 ? 99 : 97) : 100,
                stored: nominal * 0.5
            )
        }
        readings = units.map { _ in Reading() }
        self.random = random
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - surplus: energy left over by the sun, Wh; below 0 what is wanted.
    ///   - faults: of the batteries, by index; nil where one has none.
    ///   - reserve: percent.
    ///   - isStorm: everything is charged from the grid.
    /// - Returns: energies charged and discharged by all, Wh.
    mutating func step(
        surplus: Double,
        faults: [PlannedFault?],
        at second: Int64,
        reserve: Double,
        isStorm: Bool
    ) -> (charged: Double, discharged: Double) {
        for index in units.indices { readings[index] = Reading() }
        let capacity = units.indices.map { index -> Double in
            let isWorn = faults[index]?.kind == "batt_unbalanced" && faults[index]?.shape == .capacity
            let worn = isWorn ? self.share(of: faults[index], at: second, full: faults[index]?.size ?? 1) : 1
            return units[index].nominalWh * units[index].health * worn
        }
        let isCharging = surplus > 0 || isStorm
        let wanted = isStorm ? units.reduce(0) { $0 + $1.nominalWh } * 0.3 * VariedPack.hours : abs(surplus)
        share(wanted, isCharging: isCharging, capacity: capacity, faults: faults, reserve: reserve)
        for index in units.indices {
            settle(index, capacity: capacity[index], faults[index], surplus: surplus, at: second)
        }
        return (
            readings.reduce(0) { $0 + $1.charged }, readings.reduce(0) { $0 + $1.discharged }
        )
    }

    /// A share that a fault leaves, reached at once or slowly.
    private func share(of fault: PlannedFault?, at second: Int64, full: Double) -> Double {
        guard let fault, fault.shape == .ramp else { return full }
        let way = Double(second - fault.interval.startUTCSeconds) / Double(fault.interval.seconds) * 3
        return 1 - (1 - full) * min(1, way)
    }

    /// Splits what is there: fuller ones take less, emptier ones give less.
    private mutating func share(
        _ wanted: Double,
        isCharging: Bool,
        capacity: [Double],
        faults: [PlannedFault?],
        reserve: Double
    ) {
        let fill = units.indices.map { units[$0].stored / capacity[$0] }
        let mean = fill.reduce(0, +) / Double(max(1, fill.count))
        var left = wanted
        var open = units.indices.filter { index in
            switch faults[index]?.kind {
            case "batt_pinned": false
            case "batt_no_charge": !isCharging && faults[index]?.shape != .leak
            default: true
            }
        }
        for _ in 0..<2 where left > 0.5 && !open.isEmpty {
            let weights = open.map { index in
                units[index].nominalWh * max(0.2, 1 + (isCharging ? 1.5 : -1.5) * (mean - fill[index]))
            }
            let whole = weights.reduce(0, +)
            let wantedNow = left
            for (place, index) in open.enumerated() {
                let limit = units[index].nominalWh * 0.4 * VariedPack.hours
                let room =
                    isCharging
                    ? (capacity[index] - units[index].stored) / VariedPack.efficiency
                    : (units[index].stored - reserve / 100 * capacity[index]) * VariedPack.efficiency
                let done = isCharging ? readings[index].charged : readings[index].discharged
                let taken = max(0, min(wantedNow * weights[place] / whole, limit - done, room))
                left -= taken
                if isCharging {
                    readings[index].charged += taken
                    units[index].stored += taken * VariedPack.efficiency
                } else {
                    readings[index].discharged += taken
                    units[index].stored -= taken / VariedPack.efficiency
                }
            }
            open.removeAll { index in
                isCharging
                    ? units[index].stored >= capacity[index] * 0.999
                    : units[index].stored <= reserve / 100 * capacity[index]
            }
        }
    }

    /// What a fault and its own electronics make of a battery, and what it shows.
    private mutating func settle(
        _ index: Int,
        capacity: Double,
        _ fault: PlannedFault?,
        surplus: Double,
        at second: Int64
    ) {
        let nominal = units[index].nominalWh
        var shown = 100 * units[index].stored / capacity
        let isIdle = readings[index].charged + readings[index].discharged < 0.5
        if isIdle && fault?.kind != "batt_no_charge" {
            // Its electronics draw a few watts, which are told as charge.
            readings[index].charged += 0.6 + 0.5 * random.unit()
            units[index].stored = max(
                0.02 * capacity,
                units[index].stored - nominal * 0.0003 * VariedPack.hours
            )
        }
        switch fault?.kind {
        case "batt_pinned":
            let held = fault?.size ?? 99
            units[index].stored = held / 100 * capacity
            shown = held
            if surplus > 0.02 * nominal * VariedPack.hours * 4 {
                readings[index].charged +=
                    min(surplus / Double(units.count), nominal * 0.12 * VariedPack.hours)
                    * (0.6 + 0.3 * random.unit())
            } else if surplus < 0 && random.unit() < 0.15 {
                readings[index].discharged += min(-surplus / Double(units.count), nominal * 0.03) * 0.5
            }
        case "batt_no_charge" where fault?.shape == .leak:
            units[index].stored = max(
                0.01 * capacity,
                units[index].stored - nominal * 0.006 * VariedPack.hours
            )
        case "batt_unbalanced" where fault?.shape == .offset: shown += fault?.size ?? 0
        default:
            shown += units[index].bias
            if shown > 99.3 + units[index].bias { shown = units[index].fullText }
        }
        if plan.isHard { shown += disturbance(index, isPinned: fault?.kind == "batt_pinned") }
        readings[index].shown = min(fault?.kind == "batt_pinned" ? 100 : units[index].fullText, max(0, shown))
    }

    /// Points by which a hard battery shows something else for a while.
    private mutating func disturbance(_ index: Int, isPinned: Bool) -> Double {
        if random.unit() < 3 / 365.0 / 288 {
            units[index].jump = (4 + 5 * random.unit()) * (random.unit() < 0.5 ? 1 : -1)
        }
        units[index].jump *= 1 - 1 / (288 * 1.5)
        guard isPinned else { return units[index].jump }
        if units[index].flicker.steps > 0 {
            units[index].flicker.steps -= 1
        } else if random.unit() < 0.004 {
            let depth = random.unit() < 0.3 ? -5 - 10 * random.unit() : random.unit() < 0.5 ? -1 : 1
            units[index].flicker = (depth, 1 + Int(40 * random.unit()))
        }
        return units[index].flicker.steps > 0 ? units[index].flicker.points : 0
    }
}
