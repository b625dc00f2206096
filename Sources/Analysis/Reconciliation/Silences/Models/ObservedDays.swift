// The days of a site as means over the observed ones: what all models of a silence ask. Equations and their sources:
// docs/analysis/reconciliation.md.

import Readings

/// The days with the local means of their quantities.
struct ObservedDays {
    let days: MonitorDays
    let nets: DailyNets
    /// Consumption after calibration of the days' rows, kWh.
    let loads: [Double]
    /// Consumption after calibration of whole days, kWh.
    let wholeLoads: [Double]
    /// Tells of each day whether it is observed.
    let isObserved: [Bool]
    /// The mean consumption of observed days, kWh.
    let meanLoad: Double
    let production: LocalMean
    /// Production per clear-sky energy.
    let ratio: LocalMean
    let sky: LocalMean
    /// Charge less discharge.
    let battery: LocalMean
    let load: LocalMean
    let imported: LocalMean
    /// What would be imported without batteries.
    let deficit: LocalMean
    let night: LocalMean
    let nightImport: LocalMean
    private let observedCount: Int

    /// Takes the means.
    ///
    /// - Parameter share: the correction of the consumption clamps; of the net where they sit at the grid connection.
    init(days: MonitorDays, nets: DailyNets, share: Double, metersGridConnection: Bool) {
        self.days = days
        self.nets = nets
        // Where the clamps measure the net, the correction is the net's, and consumption follows from it.
        let loads = days.days.map { day in
            metersGridConnection
                ? day.production - nets.net(day) * (1 + share) - day.battery
                : day.consumption * (1 + share)
        }
        self.loads = loads
        let wholeLoads = zip(days.days, loads).map { $0.whole($1) }
        self.wholeLoads = wholeLoads
        let isObserved = days.days.map(\.isObserved)
        self.isObserved = isObserved
        func mean(_ amount: (MonitorDay) -> Double) -> LocalMean {
            LocalMean(days.days.map { $0.whole(amount($0)) }, where: isObserved)
        }
        observedCount = isObserved.count { $0 }
        let observedLoad = zip(wholeLoads, isObserved).reduce(0.0) { $0 + ($1.1 ? $1.0 : 0) }
        meanLoad = observedLoad / Double(max(1, observedCount))
        production = mean(\.production)
        ratio = mean { $0.sky > 0 ? $0.production / $0.sky : 0 }
        sky = LocalMean(days.days.map(\.sky), where: [Bool](repeating: true, count: days.days.count))
        battery = mean(\.battery)
        load = LocalMean(wholeLoads, where: isObserved)
        imported = mean(\.imported)
        deficit = mean(\.deficitKWh)
        night = mean(\.nightLoadKWh)
        nightImport = mean(\.nightImportKWh)
    }

    /// Takes a silence to pieces; nil where the days around are too few to say anything.
    func silence(_ gap: Interval, sky: ClearSky) -> Silence? {
        let parts = days.shares(of: gap)
        guard let first = parts.first?.index, let last = parts.last?.index else { return nil }
        let range = first..<(last + 1)
        guard let sides = ratio.sides(around: range) else { return nil }
        let length = Double(gap.seconds) / 86_400
        let window = max(1, Int(length.rounded()))
        var windows: [Silence.Window] = []
        for start in 0..<max(0, days.days.count - window + 1) {
            let range = start..<(start + window)
            guard ratio.count(range) == window, let own = ratio.sides(around: range), own.matches(sides)
            else { continue }
            windows.append(Silence.Window(range: range, sides: own))
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

    /// The effective number of windows: they overlap, so their count says little; 0 of none.
    func effectiveWindows(_ silence: Silence) -> Double {
        guard !silence.windows.isEmpty else { return 0 }
        return max(ReconciliationParameters.leastWindows, Double(observedCount) / Double(silence.window) - 1)
    }
}

extension Estimate {
    /// Pools the mean squared error of windows with a prior.
    ///
    /// - Parameters:
    ///   - count: the effective number of windows.
    ///   - weight: what the prior is worth, in windows.
    static func pooledVariance(_ square: Double, count: Double, prior: Double, weight: Double) -> Double {
        (count * square + weight * squared(prior)) / (count + weight)
    }
}
