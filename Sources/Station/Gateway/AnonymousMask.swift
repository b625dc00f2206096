// Made-up names in the place of the owner's, the same one for the same each time: a capture that can be shown to others.

import Readings

/// Masks what tells whose a capture is.
package struct AnonymousMask {
    private var serials: [String: String] = [:]
    private var addresses: [String: String] = [:]
    private var hardware: [String: String] = [:]

    /// Members whose text is a name or a place.
    private static let names: Set<String> = [
        "ssid", "essid", "name", "email", "username", "user", "country", "address", "city", "zip", "lat",
        "lon",
        "latitude", "longitude", "hostname",
    ]

    /// Makes a mask that has seen nothing.
    package init() {}

    /// Returns bytes with everything masked that is known to tell the owner; what is no UTF-8 is left as it is.
    ///
    /// Serial numbers (ten digits or more in a row), addresses of networks and devices, and the texts of members as `ssid`.
    package mutating func masked(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if let (end, text) = token(bytes, from: place) {
                result += Array(masked(text).utf8)
                place = end
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return AnonymousMask.withoutNames(result)
    }

    /// Returns the end and the text of a run of digits, hex, dots and colons that begins at a place.
    private func token(_ bytes: [UInt8], from start: Int) -> (Int, String)? {
        func isPart(_ byte: UInt8) -> Bool {
            AnonymousMask.isHex(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
                || byte == UInt8(ascii: "-")
        }
        func isWord(_ byte: UInt8) -> Bool {
            AnonymousMask.isHex(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
        }
        guard isPart(bytes[start]), start == 0 || !isWord(bytes[start - 1]) && !isPart(bytes[start - 1])
        else {
            return nil
        }
        var end = start
        while end < bytes.count, isPart(bytes[end]) { end += 1 }
        guard end - start >= 7, end == bytes.count || !isWord(bytes[end]) else { return nil }
        return (end, String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 32)
    }

    private mutating func masked(_ text: String) -> String {
        if text.utf8.count >= 11, text.utf8.allSatisfy({ (48...57).contains($0) }) { return serial(text) }
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4, octets.allSatisfy({ UInt8($0) != nil }) {
            return AnonymousMask.known(text, in: &addresses) { "192.0.2.\($0 % 254 + 1)" }
        }
        for separator in [":", "-"] as [Character] {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            if parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }) {
                return AnonymousMask.known(text, in: &hardware) { number in
                    let low = String(number % 256, radix: 16)
                    return ["02", "00", "00", "00", "00", String(repeating: "0", count: 2 - low.count) + low]
                        .joined(separator: String(separator))
                }
            }
        }
        return text
    }

    /// A serial number of as many digits; times of 13 digits, in milliseconds, are none.
    private mutating func serial(_ text: String) -> String {
        if text.utf8.count == 13, text.hasPrefix("1") { return text }
        return AnonymousMask.known(text, in: &serials) { number in
            let digits = String(number)
            return "99" + String(repeating: "0", count: text.utf8.count - 2 - digits.count) + digits
        }
    }

    private static func known(_ text: String, in table: inout [String: String], _ make: (Int) -> String)
        -> String
    {
        if let before = table[text] { return before }
        let fresh = make(table.count + 1)
        table[text] = fresh
        return fresh
    }

    /// Returns a body whose members of names hold `x`.
    private static func withoutNames(_ bytes: [UInt8]) -> [UInt8] {
        var text = String(decoding: bytes, as: UTF8.self)
        guard Array(text.utf8) == bytes else { return bytes }
        for name in names {
            var from = text.startIndex
            while let key = text.range(of: "\"\(name)\"", range: from..<text.endIndex) {
                from = key.upperBound
                let rest = text[from...]
                guard let colon = rest.firstIndex(where: { !$0.isWhitespace }), text[colon] == ":",
                    let open = text[text.index(after: colon)...].firstIndex(where: { !$0.isWhitespace }),
                    text[open] == "\""
                else { continue }
                let start = text.index(after: open)
                guard let close = text[start...].firstIndex(of: "\"") else { break }
                if start < close {
                    text.replaceSubrange(start..<close, with: "x")
                    from = text.index(start, offsetBy: 1)
                }
            }
        }
        return Array(text.utf8)
    }
}
