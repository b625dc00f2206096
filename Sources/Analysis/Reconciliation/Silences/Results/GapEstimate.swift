// What was produced while the monitor was silent, with all that it rests on.

import Readings

/// A silence, reconciled.
package struct GapEstimate: Equatable, Sendable {
    /// The silence.
    package let gap: Interval
    /// Production by the sky of the days around, kWh; nil where they are too few.
    package var sky: Estimate?
    /// Production by the balance; nil without bills or interval data.
    package var balance: GapBalance?
    /// What a register counted.
    package var register: RegisterEvidence?
    /// Registers whose counts are no evidence.
    package var doubts: [RegisterDoubt] = []
    /// What the panels can have made at most, by their rating and their best days, kWh; nil where neither is known.
    package var mostKWh: Double?
    /// Tells whether a second witness, the sky or another register, says the same as the register that decides.
    package var isRegisterConfirmed = false
    /// What the panels could have made at most under a clear sky, kWh, where the balance says more than that or less than
    /// nothing; nil where it is possible.
    package var impossibleBeyond: Double?
    /// The estimate, kWh; nil where none is honest.
    package var production: Estimate?
    /// What it rests on.
    package var evidence: DecidingEvidence?
    /// The weight of the sky in the combination, 0 to 1.
    package var skyWeight: Double?
    /// What the panels must have made at least, whatever the weather and the load, kWh; nil without a bill or intervals.
    package var lowerBound: Double?
    /// The verdict.
    package var verdict = OutageVerdict.cannotTell
    /// The loss that would be found with a probability of 80 %, as a share of the production; nil where none would.
    package var detectableLoss: Double?
    /// Tells whether data that will come may change it.
    package var isProvisional = false
    /// The day up to which bills reach, where one is awaited.
    package var billsReachTo: CivilDate?

    /// Days of the silence.
    package var days: Double { Double(gap.seconds) / 86_400 }
    /// Half the width of the 90 % interval, kWh.
    package var halfWidth90: Double? { production?.halfWidth90 }

    /// The 90 % interval of an estimate of its production, kWh: never below 0, nor beyond what the panels can make.
    package func range90(_ estimate: Estimate) -> ClosedRange<Double> {
        let low = max(0, estimate.value - estimate.halfWidth90)
        return low...max(low, min(estimate.value + estimate.halfWidth90, mostKWh ?? .infinity))
    }
}
