// What the home would have used on a day, by weekday and, where it is known, outdoor temperature.

import Readings

/// A model of the daily consumption.
struct LoadModel {
    /// What the model expects of each day, kWh.
    let expected: [Double]
    /// Tells whether temperatures are in it.
    let usesTemperature: Bool
    /// The mean observed consumption, kWh a day.
    let meanKWh: Double
    /// Without temperature the expectation is a shape, whose scale the neighbouring days give; with it, a level.
    private let mean: LocalMean
    /// Sums of the expectation; days without one count as 0 and are told by `unknownDays`.
    private let sums: LocalMean
    private let unknownDays: LocalMean

    /// Temperatures below which is heated and above which is cooled, degrees Celsius.
    private static let heatingBases = [10.0, 12, 14, 16]
    private static let coolingBases = [18.0, 20, 22]
    /// Days with temperature that a fit needs.
    private static let leastDays = 60

    /// Fits the observed days.
    ///
    /// - Parameters:
    ///   - loads: consumption by day, kWh.
    ///   - temperatures: means by day, degrees Celsius; NaN where unknown.
    ///   - needed: days that must have a temperature for it to be used.
    init(
        days: [MonitorDay],
        loads: [Double],
        observed: [Bool],
        temperatures: [Double]?,
        needed: [Int]
    ) {
        let factors = LoadModel.weekdayFactors(days, loads: loads, observed: observed)
        let count = observed.count { $0 }
        let sum = zip(loads, observed).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        meanKWh = count > 0 ? sum / Double(count) : 0
        if let temperatures, needed.allSatisfy({ !temperatures[$0].isNaN }),
            let fit = LoadModel.fit(factors, to: loads, observed: observed, temperatures: temperatures)
        {
            expected = fit
            usesTemperature = true
            let residuals = zip(loads, fit).map { $0 - $1 }
            mean = LocalMean(residuals, where: zip(observed, fit).map { $0 && !$1.isNaN })
        } else {
            expected = factors
            usesTemperature = false
            mean = LocalMean(zip(loads, factors).map { $1 > 0 ? $0 / $1 : 0 }, where: observed)
        }
        let all = [Bool](repeating: true, count: days.count)
        sums = LocalMean(expected.map { $0.isNaN ? 0 : $0 }, where: all)
        unknownDays = LocalMean(expected.map { $0.isNaN ? 1 : 0 }, where: all)
    }

    /// Returns what parts of days are expected to use, by the days on the sides; kWh.
    func load(_ parts: [DayPart], sides: LocalMean.Sides) -> Double {
        let level = mean.value(sides)
        return parts.reduce(0) { sum, part in
            sum + (usesTemperature ? expected[part.index] + level : expected[part.index] * level)
                * part.loadShare
        }
    }

    /// Returns what whole days are expected to use, kWh; nil where a temperature is missing.
    func load(_ range: Range<Int>, sides: LocalMean.Sides) -> Double? {
        guard unknownDays.sum(range) == 0 else { return nil }
        let level = mean.value(sides)
        return usesTemperature ? sums.sum(range) + level * Double(range.count) : sums.sum(range) * level
    }

    /// Consumption by weekday and temperature, with the error that the windows show.
    func estimate(_ silence: Silence, _ days: ObservedDays) -> Estimate {
        let value = load(silence.parts, sides: silence.sides)
        var sum = 0.0
        var windowCount = 0
        for window in silence.windows {
            guard let load = load(window.range, sides: window.sides) else { continue }
            sum += squared(load - days.load.sum(window.range))
            windowCount += 1
        }
        let count = windowCount == 0 ? 0 : days.effectiveWindows(silence)
        let prior =
            usesTemperature
            ? ReconciliationParameters.loadPriorWithTemperature : ReconciliationParameters.loadPrior
        return Estimate(
            value: value,
            variance: Estimate.pooledVariance(
                sum / Double(max(1, windowCount)),
                count: count,
                prior: prior * meanKWh * silence.length,
                weight: ReconciliationParameters.loadPriorWeight
            ),
            degreesOfFreedom: count + ReconciliationParameters.loadPriorWeight
        )
    }

    private static func weekdayFactors(_ days: [MonitorDay], loads: [Double], observed: [Bool])
        -> [Double]
    {
        var sums = [Double](repeating: 0, count: 7)
        var counts = [Double](repeating: 0, count: 7)
        for index in days.indices where observed[index] {
            let weekday = days[index].day.weekday
            sums[weekday] += loads[index]
            counts[weekday] += 1
        }
        let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        let known = zip(means, counts).filter { $0.1 > 0 && $0.0 > 0 }
        guard !known.isEmpty else { return [Double](repeating: 1, count: days.count) }
        let overall = known.reduce(0) { $0 + $1.0 } / Double(known.count)
        return days.map { day in
            let mean = means[day.day.weekday]
            return mean > 0 ? mean / overall : 1
        }
    }

    /// Least squares of weekday level, heating and cooling; the bases with the smallest residual.
    private static func fit(
        _ factors: [Double],
        to loads: [Double],
        observed: [Bool],
        temperatures: [Double]
    ) -> [Double]? {
        let used = observed.indices.filter { observed[$0] && !temperatures[$0].isNaN }
        guard used.count >= leastDays else { return nil }
        var best: (residual: Double, heat: Double, cool: Double, solution: [Double])?
        for heat in heatingBases {
            for cool in coolingBases {
                var normal = NormalEquations(count: 3)
                for index in used {
                    let temperature = temperatures[index]
                    normal.add(
                        [factors[index], max(heat - temperature, 0), max(temperature - cool, 0)],
                        loads[index]
                    )
                }
                guard let solution = normal.solution() else { continue }
                let residual = normal.residual(solution)
                if residual < best?.residual ?? .infinity { best = (residual, heat, cool, solution) }
            }
        }
        guard let best else { return nil }
        return factors.indices.map { index in
            let temperature = temperatures[index]
            guard !temperature.isNaN else { return .nan }
            return best.solution[0] * factors[index]
                + best.solution[1] * max(best.heat - temperature, 0)
                + best.solution[2] * max(temperature - best.cool, 0)
        }
    }
}
