// Quantiles of Student's t.

import Foundation

/// Student's t distribution.
package enum StudentT {
    /// The 95 % point of the normal distribution.
    static let normal95 = 1.644854

    /// Returns the 95 % point, by which a 90 % interval reaches to each side; within 0.001 from 5 degrees of freedom on.
    ///
    /// Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.5.
    package static func quantile95(degreesOfFreedom: Double) -> Double {
        let z = normal95
        let nu = max(2, degreesOfFreedom)
        let first = (pow(z, 3) + z) / (4 * nu)
        let second = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * nu * nu)
        let third = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / (384 * nu * nu * nu)
        return z + first + second + third
    }
}
