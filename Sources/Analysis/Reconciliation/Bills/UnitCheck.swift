// Bills in another unit than kilowatt-hours: a slip of the pen that would outweigh everything else.

import Readings

/// Finds bills whose energy is off by orders of magnitude.
enum UnitCheck {
    /// The share of a bill that must be observed to be held against the monitor.
    private static let leastShare = 0.3

    /// Returns the periods, those of another unit marked.
    static func marked(_ periods: [BillPeriod], comparer: BillComparer) -> [BillPeriod] {
        let limit = ReconciliationParameters.unitFactor
        var result = periods
        let usable = periods.filter { $0.problem == nil }
        let observed = comparer.days.days.filter(\.isObserved)
        let exchanged = observed.reduce(0) { $0 + $1.imported + $1.exported }
        // A bill of a time without data is held against the home's usual exchange, else against the other bills.
        let usual =
            exchanged > 0
            ? exchanged / Double(observed.count)
            : Median.of(usable.compactMap { activity($0) }.filter { $0 > 0 })
        for index in result.indices where result[index].problem == nil {
            guard let own = activity(result[index]), own > 0 else { continue }
            let comparison = comparer.compare(result[index])
            let exchanged =
                comparison.monitorKWh[Channel.imported.rawValue]
                + comparison.monitorKWh[Channel.exported.rawValue]
            var expected = usual
            if comparison.observedShare >= leastShare, exchanged > 0 {
                expected = exchanged / comparison.observedShare / Double(result[index].dayCount)
            }
            guard let expected, expected > 0 else { continue }
            let factor = own / expected
            // A net may come out small by itself; import and export may not.
            let isTooSmall = factor < 1 / limit && result[index].registers > 1
            if factor > limit || isTooSmall { result[index].problem = .unit(factor: factor) }
        }
        return result
    }

    /// What a bill moved in a day, kWh.
    private static func activity(_ period: BillPeriod) -> Double? {
        guard period.dayCount > 0 else { return nil }
        if let imported = period.importKWh, let exported = period.exportKWh {
            return (imported + exported) / Double(period.dayCount)
        }
        return period.netKWh.map { abs($0) / Double(period.dayCount) }
    }
}
