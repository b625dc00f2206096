// What the utility's figures leave for a silence when what was observed of them is taken out.

import Readings

/// Takes the net of a silence from bills, or from the utility's intervals.
struct BillBalance {
    let observed: ObservedDays
    /// The bills as they are compared, dates shifted where that was found.
    let bills: [BillComparison]
    /// The residual of a bill after calibration, kWh; nil where no bill was fully observed.
    let billResidualKWh: Double?
    /// Usable capacity of the batteries, kWh; 0 without.
    let capacityKWh: Double
    /// Limit of error of the utility's meter, share.
    let utilityMeterShare: Double
    /// The largest export of a day, kWh.
    private let largestExport: Double

    init(
        observed: ObservedDays,
        bills: [BillComparison],
        billResidualKWh: Double?,
        capacityKWh: Double,
        utilityMeterShare: Double
    ) {
        self.observed = observed
        self.bills = bills
        self.billResidualKWh = billResidualKWh
        self.capacityKWh = capacityKWh
        self.utilityMeterShare = utilityMeterShare
        largestExport = observed.days.days.map(\.exported).max() ?? 0
    }

    /// Export less import of a silence by the bills that touch it; nil where none does, or the monitor has no net.
    func billed(_ silence: Silence) -> BilledNet? {
        let touching = touching(silence.parts)
        guard !touching.isEmpty, observed.nets.isKnown else { return nil }
        var net = 0.0
        var imported: Double? = 0
        var observedDays = 0.0
        var otherDays = 0.0
        var billed: Set<Int> = []
        for comparison in touching {
            billed.formUnion(range(comparison.period))
            let part = observedPart(of: comparison.period, without: silence.parts)
            net += (comparison.period.netKWh ?? 0) - part.net
            imported = imported.flatMap { sum in
                comparison.period.importKWh.map { sum + $0 - part.imported }
            }
            observedDays += part.days
            otherDays += part.otherDays
        }
        let outside = silence.parts.filter { !billed.contains($0.index) }.reduce(0) { $0 + $1.timeShare }
        var variance = netVariance(touching, observedDays: observedDays, length: silence.length)
        // Days of the silence without a bill, and other silences in the same bills, are filled with the days around.
        if outside + otherDays > ReconciliationParameters.nothingDays {
            guard let mean = observed.nets.mean(around: silence.range) else { return nil }
            net += mean.net * (outside - otherDays)
            variance += squared(
                ReconciliationParameters.fillDeviation * mean.magnitude * (outside + otherDays)
            )
            // Little of the bills that is missing elsewhere is filled; more of it leaves the import unknown.
            let isLittle =
                outside < ReconciliationParameters.nothingDays
                && otherDays < ReconciliationParameters.littleShare * silence.length
            imported =
                isLittle ? imported.map { $0 - observed.imported.value(silence.sides) * otherDays } : nil
        }
        return BilledNet(
            net: ordinary(net, variance: variance),
            imported: imported,
            periods: touching.map(\.period),
            unbilledDays: outside
        )
    }

    /// Export less import of a silence by the utility's intervals.
    func covered(_ cover: UtilityCover, _ silence: Silence) -> BilledNet {
        let net = cover.exported - cover.imported
        let missing = (1 - cover.share) * silence.length
        let magnitude = observed.nets.mean(around: silence.range)?.magnitude ?? 0
        var variance =
            squared(utilityMeterShare) / 3 * (squared(cover.imported) + squared(cover.exported))
        variance += squared(ReconciliationParameters.fillDeviation * magnitude * missing)
        return BilledNet(
            net: ordinary(net, variance: variance),
            imported: cover.imported,
            periods: [],
            unbilledDays: 0
        )
    }

    /// Production that bills prove whatever the weather and the load, kWh: what left the home, less what the batteries
    /// could have given. Of a bill that reaches beyond the silence only the net part is safe. nil without bills.
    func lowerBound(_ gap: Interval) -> Double? {
        let parts = observed.days.shares(of: gap)
        let touching = touching(parts)
        guard !touching.isEmpty else { return nil }
        let whole = Set(parts.filter { $0.timeShare == 1 }.map(\.index))
        var bound = 0.0
        var observedDays = 0.0
        for comparison in touching {
            let period = comparison.period
            if let exported = period.exportKWh, range(period).count == period.dayCount,
                range(period).allSatisfy({ whole.contains($0) })
            {
                bound += exported
                continue
            }
            guard observed.nets.isKnown else { continue }
            let part = observedPart(of: period, without: parts)
            observedDays += part.days
            // Another silence in the bill may have exported as much as the best day.
            bound += max(0, (period.netKWh ?? 0) - part.net - part.otherDays * largestExport)
        }
        let length = Double(gap.seconds) / 86_400
        let deviation = netVariance(touching, observedDays: observedDays, length: length).squareRoot()
        return max(0, bound - capacityKWh - ReconciliationParameters.boundDeviations * deviation)
    }

    // MARK: Parts

    /// The bills that touch a silence and can be used.
    private func touching(_ parts: [DayPart]) -> [BillComparison] {
        let indices = Set(parts.map(\.index))
        return bills.filter { comparison in
            comparison.period.problem == nil && comparison.period.netKWh != nil
                && range(comparison.period).contains { indices.contains($0) }
        }
    }

    /// What the observed days of a bill hold.
    private struct ObservedPart {
        var net = 0.0
        var imported = 0.0
        var days = 0.0
        /// Days that are neither observed nor of the silence.
        var otherDays = 0.0
    }

    private func observedPart(of period: BillPeriod, without parts: [DayPart]) -> ObservedPart {
        var result = ObservedPart()
        for index in range(period) {
            let day = observed.days.days[index]
            let share = min(1, day.share)
            result.net += day.production - observed.loads[index] - day.battery
            result.imported += day.imported
            result.days += share
            let own = parts.first { $0.index == index }?.timeShare ?? 0
            result.otherDays += max(0, 1 - share - own)
        }
        result.otherDays += Double(period.dayCount - range(period).count)
        return result
    }

    /// The variance of what bills leave for a silence, kWh².
    private func netVariance(_ touching: [BillComparison], observedDays: Double, length: Double) -> Double {
        var variance = ReconciliationParameters.billVariance * Double(touching.count)
        if let billResidualKWh {
            variance += squared(billResidualKWh) * observedDays / ReconciliationParameters.residualDays
        } else {
            // Without a calibration, what the meters may be off in the observed part.
            variance += touching.reduce(0) { $0 + $1.meterVariance }
        }
        return variance + squared(ReconciliationParameters.edgeShare * observed.meanLoad * length)
    }

    private func ordinary(_ value: Double, variance: Double) -> Estimate {
        Estimate(
            value: value,
            variance: variance,
            degreesOfFreedom: ReconciliationParameters.ordinaryFreedom
        )
    }

    private func range(_ period: BillPeriod) -> Range<Int> {
        observed.days.range(from: period.start, to: period.end)
    }
}
