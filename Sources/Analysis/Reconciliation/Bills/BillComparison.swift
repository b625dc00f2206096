// A bill beside the monitor: net against net, with the tolerance that meters, rounding and reads allow. How they are compared is
// said in BillComparer.

import Readings

/// A bill beside what the monitor has of its period.
package struct BillComparison: Equatable, Sendable {
    /// The bill.
    package let period: BillPeriod
    /// The share of its time that the monitor observed, 0 to 1.
    package let observedShare: Double
    /// Days that are observed.
    package let observedDays: Int
    /// Energies of the observed time in the order of `Channel`, kWh.
    package let monitorKWh: [Double]
    /// Export less import of the observed time as the monitor measured it, kWh; nil where it observed nothing.
    package let monitorNetKWh: Double?
    /// What the unobserved rest is estimated to add, kWh.
    package let unobservedKWh: Double
    /// The variances by term, kWh².
    package let terms: [ToleranceTerm: Double]
    /// The verdict.
    package var verdict: BillVerdict

    /// Utility's net less monitor's, kWh; nil where one of them is missing.
    package var residual: Double? {
        guard let net = period.netKWh, let monitorNetKWh else { return nil }
        return net - monitorNetKWh - unobservedKWh
    }
    /// One standard deviation of the residual that meters and rounding allow, kWh.
    package var tolerance: Double {
        // Summed in a fixed order, so that equal facts give equal bytes.
        ToleranceTerm.allCases.reduce(0) { $0 + (terms[$1] ?? 0) }.squareRoot()
    }
    /// The variance that meters, rounding and reads allow, without what days without data add, kWh².
    var meterVariance: Double {
        ToleranceTerm.allCases.filter { $0 != .unobserved }.reduce(0) { $0 + (terms[$1] ?? 0) }
    }
    /// The term that allows most.
    package var largestTerm: ToleranceTerm? {
        let largest = terms.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        return largest.flatMap { $0.value > 0 ? $0.key : nil }
    }
    /// Tells whether all of it is observed, but for what can be filled.
    package var isFullyObserved: Bool { observedShare >= ReconciliationParameters.fullShare }
    /// What the utility counts more in both directions, kWh; nil where a direction is missing or unobserved.
    package var bothDirections: Double? {
        guard isFullyObserved, let imported = period.importKWh, let exported = period.exportKWh,
            period.problem == nil
        else { return nil }
        func monitor(_ channel: Channel) -> Double { monitorKWh[channel.rawValue] / observedShare }
        return ((imported - monitor(.imported)) + (exported - monitor(.exported))) / 2
    }
}
