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
    /// The silences of a day and longer, in order.
    package let gaps: [GapEstimate]
    /// The calibration of the consumption clamps; nil where bills are too few.
    package let calibration: MeterCalibration?
    /// The check of the bills' dates; nil where bills are too few.
    package let boundary: BoundaryCheck?

    /// Reconciles. Costs time in proportion to the rows, and to the days for each silence.
    package init(_ input: ReconciliationInput) {
        let array = input.array ?? ArrayOrientation(tiltDegrees: 25, azimuthDegrees: 180)!
        let sky = ClearSky(place: input.place, array: array)
        let days = MonitorDays(input.series, zone: input.zone, sky: sky)
        let nets = DailyNets(days)
        let comparer = BillComparer(days: days, nets: nets, parameters: input.parameters)
        let periods = BillPeriod.periods(input.bills)
        boundary = BoundaryCheck.check(periods, comparer: comparer, parameters: input.parameters)
        let comparisons = periods.map { comparer.compare($0) }
        calibration = MeterCalibration.fit(comparisons, parameters: input.parameters)
        bills = comparisons
        var temperatures: [Double]?
        if !input.temperatures.isEmpty {
            var values = [Double](repeating: .nan, count: days.days.count)
            for entry in input.temperatures {
                if let index = days.index(of: entry.day) { values[index] = entry.meanCelsius }
            }
            temperatures = values
        }
        let reconciler = GapReconciler(
            days: days,
            nets: nets,
            parameters: input.parameters,
            capacityKWh: input.batteryKWh ?? 0,
            calibration: calibration,
            temperatures: temperatures,
            bothDirections: Reconciliation.bothDirections(comparisons),
            bills: comparisons,
            comparer: comparer
        )
        gaps = input.gaps.filter { $0.seconds >= ReconciliationParameters.shortestGap }.map { gap in
            var estimate = GapEstimate(gap: gap)
            guard let silence = reconciler.silence(gap, sky: sky) else { return estimate }
            let skyEstimate = reconciler.skyEstimate(silence)
            estimate.sky = skyEstimate
            let model = reconciler.loadModel(silence)
            guard let billed = reconciler.billed(silence, model) else {
                estimate.production = skyEstimate
                return estimate
            }
            let load = reconciler.loadEstimate(silence, model)
            let fusion = reconciler.fusion(silence, sky: skyEstimate, load: load, billed: billed)
            let fused = fusion.result()
            estimate.balance = GapBalance(
                load: load,
                net: billed.net,
                battery: fused.battery,
                flatShare: fusion.capacityKWh > 0 ? fused.flatShare : nil,
                batteryIfWorking: fusion.batteryIfWorking,
                batteryIfFlat: fusion.batteryIfFlat,
                source: .bills,
                usesTemperature: model.usesTemperature,
                bills: billed.periods,
                unbilledDays: billed.unbilledDays
            )
            estimate.lowerBound = billed.lowerBound
            estimate.production = fused.production
            estimate.skyWeight = fused.skyWeight
            return estimate
        }
    }

    /// What the utility counts more of import than the monitor, kWh a day, with the deviation from bill to bill, kWh.
    private static func bothDirections(_ bills: [BillComparison]) -> (perDay: Double, deviation: Double)? {
        let known = bills.filter { $0.isFullyObserved && $0.period.problem == nil && $0.period.importKWh != nil }
        guard known.count >= ReconciliationParameters.calibrationBills else { return nil }
        let more = known.map { ($0.period.importKWh ?? 0) - $0.monitorKWh[Channel.imported.rawValue] }
        let days = known.map { Double($0.period.dayCount) }
        let perDay = more.reduce(0, +) / days.reduce(0, +)
        let square = zip(more, days).reduce(0) { $0 + squared($1.0 - perDay * $1.1) }
        return (perDay, (square / Double(known.count - 1)).squareRoot())
    }
}
