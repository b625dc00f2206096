// The monitor held against the utility: bill by bill, and in each silence.

import Readings

/// What is known of a site for its reconciliation.
package struct ReconciliationInput: Sendable {
    /// Where the site is.
    package var place: Place
    /// How the array stands; nil for fitting it.
    package var array: ArrayOrientation?
    /// Usable capacity of the batteries, kWh; nil where unknown.
    package var batteryKWh: Double?
    /// The zone's rules.
    package var zone: TimeZoneRules
    /// The series of the site, each with the time for which it speaks.
    package var series: [(presence: Presence, scope: Interval)]
    /// The silences.
    package var gaps: [Interval]
    /// The bills that count.
    package var bills: [Bill]
    /// Outdoor temperatures.
    package var temperatures: [DailyTemperature]
    /// The utility's intervals.
    package var utility: [UtilityInterval]
    /// Registers of production.
    package var registers: [RegisterSeries] = []
    /// Days by which the bills' dates are moved; nil for finding it.
    package var shiftDays: Int?
    /// The meters' facts.
    package var parameters = ReconciliationParameters()

    /// Gathers what is known.
    package init(
        place: Place,
        array: ArrayOrientation?,
        batteryKWh: Double?,
        zone: TimeZoneRules,
        series: [(presence: Presence, scope: Interval)],
        gaps: [Interval],
        bills: [Bill],
        temperatures: [DailyTemperature],
        utility: [UtilityInterval]
    ) {
        self.place = place
        self.array = array
        self.batteryKWh = batteryKWh
        self.zone = zone
        self.series = series
        self.gaps = gaps
        self.bills = bills
        self.temperatures = temperatures
        self.utility = utility
    }
}

/// The reconciliation of a site.
package struct Reconciliation: Sendable {
    /// The bills, in order.
    package let bills: [BillComparison]
    /// The silences, in order.
    package let gaps: [GapEstimate]
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
        let (days, sky, array, isFitted) = Reconciliation.days(input)
        self.array = array
        isArrayFitted = isFitted
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
        calibration = MeterCalibration.fit(comparisons, parameters: input.parameters)
        bills = comparisons
        batteryKWh = Reconciliation.capacity(input, days)
        let reconciler = GapReconciler(
            days: days,
            nets: nets,
            parameters: input.parameters,
            capacityKWh: batteryKWh,
            calibration: calibration,
            temperatures: Reconciliation.temperatures(input, days),
            bothDirections: Reconciliation.bothDirections(comparisons),
            bills: comparisons
        )
        let judge = GapJudge(
            input: input,
            reconciler: reconciler,
            registers: RegisterReconciler(series: input.series),
            sky: sky,
            days: days
        )
        gaps = input.gaps.filter { $0.seconds >= ReconciliationParameters.shortestGap }
            .sorted { $0.startUTCSeconds < $1.startUTCSeconds }.map(judge.judge)
    }

    /// The days of a site under the sky of its array, whose orientation is fitted where it is not given.
    private static func days(_ input: ReconciliationInput) -> (
        days: MonitorDays, sky: ClearSky, array: ArrayOrientation?, isFitted: Bool
    ) {
        let usual = ArrayFit.usual(input.place)
        let sky = ClearSky(place: input.place, array: input.array ?? usual)
        var days = MonitorDays(input.series, zone: input.zone, sky: sky)
        guard input.array == nil, !input.gaps.isEmpty,
            let fitted = ArrayFit.fit(input.series, days: days, place: input.place)
        else { return (days, sky, input.array ?? usual, false) }
        let own = ClearSky(place: input.place, array: fitted)
        days.take(own)
        return (days, own, fitted, true)
    }

    /// The capacity of the batteries: as given, else what the best day charged at once; 0 without batteries.
    private static func capacity(_ input: ReconciliationInput, _ days: MonitorDays) -> Double {
        let charged = days.days.map(\.charged).filter { $0 > 0 }
        guard !charged.isEmpty else { return 0 }
        return input.batteryKWh ?? Median.quantile(charged, 0.98) ?? 0
    }

    private static func temperatures(_ input: ReconciliationInput, _ days: MonitorDays) -> [Double]? {
        guard !input.temperatures.isEmpty else { return nil }
        var values = [Double](repeating: .nan, count: days.days.count)
        for entry in input.temperatures {
            if let index = days.index(of: entry.day) { values[index] = entry.meanCelsius }
        }
        return values
    }

    /// What the utility counts more of import than the monitor, kWh a day, with the deviation from bill to bill, kWh.
    private static func bothDirections(_ bills: [BillComparison]) -> (perDay: Double, deviation: Double)? {
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
        return (perDay, (square / Double(known.count - 1)).squareRoot())
    }
}
