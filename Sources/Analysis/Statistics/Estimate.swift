// A value with its variance, as the reconciliation adds and compares them.

/// An estimate with its variance.
package struct Estimate: Equatable, Sendable {
    /// The value, kWh.
    package var value: Double
    /// The variance, kWh².
    package var variance: Double
    /// Degrees of freedom of the variance.
    package var degreesOfFreedom: Double

    /// One standard deviation, kWh.
    package var deviation: Double { variance.squareRoot() }
    /// Half the width of the 90 % interval, kWh.
    package var halfWidth90: Double {
        deviation * StudentT.quantile95(degreesOfFreedom: degreesOfFreedom)
    }
}
