// A seeded house with one fault of every kind that is looked for: inverters on two planes, batteries, a relay, reports that
// come late. Nothing of it is shared with the rules that look for the faults. Files of it are written in FaultHouse+Files.

import Foundation
import Readings

/// A house with faults, and what is true of it.
package struct FaultHouse: Sendable {
    /// A fault that was planted.
    package struct Fault: Equatable, Sendable {
        /// The kind, as the finding that it should give is called.
        package let kind: String
        /// The device, or `site`, or what of the site's it concerns.
        package let device: String
        /// How long it lasts.
        package let interval: Interval
        /// The share of it that the data show.
        package var observable = 1.0
    }

    /// The zone's identifier.
    package static let timeZone = "Europe/Madrid"
    /// The step in seconds.
    package static let step: Int64 = 900
    /// Inverters of the house.
    package static let inverterCount = 12
    /// Batteries of the house.
    package static let batteryCount = 4
    /// The rated power of an inverter, W.
    package static let inverterW = 350.0
    /// The capacity of a battery, Wh.
    package static let batteryWh = 5_000.0
    /// The state of charge that batteries keep for an outage, percent.
    package static let reservePercent = 20.0

    /// What the house is like.
    package let plan: FaultPlan
    /// The slots.
    package let grid: SlotGrid
    /// Energies of the site in the order of `Channel`; nil for a row that was never reported.
    package internal(set) var site: [[Int32]?]
    /// How long behind its end a row arrived, seconds.
    package internal(set) var delay: [Int64]
    /// The relay is open.
    package internal(set) var isOpen: [Bool]
    /// Energies by inverter; nil without report.
    package internal(set) var inverters: [[Int32?]]
    /// Charge, discharge and state of charge by battery; nil without report.
    package internal(set) var batteries: [[(charged: Int32, discharged: Int32, soc: Int32)?]]
    /// The faults of the day in hand.
    private var active: [Fault] = []
    /// What was planted.
    package internal(set) var faults: [Fault] = []

    /// Returns the serial number of an inverter.
    package static func inverterSerial(_ index: Int) -> String {
        "48220300\(ClockText.twoDigits(Int64(index)))01"
    }
    /// Returns the serial number of a battery.
    package static func batterySerial(_ index: Int) -> String {
        "48220400\(ClockText.twoDigits(Int64(index)))01"
    }

    /// The place of the house; nil is impossible.
    package static let place = Place(latitude: 40.4, longitude: -3.7)

    /// Simulates a house.
    ///
    /// - Parameters:
    ///   - seed: equal seeds give equal houses.
    ///   - start: the first day.
    ///   - days: how many; faults need 200.
    ///   - only: kinds that are planted; nil for all.
    ///   - hasFaults: plants one of every kind; false for a house in which all is well.
    package init?(seed: UInt64, start: CivilDate, days: Int, hasFaults: Bool = true, only: Set<String>? = nil)
    {
        let first = start.daysSince1970 * 86_400
        let span = Interval(startUTCSeconds: first, endUTCSeconds: first + Int64(days) * 86_400)
        guard let plan = FaultPlan(plain: seed, start: start, days: days),
            let grid = SlotGrid(step: FaultHouse.step, covering: span)
        else { return nil }
        self.init(plan, grid: grid)
        if hasFaults && days >= 200 { plant(days) }
        if let only { faults = faults.filter { only.contains($0.kind) } }
        var random = SplitMix(state: seed)
        run(plan.place, &random)
        spoil(&random)
    }

    /// A house that has not reported anything.
    init(_ plan: FaultPlan, grid: SlotGrid) {
        self.plan = plan
        self.grid = grid
        site = Array(repeating: nil, count: grid.count)
        delay = Array(repeating: 20, count: grid.count)
        isOpen = Array(repeating: false, count: grid.count)
        inverters = Array(
            repeating: Array(repeating: nil, count: grid.count),
            count: plan.inverterCount
        )
        batteries = Array(repeating: Array(repeating: nil, count: grid.count), count: plan.unitsWh.count)
    }

    // MARK: Plan

    private func slots(_ day: Int, _ hour: Double, hours: Double) -> Interval {
        let from = grid.startUTCSeconds + Int64(day) * 86_400 + Int64(hour * 3600)
        return Interval(startUTCSeconds: from, endUTCSeconds: from + Int64(hours * 3600))
    }

    /// One fault of every kind, apart from each other; again in every further year.
    private mutating func plant(_ days: Int) {
        for year in stride(from: 0, through: days - 200, by: 365) {
            func add(_ kind: String, _ device: String, day: Int, hour: Double, hours: Double) {
                faults.append(
                    Fault(kind: kind, device: device, interval: slots(year + day, hour, hours: hours))
                )
            }
            add("site_silent", "site", day: 30, hour: 13.25, hours: 60)
            add("late_backfill", "site", day: 36, hour: 9, hours: 30)
            add("stale", "meter_net", day: 40, hour: 10, hours: 12)
            add("stale", "site", day: 44, hour: 12, hours: 9)
            add("night_prod", "meter_prod", day: 48, hour: 1, hours: 1.5)
            add("spike", "meter_prod", day: 50, hour: 12, hours: 0.25)
            add("spike", "meter_net", day: 52, hour: 15, hours: 0.25)
            add("island", "site", day: 55, hour: 19, hours: 6)
            add("device_silent", FaultHouse.inverterSerial(3), day: 60, hour: 10, hours: 120)
            add("device_silent", FaultHouse.batterySerial(1), day: 70, hour: 6, hours: 72)
            add("partial_site", "micros", day: 80, hour: 8, hours: 30)
            add("micro_dead", FaultHouse.inverterSerial(7), day: 85, hour: 11, hours: 200)
            add("micro_degraded", FaultHouse.inverterSerial(5), day: 100, hour: 0, hours: 24 * 40)
            add("batt_pinned", FaultHouse.batterySerial(2), day: 110, hour: 18, hours: 24 * 12)
            add("batt_no_charge", FaultHouse.batterySerial(0), day: 130, hour: 16, hours: 24 * 6)
            add("batt_unbalanced", FaultHouse.batterySerial(3), day: 145, hour: 12, hours: 24 * 25)
            add("clock_shift", "site", day: 175, hour: 0, hours: 24 * 8)
            add("batt_deep", FaultHouse.batterySerial(1), day: 190, hour: 22, hours: 24 * 3)
            // What these bring about is neither to be found nor wrong to be told.
            faults.append(
                Fault(
                    kind: "batt_deep",
                    device: "pack",
                    interval: slots(year + 55, 17, hours: 30),
                    observable: 0
                )
            )
            faults.append(
                Fault(
                    kind: "batt_no_charge",
                    device: FaultHouse.batterySerial(1),
                    interval: slots(year + 188, 0, hours: 24 * 8),
                    observable: 0
                )
            )
        }
    }

    private func fault(_ kind: String, _ device: String, at slot: Int) -> Fault? {
        let start = grid.start(slot)
        return active.first {
            $0.observable > 0 && $0.kind == kind && $0.device == device && $0.interval.contains(start)
        }
    }

    // MARK: The house

    private mutating func run(_ place: Place, _ random: inout SplitMix) {
        let sines = SolarPosition(place: place).elevationSines(grid)
        let factors = (0..<FaultHouse.inverterCount).map { _ in 0.97 + 0.06 * random.unit() }
        var stored = (0..<FaultHouse.batteryCount).map { _ in 0.5 * FaultHouse.batteryWh }
        var clearness = 0.7
        var haze = 1.0
        for slot in 0..<grid.count {
            let second = grid.start(slot).flooredRemainder(by: 86_400)
            if second == 0 {
                let day = Interval(
                    startUTCSeconds: grid.start(slot),
                    endUTCSeconds: grid.start(slot) + 86_400
                )
                active = faults.filter { $0.interval.overlaps(day) }
            }
            if second == 0 {
                clearness = min(1, max(0.25, 0.5 * clearness + 0.5 * (0.3 + 0.8 * random.unit())))
            }
            haze = min(1.1, max(0.6, haze + 0.1 * (random.unit() - 0.5)))
            // The planes look to the east and the west of south: one leads, the other lags.
            let light = [6, -6].map { shift -> Double in
                let other = min(max(0, slot + shift), grid.count - 1)
                return sines[slot] <= 0 ? 0 : Double(max(0, 0.7 * sines[slot] + 0.3 * max(0, sines[other])))
            }
            var produced = 0.0
            for index in 0..<FaultHouse.inverterCount {
                let shine =
                    light[index % 2] * clearness * haze * factors[index] * (0.99 + 0.02 * random.unit())
                var energy = (min(1, shine) * FaultHouse.inverterW / 4).rounded()
                if fault("micro_dead", FaultHouse.inverterSerial(index), at: slot) != nil { energy = 0 }
                if fault("micro_degraded", FaultHouse.inverterSerial(index), at: slot) != nil {
                    energy = (energy * 0.72).rounded()
                }
                produced += energy
                inverters[index][slot] = sines[slot] > 0.02 ? Int32(energy) : nil
            }
            let hour = Double(second) / 3600
            let peak = hour > 17 && hour < 22 ? 260.0 : hour > 6 && hour < 8 ? 120 : 0
            let load = (60 + peak + 90 * random.unit()).rounded()
            store(at: slot, produced: produced, wanted: load, stored: &stored, random: &random)
        }
    }

    private mutating func store(
        at slot: Int,
        produced: Double,
        wanted: Double,
        stored: inout [Double],
        random: inout SplitMix
    ) {
        let count = Double(FaultHouse.batteryCount)
        let isIsland = fault("island", "site", at: slot) != nil
        isOpen[slot] = isIsland
        var surplus = produced - wanted
        var (charged, discharged) = (0.0, 0.0)
        for index in 0..<FaultHouse.batteryCount {
            let serial = FaultHouse.batterySerial(index)
            let isPinned = fault("batt_pinned", serial, at: slot) != nil
            let isIdle = fault("batt_no_charge", serial, at: slot) != nil
            let isLeaking = fault("batt_deep", serial, at: slot) != nil
            let floor = (isIsland ? 8 : FaultHouse.reservePercent) / 100 * FaultHouse.batteryWh
            var (own, given) = (0.0, 0.0)
            if isPinned {
                // It takes what the sun leaves over for hours and never shows it.
                own = surplus > 400 ? (20 + 8 * random.unit()).rounded() : 0
                stored[index] = 0.99 * FaultHouse.batteryWh
            } else if isLeaking {
                stored[index] = max(0.04 * FaultHouse.batteryWh, stored[index] - 60)
            } else if surplus > 0 && !isIdle {
                own = min(surplus / count, 320, (FaultHouse.batteryWh - stored[index]) / 0.95).rounded(.down)
                stored[index] += own * 0.95
            } else if surplus < 0 {
                given = max(0, min(-surplus / count, 320, (stored[index] - floor) * 0.95)).rounded(.down)
                stored[index] -= given / 0.95
            }
            charged += own
            discharged += given
            var percent = 100 * stored[index] / FaultHouse.batteryWh
            if fault("batt_unbalanced", serial, at: slot) != nil { percent = max(1, percent - 24) }
            batteries[index][slot] = (Int32(own), Int32(given), Int32(percent.rounded(.down)))
        }
        surplus += discharged - charged
        // Off the grid the array is throttled and what cannot be served is shed.
        let made = isIsland && surplus > 0 ? produced - surplus : produced
        let used = isIsland && surplus < 0 ? wanted + surplus : wanted
        let net = made + discharged - used - charged
        site[slot] = [made, used, max(0, -net), max(0, net), charged, discharged].map { Int32($0.rounded()) }
    }

    // MARK: What the monitor makes of it

    private mutating func spoil(_ random: inout SplitMix) {
        let truth = site
        for fault in faults where fault.observable > 0 {
            let range = grid.slots(in: fault.interval)
            guard let first = range.first else { continue }
            for slot in range { spoil(slot, first: first, by: fault, truth: truth) }
        }
        // Single reports get lost.
        for slot in 0..<grid.count where random.unit() < 0.002 { site[slot] = nil }
        for index in inverters.indices {
            for slot in 0..<grid.count where random.unit() < 0.004 { inverters[index][slot] = nil }
        }
    }

    private mutating func spoil(_ slot: Int, first: Int, by fault: Fault, truth: [[Int32]?]) {
        guard var row = site[slot] else { return }
        switch (fault.kind, fault.device) {
        case ("site_silent", _):
            site[slot] = nil
            for index in inverters.indices { inverters[index][slot] = nil }
            for index in batteries.indices { batteries[index][slot] = nil }
            return
        case ("late_backfill", _): delay[slot] = fault.interval.endUTCSeconds - grid.end(slot) + 7_200
        case ("stale", "site"): row = truth[first] ?? row
        case ("stale", _):
            row[Channel.imported.rawValue] = 0
            row[Channel.exported.rawValue] = max(90, truth[first]?[Channel.exported.rawValue] ?? 90)
        case ("night_prod", _): row[0] = 55
        case ("spike", "meter_prod"): row[0] = 61_000
        case ("spike", _): row[Channel.exported.rawValue] = 44_000
        case ("clock_shift", _): row[0] = truth[max(0, slot - 12)]?[0] ?? row[0]
        case ("device_silent", let serial):
            for index in inverters.indices where FaultHouse.inverterSerial(index) == serial {
                inverters[index][slot] = nil
            }
            for index in batteries.indices where FaultHouse.batterySerial(index) == serial {
                batteries[index][slot] = nil
            }
        case ("partial_site", _): for index in 0..<5 { inverters[index][slot] = nil }
        default: break
        }
        site[slot] = row
    }
}

/// A small generator with a fixed sequence per seed.
struct SplitMix {
    var state: UInt64

    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
