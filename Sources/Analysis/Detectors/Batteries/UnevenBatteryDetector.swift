// A battery whose state of charge has moved away from the others'. See docs/analysis/uneven-battery.md.

import Readings

/// Finds uneven packs.
package enum UnevenBatteryDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.batteryUnbalanced: .nineDays],
        needs: [
            DetectorNeed(.batteries, for: [.batteryUnbalanced]),
            DetectorNeed(.batteryPeers, for: [.batteryUnbalanced]),
            DetectorNeed(.history, for: [.batteryUnbalanced], place: 2),
        ],
        memoryDays: Int64(Unit.mostHistoryDays),
        effects: [.ofDevice(.batteryUnbalanced, bringsAbout: .batteryDeep, isFirst: true, reachDays: 4)],
        effectsPlace: 6,
        page: "uneven-battery.md"
    )

    /// Detectors whose findings tell another cause of a battery's state of charge: there it is no peer.
    private static let explaining: [any Detector.Type] = [
        PinnedBatteryDetector.self, IdleBatteryDetector.self, DeviceSilenceDetector.self,
    ]

    /// Returns one finding per battery and stretch.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let batteries = home.batteries
        guard batteries.count > 1 else { return [] }
        let masks = batteries.map { mask(home.found(by: explaining, about: $0.serial), home) }
        var units = batteries.map { _ in Unit() }
        var runs: [(index: Int, run: Run)] = []
        for day in 0..<home.dayCount {
            // An uneven battery is no measure of the others.
            let isEven = batteries.indices.map {
                !masks[$0][day] && units[$0].run.count < home.parameters.unevenDays
            }
            let isPeer = isEven.count { $0 } >= 2 ? isEven : masks.map { !$0[day] }
            let samples = samples(of: batteries, masked: masks, isPeer: isPeer, day: day, in: home)
            for index in batteries.indices {
                guard let sample = samples[index] else { continue }
                if let run = units[index].take(sample, day: day, home.parameters) {
                    runs.append((index, run))
                }
            }
        }
        for index in batteries.indices {
            if let run = units[index].close(home.parameters, isAtEnd: true) { runs.append((index, run)) }
        }
        let blame = PackBlame(home)
        return runs.filter { own in
            // Of two, both are away from each other: the one that has changed is told.
            guard batteries.count == 2 else { return true }
            let days = own.run.days[0]...own.run.days[home.parameters.unevenDays - 1]
            return !blame.isInnocent(batteries[own.index], beside: batteries[1 - own.index], days: days)
        }.map { finding($0.run, of: batteries[$0.index], in: home) }
    }

    private static func mask(_ intervals: [Interval], _ home: HomeContext) -> [Bool] {
        var result = [Bool](repeating: false, count: home.dayCount)
        for interval in intervals {
            let slots = home.grid.slots(in: interval)
            if slots.isEmpty { continue }
            for day in home.day(of: slots.lowerBound)...home.day(of: slots.upperBound - 1) {
                result[day] = true
            }
        }
        return result
    }

    // MARK: Days

    /// Hours between two samples of a day.
    private static let sampleHours = 0.5

    /// A battery's day: how far below full it stood, and how far the median of the others did, in points.
    private struct Day {
        var own: [Double] = []
        var others: [Double] = []
    }

    private static func samples(
        of batteries: [DeviceSlots],
        masked masks: [[Bool]],
        isPeer: [Bool],
        day: Int,
        in home: HomeContext
    ) -> [Day?] {
        let slots = home.slots(ofDay: day)
        let step = home.grid.slots(hours: sampleHours)
        var days = batteries.map { _ in Day() }
        var peers = [Int32](repeating: 0, count: batteries.count)
        var states = peers
        for slot in stride(from: slots.lowerBound, to: slots.upperBound, by: step) {
            for index in batteries.indices { states[index] = batteries[index].socTenths[slot] }
            for index in batteries.indices where !masks[index][day] && states[index] != HomeColumns.missing {
                var used = 0
                for other in batteries.indices
                where other != index && isPeer[other] && states[other] != HomeColumns.missing {
                    // Kept in order while it grows: a pack has few batteries.
                    var place = used
                    while place > 0 && peers[place - 1] > states[other] {
                        peers[place] = peers[place - 1]
                        place -= 1
                    }
                    peers[place] = states[other]
                    used += 1
                }
                guard used > 0 else { continue }
                // Of two others one may be the odd one: the nearer counts.
                let (low, high) = (peers[(used - 1) / 2], peers[used / 2])
                let nearer = abs(states[index] - low) <= abs(states[index] - high) ? low : high
                let middle = used == 2 ? Double(nearer) : Double(low + high) / 2
                days[index].own.append(Double(1000 - states[index]) / 10)
                days[index].others.append((1000 - middle) / 10)
            }
        }
        let needed = home.slotsPerDay / step / 2
        return days.map { $0.own.count >= needed ? $0 : nil }
    }

    // MARK: One battery. Its numbers are from simulated homes with known faults.

    private struct Run {
        var days: [Int] = []
        var distances: [Double] = []
        var limit = 0.0
        /// The first day behind it; nil while it lasts.
        var end: Int?
    }

    /// A quiet day: the distances, and the sums by which the battery's usual depth against the others' is known.
    private struct QuietDay {
        let day: Int
        let distance: Double
        let plain: Double
        let own: Double
        let others: Double
    }

    /// What is known of one battery from day to day.
    private struct Unit {
        private(set) var run: [Int] = []
        private var distances: [Double] = []
        private var limit = 0.0
        private var back: [Int] = []
        private var history: [QuietDay] = []
        private var usualPlain = 0.0

        /// Depth of the others, points, from which a day shows how deep a battery goes.
        private static let tellingDepth = 12.0
        /// Share of the usual distance below which a battery is back.
        private static let backShare = 0.4
        /// Telling days back that end a stretch.
        private static let backDays = 3
        /// Points of distance at which a battery is back in any case, and points above its usual distance.
        private static let backPoints = 4.0
        private static let backMargin = 2.0
        /// Share of the limit below which a stretch that is not told yet is none.
        private static let youngShare = 0.8
        /// Days of a stretch that tell how great its distance usually is.
        private static let usualDays = 10
        /// The quantile of a day's distances that stands for it, and the one of the quiet days that is high.
        private static let dayQuantile = 0.75
        private static let highQuantile = 0.9
        /// Depth of the others, points, below which a sample says nothing of how deep a battery goes.
        private static let shallowDepth = 5.0
        /// Weight of a depth equal to the others', as two days of thirty points.
        private static let priorWeight = 86_400.0
        /// Calendar days within which the quiet days must lie.
        static let mostHistoryDays = 120
        /// Bounds of the usual depth against the others': no two batteries of a pack differ more.
        private static let depthBounds = 0.6...1.6

        /// Takes a day; returns a stretch that has ended.
        mutating func take(_ sample: Day, day: Int, _ parameters: DetectorParameters) -> Run? {
            if run.isEmpty {
                history.removeAll { day - $0.day > Unit.mostHistoryDays }
                history.removeFirst(max(0, history.count - parameters.unevenHistoryDays))
            }
            let own = history.reduce(Unit.priorWeight) { $0 + $1.own }
            let others = history.reduce(Unit.priorWeight) { $0 + $1.others }
            // Batteries of one pack differ in capacity: each goes as deep as it always did. Where the others are few or
            // odd that is uncertain, so the plain distance counts where it is smaller.
            let depth = min(max(own / others, Unit.depthBounds.lowerBound), Unit.depthBounds.upperBound)
            let pairs = zip(sample.own, sample.others)
            let plain = Median.quantile(pairs.map { abs($0 - $1) }, Unit.dayQuantile) ?? 0
            let distance = min(
                Median.quantile(pairs.map { abs($0 - depth * $1) }, Unit.dayQuantile) ?? 0,
                plain
            )
            let isTelling = (Median.quantile(sample.others, Unit.dayQuantile) ?? 0) >= Unit.tellingDepth
            if run.isEmpty {
                let known = history.map(\.distance)
                guard known.count >= parameters.unevenLearningDays, let middle = Median.of(known) else {
                    remember(sample, day: day, distance: distance, plain: plain)
                    return nil
                }
                let deviation = Median.deviation(known, around: middle) ?? 0
                let high = Median.quantile(known, Unit.highQuantile) ?? 0
                limit = max(
                    parameters.unevenPoints,
                    middle + parameters.unevenDeviations * deviation,
                    high + parameters.unevenMargin
                )
                usualPlain = Median.quantile(history.map(\.plain), Unit.dayQuantile) ?? 0
            }
            if distance >= limit {
                run.append(day)
                distances.append(distance)
                back = []
                return nil
            }
            guard !run.isEmpty else {
                remember(sample, day: day, distance: distance, plain: plain)
                return nil
            }
            // A quiet day of a pack that does nothing says nothing.
            guard isTelling else { return nil }
            let usual = Median.of(Array(distances.suffix(Unit.usualDays))) ?? limit
            let isYoung = run.count < parameters.unevenDays
            if plain <= max(Unit.backPoints, Unit.backShare * usual, usualPlain + Unit.backMargin)
                || (isYoung && distance < Unit.youngShare * limit)
            {
                back.append(day)
            } else {
                back = []
            }
            let needed = run.count < parameters.unevenDays ? 1 : Unit.backDays
            return back.count >= needed ? close(parameters, isAtEnd: false) : nil
        }

        private mutating func remember(_ sample: Day, day: Int, distance: Double, plain: Double) {
            // Through the origin, weighted by the others' depth: shallow days say little.
            var (own, others) = (0.0, 0.0)
            for (mine, theirs) in zip(sample.own, sample.others) where theirs >= Unit.shallowDepth {
                own += mine * theirs
                others += theirs * theirs
            }
            history.append(
                QuietDay(day: day, distance: distance, plain: plain, own: own, others: others)
            )
        }

        mutating func close(_ parameters: DetectorParameters, isAtEnd: Bool) -> Run? {
            defer {
                run = []
                distances = []
                back = []
            }
            guard run.count >= parameters.unevenDays else { return nil }
            return Run(days: run, distances: distances, limit: limit, end: isAtEnd ? nil : back.first)
        }
    }

    private static func finding(_ run: Run, of battery: DeviceSlots, in home: HomeContext) -> Finding {
        let days = home.parameters.unevenDays
        let end = run.end.map { home.slots(ofDay: $0).lowerBound } ?? home.lastKnown + 1
        let slots = home.slots(ofDay: run.days[0]).lowerBound..<end
        return home.finding(
            .batteryUnbalanced,
            of: battery.serial,
            in: slots,
            alertSlot: home.slots(ofDay: run.days[days - 1]).upperBound - 1,
            severity: .warning,
            sureness: .likely,
            rule: FindingRule(
                .awayFromPeers,
                [
                    ("points", .number(run.limit, decimals: 1)),
                    ("days", .integer(Int64(days))),
                    ("history_days", .integer(Int64(home.parameters.unevenHistoryDays))),
                ]
            ),
            evidence: home.deviceRows(battery.serial, slots).with {
                $0.medianPoints = Median.of(run.distances) ?? 0
                $0.greatestPoints = run.distances.max() ?? 0
            }
        )
    }
}
