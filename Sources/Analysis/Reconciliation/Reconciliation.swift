// The monitor held against the utility: bill by bill, and in each silence.

import Readings

/// The reconciliation of a site.
package struct Reconciliation: Sendable {
    /// The bills, in order.
    package let bills: [BillComparison]
    /// The silences, in order.
    package let gaps: [GapEstimate]
    /// One cause for all bills that contradict; nil where none does, or no cause explains them.
    package let contradiction: BillContradiction?
    /// The calibration of the consumption clamps; nil where bills are too few.
    package let calibration: MeterCalibration?
    /// The check of the bills' dates; nil where bills are too few.
    package let boundary: BoundaryCheck?
    /// Days by which the bills' dates were moved.
    package let shiftDays: Int
    /// How the array stands, as it was taken; nil where there are no days.
    package let array: ArrayOrientation?
    /// Tells whether the orientation was fitted.
    package let isArrayFitted: Bool
    /// Usable capacity of the batteries as it was taken, kWh; 0 without.
    package let batteryKWh: Double
    /// Tells whether the monitor nets import against export within its intervals.
    package let isNetted: Bool

    /// Reconciles. Costs time in proportion to the rows, and to the days for each silence.
    package init(_ input: ReconciliationInput) {
        let skyed = Reconciliation.days(input)
        let days = skyed.days
        array = skyed.array
        isArrayFitted = skyed.isFitted
        isNetted = !days.hasBothDirections
        let nets = DailyNets(days)
        let comparer = BillComparer(days: days, nets: nets, parameters: input.parameters)
        let printed = UnitCheck.marked(BillPeriod.periods(input.bills), comparer: comparer)
        let boundary = BoundaryCheck.check(printed, comparer: comparer, parameters: input.parameters)
        self.boundary = boundary
        let found = boundary.flatMap { $0.isDecisive ? $0.bestShift : nil } ?? 0
        let shift = input.shiftDays ?? found
        shiftDays = shift
        let comparisons = printed.map { comparer.compare($0.shifted(by: shift)) }
        let fitted = MeterCalibration.fit(comparisons, parameters: input.parameters)
        let contradiction = BillContradiction.find(comparisons, calibration: fitted)
        self.contradiction = contradiction
        // Where bills contradict for a known cause, only those that agree tell the clamps' error and what a silence hides: one
        // that reaches into a silence cannot be judged, and may be as wrong as its neighbours.
        let usable =
            contradiction == nil
            ? comparisons : comparisons.filter { $0.verdict == .consistent || $0.verdict == .watch }
        calibration =
            contradiction == nil ? fitted : MeterCalibration.fit(usable, parameters: input.parameters)
        bills = comparisons
        batteryKWh = Reconciliation.capacity(input, days)
        let observed = ObservedDays(
            days: days,
            nets: nets,
            share: calibration?.share ?? 0,
            metersGridConnection: input.parameters.metersGridConnection
        )
        let reconciler = GapReconciler(
            observed: observed,
            parameters: input.parameters,
            capacityKWh: batteryKWh,
            calibration: calibration,
            temperatures: Reconciliation.temperatures(input, days),
            bills: usable
        )
        let judge = GapJudge(
            input: input,
            reconciler: reconciler,
            registers: RegisterReconciler(series: input.series),
            sky: skyed.sky,
            days: days,
            bound: ProductionBound(observed, sky: skyed.sky, installedW: input.installedW)
        )
        gaps = input.gaps.filter { $0.seconds >= ReconciliationParameters.shortestGap }
            .sorted { $0.startUTCSeconds < $1.startUTCSeconds }.map(judge.judge)
    }

    /// Days with the sky over them.
    private struct SkyedDays {
        let days: MonitorDays
        let sky: ClearSky
        let array: ArrayOrientation?
        let isFitted: Bool
    }

    /// The days of a site under the sky of its array, whose orientation is fitted where it is not given.
    private static func days(_ input: ReconciliationInput) -> SkyedDays {
        let usual = ArrayFit.usual(input.place)
        let sky = ClearSky(place: input.place, array: input.array ?? usual)
        var days = MonitorDays(input.series, zone: input.zone, sky: sky)
        guard input.array == nil, !input.gaps.isEmpty,
            let fitted = ArrayFit.fit(input.series, days: days, place: input.place)
        else { return SkyedDays(days: days, sky: sky, array: input.array ?? usual, isFitted: false) }
        let own = ClearSky(place: input.place, array: fitted)
        days.take(own)
        return SkyedDays(days: days, sky: own, array: fitted, isFitted: true)
    }

    /// The capacity of the batteries: as given, else what the best day charged at once; 0 without batteries.
    private static func capacity(_ input: ReconciliationInput, _ days: MonitorDays) -> Double {
        let charged = days.days.map(\.charged).filter { $0 > 0 }
        guard !charged.isEmpty else { return 0 }
        return input.batteryKWh ?? Median.quantile(charged, ReconciliationParameters.bestQuantile) ?? 0
    }

    private static func temperatures(_ input: ReconciliationInput, _ days: MonitorDays) -> [Double]? {
        guard !input.temperatures.isEmpty else { return nil }
        var values = [Double](repeating: .nan, count: days.days.count)
        for entry in input.temperatures {
            if let index = days.index(of: entry.day) { values[index] = entry.meanCelsius }
        }
        return values
    }
}
