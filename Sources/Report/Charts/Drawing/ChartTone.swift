// Colours by meaning. What each looks like in light and in dark stands in PageStyle.

/// What a colour means.
package enum ChartTone: String, CaseIterable, Sendable {
    /// The sun's energy.
    case sun
    /// The house.
    case load
    /// The grid.
    case grid
    /// Batteries.
    case battery
    /// What needs the owner.
    case alarm
    /// What is as it should be.
    case calm
}
