// Estimates of the production inside a silence: sky, balance, and both together. Equations and their sources:
// docs/analysis/reconciliation.md.

import Foundation
import Readings

/// Reconciles silences of one site.
struct GapReconciler {
    let days: MonitorDays
    let nets: DailyNets
    let parameters: ReconciliationParameters
    /// Usable capacity of the batteries, kWh; 0 without.
    let capacityKWh: Double
    /// Consumption after calibration by day, kWh.
    let loads: [Double]
    /// Outdoor temperatures by day, degrees Celsius; NaN where unknown.
    let temperatures: [Double]?
    /// The residual of a bill after calibration, kWh; nil where no bill was fully observed.
    let billResidualKWh: Double?
    /// What the utility counts more in both directions, kWh a day, with its deviation from bill to bill, kWh.
    let bothDirections: (perDay: Double, deviation: Double)?
    /// The bills as they are compared, dates shifted where that was found.
    let bills: [BillComparison]
    /// The meter's error of each part, by which an uncalibrated bill is judged.
    let comparer: BillComparer

    private let clean: [Bool]
    private let cleanCount: Int
    private let productions: LocalMean
    private let ratios: LocalMean
    private let skies: LocalMean
    private let battery: LocalMean
    private let loadMeans: LocalMean
    private let imports: LocalMean
    private let deficits: LocalMean
    private let nights: LocalMean

    init(
        days: MonitorDays,
        nets: DailyNets,
        parameters: ReconciliationParameters,
        capacityKWh: Double,
        calibration: MeterCalibration?,
        temperatures: [Double]?,
        bothDirections: (perDay: Double, deviation: Double)?,
        bills: [BillComparison],
        comparer: BillComparer
    ) {
        self.days = days
        self.nets = nets
        self.parameters = parameters
        self.capacityKWh = capacityKWh
        self.temperatures = temperatures
        self.bothDirections = bothDirections
        self.bills = bills
        self.comparer = comparer
        billResidualKWh = calibration?.residualKWh
        let share = parameters.metersGridConnection ? 0 : calibration?.share ?? 0
        let loads = days.days.map { $0.consumption * (1 + share) }
        self.loads = loads
        let all = [Bool](repeating: true, count: days.days.count)
        let clean = days.days.map(\.isComplete)
        self.clean = clean
        cleanCount = clean.count { $0 }
        productions = LocalMean(days.days.map(\.production), where: clean)
        ratios = LocalMean(days.days.map { $0.sky > 0 ? $0.production / $0.sky : 0 }, where: clean)
        skies = LocalMean(days.days.map(\.sky), where: all)
        battery = LocalMean(days.days.map(\.battery), where: clean)
        loadMeans = LocalMean(loads, where: clean)
        imports = LocalMean(days.days.map(\.imported), where: clean)
        deficits = LocalMean(days.days.map(\.deficitKWh), where: clean)
        nights = LocalMean(days.days.map(\.nightLoadKWh), where: clean)
    }

    /// The pieces of a silence.
    struct Silence {
        let gap: Interval
        let parts: [(index: Int, time: Double, load: Double)]
        let range: Range<Int>
        let sides: LocalMean.Sides
        /// Days, as a number that may be broken.
        let length: Double
        /// Days of a pseudo-gap.
        let window: Int
        /// Clear-sky energy, kWh per kW.
        let sky: Double
        /// Observed stretches of the same length beside which the same sides speak.
        let windows: [(range: Range<Int>, sides: LocalMean.Sides)]
    }

    /// Takes a silence to pieces; nil where the days around are too few to say anything.
    func silence(_ gap: Interval, sky: ClearSky) -> Silence? {
        let parts = days.shares(of: gap)
        guard let first = parts.first?.index, let last = parts.last?.index else { return nil }
        let range = first..<(last + 1)
        guard let sides = ratios.sides(around: range) else { return nil }
        let length = Double(gap.seconds) / 86_400
        let window = max(1, Int(length.rounded()))
        var windows: [(range: Range<Int>, sides: LocalMean.Sides)] = []
        for start in 0..<max(0, days.days.count - window + 1) {
            let range = start..<(start + window)
            guard ratios.count(range) == window, let own = ratios.sides(around: range), own.matches(sides)
            else { continue }
            windows.append((range, own))
        }
        return Silence(
            gap: gap,
            parts: parts,
            range: range,
            sides: sides,
            length: length,
            window: window,
            sky: sky.energy(from: gap.startUTCSeconds, to: gap.endUTCSeconds),
            windows: windows
        )
    }

    /// The effective number of windows: they overlap, so their count says little.
    func effectiveWindows(_ silence: Silence) -> Double {
        max(2, Double(cleanCount) / Double(silence.window) - 1)
    }

    /// Pools the mean squared error of windows with a prior.
    private func pooled(_ square: Double, _ count: Double, prior: Double, weight: Double) -> Double {
        (count * square + weight * squared(prior)) / (count + weight)
    }

    // MARK: Sky

    /// Production by the clear sky and the days around.
    func skyEstimate(_ silence: Silence) -> Estimate {
        let value = ratios.value(silence.sides) * silence.sky
        var sum = 0.0
        for window in silence.windows {
            let sky = skies.sum(window.range)
            guard sky > 0 else { continue }
            sum += squared((ratios.value(window.sides) * sky - productions.sum(window.range)) / sky)
        }
        let count = silence.windows.isEmpty ? 0 : effectiveWindows(silence)
        let square = sum / Double(max(1, silence.windows.count)) * squared(silence.sky)
        return Estimate(
            value: value,
            variance: pooled(
                square,
                count,
                prior: ReconciliationParameters.skyPrior * value,
                weight: ReconciliationParameters.skyPriorWeight
            ),
            degreesOfFreedom: count + ReconciliationParameters.skyPriorWeight
        )
    }

    // MARK: Load

    /// Consumption by weekday and temperature.
    func loadEstimate(_ silence: Silence, _ model: LoadModel) -> Estimate {
        let value = model.load(silence.parts.map { ($0.index, $0.load) }, sides: silence.sides)
        var sum = 0.0
        var windowCount = 0
        for window in silence.windows {
            guard let load = model.load(window.range, sides: window.sides) else { continue }
            sum += squared(load - loadMeans.sum(window.range))
            windowCount += 1
        }
        let count = windowCount == 0 ? 0 : effectiveWindows(silence)
        let prior =
            model.usesTemperature
            ? ReconciliationParameters.loadPriorWithTemperature : ReconciliationParameters.loadPrior
        return Estimate(
            value: value,
            variance: pooled(
                sum / Double(max(1, windowCount)),
                count,
                prior: prior * model.meanKWh * silence.length,
                weight: ReconciliationParameters.loadPriorWeight
            ),
            degreesOfFreedom: count + ReconciliationParameters.loadPriorWeight
        )
    }

    func loadModel(_ silence: Silence) -> LoadModel {
        LoadModel(
            days: days.days,
            loads: loads,
            observed: clean,
            temperatures: temperatures,
            needed: silence.parts.map(\.index)
        )
    }

    // MARK: Net

    /// What bills say of a silence.
    struct Billed {
        var net: Estimate
        /// Import of the silence; nil where a bill has none.
        var imported: Double?
        var periods: [BillPeriod]
        var unbilledDays: Double
        var lowerBound: Double
    }

    /// Export less import of a silence by the bills that touch it; nil where none does.
    func billed(_ silence: Silence, _ model: LoadModel) -> Billed? {
        let touching = bills.filter { comparison in
            guard comparison.period.problem == nil, comparison.period.netKWh != nil else { return false }
            return range(comparison.period).contains { day in silence.parts.contains { $0.index == day } }
        }
        guard !touching.isEmpty else { return nil }
        var net = 0.0
        var imported: Double? = 0
        var observedDays = 0.0
        var otherDays = 0.0
        var billDays = 0
        var lowerBound = 0.0
        var billed: Set<Int> = []
        var uncalibrated = 0.0
        for comparison in touching {
            let days = range(comparison.period)
            billed.formUnion(days)
            billDays += comparison.period.dayCount
            var observedNet = 0.0
            var observedImport = 0.0
            for index in days {
                let day = self.days.days[index]
                observedNet += day.production - calibrated(index) - day.battery
                observedImport += day.imported
                observedDays += min(1, day.share)
                let own = silence.parts.first { $0.index == index }?.time ?? 0
                otherDays += max(0, 1 - min(1, day.share) - own)
            }
            let part = (comparison.period.netKWh ?? 0) - observedNet
            net += part
            imported = imported.flatMap { sum in
                comparison.period.importKWh.map { sum + $0 - observedImport }
            }
            let isInside = days.allSatisfy { index in
                silence.parts.contains { $0.index == index && $0.time == 1 }
            }
            if isInside, let exported = comparison.period.exportKWh {
                lowerBound += exported
            } else {
                lowerBound += max(0, part)
            }
            if billResidualKWh == nil {
                let terms = comparer.tolerance(
                    comparison.period,
                    comparison.monitorKWh,
                    dayCount: comparison.period.dayCount
                )
                uncalibrated += terms.values.sorted().reduce(0, +)
            }
        }
        let outside = silence.parts.filter { !billed.contains($0.index) }.reduce(0) { $0 + $1.time }
        var variance = 0.25 * Double(touching.count)
        if let billResidualKWh {
            variance += squared(billResidualKWh) * observedDays / 30
        } else {
            variance += uncalibrated
        }
        variance += squared(0.002 * model.meanKWh * silence.length)
        // Days of the silence without a bill, and other silences in the same bills, are filled with the days around.
        if outside + otherDays > 0.01, let mean = nets.mean(around: silence.range) {
            net += mean.net * (outside - otherDays)
            variance += squared(0.25 * mean.magnitude * (outside + otherDays))
            imported = nil
        }
        let deviation = variance.squareRoot()
        return Billed(
            net: Estimate(value: net, variance: variance, degreesOfFreedom: 30),
            imported: imported,
            periods: touching.map(\.period),
            unbilledDays: outside,
            lowerBound: max(0, lowerBound - capacityKWh - 2 * deviation)
        )
    }

    private func range(_ period: BillPeriod) -> Range<Int> { days.range(from: period.start, to: period.end) }

    private func calibrated(_ index: Int) -> Double { loads[index] }

    // MARK: Batteries

    /// Charge less discharge if the batteries had worked, and if they had been flat, kWh.
    func batteries(_ silence: Silence) -> (working: Double, flat: Double) {
        guard capacityKWh > 0 else { return (0, 0) }
        return (
            silence.length * battery.value(silence.sides),
            silence.length * parameters.flatStandbyW * 24 / 1000
        )
    }

    /// Shares of a silence in which batteries may have been flat, with what each is worth beforehand: they worked all the
    /// time; they ran flat after some days, as batteries without a gateway do; anything else.
    func flatShares(_ silence: Silence) -> [(share: Double, weight: Double)] {
        guard capacityKWh > 0 else { return [(0, 1)] }
        var shares: [(share: Double, weight: Double)] = [(0, 0.4)]
        let late = (1...10).filter { Double($0) < silence.length }
        for day in late {
            shares.append((1 - Double(day) / silence.length, 0.4 / Double(late.count)))
        }
        for step in 1...20 { shares.append((Double(step) / 20, 0.2 / 20)) }
        return shares
    }

    // MARK: Import

    /// How the import follows from load and production, learnt from the windows.
    func importModel(_ silence: Silence, ofFlatBatteries isFlat: Bool) -> ImportModel {
        let quantity = isFlat ? deficits : imports
        let length = Double(silence.window)
        let level = quantity.value(silence.sides) * silence.length
        let usualLoad = loadMeans.value(silence.sides)
        let prior = usualLoad > 0 ? min(1, quantity.value(silence.sides) / usualLoad) : 0
        var rows: [(load: Double, production: Double, quantity: Double)] = []
        for window in silence.windows {
            rows.append(
                (
                    loadMeans.value(window.sides) * length - loadMeans.sum(window.range),
                    productions.value(window.sides) * length - productions.sum(window.range),
                    quantity.value(window.sides) * length - quantity.sum(window.range)
                )
            )
        }
        let effective = silence.windows.isEmpty ? 0 : effectiveWindows(silence)
        let count = Double(max(1, rows.count))
        // A prior worth a few windows keeps the slopes where windows are few.
        let weight = 3 / max(2, effective)
        let loadSquare = rows.reduce(0) { $0 + squared($1.load) } / count
        let productionSquare = rows.reduce(0) { $0 + squared($1.production) } / count
        var normal = NormalEquations(count: 2)
        for row in rows {
            normal.add([row.load, row.production], row.quantity - prior * row.load, weight: 1 / count)
        }
        normal.add([(weight * loadSquare).squareRoot(), 0], 0)
        normal.add([0, (weight * productionSquare).squareRoot()], 0)
        let solution = normal.solution() ?? [0, 0]
        let perLoad = prior + solution[0]
        let perProduction = solution[1]
        let square =
            rows.reduce(0) {
                $0 + squared($1.quantity - perLoad * $1.load - perProduction * $1.production)
            } / count
        return ImportModel(
            level: level,
            perLoad: perLoad,
            perProduction: perProduction,
            variance: pooled(square, effective, prior: 0.08 * level + 0.1 * silence.length, weight: 3)
        )
    }

    /// Gathers what is fused.
    func fusion(_ silence: Silence, sky: Estimate, load: Estimate, billed: Billed) -> GapFusion {
        let (working, flat) = batteries(silence)
        var imported: Estimate?
        if let value = billed.imported, let bothDirections {
            imported = Estimate(
                value: value - bothDirections.perDay * silence.length,
                variance: squared(bothDirections.deviation) * max(1, silence.length / 30)
                    + 0.25 * Double(billed.periods.count),
                degreesOfFreedom: 30
            )
        }
        return GapFusion(
            sky: sky,
            load: load,
            net: billed.net,
            usualLoad: loadMeans.value(silence.sides) * silence.length,
            usualProduction: productions.value(silence.sides) * silence.length,
            imported: imported,
            whileWorking: importModel(silence, ofFlatBatteries: false),
            whileFlat: importModel(silence, ofFlatBatteries: true),
            batteryIfWorking: working,
            batteryIfFlat: flat,
            capacityKWh: capacityKWh,
            flatShares: flatShares(silence)
        )
    }
}
