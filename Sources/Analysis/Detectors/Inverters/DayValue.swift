// A quantity of one solar day.

/// A day and what it has of a quantity.
struct DayValue: Equatable {
    /// The number of the solar day.
    var day: Int
    /// The quantity.
    var value: Double
}
