// Text from outside for a terminal, a log or a list: what comes from documents never steers it.

/// Text whose control characters can be seen and do nothing.
package enum ControlledText {
    /// Returns a text whose control characters can be seen and do nothing; lines and tabulators stay.
    package static func lines(_ text: String) -> String { escaped(text) { $0 == "\n" || $0 == "\t" } }

    /// Returns a text as one line, its control characters visible.
    package static func oneLine(_ text: String) -> String { escaped(text) { _ in false } }

    private static func escaped(_ text: String, except isKept: (Unicode.Scalar) -> Bool) -> String {
        // Most texts have none: bytes tell that faster than characters.
        var isSuspect = false
        for byte in text.utf8 where byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 {
            isSuspect = true
        }
        guard isSuspect else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isKept(scalar) || !isControl(scalar) {
                result.append(scalar)
            } else {
                // As JSON has it: a text that is printed inside JSON stays what it is.
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
                result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
            }
        }
        return String(result)
    }

    /// Tells whether a character steers a terminal or the direction of the text.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
