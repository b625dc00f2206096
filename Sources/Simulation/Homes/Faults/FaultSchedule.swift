// When which device of a varied house has which fault. What a fault does to the data is said in VariedHouse and VariedPack.

import Readings

/// A fault of a varied house with what it is made of.
struct PlannedFault {
    /// How it comes about.
    enum Shape: Equatable {
        /// At once, or slowly over its first third.
        case step, ramp
        /// Of an uneven battery: the state of charge is told wrong, or less energy goes in.
        case offset, capacity
        /// Of a battery that takes nothing: it also runs down.
        case leak
    }

    let kind: String
    let device: String
    /// The index of the inverter or battery; 0 for the site.
    let index: Int
    let interval: Interval
    /// A share lost, points of charge, the state shown, or seconds of a shift.
    let size: Double
    var shape = Shape.step
    /// Whether it is one of the meters, the clock or the whole site.
    var isOfSite: Bool { device == "site" || device.hasPrefix("meter") }
}

/// Faults drawn for a house.
struct FaultSchedule {
    private(set) var faults: [PlannedFault] = []
    private let plan: FaultPlan
    private var random: SplitMix

    init(_ plan: FaultPlan) {
        self.plan = plan
        random = SplitMix(state: plan.seed &* 31 &+ 5)
        guard plan.hasFaults else { return }
        for year in stride(from: 0, to: plan.days, by: 365) {
            let days = min(365, plan.days - year)
            if days >= 60 { draw(from: year, days: days) }
        }
        if let only = plan.only { faults.removeAll { !only.contains($0.kind) } }
    }

    private mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random.unit()
    }

    private mutating func one<Value>(_ values: [Value]) -> Value {
        values[Int(random.unit() * Double(values.count))]
    }

    /// Adds a fault at a time at which its device, or the site, has no other.
    private mutating func add(
        _ kind: String,
        of device: String,
        index: Int,
        from year: Int,
        within days: Int,
        hours: Double,
        size: Double = 0,
        shape: PlannedFault.Shape = .step
    ) {
        let isOfSite = index < 0
        for _ in 0..<20 {
            let room = Double(days) * 24 - 25 * 24 - hours
            guard room > 0 else { return }
            let hour = (25 * 24 + room * random.unit()).rounded()
            let start =
                plan.start.daysSince1970 * 86_400 + Int64(year) * 86_400 + Int64(hour) * 3600
                + Int64(random.unit() * 12) * 300
            let interval = Interval(startUTCSeconds: start, endUTCSeconds: start + Int64(hours * 3600))
            let guardSeconds: Int64 = isOfSite ? 2 * 86_400 : 20 * 86_400
            let padded = Interval(
                startUTCSeconds: interval.startUTCSeconds - guardSeconds,
                endUTCSeconds: interval.endUTCSeconds + guardSeconds
            )
            let isFree = !faults.contains {
                (isOfSite ? $0.isOfSite : $0.device == device) && $0.interval.overlaps(padded)
            }
            if isFree {
                faults.append(
                    PlannedFault(
                        kind: kind,
                        device: device,
                        index: max(0, index),
                        interval: interval,
                        size: size,
                        shape: shape
                    )
                )
                return
            }
        }
    }

    private mutating func draw(from year: Int, days: Int) {
        drawSite(from: year, days: days)
        drawInverters(from: year, days: days)
        if !plan.unitsWh.isEmpty { drawBatteries(from: year, days: days) }
    }

    private mutating func drawSite(from year: Int, days: Int) {
        let shifts: [Double] =
            plan.step == 3_600
            ? [60, -60, 120, -120, 420, -300, 720] : [30, -30, 60, -60, 60, -60, 120, -120, 420, -480, 720]
        for _ in 0..<2 {
            let hours = between(24 * 6, 24 * 40)
            let size = one(shifts) * 60
            add("clock_shift", of: "site", index: -1, from: year, within: days, hours: hours, size: size)
        }
        let least = plan.step == 3_600 ? 9.0 : 3
        for device in ["site", "site", "meter_prod", "meter_prod", "meter_net"] {
            let hours = between(least, 40)
            add("stale", of: device, index: -1, from: year, within: days, hours: hours)
        }
        for _ in 0..<2 {
            let hours = between(2, 60)
            add("site_silent", of: "site", index: -1, from: year, within: days, hours: hours)
        }
    }

    private mutating func drawInverters(from year: Int, days: Int) {
        for _ in 0..<4 {
            let index = Int(random.unit() * Double(plan.inverterCount))
            let loss = plan.isHard && random.unit() < 0.5 ? between(0.09, 0.15) : between(0.12, 0.6)
            let shape: PlannedFault.Shape = random.unit() < 0.5 ? .step : .ramp
            let hours = between(24 * 12, 24 * 90)
            add(
                "micro_degraded",
                of: FaultHouse.inverterSerial(index),
                index: index,
                from: year,
                within: days,
                hours: hours,
                size: loss,
                shape: shape
            )
        }
        let index = Int(random.unit() * Double(plan.inverterCount))
        let hours = between(24 * 4, 24 * 15)
        add(
            "micro_dead",
            of: FaultHouse.inverterSerial(index),
            index: index,
            from: year,
            within: days,
            hours: hours
        )
    }

    private mutating func drawBatteries(from year: Int, days: Int) {
        func serial(_ index: Int) -> String { FaultHouse.batterySerial(index) }
        let count = Double(plan.unitsWh.count)
        for _ in 0..<2 {
            var index = Int(random.unit() * count)
            var hours = between(24 * 5, 24 * 50)
            let shown = one([99.0, 99, 98, 97])
            add(
                "batt_pinned",
                of: serial(index),
                index: index,
                from: year,
                within: days,
                hours: hours,
                size: shown
            )
            guard plan.unitsWh.count > 1 else { continue }
            index = Int(random.unit() * count)
            hours = between(24 * 5, 24 * 40)
            let how: PlannedFault.Shape = random.unit() < 0.5 ? .leak : .step
            add(
                "batt_no_charge",
                of: serial(index),
                index: index,
                from: year,
                within: days,
                hours: hours,
                shape: how
            )
            index = Int(random.unit() * count)
            hours = between(24 * 8, 24 * 60)
            let isOffset = random.unit() < 0.5
            let points = between(16, 35) * (random.unit() < 0.5 ? 1 : -1)
            let share = between(0.45, 0.7)
            add(
                "batt_unbalanced",
                of: serial(index),
                index: index,
                from: year,
                within: days,
                hours: hours,
                size: isOffset ? points : share,
                shape: isOffset ? .offset : .capacity
            )
        }
    }
}
