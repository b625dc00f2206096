// Text in a form that every mail server takes: lines of at most 76 bytes of ASCII that end in CRLF.
// Source: RFC 2045, section 6.7

/// Encodes text for mails.
enum QuotedPrintable {
    private static let lineBytes = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Returns a text whose lines end in LF, encoded, with CRLF.
    static func encoded(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        for line in lines {
            var length = 0
            for (place, byte) in zip(line.indices, line) {
                let isLast = line.index(after: place) == line.endIndex
                var token = self.token(byte, isFirst: length == 0, isLast: isLast)
                // The last byte of a line needs no room for the sign that it goes on.
                if length + token.count > (isLast ? lineBytes : lineBytes - 1) {
                    result += [UInt8(ascii: "="), 13, 10]
                    length = 0
                    token = self.token(byte, isFirst: true, isLast: isLast)
                }
                result += token
                length += token.count
            }
            result += [13, 10]
        }
        return result
    }

    private static func token(_ byte: UInt8, isFirst: Bool, isLast: Bool) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "="): break
        // What some servers change at the beginning of a line: a dot, and the word From.
        case UInt8(ascii: "."), UInt8(ascii: "F"): if !isFirst { return [byte] }
        case UInt8(ascii: " "): if !isLast { return [byte] }
        case 33..<127: return [byte]
        default: break
        }
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
