// Degrees as people write them. Not whether a place can be: that is the business of `Place` and of the place check.

/// Reads degrees as people write them: `51.4`, `51,4`, `51.4 N`, `74 W`, `0° 7' W`, `-0.3`.
package enum CoordinateText {
    /// Which of the two numbers of a place is read.
    package enum Axis: Sendable {
        case latitude, longitude

        /// The letters of its directions: those of positive degrees, then of negative ones.
        fileprivate var letters: (positive: Character, negative: Character) {
            self == .latitude ? ("n", "s") : ("e", "w")
        }
    }

    /// Returns degrees, positive to the north and to the east; nil where a text is none, or says two things.
    package static func degrees(_ text: String, _ axis: Axis) -> Double? {
        var rest = text.lowercased().replacing("\u{2212}", with: "-")
        var sign = 1.0
        var isSigned = false
        for (letter, direction) in [(axis.letters.positive, 1.0), (axis.letters.negative, -1.0)] {
            let trimmed = rest.filter { !$0.isWhitespace }
            guard trimmed.first == letter || trimmed.last == letter else { continue }
            guard rest.count(where: { $0 == letter }) == 1, !isSigned else { return nil }
            rest = rest.filter { $0 != letter }
            (sign, isSigned) = (direction, true)
        }
        let marks: Set<Character> = ["°", "º", "'", "′", "’", "\"", "″", "”"]
        let parts = rest.map { marks.contains($0) ? " " : String($0) }.joined().split(
            whereSeparator: \.isWhitespace
        )
        guard (1...3).contains(parts.count) else { return nil }
        let numbers = parts.compactMap { number(String($0)) }
        guard numbers.count == parts.count, let first = numbers.first else { return nil }
        // A sign and a direction say the same thing twice, or two things.
        let isNegative = parts[0].hasPrefix("-")
        if isSigned, isNegative { return nil }
        guard numbers.dropFirst().allSatisfy({ (0..<60).contains($0) }) else { return nil }
        let fraction = numbers.dropFirst().reversed().reduce(0) { ($0 + $1) / 60 }
        // A millionth of a degree is a hand's breadth.
        return (sign * (isNegative ? -1 : 1) * (abs(first) + fraction) * 1_000_000).rounded() / 1_000_000
    }

    /// A number with a point or a comma.
    private static func number(_ text: String) -> Double? {
        let plain = text.contains(".") ? text : text.replacing(",", with: ".")
        guard plain.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.".contains($0)) }) else { return nil }
        return Double(plain)
    }
}
