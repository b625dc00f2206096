// The text of JSON strings.

/// What a text's bytes stand for.
enum JSONText {
    static func isNumberByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Decodes a string that was checked when the tape was made; bytes that are not UTF-8 become U+FFFD.
    static func decode(_ bytes: [UInt8], quoteAt start: Int) -> String {
        var end = start + 1
        var hasEscape = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            if bytes[end] == UInt8(ascii: "\\") {
                hasEscape = true
                end += 1
            }
            end += 1
        }
        let raw = bytes[(start + 1)..<min(end, bytes.count)]
        return hasEscape ? unescape(raw) : String(decoding: raw, as: UTF8.self)
    }

    private static func unescape(_ raw: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        var units: [UInt16] = []
        var index = raw.startIndex
        func flushUnits() {
            guard !units.isEmpty else { return }
            plain += Array(String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        while index < raw.endIndex {
            let byte = raw[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < raw.endIndex else {
                flushUnits()
                plain.append(byte)
                continue
            }
            let escape = raw[index]
            index += 1
            if escape == UInt8(ascii: "u"), index + 4 <= raw.endIndex {
                let digits = String(decoding: raw[index..<(index + 4)], as: UTF8.self)
                units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
                index += 4
                continue
            }
            flushUnits()
            switch escape {
            case UInt8(ascii: "n"): plain.append(10)
            case UInt8(ascii: "t"): plain.append(9)
            case UInt8(ascii: "r"): plain.append(13)
            case UInt8(ascii: "b"): plain.append(8)
            case UInt8(ascii: "f"): plain.append(12)
            default: plain.append(escape)
            }
        }
        flushUnits()
        return String(decoding: plain, as: UTF8.self)
    }
}
