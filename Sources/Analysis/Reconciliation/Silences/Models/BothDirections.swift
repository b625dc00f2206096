// How much more the utility's two registers count than a monitor that nets within its intervals.

import Readings

/// What the utility counts more in both directions than the monitor: a way of counting, which the import is freed of.
struct BothDirections {
    /// kWh a day.
    let perDay: Double
    /// Its deviation from bill to bill, kWh.
    let deviation: Double
}

extension BothDirections {
    /// Takes it from the bills that are fully observed; nil where they are too few.
    init?(_ bills: [BillComparison]) {
        let known = bills.filter {
            $0.isFullyObserved && $0.period.problem == nil && $0.period.importKWh != nil
        }
        guard known.count >= ReconciliationParameters.calibrationBills else { return nil }
        let more = known.map {
            ($0.period.importKWh ?? 0) - $0.monitorKWh[Channel.imported.rawValue] / $0.observedShare
        }
        let days = known.map { Double($0.period.dayCount) }
        let perDay = more.reduce(0, +) / days.reduce(0, +)
        let square = zip(more, days).reduce(0) { $0 + squared($1.0 - perDay * $1.1) }
        self.init(perDay: perDay, deviation: (square / Double(known.count - 1)).squareRoot())
    }
}
