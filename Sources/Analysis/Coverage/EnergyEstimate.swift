// An energy that is estimated by comparison, with what it may be. How it is estimated is said in GapEstimator.

/// An energy with the interval in which it probably lies.
package struct EnergyEstimate: Equatable, Sendable {
    /// The tenth percentile of comparable times, Wh.
    package var low: Double
    /// The middle, Wh.
    package var middle: Double
    /// The ninetieth percentile, Wh.
    package var high: Double

    /// Makes an estimate.
    package init(low: Double, middle: Double, high: Double) {
        self.low = low
        self.middle = middle
        self.high = high
    }

    /// No energy.
    package static let zero = EnergyEstimate(low: 0, middle: 0, high: 0)

    /// Adds estimates of different times; their intervals add up, which is wide but never too narrow.
    package static func + (left: EnergyEstimate, right: EnergyEstimate) -> EnergyEstimate {
        EnergyEstimate(
            low: left.low + right.low,
            middle: left.middle + right.middle,
            high: left.high + right.high
        )
    }
}
