// JSON text back into values: for what Sunvigil wrote itself, as the evidence of findings. Documents from outside have a
// reader of their own in Ingest.

extension JSONValue {
    /// Nesting that is read.
    private static let mostLevels = 32

    /// Reads JSON; nil for text that is none, or nested deeper than 32 levels.
    package init?(parsing text: String) {
        var reader = JSONValueReader(bytes: Array(text.utf8))
        guard let value = reader.value(levels: JSONValue.mostLevels), reader.isAtEnd else { return nil }
        self = value
    }

    /// The member of a name; nil where there is none. Text that is JSON already is read for it.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = read else { return nil }
        return members.first { $0.0 == name }?.1
    }

    /// The number; nil for anything else.
    package var double: Double? {
        switch read {
        case .integer(let value): Double(value)
        case .number(let value, _): value
        default: nil
        }
    }

    /// The text; nil for anything else.
    package var string: String? {
        if case .text(let value) = read { return value }
        return nil
    }

    /// The elements; empty for anything else.
    package var elements: [JSONValue] {
        if case .array(let values) = read { return values }
        return []
    }

    /// The members in order; empty for anything else.
    package var members: [(String, JSONValue)] {
        if case .object(let members) = read { return members }
        return []
    }

    /// The value, read where it is text that is JSON already.
    package var read: JSONValue {
        if case .raw(let text) = self { return JSONValue(parsing: text) ?? .null }
        return self
    }
}

/// Reads one value.
private struct JSONValueReader {
    let bytes: [UInt8]
    var place = 0

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place == bytes.count
        }
    }

    private mutating func skipSpace() {
        while place < bytes.count, [32, 9, 10, 13].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[place..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            )
        else { return nil }
        place = end
        return value
    }

    mutating func value(levels: Int) -> JSONValue? {
        skipSpace()
        guard levels > 0, place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "{"): return object(levels: levels - 1)
        case UInt8(ascii: "["): return array(levels: levels - 1)
        case UInt8(ascii: "\""): return text().map { .text($0) }
        case UInt8(ascii: "t"): return word("true", .boolean(true))
        case UInt8(ascii: "f"): return word("false", .boolean(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func object(levels: Int) -> JSONValue? {
        place += 1
        var members: [(String, JSONValue)] = []
        if take(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipSpace()
            guard let name = text(), take(UInt8(ascii: ":")), let value = value(levels: levels) else {
                return nil
            }
            members.append((name, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func array(levels: Int) -> JSONValue? {
        place += 1
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            guard let value = value(levels: levels) else { return nil }
            values.append(value)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .array(values) : nil
    }

    private mutating func number() -> JSONValue? {
        let start = place
        let characters: [UInt8] = Array("+-.eE0123456789".utf8)
        while place < bytes.count, characters.contains(bytes[place]) { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if let integer = Int64(text) { return .integer(integer) }
        guard let value = Double(text), value.isFinite else { return nil }
        let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
        return text.contains("e") || text.contains("E")
            ? .raw(text) : .number(value, decimals: min(9, decimals))
    }

    private mutating func text() -> String? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        place += 1
        var result: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                result += Array(String(Character(scalar)).utf8)
            default: result.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
            else { return nil }
            place += 4
            // A half of a pair stands for nothing here: Sunvigil writes such characters as they are.
            return Unicode.Scalar(code) ?? "\u{FFFD}"
        default: return Unicode.Scalar(byte)
        }
    }
}
