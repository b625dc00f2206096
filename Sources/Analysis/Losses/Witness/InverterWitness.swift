// The inverters' own counters over a loss: they are no clamps, and see the same sun. Which of them fell is told by BranchFinder.

import Readings

/// Asks the inverters.
struct InverterWitness {
    private let home: HomeContext

    init(_ home: HomeContext) { self.home = home }

    /// The sine of the sun from which rows count.
    private static let leastSine: Float = 0.05
    /// Hours of the loss, and days before it, that must be known.
    private static let leastHours = 1.0
    private static let leastDaysBefore = 4
    /// Days in front of a loss in which what fell with it still gave, and days that lie far enough apart to agree.
    private static let freshDays: Int64 = 4
    private static let agreeingDays = 2
    private static let agreeingShare = 0.8
    /// The share of a usual day from which a day is asked whether it agrees.
    private static let brightShare = 0.15
    /// How far the share of what fell may lie from that of the loss.
    private static let nearLeast = 0.1
    private static let nearShare = 0.35

    /// What is summed of each inverter over some rows.
    private struct Sums {
        var each: [Double]
        var zeros: [Int]
        var days: [Int64: (metered: Double, witnessed: Double)] = [:]
        var metered = 0.0
        var witnessed: Double { each.reduce(0, +) }
        /// How high the sun stood, summed over slots; their number.
        var sun = 0.0
        var slots = 0
    }

    /// Returns what the inverters say; nil where they were not read, or cannot tell.
    func verdict(_ loss: LossCase) -> WitnessVerdict? {
        let count = home.columns.inverters.count
        guard count > 0, let fraction = loss.fraction else { return nil }
        let before = sums(loss, loss.before)
        guard before.days.count >= Self.leastDaysBefore, before.witnessed > 0, before.metered > 0 else {
            return nil
        }
        let during = sums(loss, [loss.time])
        guard Double(during.slots) * home.grid.hours >= Self.leastHours else {
            return silentThroughout(loss)
        }
        let balance = WitnessBalance(
            meteredBefore: before.metered,
            witnessedBefore: before.witnessed,
            metered: max(0, during.metered),
            witnessed: during.witnessed,
            usual: before.sun > 0 ? before.witnessed * during.sun / before.sun : 0
        )
        let saying = balance.saying(of: fraction)
        switch saying {
        case .nothing:
            guard loss.finding.evidence.fault == "all" else { return nil }
            return WitnessVerdict(
                cause: .panels,
                by: [.inverters],
                lost: count,
                known: count,
                isSure: during.zeros.allSatisfy { $0 > 0 }
            )
        case .apart:
            return WitnessVerdict(
                cause: .meter,
                by: [.inverters],
                isSure: agrees(during, balance, of: fraction)
            )
        case .together, nil:
            let branch = branch(loss, before: before, during: during, of: fraction)
            if let branch, saying == .together || branch.isNear {
                return WitnessVerdict(
                    cause: .panels,
                    by: [.inverters],
                    serials: branch.serials,
                    lost: branch.serials.count,
                    known: count,
                    // What is silent may give and only not say so.
                    isSure: saying == .together && branch.isNear && branch.reports
                )
            }
            return saying == .together ? WitnessVerdict(cause: .panels, by: [.inverters]) : nil
        }
    }

    // MARK: Sums

    private func sums(_ loss: LossCase, _ times: [Interval]) -> Sums {
        let inverters = home.columns.inverters
        let grid = home.grid
        var sums = Sums(
            each: [Double](repeating: 0, count: inverters.count),
            zeros: [Int](repeating: 0, count: inverters.count)
        )
        // Rows in the sun in which some inverter reports.
        var bins: [(slots: Range<Int>, day: Int64, meteredWh: Double)] = []
        for time in times {
            for bin in loss.bins(in: time, seconds: grid.step) {
                let slots = grid.slots(
                    in: Interval(startUTCSeconds: bin.startUTCSeconds, endUTCSeconds: bin.endUTCSeconds)
                )
                let lit = slots.filter { home.sunSine[$0] > Self.leastSine }
                guard lit.contains(where: { home.reportingInverters[$0] > 0 }) else { continue }
                bins.append((slots, Int64(home.day(of: lit[lit.count / 2])), bin.meteredWh))
                sums.metered += bin.meteredWh
                sums.slots += lit.count
                for slot in lit { sums.sun += Double(home.sunSine[slot]) }
            }
        }
        var witnessed = [Double](repeating: 0, count: bins.count)
        for (index, inverter) in inverters.enumerated() {
            inverter.energyWh.withUnsafeBufferPointer { values in
                for (place, bin) in bins.enumerated() {
                    for slot in bin.slots where values[slot] != HomeColumns.missing {
                        let value = values[slot]
                        if value <= 0 { sums.zeros[index] += 1 }
                        sums.each[index] += Double(value)
                        witnessed[place] += Double(value)
                    }
                }
            }
        }
        for (bin, own) in zip(bins, witnessed) {
            sums.days[bin.day, default: (0, 0)].metered += bin.meteredWh
            sums.days[bin.day, default: (0, 0)].witnessed += own
        }
        return sums
    }

    // MARK: The clamp

    /// Tells whether the days of the loss agree, each by itself, that the meter left the inverters.
    private func agrees(_ during: Sums, _ balance: WitnessBalance, of fraction: Double) -> Bool {
        let usual = balance.usual / Double(max(1, during.days.count))
        let shares = during.days.values.filter { $0.witnessed > Self.brightShare * usual }.map { day in
            1 - day.metered / day.witnessed * balance.witnessedBefore / balance.meteredBefore
        }
        let agreeing = shares.count { $0 > fraction / 2 }
        return agreeing >= Self.agreeingDays && Double(agreeing) >= Self.agreeingShare * Double(shares.count)
    }

    // MARK: The branch

    private struct Branch {
        let serials: [String]
        /// Its share of the energy is that of the loss.
        let isNear: Bool
        /// It says that it gives nothing.
        let reports: Bool
    }

    /// The inverters that fell with the loss, where they are a good part of it.
    private func branch(_ loss: LossCase, before: Sums, during: Sums, of fraction: Double) -> Branch? {
        guard loss.finding.evidence.fault == "part" else { return nil }
        let start = loss.time.startUTCSeconds
        let fresh = sums(
            loss,
            loss.before.compactMap {
                $0.intersection(
                    Interval(
                        startUTCSeconds: start - Self.freshDays * 86_400,
                        endUTCSeconds: start
                    )
                )
            }
        )
        let fallen = BranchFinder(before: before.each, fresh: fresh.each, during: during.each).fallen
        let share = fallen.reduce(0) { $0 + before.each[$1] } / before.witnessed
        guard !fallen.isEmpty, share >= fraction / 2 else { return nil }
        return Branch(
            serials: fallen.map { home.columns.inverters[$0].serial }.sorted(),
            isNear: abs(share - fraction) <= max(Self.nearLeast, Self.nearShare * fraction),
            reports: fallen.allSatisfy { during.zeros[$0] > 0 }
        )
    }

    // MARK: Silence

    /// Inverters of a branch without voltage do not report. All of them silent from the loss on to its end, and neither before
    /// nor behind: they were off. Where reports end in the night, their document may have ended.
    private func silentThroughout(_ loss: LossCase) -> WitnessVerdict? {
        guard loss.finding.evidence.fault == "all" else { return nil }
        let grid = home.grid
        let slots = grid.slots(in: loss.finding.interval)
        let reports = home.reportingInverters
        let lit = slots.filter { home.sunSine[$0] > Self.leastSine }
        // A row of a day in which it began or ended is not wholly the loss's.
        let step = Int64(loss.presence.key.seconds)
        let edge = step > 3600 ? Int(step / grid.step) : 0
        guard Double(lit.count) * grid.hours >= Self.leastHours,
            let last = (0..<slots.lowerBound).last(where: { reports[$0] > 0 }),
            lightHours(from: last + 1, to: slots.lowerBound - edge) <= Self.leastHours,
            lit.count(where: { reports[$0] > 0 }) * 20 <= lit.count
        else { return nil }
        let back = (slots.upperBound..<grid.count).first { reports[$0] > 0 }
        let isBackInTime =
            back.map { lightHours(from: slots.upperBound + edge, to: $0) <= Self.leastHours } ?? false
        let othersReport = slots.contains { home.reportingBatteries[$0] > 0 }
        guard loss.finding.end == nil ? othersReport || edge == 0 && isDaylight(last) : isBackInTime else {
            return nil
        }
        let count = home.columns.inverters.count
        return WitnessVerdict(cause: .panels, by: [.inverters], lost: count, known: count)
    }

    private func lightHours(from first: Int, to end: Int) -> Double {
        Double((first..<max(first, end)).count { home.sunSine[$0] > Self.leastSine }) * home.grid.hours
    }

    /// Tells whether the sun is still up well after a slot.
    private func isDaylight(_ slot: Int) -> Bool {
        let later = slot + home.grid.slots(hours: 1)
        return later < home.grid.count && home.sunSine[later] > 3 * Self.leastSine
    }
}
