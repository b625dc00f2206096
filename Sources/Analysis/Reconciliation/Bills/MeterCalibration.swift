// How far the consumption clamps read off, by bills.

import Readings

/// A correction of a meter by bills.
package struct MeterCalibration: Equatable, Sendable {
    /// What is added to the consumption, as a share of it: below zero where the clamps read high. For clamps at the grid
    /// connection, of the net.
    package var share: Double
    /// The bills that it rests on.
    package var billCount: Int
    /// The root of the mean squared residual of those bills afterwards, kWh.
    package var residualKWh: Double
    /// The same before, kWh.
    package var rawResidualKWh: Double
    /// The correction by calendar year, where a year has bills enough.
    package var byYear: [(year: Int, share: Double)]

    package static func == (left: MeterCalibration, right: MeterCalibration) -> Bool {
        left.share == right.share && left.billCount == right.billCount
            && left.residualKWh == right.residualKWh
    }

    /// Fits fully observed bills; nil where there are too few.
    ///
    /// A bill that contradicts the others is left out: the first guess is a median, which one wrong bill does not move.
    static func fit(_ comparisons: [BillComparison], parameters: ReconciliationParameters)
        -> MeterCalibration?
    {
        let points = comparisons.compactMap { Point($0, parameters) }
        guard points.count >= ReconciliationParameters.calibrationBills else { return nil }
        let slopes = points.map { $0.base == 0 ? 0 : -$0.residual / $0.base }
        let guess = Median.of(slopes) ?? 0
        let good = points.filter {
            abs($0.residual + guess * $0.base)
                <= ReconciliationParameters.consistentTolerances * $0.tolerance
        }
        guard good.count >= ReconciliationParameters.calibrationBills else { return nil }
        let share = slope(good)
        var byYear: [(year: Int, share: Double)] = []
        for year in Set(good.map(\.year)).sorted() {
            let own = good.filter { $0.year == year }
            if own.count >= ReconciliationParameters.calibrationBills { byYear.append((year, slope(own))) }
        }
        return MeterCalibration(
            share: share,
            billCount: good.count,
            residualKWh: residual(good, share: share),
            rawResidualKWh: rms(good.map(\.residual)),
            byYear: byYear
        )
    }

    /// A bill as the fit takes it.
    struct Point {
        let residual: Double
        let base: Double
        let tolerance: Double
        let year: Int

        init?(_ comparison: BillComparison, _ parameters: ReconciliationParameters) {
            guard comparison.isFullyObserved, comparison.period.problem == nil,
                let residual = comparison.residual, let net = comparison.monitorNetKWh
            else { return nil }
            self.residual = residual
            base =
                parameters.metersGridConnection ? -net : comparison.monitorKWh[Channel.consumed.rawValue]
            tolerance = comparison.tolerance
            year = comparison.period.start.year
        }
    }

    /// The share that brings the residuals to the smallest squares.
    static func slope(_ points: [Point]) -> Double {
        let square = points.reduce(0) { $0 + squared($1.base) }
        guard square > 0 else { return 0 }
        return -points.reduce(0) { $0 + $1.residual * $1.base } / square
    }

    /// The root of the mean squared residual of bills after a correction, kWh.
    static func residual(_ points: [Point], share: Double) -> Double {
        rms(points.map { $0.residual + share * $0.base })
    }

    private static func rms(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + squared($1) } / Double(max(1, values.count))).squareRoot()
    }
}
