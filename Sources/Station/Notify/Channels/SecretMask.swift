// Takes secrets out of texts that are kept or shown: as they are, and in the forms in which servers and programs repeat them.

import Foundation
import Readings

/// What stands for the secrets of one message.
struct SecretMask {
    /// What is looked for.
    private struct Pattern {
        let bytes: [UInt8]
        /// It is part of base64: what stands around it is of the secret too.
        let isBase64: Bool
        let mask: [UInt8]
    }

    private var patterns: [Pattern] = []
    private var known: Set<String> = []
    /// There is a secret too short to be told from other text.
    private var hasShort = false

    /// Shorter ones are not looked for, bytes.
    private static let fewest = 4
    /// Parts of an address from this length on may be what makes it secret, characters.
    private static let fewestOfPart = 5
    /// What is kept of a text, characters.
    private static let mostCharacters = 200

    /// Knows a secret.
    mutating func add(_ secret: SecretText) {
        let text = secret.revealed
        guard known.insert(text).inserted else { return }
        var texts = [text, SecretMask.escaped(text)]
        if let mark = text.firstRange(of: "://") {
            let rest = String(text[mark.upperBound...].drop { $0 != "/" && $0 != "?" })
            let parts = rest.split { "/?&=".contains($0) }.filter { $0.count >= SecretMask.fewestOfPart }
            texts += [rest] + parts.map { String($0) }
        }
        if text.utf8.count < SecretMask.fewest { hasShort = true }
        let mask = Array(secret.description.utf8)
        for bytes in Set(texts).map({ Array($0.utf8) }) where bytes.count >= SecretMask.fewest {
            patterns.append(Pattern(bytes: bytes, isBase64: false, mask: mask))
            for core in SecretMask.cores(bytes) where core.count >= SecretMask.fewest {
                patterns.append(Pattern(bytes: core, isBase64: true, mask: mask))
            }
        }
        // The longest first: a part of a secret that is replaced first would leave the rest.
        patterns.sort { $0.bytes.count > $1.bytes.count }
    }

    /// A text as JSON has it where it is kept to ASCII.
    private static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            guard unit >= 0x80 else { return String(Unicode.Scalar(UInt8(unit))) }
            let hex = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }.joined()
    }

    /// What all base64 has in common that holds these bytes, by what stands before them: nothing, one byte or two of three.
    private static func cores(_ bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).flatMap { before -> [[UInt8]] in
            let text = Array(Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString().utf8)
            let core = Array(text[((before * 8 + 5) / 6)..<((before + bytes.count) * 8 / 6)])
            let web = core.map {
                $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
            }
            return core == web ? [core] : [core, web]
        }
    }

    /// A text without secrets, as one line of at most 200 characters.
    func masked(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for pattern in patterns { bytes = SecretMask.replaced(pattern, in: bytes) }
        // Cut last: half a secret would be none that is found.
        let line = ControlledText.oneLine(String(decoding: bytes, as: UTF8.self))
        return line.count > SecretMask.mostCharacters
            ? line.prefix(SecretMask.mostCharacters - 1) + "…" : line
    }

    /// Text that another side wrote, to be put behind words of our own; empty where a secret might be in it unseen.
    func behind(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return hasShort || line.isEmpty ? "" : ": \(line)"
    }

    /// With what a form begins that is not the byte itself.
    private static let marks: [UInt8] = [UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "+")]

    private static func replaced(_ pattern: Pattern, in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let first = bytes[place]
            guard first == pattern.bytes[0] || marks.contains(first),
                var end = end(of: pattern.bytes, in: bytes, from: place)
            else {
                result.append(first)
                place += 1
                continue
            }
            if pattern.isBase64 {
                while let last = result.last, isBase64(last) { result.removeLast() }
                while end < bytes.count, isBase64(bytes[end]) { end += 1 }
            }
            result += pattern.mask
            place = end
        }
        return result
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "+/-_=%\\".utf8.contains(byte)
        }
    }

    /// Where bytes end that begin at a place, each as it is or in a form of addresses or of JSON; nil where others stand there.
    private static func end(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        // All places that may come next: `%25` is three bytes as they are, or one in another form.
        var places = [start]
        for byte in pattern {
            places = places.flatMap { next(byte, in: bytes, at: $0) }
            if places.isEmpty { return nil }
            if places.count > 1 { places = Array(Set(places)) }
        }
        return places.max()
    }

    /// Where one byte ends that begins at a place, by each form in which it may stand there.
    private static func next(_ byte: UInt8, in bytes: [UInt8], at place: Int) -> [Int] {
        guard place < bytes.count else { return [] }
        let first = bytes[place]
        var ends = first == byte || first == UInt8(ascii: "+") && byte == 0x20 ? [place + 1] : []
        func isHex(_ range: Range<Int>) -> Bool {
            range.upperBound <= bytes.count
                && UInt8(String(decoding: bytes[range], as: UTF8.self), radix: 16) == byte
        }
        if first == UInt8(ascii: "%"), isHex(place + 1..<place + 3) { ends.append(place + 3) }
        if first == UInt8(ascii: "\\"), place + 1 < bytes.count {
            if bytes[place + 1] == byte { ends.append(place + 2) }
            if bytes[place + 1] == UInt8(ascii: "u"), isHex(place + 2..<place + 6) { ends.append(place + 6) }
        }
        return ends
    }
}
