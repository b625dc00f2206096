// What a day was expected to give under a clear sky, as it is remembered of all days.

/// A day against its clear sky, Wh.
struct Expectation: Equatable, Sendable {
    /// The local day, days since 1970.
    let number: Int64
    /// What a clear sky gives over the whole day.
    let whole: Double
    /// The same over the rows that are known, and what they gave; 0 where none is.
    let expected: Double
    let produced: Double
}
