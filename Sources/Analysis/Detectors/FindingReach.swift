// How far around a known finding a run begins anew.

/// How far a rule looks beyond what it found: joins, effects attached to causes, the day's bounds. The value is in seconds.
package enum FindingReach: Int64, Sendable {
    /// Single rows and what joins them.
    case halfDay = 43_200
    /// The solar days at both ends.
    case twoDays = 172_800
    /// Days with it and behind it, and effects up to four days away.
    case nineDays = 777_600
    /// Weeks behind it: the sky of the days around, and what goes on after a dull while.
    case month = 2_678_400
}
