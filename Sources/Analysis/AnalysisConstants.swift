// Parameters of the rules of this room, each with its unit and where it comes from.

/// Parameters of the gap rules.
package enum GapConstants {
    /// From this length a silence is one, in seconds: shorter ones are single lost reports.
    package static let silentSeconds: Int64 = 5_400
    /// Rows that slip through a silence without ending it.
    package static let strayRows = 2
    /// From this length a silence is a warning, in seconds: gateways on thin lines report four times a day.
    package static let warningSeconds: Int64 = 7 * 3600
    /// From this length a silence is critical, in seconds.
    package static let criticalSeconds: Int64 = 24 * 3600
    /// Days without any production from which a production-only site is a warning: snow seldom lies longer.
    package static let zeroDayWarningDays = 3
    /// Height of the sun at noon, in degrees, below which a day without production says nothing.
    package static let zeroDaySunDegrees = 10.0
}

/// Parameters of the estimate of what a gap hides.
package enum EstimateConstants {
    /// Gaps of at most this many intervals are estimated from their neighbours.
    package static let neighbourRows = 2
    /// How far comparable days may lie away, in days.
    package static let reachDays: Int64 = 120
    /// Comparable days at most, per side.
    package static let daysPerSide = 10
    /// Comparable days at least.
    package static let minimumDays = 5
    /// Quantiles of the stated interval.
    package static let lowQuantile = 0.1
    package static let highQuantile = 0.9
}

/// Parameters of the comparison of two histories.
package enum ComparisonConstants {
    /// Days differ when they do so by more than this share …
    package static let share = 0.01
    /// … or, where one history is the gateway's own registers and the other the cloud's, by more than this share …
    package static let gatewayShare = 0.02
    /// … and by more than this energy, in Wh.
    package static let energyWh: Int64 = 100
}
