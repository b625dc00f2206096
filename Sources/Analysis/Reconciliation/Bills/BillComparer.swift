// Compares bills with the monitor, bill by bill: the net, its tolerance, and the verdict.

import Readings

/// Compares bills with the monitor.
struct BillComparer {
    let days: MonitorDays
    let nets: DailyNets
    let parameters: ReconciliationParameters

    /// Compares a bill.
    func compare(_ period: BillPeriod) -> BillComparison {
        let range = days.range(from: period.start, to: period.end)
        var sums = [Double](repeating: 0, count: Channel.count)
        var net = 0.0
        var seconds: Int64 = 0
        var complete = 0
        var missingDays = 0.0
        for index in range {
            let day = days.days[index]
            for channel in 0..<Channel.count { sums[channel] += day.energyKWh[channel] }
            net += nets.net(day)
            seconds += day.presentSeconds
            if day.isObserved { complete += 1 }
            missingDays += 1 - min(1, day.share)
        }
        let dayCount = max(1, period.dayCount)
        missingDays += Double(dayCount - range.count)
        let share = max(0, 1 - missingDays / Double(dayCount))
        let hasMonitor = seconds > 0 && nets.isKnown
        let isJudged = hasMonitor && share >= ReconciliationParameters.judgedShare
        let fill = missingDays > 0.0001 && isJudged ? nets.mean(around: range) : nil
        var terms = tolerance(period, sums, dayCount: dayCount)
        let unobserved = (fill?.net ?? 0) * missingDays
        if let fill {
            terms[.unobserved] = squared(
                ReconciliationParameters.fillDeviation * fill.magnitude * missingDays
            )
        }
        var result = BillComparison(
            period: period,
            observedShare: share,
            observedDays: complete,
            monitorKWh: sums,
            monitorNetKWh: hasMonitor ? net : nil,
            unobservedKWh: unobserved,
            terms: terms,
            verdict: .cannotTell
        )
        let isFilled = missingDays <= 0.0001 || fill != nil
        guard isJudged, isFilled, period.problem == nil, let residual = result.residual else { return result }
        let ratio = abs(residual) / max(result.tolerance, 1e-9)
        result.verdict =
            ratio <= ReconciliationParameters.consistentTolerances
            ? .consistent : ratio <= ReconciliationParameters.mismatchTolerances ? .watch : .mismatch
        return result
    }

    /// The variances that meters, printed rounding and the time of reads allow. Limits are taken as uniform.
    private func tolerance(_ period: BillPeriod, _ sums: [Double], dayCount: Int) -> [ToleranceTerm: Double] {
        func limit(_ share: Double, _ energies: Double...) -> Double {
            energies.reduce(0) { $0 + squared($1) } * squared(share) / 3
        }
        let imported = period.importKWh ?? sums[Channel.imported.rawValue]
        let exported = period.exportKWh ?? sums[Channel.exported.rawValue]
        let net = period.netKWh ?? exported - imported
        var terms: [ToleranceTerm: Double] = [
            .utilityMeter: limit(parameters.utilityMeterShare, imported, exported),
            .rounding: period.registers * squared(parameters.roundingKWh) / 6,
            .readTime: squared(net / Double(dayCount) * parameters.readHours / 24),
        ]
        if parameters.metersGridConnection {
            terms[.consumptionMeter] = limit(
                parameters.consumptionMeterShare,
                sums[Channel.imported.rawValue],
                sums[Channel.exported.rawValue]
            )
        } else {
            terms[.productionMeter] = limit(
                parameters.productionMeterShare,
                sums[Channel.produced.rawValue]
            )
            terms[.consumptionMeter] = limit(
                parameters.consumptionMeterShare,
                sums[Channel.consumed.rawValue]
            )
            terms[.batteryMeter] = limit(
                parameters.batteryMeterShare,
                sums[Channel.charged.rawValue] + sums[Channel.discharged.rawValue]
            )
        }
        return terms
    }
}
