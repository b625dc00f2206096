// Sky, load, net and import of a silence taken together. The import tells what the net does not: whether the batteries
// worked, and how much the home used at night.

import Foundation
import Readings

/// What is fused.
struct GapFusion {
    /// Production by the sky, consumption by weekday and temperature, and export less import.
    var sky: Estimate
    var load: Estimate
    var net: Estimate
    /// Load and production that the days around would give, to which import models refer, kWh.
    var usualLoad: Double
    var usualProduction: Double
    /// The import of the silence with its variance; nil where it is not known.
    var imported: Estimate?
    /// Its models with working and with flat batteries.
    var whileWorking: ImportModel
    var whileFlat: ImportModel
    /// Charge less discharge, if the batteries worked all the time and if they were flat, kWh.
    var batteryIfWorking: Double
    var batteryIfFlat: Double
    /// Usable capacity, kWh; 0 without batteries.
    var capacityKWh: Double
    /// Shares of the time in which the batteries may have been flat, with what each is worth beforehand.
    var flatShares: [FlatShare]

    /// What comes of it.
    struct Result {
        /// Production.
        var production: Estimate
        /// Charge less discharge.
        var battery: Estimate
        /// The share of the time in which the batteries were flat.
        var flatShare: Double
        /// The weight of the sky.
        var skyWeight: Double
    }

    /// The battery term of a share of flat time, kWh.
    private func battery(_ share: Double) -> Estimate {
        let freedom = ReconciliationParameters.ordinaryFreedom
        guard capacityKWh > 0 else { return Estimate(value: 0, variance: 0, degreesOfFreedom: freedom) }
        let value = batteryIfWorking * (1 - share) + batteryIfFlat * share
        return Estimate(
            value: value,
            variance: squared(ReconciliationParameters.capacityDeviation * capacityKWh)
                + squared(ReconciliationParameters.batteryDeviation * value),
            degreesOfFreedom: freedom
        )
    }

    /// What one share of flat time makes of all.
    private struct Member {
        var share: Double
        var logWeight: Double
        var production: Double
        var variance: Double
        var battery: Double
        var batteryVariance: Double
    }

    /// For each share of flat time a Gaussian update of production and load by net and import.
    ///
    /// - Parameter lost: the share of the production by the sky that is taken to be lost, 0 to 1.
    private func members(lost: Double) -> [Member] {
        flatShares.map { flat in
            let battery = battery(flat.share)
            var state = Gaussian(
                production: sky.value * (1 - lost),
                load: load.value,
                productionVariance: sky.variance * squared(1 - lost),
                loadVariance: load.variance
            )
            var logWeight = log(flat.weight)
            logWeight += state.observe(
                net.value + battery.value,
                production: 1,
                load: -1,
                constant: 0,
                variance: net.variance + battery.variance
            )
            if let imported {
                let model = ImportModel.mixed(whileWorking, whileFlat, share: flat.share)
                logWeight += state.observe(
                    imported.value,
                    production: model.perProduction,
                    load: model.perLoad,
                    constant: model.level - model.perLoad * usualLoad - model.perProduction * usualProduction,
                    variance: imported.variance + model.variance
                )
            }
            return Member(
                share: flat.share,
                logWeight: logWeight,
                production: state.production,
                variance: state.productionVariance,
                battery: battery.value,
                batteryVariance: battery.variance
            )
        }
    }

    /// The loss that explains most, as a share of the production by the sky, and how much better than none.
    struct LossEvidence {
        var ratio: Double
        var lost: Double
    }

    /// How much better a loss explains net and import than none: twice the logarithm of the likelihood ratio, at the loss
    /// that explains most.
    func lossEvidence() -> LossEvidence {
        func logEvidence(_ lost: Double) -> Double {
            let weights = members(lost: lost).map(\.logWeight)
            let top = weights.max() ?? 0
            return top + log(weights.reduce(0) { $0 + exp($1 - top) })
        }
        let none = logEvidence(0)
        var best = LossEvidence(ratio: 0, lost: 0)
        let steps = ReconciliationParameters.lossSteps
        for step in 1...steps {
            let lost = Double(step) / Double(steps)
            let ratio = 2 * (logEvidence(lost) - none)
            if ratio > best.ratio { best = LossEvidence(ratio: ratio, lost: lost) }
        }
        return best
    }

    /// Takes all together, each share of flat time weighted by how well it explains net and import.
    func result() -> Result {
        let members = members(lost: 0)
        let top = members.map(\.logWeight).max() ?? 0
        let weights = members.map { exp($0.logWeight - top) }
        let sum = weights.reduce(0, +)
        func mean(_ value: (Member) -> Double) -> Double {
            zip(members, weights).reduce(0) { $0 + value($1.0) * $1.1 } / sum
        }
        let production = mean(\.production)
        let variance = mean { $0.variance + squared($0.production - production) }
        let batteryMean = mean(\.battery)
        let batteryEstimate = Estimate(
            value: batteryMean,
            variance: mean { $0.batteryVariance + squared($0.battery - batteryMean) },
            degreesOfFreedom: ReconciliationParameters.ordinaryFreedom
        )
        let balance = load.value + net.value + batteryMean
        let balanceVariance = load.variance + net.variance + batteryEstimate.variance
        let disagreement = abs(sky.value - balance) / (sky.variance + balanceVariance).squareRoot()
        return Result(
            production: Estimate(
                value: max(0, production),
                variance: variance * squared(max(1, disagreement)),
                degreesOfFreedom: sky.degreesOfFreedom + load.degreesOfFreedom
            ),
            battery: batteryEstimate,
            flatShare: mean(\.share),
            skyWeight: balanceVariance / (sky.variance + balanceVariance)
        )
    }
}

/// Production and load as a normal distribution.
private struct Gaussian {
    var production: Double
    var load: Double
    var productionVariance: Double
    var loadVariance: Double
    var covariance = 0.0

    init(production: Double, load: Double, productionVariance: Double, loadVariance: Double) {
        self.production = production
        self.load = load
        self.productionVariance = productionVariance
        self.loadVariance = loadVariance
    }

    /// Takes an observation of a linear form, and returns the logarithm of its density.
    mutating func observe(
        _ value: Double,
        production first: Double,
        load second: Double,
        constant: Double,
        variance: Double
    ) -> Double {
        let crossProduction = productionVariance * first + covariance * second
        let crossLoad = covariance * first + loadVariance * second
        let total = max(1e-9, first * crossProduction + second * crossLoad + variance)
        let innovation = value - constant - first * production - second * load
        production += crossProduction / total * innovation
        load += crossLoad / total * innovation
        productionVariance -= squared(crossProduction) / total
        loadVariance -= squared(crossLoad) / total
        covariance -= crossProduction * crossLoad / total
        return -0.5 * (squared(innovation) / total + log(total))
    }
}
