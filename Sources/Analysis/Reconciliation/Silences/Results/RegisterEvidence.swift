// What a register that counted on says of a silence.

import Readings

/// A register read before and after a silence.
package struct RegisterEvidence: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// When it was read.
    package let reads: Interval
    /// What it counted between, kWh.
    package let countedKWh: Double
    /// What of that was recorded outside of the silence, kWh.
    package let recordedKWh: Double
    /// What it counted in the silence, or in the part of it between the reads.
    package let production: Estimate
    /// Tells whether the reads lie around the whole silence.
    package let isWhole: Bool
}
