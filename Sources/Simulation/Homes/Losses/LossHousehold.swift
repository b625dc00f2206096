// What the people of a home with losses use, five minutes by five, and what its battery takes and gives.

import Foundation
import Readings

/// The load.
struct LossHousehold {
    private let plan: LossPlan.Household
    private var random: SplitMix
    private var runs: [(watts: Double, slots: Int)] = []
    private var drift = 0.0
    private var isCompressing = false

    init(_ plan: LossPlan) {
        self.plan = plan.household
        random = SplitMix(state: plan.seed &* 257 &+ 101)
    }

    /// Returns the load, W.
    ///
    /// - Parameters:
    ///   - hour: of the local day.
    ///   - outside: °C.
    mutating func watts(hour: Double, isWeekend: Bool, isAway: Bool, outside: Double) -> Double {
        drift = 0.97 * drift + 0.05 * random.normal()
        if random.unit() < 0.12 { isCompressing.toggle() }
        var watts = plan.baseW * max(0.6, 1 + drift) + (isCompressing ? 70 : 0) + 8 * random.unit()
        if plan.heatingW > 0 { watts += plan.heatingW * max(0, (isAway ? 8 : 16) - outside) }
        if plan.coolingW > 0, !isAway, outside > 24 {
            watts += plan.coolingW * (outside - 24) * (random.unit() < 0.7 ? 1 : 0.4)
        }
        if !isAway { begin(hour: hour, isWeekend: isWeekend) }
        for index in runs.indices {
            watts += runs[index].watts * (0.9 + 0.2 * random.unit())
            runs[index].slots -= 1
        }
        runs.removeAll { $0.slots <= 0 }
        return watts
    }

    private mutating func begin(hour: Double, isWeekend: Bool) {
        let draws = (random.unit(), random.unit(), random.unit())
        let isMeal = (hour > 6.5 && hour < 8.5) || (hour > 17.5 && hour < 20.5) || (hour > 12 && hour < 13.5)
        let isAwake = hour > 6.5 && hour < 23
        let busy = plan.appliances * (isWeekend ? 1.3 : 1)
        if draws.0 < (isMeal ? 0.07 : isAwake ? 0.012 : 0.001) * busy {
            runs.append((600 + 1900 * draws.1, 1 + Int(8 * draws.2)))
        }
        if isAwake, draws.1 < 0.002 * busy { runs.append((500 + 700 * draws.2, 10 + Int(16 * draws.0))) }
        if hour > 17 && hour < 23.5 && draws.2 < 0.03 {
            runs.append((120 + 180 * draws.0, 12 + Int(24 * draws.1)))
        }
        let chargingHours = plan.isCarChargedByDay ? 9.0...15 : 18.0...23
        if plan.carW > 0, chargingHours.contains(hour), draws.0 * draws.1 < 0.0011 {
            runs.append((plan.carW, 8 + Int(40 * draws.2)))
        }
    }
}

/// The battery.
struct LossBattery {
    private let plan: LossPlan.Battery
    private var stored: Double
    private static let efficiency = 0.95

    init(_ plan: LossPlan) {
        self.plan = plan.battery
        stored = plan.battery.wh * 0.4
    }

    /// Takes five minutes.
    ///
    /// - Parameters:
    ///   - surplus: what the sun leaves over; below 0 what is wanted, W.
    ///   - hour: of the local day.
    ///   - miss: -1 to 1, by which its own meter is wrong.
    /// - Returns: what it takes and gives, W.
    mutating func step(surplus: Double, hour: Int, miss: Double) -> (charge: Double, discharge: Double) {
        guard plan.wh > 0 else { return (0, 0) }
        let wanted = surplus + miss * plan.missW
        if wanted > 0 {
            let room = (plan.wh - stored) * 12 / LossBattery.efficiency
            let charge = max(0, min(wanted, plan.powerW, room))
            stored += charge / 12 * LossBattery.efficiency
            return (charge, 0)
        }
        if let window = plan.window, !window.contains(hour) { return (0, 0) }
        let there = max(0, stored - plan.reserve * plan.wh) * 12 * LossBattery.efficiency
        let discharge = max(0, min(-wanted, plan.powerW, there))
        stored -= discharge / 12 / LossBattery.efficiency
        return (0, discharge)
    }
}
