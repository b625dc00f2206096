// What the batteries may have done in a silence: worked, run flat, or been flat for a part of the time.

import Foundation

/// A share of a silence in which batteries may have been flat.
struct FlatShare {
    /// The share of the time, 0 to 1.
    let share: Double
    /// What it is worth beforehand.
    let weight: Double
}

/// The batteries of a site.
struct BatteryStates {
    let observed: ObservedDays
    /// Usable capacity, kWh; 0 without batteries.
    let capacityKWh: Double
    /// Power that flat ones draw, W.
    let flatStandbyW: Double

    /// Charge less discharge if the batteries had worked, kWh.
    func ifWorking(_ silence: Silence) -> Double {
        capacityKWh > 0 ? silence.length * observed.battery.value(silence.sides) : 0
    }

    /// The same if they had been flat, kWh.
    func ifFlat(_ silence: Silence) -> Double {
        capacityKWh > 0 ? silence.length * flatStandbyW * 24 / 1000 : 0
    }

    /// Where the utility's intervals show the nights, they tell when the batteries ran flat: from then on a night draws what
    /// the home uses, before it what it drew with working batteries.
    func flatShares(_ silence: Silence, nights drawn: [Double]) -> [FlatShare] {
        let flat = observed.night.value(silence.sides)
        let working = observed.nightImport.value(silence.sides)
        guard capacityKWh > 0, drawn.count >= ReconciliationParameters.leastNights,
            flat - working > ReconciliationParameters.tellingSaving * flat
        else { return flatShares(silence) }
        // Squared distances of the nights from both levels; the sum for a change after each night.
        var sum = drawn.reduce(0) { $0 + squared($1 - flat) }
        var sums = [sum]
        for night in drawn {
            sum += squared(night - working) - squared(night - flat)
            sums.append(sum)
        }
        let scale =
            2 * ReconciliationParameters.alikeNights * squared(ReconciliationParameters.nightDeviation * flat)
        let least = sums.min() ?? 0
        var shares = sums.enumerated().map { index, sum in
            FlatShare(share: 1 - Double(index) / Double(drawn.count), weight: exp((least - sum) / scale))
        }
        let total = shares.reduce(0) { $0 + $1.weight }
        let steps = ReconciliationParameters.shareSteps
        for step in 0...steps {
            let weight = ReconciliationParameters.otherNightsWeight * total / Double(steps + 1)
            shares.append(FlatShare(share: Double(step) / Double(steps), weight: weight))
        }
        return shares
    }

    /// Shares of a silence in which batteries may have been flat: they worked all the time; they ran flat after some days, as
    /// batteries without a gateway do; anything else.
    func flatShares(_ silence: Silence) -> [FlatShare] {
        guard capacityKWh > 0 else { return [FlatShare(share: 0, weight: 1)] }
        var shares = [FlatShare(share: 0, weight: ReconciliationParameters.workedWeight)]
        let late = (1...ReconciliationParameters.flatWithinDays).filter { Double($0) < silence.length }
        for day in late {
            shares.append(
                FlatShare(
                    share: 1 - Double(day) / silence.length,
                    weight: ReconciliationParameters.ranFlatWeight / Double(late.count)
                )
            )
        }
        let steps = ReconciliationParameters.shareSteps
        for step in 1...steps {
            shares.append(
                FlatShare(
                    share: Double(step) / Double(steps),
                    weight: ReconciliationParameters.otherWeight / Double(steps)
                )
            )
        }
        return shares
    }
}
