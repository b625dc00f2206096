// The name of a series of interval rows.

/// What tells one series from another: rows of different keys never mix.
package struct SeriesKey: Hashable, Comparable, Sendable {
    /// The site's number.
    package let systemID: Int64
    /// The origin of the rows.
    package let source: Source
    /// The step in seconds: 300, 900, 3,600; 86,400 stands for a local calendar day of 23, 24 or 25 h.
    package let seconds: Int32

    /// Makes a key.
    package init(systemID: Int64, source: Source, seconds: Int32) {
        self.systemID = systemID
        self.source = source
        self.seconds = seconds
    }

    /// The step of a calendar day.
    package static let day: Int32 = 86_400

    package static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        (left.systemID, left.source.rawValue, left.seconds)
            < (right.systemID, right.source.rawValue, right.seconds)
    }
}
