// What goes wrong in a home with losses, and when: faults are drawn apart from one another, behind the first month.

import Foundation
import Readings

/// A fault that was planted.
struct LossFault: Sendable {
    /// What it is.
    enum Kind: String, Sendable {
        case full, half, third, fifth, trip, limit, degradation
        case clampDead = "pm_dead"
        case clampHalved = "pm_halved"
        case clampReversed = "pm_reversed"
        case clampOffset = "pm_offset"
        case gridDead = "gm_dead"
        case gridReversed = "gm_reversed"
        case gridHalved = "gm_halved"
        case loadAsNet = "gm_load_as_net"
        case loadDead = "cm_dead"
        case loadReversed = "cm_reversed"
        case silent, notDownloaded

        /// Energy is lost, not only wrongly measured.
        var isLoss: Bool {
            switch self {
            case .full, .half, .third, .fifth, .trip, .limit, .degradation: true
            default: false
            }
        }
        /// Part of the array is lost.
        var isShare: Bool { self == .half || self == .third || self == .fifth }
    }

    let kind: Kind
    var interval: Interval
    /// Inverters that stopped.
    var lost: Set<Int> = []
    /// What stopped is a plane.
    var isPlane = false
    /// W of a limit or an offset; the share of a slow loss; what a clamp tells of what there is.
    var size = 0.0
    /// Days until a slow loss has its size.
    var rampDays = 0.0
    /// Hours without production.
    var trips: [Interval] = []

    /// What a slow loss leaves of the light.
    func rest(at second: Int64) -> Double {
        guard kind == .degradation else { return 1 }
        let days = Double(second - interval.startUTCSeconds) / 86_400
        return 1 - size * min(1, days / rampDays)
    }
}

/// The faults of a home.
struct LossSchedule {
    private(set) var faults: [LossFault] = []
    private let plan: LossPlan
    private let calendar: LossDays
    private let days: [LossLight.Day]
    private let topW: Double
    private var random: SplitMix

    /// Draws faults.
    ///
    /// - Parameter topW: the most that the array gives.
    init(_ plan: LossPlan, _ calendar: LossDays, light: LossLight, topW: Double) {
        self.plan = plan
        self.calendar = calendar
        self.topW = topW
        days = light.days
        random = SplitMix(state: plan.seed &* 31 &+ 977)
        guard plan.hasFaults else { return }
        let years = Double(plan.days) / 365
        let count = min(8, max(3, Int((years * 1.5).rounded()) + Int(random.unit() * 3.5)))
        var weights = weightedKinds()
        for _ in 0..<count {
            let index = pick(weights.map(\.weight))
            weights[index].weight *= 0.35
            add(weights[index].kind)
        }
        if random.unit() < 0.55 { addMissing() }
        if !plan.report.hasProductionAlone, random.unit() < 0.45 { add(.silent) }
        faults.sort { $0.interval.startUTCSeconds < $1.interval.startUTCSeconds }
    }

    private func weightedKinds() -> [(kind: LossFault.Kind, weight: Double)] {
        let isDaily = plan.report == .dailyProduction
        var kinds: [(LossFault.Kind, Double)] = [
            (.full, 1.4), (.half, 1), (.third, 0.9), (.fifth, isDaily ? 0.1 : 0.8),
            (.trip, isDaily ? 0.1 : 1),
            (.limit, 0.8), (.degradation, isDaily ? 0.3 : 1.1), (.clampDead, 0.9), (.clampHalved, 0.9),
            (.clampReversed, 0.7), (.clampOffset, isDaily ? 0.1 : 0.6),
        ]
        if !plan.report.hasProductionAlone {
            kinds +=
                plan.wiring == .grid
                ? [(.gridReversed, 1.1), (.gridDead, 1), (.loadAsNet, 0.5), (.gridHalved, 0.3)]
                : [(.loadDead, 1.3), (.loadReversed, 1.2)]
        }
        return kinds.map { (kind: $0.0, weight: $0.1) }
    }

    private mutating func pick(_ weights: [Double]) -> Int {
        var left = random.unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return index }
        }
        return weights.count - 1
    }

    private mutating func add(_ kind: LossFault.Kind) {
        let isHours = kind == .full && random.unit() < (plan.report == .dailyProduction ? 0.1 : 0.35)
        for _ in 0..<40 {
            guard let interval = isHours ? hours() : stretch(kind) else { continue }
            guard isFree(interval, apart: kind == .silent ? 6 : 24) else { continue }
            var fault = LossFault(kind: kind, interval: interval)
            fill(&fault)
            if kind == .trip {
                guard let first = fault.trips.first, let last = fault.trips.last else { continue }
                fault.interval = Interval(
                    startUTCSeconds: first.startUTCSeconds,
                    endUTCSeconds: last.endUTCSeconds
                )
            }
            faults.append(fault)
            return
        }
    }

    private func isFree(_ interval: Interval, apart days: Int64) -> Bool {
        let padded = Interval(
            startUTCSeconds: interval.startUTCSeconds - days * 86_400,
            endUTCSeconds: interval.endUTCSeconds + days * 86_400
        )
        return !faults.contains { $0.interval.overlaps(padded) }
    }

    /// Some hours of one day.
    private mutating func hours() -> Interval? {
        let day = 35 + Int(random.unit() * Double(plan.days - 40))
        let start = days[day].noon - Int64(random.between(1.5, 4.5) * 4) * 900
        let aligned = start - start.flooredRemainder(by: 900)
        return Interval(
            startUTCSeconds: aligned,
            endUTCSeconds: aligned + Int64(random.between(10, 32)) * 900
        )
    }

    private mutating func stretch(_ kind: LossFault.Kind) -> Interval? {
        let isDull = plan.place.latitude.magnitude > 45
        let length: Double
        switch kind {
        case .full: length = random.between(2, 28)
        case .half: length = random.between(8, 42)
        case .third: length = random.between(20, isDull ? 70 : 50)
        case .fifth: length = random.between(30, isDull ? 110 : 80)
        case .trip: length = random.between(9, 36)
        case .limit: length = random.between(14, 80)
        case .degradation: length = random.between(85, 190)
        case .clampDead, .clampHalved, .clampReversed: length = random.between(7, 48)
        case .clampOffset: length = random.between(15, 60)
        case .silent: length = pow(10, random.between(-0.9, 0.4))
        default: length = random.between(5, 32)
        }
        let room = Double(plan.days) - 37 - length
        guard room > 0 else { return nil }
        // Some arrays stay dirty.
        if kind == .degradation, random.unit() < 0.25 {
            let start = calendar.end - Int64(length * 96) * 900
            return Interval(startUTCSeconds: start, endUTCSeconds: calendar.end)
        }
        let start = calendar.start + Int64((35 + room * random.unit()) * 96) * 900
        return Interval(startUTCSeconds: start, endUTCSeconds: start + Int64(length * 96) * 900)
    }

    private mutating func fill(_ fault: inout LossFault) {
        switch fault.kind {
        case .full: fault.lost = Set(plan.inverters.indices)
        case .half: lose(random.between(0.42, 0.58), in: &fault)
        case .third: lose(random.between(0.27, 0.4), in: &fault)
        case .fifth: lose(random.between(0.15, 0.24), in: &fault)
        case .limit: fault.size = (topW * random.between(0.3, 0.62) / 10).rounded() * 10
        case .degradation:
            fault.size = random.between(0.13, 0.32)
            fault.rampDays = random.between(30, 80)
        case .trip: trip(&fault)
        case .clampOffset: fault.size = random.between(12, 60) * (random.unit() < 0.6 ? -1 : 1)
        default: break
        }
    }

    /// Picks a plane of about the wanted share, or inverters of all planes.
    private mutating func lose(_ share: Double, in fault: inout LossFault) {
        let count = Double(plan.inverters.count)
        let fitting = plan.planes.indices.filter { plane in
            let many = Double(plan.inverters.count { $0.plane == plane })
            return abs(many / count - share) < 0.06 && many < count
        }
        if !fitting.isEmpty, random.unit() < 0.7 {
            let plane = random.one(fitting)
            fault.isPlane = true
            fault.lost = Set(plan.inverters.indices.filter { plan.inverters[$0].plane == plane })
            return
        }
        var order = Array(plan.inverters.indices)
        for index in order.indices.reversed() { order.swapAt(index, Int(random.unit() * Double(index + 1))) }
        fault.lost = Set(order.prefix(max(1, Int((share * count).rounded()))))
    }

    /// The grid's voltage is high about noon of bright days.
    private mutating func trip(_ fault: inout LossFault) {
        let last = calendar.day(of: fault.interval.endUTCSeconds)
        for day in calendar.day(of: fault.interval.startUTCSeconds)...last {
            let facts = days[day]
            guard facts.clearWh > 0, facts.skyWh > 0.62 * facts.clearWh, random.unit() < 0.88 else {
                continue
            }
            var from = facts.noon - facts.noon % 300 + Int64(random.between(-2.4, 0.6) * 12) * 300
            for _ in 0..<(random.unit() < 0.3 ? 2 : 1) {
                let until = from + Int64(random.between(7, 40)) * 300
                fault.trips.append(Interval(startUTCSeconds: from, endUTCSeconds: until))
                from = until + Int64(random.between(3, 12)) * 300
            }
        }
    }

    /// A week to a month that nobody downloaded.
    private mutating func addMissing() {
        for _ in 0..<40 {
            let day = 40 + Int(random.unit() * Double(max(1, plan.days - 90)))
            var interval = calendar.interval(day..<min(plan.days - 5, day + Int(random.between(7, 33))))
            if plan.isMonthly { interval = calendar.zone.interval(of: CivilMonth(calendar.date(day))) }
            guard isFree(interval, apart: 6), interval.endUTCSeconds < calendar.end else { continue }
            faults.append(LossFault(kind: .notDownloaded, interval: interval))
            return
        }
    }
}
