// Instants as text, many in order.

import Readings

/// Instants as ISO 8601 UTC, one after the other: a day's text is made once.
package struct StampText {
    private var day = Int64.min
    private var text: [UInt8] = []

    /// Returns an instant as text.
    package mutating func text(_ utcSeconds: Int64) -> [UInt8] {
        let number = utcSeconds.flooredDivision(by: 86_400)
        if number != day {
            day = number
            text = Array(Instant(utcSeconds: number * 86_400).iso8601.utf8)
        }
        let second = utcSeconds - number * 86_400
        func put(_ place: Int, _ value: Int64) {
            text[place] = UInt8(truncatingIfNeeded: 48 + value / 10)
            text[place + 1] = UInt8(truncatingIfNeeded: 48 + value % 10)
        }
        put(11, second / 3600)
        put(14, second / 60 % 60)
        put(17, second % 60)
        return text
    }
}
