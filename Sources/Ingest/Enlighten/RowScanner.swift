// The fields of one row: stamps and numbers, byte by byte. Nothing here allocates.

import Readings

/// A position in a line.
struct RowScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The index of the next byte.
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// Returns the bytes from a position to the next comma as text, shortened.
    func text(from start: Int) -> String {
        let field = bytes[start...].prefix { $0 != UInt8(ascii: ",") }.prefix(40)
        return String(decoding: field.map { $0 < 32 || $0 > 126 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    /// Takes a comma.
    mutating func comma() -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { return false }
        position += 1
        return true
    }

    /// Skips a field; false where a quote is not closed.
    mutating func skipField() -> Bool {
        var isQuoted = false
        while position < bytes.count, isQuoted || bytes[position] != UInt8(ascii: ",") {
            if bytes[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            position += 1
        }
        return !isQuoted
    }

    // MARK: Numbers

    /// What a field holds.
    enum Number {
        case whole(Int64)
        case rounded(Int64)
        case missing
        case tooLarge
        /// No number at all.
        case none
    }

    /// Takes a number: digits, decimals, nothing, or digits in groups of three within quotes.
    mutating func number() -> Number {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return quotedNumber() }
        guard let result = plainNumber() else { return .none }
        return position == bytes.count || bytes[position] == UInt8(ascii: ",") ? result : .none
    }

    private mutating func plainNumber() -> Number? {
        let isNegative = sign()
        var value: Int64 = 0
        var digits = 0
        while position < bytes.count {
            let digit = bytes[position] &- 48
            guard digit < 10 else { break }
            if digits < 18 { value = value * 10 + Int64(digit) }
            digits += 1
            position += 1
        }
        if digits == 0 { return isNegative ? nil : .missing }
        let roundsUp = fraction()
        guard digits < 18 else { return .tooLarge }
        switch roundsUp {
        case .none: return .whole(isNegative ? -value : value)
        case .some(let up):
            let magnitude = value + (up ? 1 : 0)
            return .rounded(isNegative ? -magnitude : magnitude)
        }
    }

    private mutating func sign() -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "-") else { return false }
        position += 1
        return true
    }

    /// Takes decimals; returns nil without any or where all are zero, else whether they round away from zero.
    private mutating func fraction() -> Bool? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return nil }
        position += 1
        let first = position
        var hasDigit = false
        while position < bytes.count, bytes[position] &- 48 < 10 {
            if bytes[position] != 48 { hasDigit = true }
            position += 1
        }
        guard hasDigit else { return nil }
        return bytes[first] >= UInt8(ascii: "5")
    }

    private mutating func quotedNumber() -> Number {
        position += 1
        let isNegative = sign()
        var value: Int64 = 0
        var digits = 0
        var sinceComma = 0
        var hasComma = false
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            let byte = bytes[position]
            if byte == UInt8(ascii: ",") {
                guard digits > 0, hasComma ? sinceComma == 3 : digits <= 3 else { return .none }
                hasComma = true
                sinceComma = 0
            } else {
                guard byte &- 48 < 10 else { return .none }
                if digits < 18 { value = value * 10 + Int64(byte - 48) }
                digits += 1
                sinceComma += 1
            }
            position += 1
        }
        guard position < bytes.count, !hasComma || sinceComma == 3 else { return .none }
        position += 1
        if digits == 0 { return isNegative ? .none : .missing }
        guard digits < 18 else { return .tooLarge }
        return .whole(isNegative ? -value : value)
    }

    // MARK: Stamps

    /// A stamp as it stands.
    struct Stamp {
        /// Days since 1970-01-01; nil where the calendar has no such day.
        let dayNumber: Int64?
        /// The second of the day; nil where the stamp has no clock.
        let secondOfDay: Int64?
        /// The offset east of UTC in seconds; nil where the stamp has none.
        let offsetSeconds: Int64?
    }

    /// Takes `MM/DD/YYYY`, `MM/DD/YYYY HH:MM` or `YYYY-MM-DD HH:MM:SS +ZZZZ`; nil for anything else.
    mutating func stamp(order: EnlightenOptions.DateOrder) -> Stamp? {
        guard bytes.count - position >= 10 else { return nil }
        let isSlashed = bytes[position + 2] == UInt8(ascii: "/")
        return isSlashed ? slashedStamp(order) : dashedStamp()
    }

    private mutating func slashedStamp(_ order: EnlightenOptions.DateOrder) -> Stamp? {
        guard let first = digits(2), take("/"), let second = digits(2), take("/"), let year = digits(4) else {
            return nil
        }
        let day =
            order == .mdy
            ? dayNumber(year: year, month: first, day: second)
            : dayNumber(year: year, month: second, day: first)
        guard take(" ") else {
            return isFieldEnd ? Stamp(dayNumber: day, secondOfDay: nil, offsetSeconds: nil) : nil
        }
        guard let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60, isFieldEnd
        else { return nil }
        return Stamp(dayNumber: day, secondOfDay: hour * 3600 + minute * 60, offsetSeconds: nil)
    }

    private mutating func dashedStamp() -> Stamp? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take(" "),
            let hour = digits(2), take(":"), let minute = digits(2), take(":"), let second = digits(2),
            take(" ")
        else { return nil }
        let isWest = take("-")
        guard isWest || take("+"), let offsetHours = digits(2), let offsetMinutes = digits(2), isFieldEnd,
            hour < 24, minute < 60, second < 60, offsetHours < 19, offsetMinutes < 60
        else { return nil }
        let offset = offsetHours * 3600 + offsetMinutes * 60
        return Stamp(
            dayNumber: dayNumber(year: year, month: month, day: day),
            secondOfDay: hour * 3600 + minute * 60 + second,
            offsetSeconds: isWest ? -offset : offset
        )
    }

    private func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (2000...2199).contains(year), (1...12).contains(month), day >= 1,
            day <= Int64(CivilDate.length(ofMonth: Int(month), year: Int(year)))
        else { return nil }
        return CivilDate.daysSince1970(year: year, month: month, day: day)
    }

    private var isFieldEnd: Bool { position == bytes.count || bytes[position] == UInt8(ascii: ",") }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: character.value) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        guard bytes.count - position >= count else { return nil }
        var value: Int64 = 0
        for offset in 0..<count {
            let digit = bytes[position + offset] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        position += count
        return value
    }
}
