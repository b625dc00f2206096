// What of a local day lies in a stretch of time.

/// A part of a day.
package struct DayPart: Equatable, Sendable {
    /// The position of the day.
    package let index: Int
    /// Its share by time, 0 to 1.
    package let timeShare: Double
    /// Its share by the usual load of its hours, 0 to 1.
    package let loadShare: Double
}
