// Numbers for people: sensible digits, groups of three, units.

import Readings

/// Numbers for people.
package enum NumberText {
    /// Puts commas between groups of three digits of a decimal number.
    package static func grouped(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        guard let whole = parts.first else { return text }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0 && (whole.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return (isNegative ? "-" : "") + result + (parts.count > 1 ? ".\(parts[1])" : "")
    }

    /// Returns a number with a fixed count of decimals.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        grouped(JSONValue.fixed(value, decimals: decimals))
    }

    /// Returns an energy in kWh with a decimal; a dash for none.
    package static func kilowattHours(_ energy: WattHours?) -> String {
        energy.map { fixed($0.kilowattHours, 1) } ?? "–"
    }

    /// Returns whole percent, or with a decimal near the ends where a whole one would say too much.
    package static func percent(_ value: Double?) -> String {
        guard let value else { return "–" }
        let rounded = JSONValue.fixed(value, decimals: 0)
        if rounded == "100" && value < 100 { return "\(JSONValue.fixed(min(value, 99.9), decimals: 1)) %" }
        if rounded == "0" && value > 0 { return "\(JSONValue.fixed(max(value, 0.1), decimals: 1)) %" }
        return "\(rounded) %"
    }

    /// Returns a count with its word, as `1 day` and `2 days`.
    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(String(number))) \(number == 1 ? one : many ?? one + "s")"
    }

    /// Returns a small count in letters with its word, as `one battery`; from eleven on in digits.
    package static func spelled(_ number: Int, _ noun: String) -> String {
        let names = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        let name = names.indices.contains(number) ? names[number] : grouped(String(number))
        guard number != 1 else { return "\(name) \(noun)" }
        return noun.hasSuffix("y") ? "\(name) \(noun.dropLast())ies" : "\(name) \(noun)s"
    }

    /// Returns a length of time in the unit that suits it: `45 min`, `10.0 h`, `41.8 days`.
    package static func duration(_ seconds: Int64) -> String {
        if seconds < 3600 { return "\(seconds / 60) min" }
        if seconds < 2 * 86_400 { return "\(JSONValue.fixed(Double(seconds) / 3600, decimals: 1)) h" }
        return "\(JSONValue.fixed(Double(seconds) / 86_400, decimals: 1)) days"
    }
}

/// The age of data in words.
package enum DataAge {
    /// Returns where data end and how old they are, as `data up to 2025-06-30 23:00, 518 days old`.
    ///
    /// - Parameters:
    ///   - dataEnd: seconds UTC; nil for a site without a row.
    ///   - now: seconds UTC.
    package static func text(dataEnd: Int64?, now: Int64, zone: TimeZoneRules) -> String {
        guard let dataEnd else { return "no data yet" }
        return "data up to \(zone.text(atUTCSeconds: dataEnd)), \(age(seconds: now - dataEnd))"
    }

    private static func age(seconds: Int64) -> String {
        switch seconds {
        // Two clocks that are right differ by seconds.
        case ..<(-300): "which is still to come by this clock"
        case ..<(2 * 3600): "just now"
        case ..<(2 * 86_400): "\(seconds / 3600) hours old"
        default: "\(NumberText.count(Int(seconds / 86_400), "day")) old"
        }
    }
}
