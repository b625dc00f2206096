// A point in time and its text in UTC. Local time is TimeZoneRules' business.

/// A point in time, counted in seconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let utcSeconds: Int64

    /// Makes an instant from seconds since 1970-01-01T00:00:00Z.
    package init(utcSeconds: Int64) { self.utcSeconds = utcSeconds }

    package static func < (left: Instant, right: Instant) -> Bool { left.utcSeconds < right.utcSeconds }

    /// The instant as `2025-03-30T01:00:00Z`.
    package var iso8601: String {
        let day = CivilDate(daysSince1970: utcSeconds.flooredDivision(by: 86_400))
        let second = utcSeconds.flooredRemainder(by: 86_400)
        return "\(day)T\(ClockText.hoursMinutesSeconds(second))Z"
    }

    /// Parses `2025-03-30T01:00:00Z`, with an offset in place of `Z`, or a day alone (midnight UTC).
    ///
    /// - Returns: nil where the text is none of these, or lies outside the years 1 to 9999 in UTC.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let day = CivilDate(String(text.prefix(10))) else { return nil }
        var seconds = day.daysSince1970 * 86_400
        if bytes.count == 10 {
            self.init(utcSeconds: seconds)
            return
        }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else { return nil }
        var rest = String(text.dropFirst(11))
        var offset: Int64 = 0
        if rest.hasSuffix("Z") {
            rest.removeLast()
        } else if let signIndex = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let digits = rest[rest.index(after: signIndex)...].filter { $0 != ":" }
            guard digits.count == 4, let number = Int64(digits), number % 100 < 60, number <= 1_800 else {
                return nil
            }
            offset = (number / 100 * 3600 + number % 100 * 60) * (rest[signIndex] == "-" ? -1 : 1)
            rest = String(rest[..<signIndex])
        } else {
            return nil
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2 || parts.count == 3, let hour = parts[0], let minute = parts[1],
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let second = parts.count == 3 ? parts[2] : 0
        guard let second, (0..<60).contains(second) else { return nil }
        seconds += hour * 3600 + minute * 60 + second - offset
        // An offset may lead out of the years that have a text.
        guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
        self.init(utcSeconds: seconds)
    }
}

/// Text of clock times.
package enum ClockText {
    /// Returns `HH:MM:SS` for a second of the day, 0 to 86,399.
    package static func hoursMinutesSeconds(_ second: Int64) -> String {
        "\(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60))"
    }

    /// Returns `HH:MM` for a second of the day, 0 to 86,399.
    package static func hoursMinutes(_ second: Int64) -> String {
        "\(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60))"
    }

    /// Returns a number below 100 with two digits.
    package static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

extension Int64 {
    /// Divides, rounding towards minus infinity; `divisor` is positive.
    @inlinable package func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// Returns the remainder in `0 ..< divisor`; `divisor` is positive.
    @inlinable package func flooredRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
