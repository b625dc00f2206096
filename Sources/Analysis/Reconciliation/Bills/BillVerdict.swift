// What a comparison of a bill says, and what its tolerance is made of, as words of the contract.

/// What a comparison of a bill says.
package enum BillVerdict: String, CaseIterable, Sendable {
    /// They agree.
    case consistent
    /// They differ more than usual.
    case watch
    /// They contradict each other.
    case mismatch
    /// Too little is known.
    case cannotTell = "cannot_tell"
}

/// Terms of the tolerance.
package enum ToleranceTerm: String, CaseIterable, Sendable {
    case utilityMeter = "utility_meter"
    case productionMeter = "production_meter"
    case consumptionMeter = "consumption_meter"
    case batteryMeter = "battery_meter"
    case rounding
    case readTime = "read_time"
    case unobserved
}
