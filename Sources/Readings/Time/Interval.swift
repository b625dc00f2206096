// A stretch of time.

/// A half-open interval `[start, end)` in UTC.
package struct Interval: Hashable, Sendable {
    /// The first second, since 1970-01-01T00:00:00Z.
    package let startUTCSeconds: Int64
    /// The second behind the last one; never before the start.
    package let endUTCSeconds: Int64

    /// Makes an interval; the end must not lie before the start.
    package init(startUTCSeconds: Int64, endUTCSeconds: Int64) {
        precondition(
            endUTCSeconds >= startUTCSeconds,
            "interval ends at \(endUTCSeconds) before \(startUTCSeconds)"
        )
        self.startUTCSeconds = startUTCSeconds
        self.endUTCSeconds = endUTCSeconds
    }

    /// The length in seconds.
    package var seconds: Int64 { endUTCSeconds - startUTCSeconds }
    /// The start as an instant.
    package var start: Instant { Instant(utcSeconds: startUTCSeconds) }
    /// The end as an instant.
    package var end: Instant { Instant(utcSeconds: endUTCSeconds) }

    /// Tells whether an instant lies inside.
    package func contains(_ utcSeconds: Int64) -> Bool {
        utcSeconds >= startUTCSeconds && utcSeconds < endUTCSeconds
    }

    /// Tells whether the two share at least a second.
    package func overlaps(_ other: Interval) -> Bool {
        startUTCSeconds < other.endUTCSeconds && other.startUTCSeconds < endUTCSeconds
    }

    /// Returns the shared part; nil where there is none.
    package func intersection(_ other: Interval) -> Interval? {
        let start = max(startUTCSeconds, other.startUTCSeconds)
        let end = min(endUTCSeconds, other.endUTCSeconds)
        return start < end ? Interval(startUTCSeconds: start, endUTCSeconds: end) : nil
    }
}
