// A varied house, five minutes by five: sky, array, load, pack, and the clock that stamps the rows. What repeats, is lost
// or was true of it is added in VariedHouse+Reports.

import Foundation
import Readings

/// The run of a varied house.
struct VariedHouse {
    let plan: FaultPlan
    let schedule: FaultSchedule
    let base: SlotGrid
    let grid: SlotGrid
    /// Sums of the slots: the energies of the site in the order of `Channel`, Wh; import and export are netted later.
    var site: [[Double]]
    var inverters: [[Double]]
    var charged: [[Double]]
    var discharged: [[Double]]
    var shown: [[Double]]
    /// Base slots that a slot has got.
    var parts: [Int]
    /// The slot is at night for all inverters.
    var isDark: [Bool]
    /// Solar days on which a fault could be seen, by the sky.
    var light: [Double]
    private var random: SplitMix
    private var shades: [(from: Float, to: Float, height: Float)]
    private var factors: [Double]
    private var events: (watts: Double, steps: Int) = (0, 0)
    private var baseW = 180.0
    private var isCooling = false
    private var storms: [Interval] = []
    private var vacations: [Interval] = []
    private var reserveRise: Interval?

    private static let baseStep: Int64 = 300

    init?(_ plan: FaultPlan) {
        let first = plan.start.daysSince1970 * 86_400
        let span = Interval(startUTCSeconds: first, endUTCSeconds: first + Int64(plan.days) * 86_400)
        guard let base = SlotGrid(step: VariedHouse.baseStep, covering: span),
            let grid = SlotGrid(step: plan.step, covering: span)
        else { return nil }
        self.plan = plan
        self.base = base
        self.grid = grid
        schedule = FaultSchedule(plan)
        func columns(_ count: Int) -> [[Double]] {
            Array(repeating: Array(repeating: 0, count: grid.count), count: count)
        }
        site = columns(Channel.count)
        inverters = columns(plan.inverterCount)
        charged = columns(plan.unitsWh.count)
        discharged = columns(plan.unitsWh.count)
        shown = columns(plan.unitsWh.count)
        parts = Array(repeating: 0, count: grid.count)
        isDark = Array(repeating: false, count: grid.count)
        light = Array(repeating: 0, count: plan.days + 1)
        var random = SplitMix(state: plan.seed &* 101 &+ 17)
        factors = (0..<plan.inverterCount).map { _ in 0.97 + 0.06 * random.unit() }
        shades = (0..<plan.inverterCount).map { _ in
            guard random.unit() < (plan.isHard ? 0.4 : 0.2) else { return (0, 0, 0) }
            let from = Float(2 * random.unit() - 1)
            return (from, from + 0.4, Float(0.15 + 0.3 * random.unit()))
        }
        func stretch(_ days: Double) -> Interval {
            let start = first + Int64(random.unit() * Double(plan.days) * 86_400)
            return Interval(startUTCSeconds: start, endUTCSeconds: start + Int64(days * 86_400))
        }
        storms = (0..<2).map { _ in stretch(4) }
        vacations = (0..<2).map { _ in stretch(10) }
        reserveRise = stretch(25)
        self.random = random
        run()
    }

    private mutating func run() {
        let sun = VariedSun(plan, base)
        var sky = VariedSky(plan)
        var pack = VariedPack(plan)
        let offset = Int64((plan.place.longitude * 240).rounded())
        var active: [PlannedFault] = []
        var day = Int64.min
        for slot in 0..<base.count {
            let second = base.start(slot)
            let solar = second + offset
            let today = solar.flooredDivision(by: 86_400)
            if today != day {
                day = today
                sky.enterDay()
                let whole = Interval(startUTCSeconds: second, endUTCSeconds: second + 86_400)
                active = schedule.faults.filter { $0.interval.overlaps(whole) }
            }
            let hour = Double(solar.flooredRemainder(by: 86_400)) / 3600
            sky.step(hour: hour)
            let now = active.filter { $0.interval.contains(second) }
            let outputs = array(slot, under: sky, sun: sun, faults: now, at: second)
            let produced = outputs.reduce(0, +)
            let used = load(hour: hour, at: second)
            let limit = plan.exportLimitW.map { $0 / 12 }
            let isStorm = storms.contains { $0.contains(second) }
            let reserve = reserveRise?.contains(second) ?? false ? 70 : plan.reservePercent
            let faults = plan.unitsWh.indices.map { index in
                now.first { $0.device == FaultHouse.batterySerial(index) }
            }
            let moved = pack.step(
                surplus: produced - used,
                faults: faults,
                at: second,
                reserve: reserve,
                isStorm: isStorm
            )
            // What may not be exported is not made.
            let surplus = produced + moved.discharged - used - moved.charged
            let cut = limit.map { max(0, surplus - $0) } ?? 0
            let kept = produced > 0 ? max(0, (produced - cut) / produced) : 1
            let shift = now.first { $0.kind == "clock_shift" }.map { Int64($0.size) } ?? 0
            let target = grid.slot(of: second + shift)
            note(light: sun.height[slot], sky, at: second)
            // A clock that is set back tells some times twice; the first counts.
            guard target >= 0, target < grid.count, parts[target] < Int(plan.step / VariedHouse.baseStep)
            else { continue }
            parts[target] += 1
            let row = [produced * kept, used, 0, 0, moved.charged, moved.discharged]
            for channel in row.indices { site[channel][target] += row[channel] }
            for index in outputs.indices { inverters[index][target] += outputs[index] * kept }
            if sun.height[slot] < 0 { isDark[target] = true }
            for (index, reading) in pack.readings.enumerated() {
                charged[index][target] += reading.charged
                discharged[index][target] += reading.discharged
                shown[index][target] = reading.shown
            }
        }
    }

    /// The energies of the inverters, Wh.
    private mutating func array(
        _ slot: Int,
        under sky: VariedSky,
        sun: VariedSun,
        faults now: [PlannedFault],
        at second: Int64
    ) -> [Double] {
        let height = sun.height[slot]
        guard height > 0 else { return Array(repeating: 0, count: plan.inverterCount) }
        let direct = exp(-0.14 / Double(max(0.03, height))) * sky.beam * 1.05
        let scattered = Double(height).squareRoot() * 0.16 * sky.diffuse
        let losses = now.filter { $0.kind == "micro_degraded" || $0.kind == "micro_dead" }
        return (0..<plan.inverterCount).map { index in
            let shade = shades[index]
            let isShaded = height < shade.height && sun.east[slot] > shade.from && sun.east[slot] < shade.to
            let onPlane = Double(max(0, sun.onPlanes[index % plan.planes.count][slot]))
            let shine = direct * onPlane * (isShaded ? 0.15 : 1) + scattered
            var share = shine * sky.cleanness * factors[index] * (0.99 + 0.02 * random.unit())
            for fault in losses where fault.index == index {
                share *= fault.kind == "micro_dead" ? 0 : 1 - loss(fault, at: second)
            }
            share = min(1, share * plan.oversize)
            return share < 0.012 ? 0 : share * plan.inverterW / 12
        }
    }

    private func loss(_ fault: PlannedFault, at second: Int64) -> Double {
        guard fault.shape == .ramp else { return fault.size }
        let way = Double(second - fault.interval.startUTCSeconds) / Double(fault.interval.seconds)
        return fault.size * min(1, 3 * way)
    }

    private mutating func load(hour: Double, at second: Int64) -> Double {
        let isAway = vacations.contains { $0.contains(second) }
        if events.steps > 0 {
            events.steps -= 1
        } else if !isAway && random.unit() < 0.03 {
            events = (400 + 2_500 * random.unit(), 1 + Int(12 * random.unit()))
        } else if !isAway && hour > 19 && random.unit() < 0.004 {
            events = (7_000, 24)
        } else {
            events.watts = 0
        }
        let peak = isAway ? 0 : hour > 17 && hour < 22 ? 500.0 : hour > 6 && hour < 8.5 ? 300 : 0
        baseW = 180 + 0.9 * (baseW - 180) + 80 * (random.unit() - 0.5)
        if random.unit() < 0.25 { isCooling.toggle() }
        let cooling = isCooling ? 110.0 : 0
        return (max(60, baseW) + cooling + peak * (0.6 + 0.8 * random.unit()) + events.watts) / 12
    }

    private mutating func note(light height: Float, _ sky: VariedSky, at second: Int64) {
        guard height > 0 else { return }
        let day = Int((second - base.startUTCSeconds) / 86_400)
        light[day] += Double(height) * sky.beam / 12
    }
}
