// Decimal numbers with a unit, exactly: `0.180` kWh is 180 Wh, and no binary fraction comes in between.

/// A decimal energy.
struct EnergyText: Equatable {
    /// The energy, Wh.
    let wattHours: Int64
    /// Tells whether a fraction of a Wh was rounded away.
    let isRounded: Bool

    /// The greatest energy that is taken, Wh: a quarter of a million households' year.
    private static let greatest = 1_000_000_000_000_000.0

    /// Parses a number, thousands separators, `$` and an exponent included.
    ///
    /// - Parameter powerOfTen: the unit in Wh as a power of ten: 3 for kWh.
    /// - Returns: nil where the text is no number or out of range.
    init?(_ text: String, powerOfTen: Int) {
        var mantissa: Int64 = 0
        var exponent = powerOfTen
        var digits = 0
        var isFraction = false
        var isNegative = false
        var isExact = true
        var rest = Substring(text)
        if rest.hasPrefix("-") || rest.hasPrefix("+") { isNegative = rest.removeFirst() == "-" }
        if rest.hasPrefix("$") { rest.removeFirst() }
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let power = Int(rest[rest.index(after: mark)...]), abs(power) <= 30 else { return nil }
            exponent += power
            rest = rest[..<mark]
        }
        for character in rest.utf8 {
            switch character {
            case 48...57:
                digits += 1
                if mantissa < 100_000_000_000_000_000 {
                    mantissa = mantissa * 10 + Int64(character - 48)
                    if isFraction { exponent -= 1 }
                } else {
                    if character != 48 { isExact = false }
                    if !isFraction { exponent += 1 }
                }
            case UInt8(ascii: ","):
                if isFraction { return nil }
            case UInt8(ascii: "."):
                if isFraction { return nil }
                isFraction = true
            default: return nil
            }
        }
        guard digits > 0, abs(exponent) <= 60 else { return nil }
        while exponent > 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            mantissa = product
            exponent -= 1
        }
        var rounded = false
        while exponent < 0 {
            // Only the last step rounds: half goes away from zero.
            let remainder = mantissa % 10
            if remainder != 0 { rounded = true }
            mantissa = mantissa / 10 + (exponent == -1 && remainder >= 5 ? 1 : 0)
            exponent += 1
        }
        guard Double(mantissa) <= EnergyText.greatest else { return nil }
        wattHours = isNegative ? -mantissa : mantissa
        isRounded = rounded || !isExact
    }
}
