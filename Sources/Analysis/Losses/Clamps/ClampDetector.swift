// Clamps that are dead, count half, are turned round, add a constant, or are set wrongly. The rules stand in ClampWatch, which
// ProductionWatch asks day after day. See docs/analysis/clamps.md.

import Readings

/// Finds clamps that count wrongly.
package enum ClampDetector: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [
            .productionMeterWrong: .month, .consumptionMeterWrong: .month, .gridMeterWrong: .month,
        ],
        // What it learns it keeps: see LossState.
        memoryDays: 0,
        effects: [
            // A clamp that is wrong spoils what other rules look at; its zeros are no silence.
            SideEffectRule(.productionMeterWrong, bringsAbout: .spike),
            SideEffectRule(.productionMeterWrong, bringsAbout: .nightProduction),
            SideEffectRule(.productionMeterWrong, bringsAbout: .clockShift),
            SideEffectRule(.productionMeterWrong, bringsAbout: .stale),
            SideEffectRule(.productionMeterWrong, bringsAbout: .zeroDay),
            SideEffectRule(.consumptionMeterWrong, bringsAbout: .spike),
            SideEffectRule(.consumptionMeterWrong, bringsAbout: .stale),
            // What the relay tells is no clamp's.
            SideEffectRule(.consumptionMeterWrong, bringsAbout: .island, sureness: .suspected),
            SideEffectRule(.gridMeterWrong, bringsAbout: .spike),
            SideEffectRule(.gridMeterWrong, bringsAbout: .stale),
            SideEffectRule(.gridMeterWrong, bringsAbout: .island, sureness: .suspected),
            .ofZeros(.consumptionMeterWrong, bringsAbout: .siteSilent),
            .ofZeros(.consumptionMeterWrong, bringsAbout: .dropout),
            .ofZeros(.consumptionMeterWrong, bringsAbout: .midnightZero),
            .ofZeros(.gridMeterWrong, bringsAbout: .siteSilent),
            .ofZeros(.gridMeterWrong, bringsAbout: .dropout),
            .ofZeros(.gridMeterWrong, bringsAbout: .midnightZero),
            // In a home without a consumption column: a clamp without production, and a battery that feeds the house.
            SideEffectRule(
                .productionMeterWrong,
                bringsAbout: .siteSilent,
                reachSeconds: LossDetector.reach,
                sureness: .suspected
            ),
            SideEffectRule(
                .productionMeterWrong,
                bringsAbout: .dropout,
                reachSeconds: LossDetector.reach,
                sureness: .suspected
            ),
        ],
        effectsPlace: 0,
        page: "clamps.md"
    )
}
