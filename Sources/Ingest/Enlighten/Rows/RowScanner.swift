// The numbers of one row, byte by byte; its stamp is taken in RowScanner+Stamps.swift. Nothing here allocates.

import Readings

/// A position in a line.
struct RowScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The index of the next byte.
    var position = 0

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

    /// Skips fields without anything in them, as spreadsheets put them behind a row.
    mutating func skipEmptyFields() {
        while position < bytes.count, bytes[position] == UInt8(ascii: ",") { position += 1 }
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

    /// Takes a number: digits, decimals, or nothing. What else a number may look like is plain once its line is: see LineForm.
    mutating func number() -> Number {
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
}
