// A home with losses: what the array, the house, the battery and the grid do quarter of an hour by quarter, as it is and as
// it would be without what goes wrong; then what its meters make of it, by their wiring. Files are in LossHouse+Files, what
// is true of the faults in LossTruth.

import Foundation
import Readings

/// A home whose reports are complete and whose production may be lost or wrongly measured.
package struct LossHouse: Sendable {
    /// Energies of the quarters of an hour, Wh.
    struct Quarters: Sendable {
        var produced: [Double]
        /// What would have been produced had nothing gone wrong.
        var unharmed: [Double]
        var consumed: [Double]
        var exported: [Double]
        var imported: [Double]
        var charged: [Double]
        var discharged: [Double]
        /// What an inverter of each plane made over its rating, Wh a W.
        var planes: [[Float]]

        init(count: Int, planeCount: Int) {
            let none = Array(repeating: 0.0, count: count)
            (produced, unharmed, consumed) = (none, none, none)
            (exported, imported, charged, discharged) = (none, none, none, none)
            planes = Array(repeating: Array(repeating: 0, count: count), count: planeCount)
        }
    }

    /// What the home is like.
    package let plan: LossPlan
    let calendar: LossDays
    let light: LossLight
    let faults: [LossFault]
    private(set) var quarters: Quarters
    /// Starts of the rows, seconds UTC.
    package private(set) var starts: [Int64] = []
    /// Energies of the rows in the order of `Channel`, as the meters tell them; what the report leaves out is among them.
    package private(set) var rows: [[Int32]] = []

    /// Simulates a home.
    ///
    /// - Parameter zone: the rules of the plan's zone.
    package init(_ plan: LossPlan, zone: TimeZoneRules) {
        self.plan = plan
        let calendar = LossDays(first: plan.start, count: plan.days, zone: zone)
        self.calendar = calendar
        light = LossLight(plan, calendar)
        quarters = Quarters(count: calendar.slotCount / 3, planeCount: plan.planes.count)
        let topW = LossHouse.topWatts(plan, light, by: calendar)
        faults = LossSchedule(plan, calendar, light: light, topW: topW).faults
        run()
        measure()
    }

    private static func topWatts(_ plan: LossPlan, _ light: LossLight, by calendar: LossDays) -> Double {
        var top = 0.0
        for day in stride(from: 0, to: calendar.count, by: 3) {
            let watts = LossLight.watts(plan, day)
            for slot in calendar.slots(day) where light.heights[slot] > 10 {
                var sum = 0.0
                for plane in watts.indices {
                    let direct = Double(light.planes[plane][slot])
                    sum += watts[plane] * LossLight.alternating(direct, share: plan.inverterShare)
                }
                top = max(top, sum)
            }
        }
        return top
    }

    // MARK: The house

    private mutating func run() {
        var household = LossHousehold(plan)
        var batteries = (real: LossBattery(plan), unharmed: LossBattery(plan))
        var random = SplitMix(state: plan.seed &* 5_557 &+ 13)
        for day in 0..<calendar.count {
            let whole = LossLight.watts(plan, day)
            let today = calendar.interval(day..<day + 1)
            let fault = faults.first { $0.kind.isLoss && $0.interval.overlaps(today) }
            let left = fault.map { LossLight.watts(plan, day, without: $0.lost) } ?? whole
            let isAway = plan.awayDays.contains { $0.contains(day) }
            let isWeekend = (calendar.date(day).daysSince1970 + 4).flooredRemainder(by: 7) % 6 == 0
            let dip = plan.dipDays.contains(day) ? random.between(-4, 3) : nil
            let dipLength = random.between(0.25, 1)
            for slot in calendar.slots(day) {
                let second = calendar.start + Int64(slot) * LossDays.step
                let wall = calendar.zone.offset(atUTCSeconds: second) + second
                let hour = Double(wall.flooredRemainder(by: 86_400)) / 3600
                let load = household.watts(
                    hour: hour,
                    isWeekend: isWeekend,
                    isAway: isAway,
                    outside: Double(light.warmth[slot])
                )
                let miss = 2 * random.unit() - 1
                let active = fault.flatMap { $0.interval.contains(second) ? $0 : nil }
                let sinceNoon = Double(second - light.days[day].noon) / 3600
                let isDipped = dip.map { sinceNoon >= $0 && sinceNoon < $0 + dipLength } ?? false
                let shine = isDipped ? 0.02 : 1
                let best = outputs(slot, watts: whole, fault: nil, at: second, shine: shine)
                let real =
                    active == nil ? best : outputs(slot, watts: left, fault: active, at: second, shine: shine)
                let wanted = settle(best.sum, load: load, hour: hour, miss: miss, &batteries.unharmed)
                let given = settle(real.sum, load: load, hour: hour, miss: miss, &batteries.real)
                quarters.unharmed[slot / 3] += wanted.produced / 12
                note(given, load: load, in: slot / 3)
                let kept = real.sum > 0 ? given.produced / real.sum : 1
                for plane in whole.indices {
                    quarters.planes[plane][slot / 3] += Float(real.shares[plane] * kept / 12)
                }
            }
        }
    }

    /// What the array gives, W, and what each plane gives over its rating.
    private func outputs(_ slot: Int, watts: [Double], fault: LossFault?, at second: Int64, shine: Double)
        -> (sum: Double, shares: [Double])
    {
        let rest = (fault?.rest(at: second) ?? 1) * shine
        var shares = watts.indices.map { plane in
            LossLight.alternating(Double(light.planes[plane][slot]) * rest, share: plan.inverterShare)
        }
        if let fault, fault.trips.contains(where: { $0.contains(second) }) {
            shares = shares.map { _ in 0 }
        }
        var sum = zip(shares, watts).reduce(0) { $0 + $1.0 * $1.1 }
        if let fault, fault.kind == .limit, sum > fault.size {
            shares = shares.map { $0 * fault.size / sum }
            sum = fault.size
        }
        return (sum, shares)
    }

    /// What the house and the battery leave of it: what may not be exported is not made.
    private func settle(
        _ made: Double,
        load: Double,
        hour: Double,
        miss: Double,
        _ battery: inout LossBattery
    )
        -> (produced: Double, charge: Double, discharge: Double)
    {
        let moved = battery.step(surplus: made - load, hour: Int(hour), miss: miss)
        let net = made - load - moved.charge + moved.discharge
        let cut = plan.exportLimitW.map { min(made, max(0, net - $0)) } ?? 0
        return (made - cut, moved.charge, moved.discharge)
    }

    private mutating func note(
        _ given: (produced: Double, charge: Double, discharge: Double),
        load: Double,
        in quarter: Int
    ) {
        let net = given.produced - load - given.charge + given.discharge
        quarters.produced[quarter] += given.produced / 12
        quarters.consumed[quarter] += load / 12
        quarters.exported[quarter] += max(0, net) / 12
        quarters.imported[quarter] += max(0, -net) / 12
        quarters.charged[quarter] += given.charge / 12
        quarters.discharged[quarter] += given.discharge / 12
    }

    // MARK: The meters

    private mutating func measure() {
        var random = SplitMix(state: plan.seed &* 89 &+ 41)
        let gain = random.between(0.994, 1.006)
        let starts = rowStarts()
        var carry = LossRounding()
        var quarter = 0
        for (row, start) in starts.enumerated() {
            let end = row + 1 < starts.count ? starts[row + 1] : calendar.end
            var sums = LossMetering()
            var second = start
            while second < end {
                let fault = faults.first { !$0.kind.isLoss && $0.interval.contains(second) }
                sums.add(quarters, quarter, gain: gain, fault: fault, wiring: plan.wiring)
                quarter += 1
                second += 900
            }
            rows.append(carry.row(sums, wiring: plan.wiring, isGross: plan.isGross))
        }
        self.starts = starts
    }

    private func rowStarts() -> [Int64] {
        guard plan.report != .dailyProduction else { return Array(calendar.bounds.dropLast()) }
        return Array(stride(from: calendar.start, to: calendar.end, by: Int(plan.report.step)))
    }
}

/// What the clamps tell of a row, Wh.
struct LossMetering {
    private(set) var produced = 0.0
    private(set) var consumed = 0.0
    private(set) var exported = 0.0
    private(set) var imported = 0.0
    private(set) var charged = 0.0
    private(set) var discharged = 0.0

    /// Adds a quarter of an hour.
    mutating func add(
        _ quarters: LossHouse.Quarters,
        _ index: Int,
        gain: Double,
        fault: LossFault?,
        wiring: LossPlan.Wiring
    ) {
        if fault?.kind == .silent { return }
        var made = quarters.produced[index] * gain
        var used = quarters.consumed[index]
        var (out, back) = (quarters.exported[index], quarters.imported[index])
        switch fault?.kind {
        case .clampDead: made = 0
        case .clampHalved: made *= 0.5
        case .clampReversed: made = -made
        case .clampOffset: made += (fault?.size ?? 0) / 4
        case .gridDead: (out, back) = (0, 0)
        case .gridReversed: (out, back) = (back, out)
        case .gridHalved: (out, back) = (out / 2, back / 2)
        case .loadAsNet: (out, back) = (0, used)
        case .loadDead: used = 0
        case .loadReversed: used = -used
        default: break
        }
        produced += made
        consumed += used
        exported += out
        imported += back
        charged += quarters.charged[index]
        discharged += quarters.discharged[index]
    }
}

/// Whole watt-hours, by which nothing gets lost over the rows.
private struct LossRounding {
    private var carry = [0.0, 0, 0, 0, 0, 0]

    private mutating func whole(_ value: Double, _ index: Int) -> Int32 {
        guard value != 0 else { return 0 }
        let sum = value + carry[index]
        carry[index] = sum - sum.rounded()
        return Int32(sum.rounded())
    }

    /// Returns energies in the order of `Channel`; the one that no clamp measures is computed.
    mutating func row(_ sums: LossMetering, wiring: LossPlan.Wiring, isGross: Bool) -> [Int32] {
        let (made, into, from) = (whole(sums.produced, 0), whole(sums.charged, 4), whole(sums.discharged, 5))
        if wiring == .load {
            let used = whole(sums.consumed, 1)
            let net = made + from - used - into
            return LossRounding.row(made, used, out: max(0, net), back: max(0, -net), into: into, from: from)
        }
        var (out, back): (Int32, Int32)
        if isGross {
            (out, back) = (whole(sums.exported, 2), whole(sums.imported, 3))
        } else {
            let net = whole(sums.exported - sums.imported, 2)
            (out, back) = (max(0, net), max(0, -net))
        }
        let used = made + from + back - out - into
        return LossRounding.row(made, used, out: out, back: back, into: into, from: from)
    }

    private static func row(
        _ made: Int32,
        _ used: Int32,
        out: Int32,
        back: Int32,
        into: Int32,
        from: Int32
    ) -> [Int32] {
        var row = Array(repeating: Int32(0), count: Channel.count)
        row[Channel.produced.rawValue] = made
        row[Channel.consumed.rawValue] = used
        row[Channel.exported.rawValue] = out
        row[Channel.imported.rawValue] = back
        row[Channel.charged.rawValue] = into
        row[Channel.discharged.rawValue] = from
        return row
    }
}
