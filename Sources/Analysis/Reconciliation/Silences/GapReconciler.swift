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
    /// Consumption after calibration of the days' rows, kWh.
    let loads: [Double]
    /// Outdoor temperatures by day, degrees Celsius; NaN where unknown.
    let temperatures: [Double]?
    /// The residual of a bill after calibration, kWh; nil where no bill was fully observed.
    let billResidualKWh: Double?
    /// What the utility counts more in both directions, kWh a day, with its deviation from bill to bill, kWh.
    let bothDirections: (perDay: Double, deviation: Double)?
    /// The bills as they are compared, dates shifted where that was found.
    let bills: [BillComparison]

    /// The mean consumption of observed days, kWh.
    private let meanLoad: Double
    /// The largest export of a day, kWh.
    private let largestExport: Double
    /// Consumption after calibration of whole days, kWh.
    private let wholeLoads: [Double]
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
    private let nightImports: LocalMean

    init(
        days: MonitorDays,
        nets: DailyNets,
        parameters: ReconciliationParameters,
        capacityKWh: Double,
        calibration: MeterCalibration?,
        temperatures: [Double]?,
        bothDirections: (perDay: Double, deviation: Double)?,
        bills: [BillComparison]
    ) {
        self.days = days
        self.nets = nets
        self.parameters = parameters
        self.capacityKWh = capacityKWh
        self.temperatures = temperatures
        self.bothDirections = bothDirections
        self.bills = bills
        billResidualKWh = calibration?.residualKWh
        let share = calibration?.share ?? 0
        // Where the clamps measure the net, the correction is the net's, and consumption follows from it.
        let loads = days.days.map { day in
            parameters.metersGridConnection
                ? day.production - nets.net(day) * (1 + share) - day.battery
                : day.consumption * (1 + share)
        }
        self.loads = loads
        let wholeLoads = zip(days.days, loads).map { $0.whole($1) }
        self.wholeLoads = wholeLoads
        let all = [Bool](repeating: true, count: days.days.count)
        let clean = days.days.map(\.isObserved)
        func mean(_ amount: (MonitorDay) -> Double) -> LocalMean {
            LocalMean(days.days.map { $0.whole(amount($0)) }, where: clean)
        }
        self.clean = clean
        cleanCount = clean.count { $0 }
        let observedLoad = zip(wholeLoads, clean).reduce(0.0) { $0 + ($1.1 ? $1.0 : 0) }
        meanLoad = observedLoad / Double(max(1, cleanCount))
        largestExport = days.days.map(\.exported).max() ?? 0
        productions = mean(\.production)
        ratios = mean { $0.sky > 0 ? $0.production / $0.sky : 0 }
        skies = LocalMean(days.days.map(\.sky), where: all)
        battery = mean(\.battery)
        loadMeans = LocalMean(wholeLoads, where: clean)
        imports = mean(\.imported)
        deficits = mean(\.deficitKWh)
        nights = mean(\.nightLoadKWh)
        nightImports = mean(\.nightImportKWh)
    }

    /// The pieces of a silence.
    struct Silence {
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
        let sum = skyErrors(silence).reduce(0) { $0 + squared($1) }
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

    /// What the panels make under a clear sky, by their best days; kWh.
    func mostProduction(_ silence: Silence) -> Double {
        let known = zip(days.days, clean).compactMap { day, isObserved -> Double? in
            isObserved && day.sky > 0 ? day.whole(day.production) / day.sky : nil
        }
        // Days of little sun err much by the horizon: the best of a home are a tenth more at most.
        return 1.1 * (Median.quantile(known, 0.98) ?? .infinity) * silence.sky
    }

    /// By how much the sky says too much in one of forty windows, kWh: clouds come in spells, so that short silences err
    /// more to this side than their variance says.
    func skyExcess(_ silence: Silence) -> Double {
        let excesses = skyErrors(silence).map { $0 * silence.sky }
        return max(0, Median.quantile(excesses, 0.975) ?? 0)
    }

    /// By how much the sky says too much in each window, per kWh per kW of clear sky.
    private func skyErrors(_ silence: Silence) -> [Double] {
        silence.windows.compactMap { window in
            let sky = skies.sum(window.range)
            guard sky > 0 else { return nil }
            return (ratios.value(window.sides) * sky - productions.sum(window.range)) / sky
        }
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
            loads: wholeLoads,
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
    }

    /// The bills that touch a silence and can be used.
    private func touching(_ parts: [(index: Int, time: Double, load: Double)]) -> [BillComparison] {
        let indices = Set(parts.map(\.index))
        return bills.filter { comparison in
            comparison.period.problem == nil && comparison.period.netKWh != nil
                && range(comparison.period).contains { indices.contains($0) }
        }
    }

    /// What the observed days of a bill hold.
    private struct Observed {
        var net = 0.0
        var imported = 0.0
        var days = 0.0
        /// Days that are neither observed nor of the silence.
        var otherDays = 0.0
    }

    private func observed(_ period: BillPeriod, _ parts: [(index: Int, time: Double, load: Double)])
        -> Observed
    {
        var result = Observed()
        for index in range(period) {
            let day = days.days[index]
            let share = min(1, day.share)
            result.net += day.production - loads[index] - day.battery
            result.imported += day.imported
            result.days += share
            let own = parts.first { $0.index == index }?.time ?? 0
            result.otherDays += max(0, 1 - share - own)
        }
        result.otherDays += Double(period.dayCount - range(period).count)
        return result
    }

    /// The variance of what bills leave for a silence, kWh².
    private func netVariance(_ touching: [BillComparison], observedDays: Double, length: Double) -> Double {
        var variance = 0.25 * Double(touching.count)
        if let billResidualKWh {
            variance += squared(billResidualKWh) * observedDays / 30
        } else {
            // Without a calibration, what the meters may be off in the observed part.
            variance += touching.reduce(0) { $0 + $1.meterVariance }
        }
        return variance + squared(0.002 * meanLoad * length)
    }

    /// Export less import of a silence by the bills that touch it; nil where none does, or the monitor has no net.
    func billed(_ silence: Silence) -> Billed? {
        let touching = touching(silence.parts)
        guard !touching.isEmpty, nets.isKnown else { return nil }
        var net = 0.0
        var imported: Double? = 0
        var observedDays = 0.0
        var otherDays = 0.0
        var billed: Set<Int> = []
        for comparison in touching {
            billed.formUnion(range(comparison.period))
            let observed = observed(comparison.period, silence.parts)
            net += (comparison.period.netKWh ?? 0) - observed.net
            imported = imported.flatMap { sum in
                comparison.period.importKWh.map { sum + $0 - observed.imported }
            }
            observedDays += observed.days
            otherDays += observed.otherDays
        }
        let outside = silence.parts.filter { !billed.contains($0.index) }.reduce(0) { $0 + $1.time }
        var variance = netVariance(touching, observedDays: observedDays, length: silence.length)
        // Days of the silence without a bill, and other silences in the same bills, are filled with the days around.
        if outside + otherDays > 0.01 {
            guard let mean = nets.mean(around: silence.range) else { return nil }
            net += mean.net * (outside - otherDays)
            variance += squared(0.25 * mean.magnitude * (outside + otherDays))
            // Little of the bills that is missing elsewhere is filled; more of it leaves the import unknown.
            let isLittle = outside < 0.01 && otherDays < 0.1 * silence.length
            imported = isLittle ? imported.map { $0 - imports.value(silence.sides) * otherDays } : nil
        }
        return Billed(
            net: Estimate(value: net, variance: variance, degreesOfFreedom: 30),
            imported: imported,
            periods: touching.map(\.period),
            unbilledDays: outside
        )
    }

    /// Production that bills prove whatever the weather and the load, kWh: what left the home, less what the batteries
    /// could have given. Of a bill that reaches beyond the silence only the net part is safe. nil without bills.
    func lowerBound(_ gap: Interval) -> Double? {
        let parts = days.shares(of: gap)
        let touching = touching(parts)
        guard !touching.isEmpty else { return nil }
        let whole = Set(parts.filter { $0.time == 1 }.map(\.index))
        var bound = 0.0
        var observedDays = 0.0
        for comparison in touching {
            let period = comparison.period
            if let exported = period.exportKWh, range(period).count == period.dayCount,
                range(period).allSatisfy({ whole.contains($0) })
            {
                bound += exported
                continue
            }
            guard nets.isKnown else { continue }
            let observed = observed(period, parts)
            observedDays += observed.days
            // Another silence in the bill may have exported as much as the best day.
            bound += max(0, (period.netKWh ?? 0) - observed.net - observed.otherDays * largestExport)
        }
        let length = Double(gap.seconds) / 86_400
        let deviation = netVariance(touching, observedDays: observedDays, length: length).squareRoot()
        return max(0, bound - capacityKWh - 2 * deviation)
    }

    /// Export less import of a silence by the utility's intervals.
    func covered(_ cover: UtilityCover, _ silence: Silence) -> Billed {
        let net = cover.exported - cover.imported
        let missing = (1 - cover.share) * silence.length
        let magnitude = nets.mean(around: silence.range)?.magnitude ?? 0
        var variance =
            squared(parameters.utilityMeterShare) / 3 * (squared(cover.imported) + squared(cover.exported))
        variance += squared(0.25 * magnitude * missing)
        return Billed(
            net: Estimate(value: net, variance: variance, degreesOfFreedom: 30),
            imported: cover.imported,
            periods: [],
            unbilledDays: 0
        )
    }

    private func range(_ period: BillPeriod) -> Range<Int> { days.range(from: period.start, to: period.end) }

    // MARK: Batteries

    /// Charge less discharge if the batteries had worked, and if they had been flat, kWh.
    func batteries(_ silence: Silence) -> (working: Double, flat: Double) {
        guard capacityKWh > 0 else { return (0, 0) }
        return (
            silence.length * battery.value(silence.sides),
            silence.length * parameters.flatStandbyW * 24 / 1000
        )
    }

    /// Where the utility's intervals show the nights, they tell when the batteries ran flat: from then on a night draws what
    /// the home uses, before it what it drew with working batteries.
    func flatShares(_ silence: Silence, nights drawn: [Double]) -> [(share: Double, weight: Double)] {
        let flat = nights.value(silence.sides)
        let working = nightImports.value(silence.sides)
        guard capacityKWh > 0, drawn.count >= 3, flat - working > 0.25 * flat else {
            return flatShares(silence)
        }
        // Squared distances of the nights from both levels; the sum for a change after each night.
        var sum = drawn.reduce(0) { $0 + squared($1 - flat) }
        var sums = [sum]
        for night in drawn {
            sum += squared(night - working) - squared(night - flat)
            sums.append(sum)
        }
        // Nights differ by about a third of what they use, and neighbours alike.
        let scale = 2 * 3 * squared(0.3 * flat)
        let least = sums.min() ?? 0
        var shares = sums.enumerated().map { index, sum in
            (share: 1 - Double(index) / Double(drawn.count), weight: exp((least - sum) / scale))
        }
        let total = shares.reduce(0) { $0 + $1.weight }
        for step in 0...20 { shares.append((Double(step) / 20, 0.1 * total / 21)) }
        return shares
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
            variance: pooled(square, effective, prior: 0.06 * level + 0.05 * silence.length, weight: 3)
        )
    }

    /// Gathers what is fused.
    func fusion(_ silence: Silence, sky: Estimate, load: Estimate, billed: Billed, cover: UtilityCover?)
        -> GapFusion
    {
        let (working, flat) = batteries(silence)
        var imported: Estimate?
        if let value = billed.imported, let bothDirections, days.isFine, days.channels.contains(.imported) {
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
            flatShares: cover.map { flatShares(silence, nights: $0.nights) } ?? flatShares(silence)
        )
    }
}
