// Whether the dates of bills mean what they seem to.

import Readings

/// Which dates of bills fit the monitor best.
package struct BoundaryCheck: Equatable, Sendable {
    /// Days by which the bills' dates fit best: 0 where they mean what they say.
    package let bestShift: Int
    /// The root of the mean squared residual for shifts of -1, 0 and 1 day, each after its own calibration, kWh.
    package let residualKWh: [Double]
    /// The bills that it rests on.
    package let billCount: Int
    /// Tells whether another convention is so much better that it is taken.
    package var isDecisive: Bool {
        guard bestShift != 0 else { return false }
        return squared(residualKWh[bestShift + 1])
            < ReconciliationParameters.shiftShare * squared(residualKWh[1])
    }

    /// Tries shifts; nil where too few bills are fully observed under all of them.
    static func check(
        _ periods: [BillPeriod],
        comparer: BillComparer,
        parameters: ReconciliationParameters
    ) -> BoundaryCheck? {
        var trials: [[MeterCalibration.Point]] = [[], [], []]
        for period in periods where period.problem == nil {
            let tried = (-1...1).compactMap {
                MeterCalibration.Point(comparer.compare(period.shifted(by: $0)), parameters)
            }
            guard tried.count == trials.count else { continue }
            for index in trials.indices { trials[index].append(tried[index]) }
        }
        guard trials[0].count >= ReconciliationParameters.calibrationBills else { return nil }
        let residuals = trials.map {
            MeterCalibration.residual($0, share: MeterCalibration.slope($0))
        }
        let best = residuals.indices.min { residuals[$0] < residuals[$1] } ?? 1
        // Bills that fit equally well as printed are taken as printed.
        let shift = residuals[best] < residuals[1] ? best - 1 : 0
        return BoundaryCheck(bestShift: shift, residualKWh: residuals, billCount: trials[0].count)
    }
}
