// Production of a silence by the clear sky and the days around.

/// What the sky says of a silence.
struct SkyModel {
    let observed: ObservedDays

    /// Production by the clear sky and the days around.
    func estimate(_ silence: Silence) -> Estimate {
        let value = observed.ratio.value(silence.sides) * silence.sky
        let sum = errors(silence).reduce(0) { $0 + squared($1) }
        let count = observed.effectiveWindows(silence)
        let square = sum / Double(max(1, silence.windows.count)) * squared(silence.sky)
        return Estimate(
            value: value,
            variance: Estimate.pooledVariance(
                square,
                count: count,
                prior: ReconciliationParameters.skyPrior * value,
                weight: ReconciliationParameters.skyPriorWeight
            ),
            degreesOfFreedom: count + ReconciliationParameters.skyPriorWeight
        )
    }

    /// By how much the sky says too much in one of forty windows, kWh: clouds come in spells, so that short silences err
    /// more to this side than their variance says.
    func excess(_ silence: Silence) -> Double {
        let excesses = errors(silence).map { $0 * silence.sky }
        return max(0, Median.quantile(excesses, ReconciliationParameters.excessQuantile) ?? 0)
    }

    /// By how much the sky says too much in each window, per kWh per kW of clear sky.
    private func errors(_ silence: Silence) -> [Double] {
        silence.windows.compactMap { window in
            let sky = observed.sky.sum(window.range)
            guard sky > 0 else { return nil }
            return (observed.ratio.value(window.sides) * sky - observed.production.sum(window.range)) / sky
        }
    }
}
