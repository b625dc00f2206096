// Lines of a mail's head. A header is made here or not at all: its value holds no line end, and what is not plain is encoded.
// Source: RFC 5322 (form and folding), RFC 2047 (encoded words)

import Readings

/// A header of a mail.
struct MailHeader {
    /// Bytes of a line, without its end.
    static let lineBytes = 76

    /// The line or lines with CRLF.
    let text: String

    /// Makes a header of a text for people; what is not plain ASCII is encoded.
    init(_ name: StaticString, words: String) {
        let parts = words.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // What looks like an encoded word would be read as one; blanks in a row and long words do not fold.
        let isPlain =
            words.utf8.allSatisfy { $0 >= 32 && $0 < 127 } && !words.contains("=?")
            && parts.allSatisfy { (1...MailHeader.lineBytes - 16).contains($0.utf8.count) }
        text = MailHeader.folded(
            "\(name)",
            isPlain ? parts : MailHeader.encoded(words, first: "\(name): ".utf8.count)
        )
    }

    /// Makes a header of fixed words and checked parts; nil where they hold anything but visible ASCII and single blanks.
    init?(_ name: StaticString, plain: String) {
        guard !plain.isEmpty, plain.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) else { return nil }
        text = MailHeader.folded("\(name)", plain.split(separator: " ").map(String.init))
    }

    /// Folds at blanks so that no line is longer than it has to be.
    private static func folded(_ name: String, _ words: [String]) -> String {
        var lines = "\(name):"
        var length = lines.utf8.count
        for (index, word) in words.enumerated() {
            // The first word stays on the first line: some readers take an empty one for the end of the head.
            if index > 0, length + 1 + word.utf8.count > lineBytes, !word.isEmpty {
                lines += "\r\n"
                length = 0
            }
            lines += " \(word)"
            length += 1 + word.utf8.count
        }
        return lines + "\r\n"
    }

    /// Returns encoded words of whole characters.
    ///
    /// - Parameter first: bytes of the line that are taken before the first word.
    private static func encoded(_ text: String, first: Int) -> [String] {
        let frame = "=?UTF-8?B?".utf8.count + "?=".utf8.count
        func room(_ taken: Int) -> Int { (lineBytes - taken - frame) / 4 * 3 }
        var words: [String] = []
        var bytes: [UInt8] = []
        func flush() {
            if !bytes.isEmpty { words.append("=?UTF-8?B?\(base64(bytes))?=") }
            bytes = []
        }
        for character in text {
            let own = Array(String(character).utf8)
            // A letter with many marks may be longer than a word: then it is divided between its marks.
            let parts =
                own.count <= room(1) / 2 ? [own] : character.unicodeScalars.map { Array(String($0).utf8) }
            for part in parts {
                if bytes.count + part.count > room(words.isEmpty ? first : 1) { flush() }
                bytes += part
            }
        }
        flush()
        return words
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    private static func base64(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let group = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
            for place in 0..<4 {
                result.append(
                    place <= part.count
                        ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "=")
                )
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
