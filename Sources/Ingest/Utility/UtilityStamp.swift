// Dates and times as utilities print them.

import Readings

/// A printed time.
struct UtilityStamp: Equatable {
    /// The wall time, counted as if it were UTC, seconds.
    let localSeconds: Int64
    /// The offset east of UTC; nil where it is not printed.
    let offsetSeconds: Int64?

    /// Parses a date, month before day where both are possible. Returns days since 1970-01-01.
    static func day(_ text: String) -> Int64? {
        if text.utf8.count == 10, let date = CivilDate(text) { return date.daysSince1970 }
        return DateText(text)?.monthFirst
    }

    /// Parses a clock as `00:15`, `0:15:00` or `12:15 AM`. Returns the second of the day.
    static func clock(_ text: String) -> Int64? {
        var words = text.split(separator: " ")
        var half: Int64?
        if let last = words.last?.lowercased(), last == "am" || last == "pm" {
            half = last == "pm" ? 12 : 0
            words.removeLast()
        }
        guard words.count == 1 else { return nil }
        let parts = words[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, var hour = number(parts[0], 2).map(Int64.init),
            let minute = number(parts[1], 2), minute < 60
        else { return nil }
        let second = parts.count == 3 ? number(parts[2], 2) : 0
        guard let second, second < 60 else { return nil }
        if let half {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + half
        }
        guard hour < 24 || (hour == 24 && minute == 0 && second == 0) else { return nil }
        return hour * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// Parses a date and a clock in one field, with or without an offset behind them.
    init?(_ text: String) {
        var rest = text
        var offset: Int64?
        if rest.hasSuffix("Z") {
            rest.removeLast()
            offset = 0
        } else if rest.utf8.count > 16 {
            let tail = Array(rest.utf8.suffix(6))
            if tail[0] == UInt8(ascii: "+") || tail[0] == UInt8(ascii: "-"), tail[3] == UInt8(ascii: ":"),
                let hours = Int64(String(decoding: tail[1..<3], as: UTF8.self)),
                let minutes = Int64(String(decoding: tail[4...], as: UTF8.self)), hours < 19, minutes < 60
            {
                offset = (hours * 3600 + minutes * 60) * (tail[0] == UInt8(ascii: "-") ? -1 : 1)
                rest = String(decoding: rest.utf8.dropLast(6), as: UTF8.self)
            }
        }
        let parts = rest.split(maxSplits: 1) { $0 == " " || $0 == "T" }
        guard let first = parts.first, let day = UtilityStamp.day(String(first)) else { return nil }
        var second: Int64 = 0
        if parts.count == 2 {
            guard let clock = UtilityStamp.clock(String(parts[1])) else { return nil }
            second = clock
        }
        localSeconds = day * 86_400 + second
        offsetSeconds = offset
    }

    private static func number(_ text: Substring, _ mostDigits: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= mostDigits, text.utf8.allSatisfy({ (48...57).contains($0) })
        else {
            return nil
        }
        return Int(text)
    }
}
