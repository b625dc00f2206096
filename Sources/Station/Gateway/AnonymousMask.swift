// Made-up names in the place of the owner's, the same one for the same each time: a capture that can be shown to others.

import Readings

/// Masks what tells whose a capture is.
package struct AnonymousMask {
    private var serials: [String: String] = [:]
    private var addresses: [String: String] = [:]
    private var hardware: [String: String] = [:]

    /// Members whose value is a name, a place or an address, in small letters.
    private static let names: Set<String> = [
        "ssid", "essid", "name", "email", "username", "user", "country", "address", "city", "zip", "lat",
        "lon", "latitude", "longitude", "hostname", "mac", "macaddress", "mac_addr", "hwaddr", "bssid", "ip",
        "ipv6",
        "signal_ssid", "currentssid",
    ]

    /// Makes a mask that has seen nothing.
    package init() {}

    /// Returns bytes with everything masked that is known to tell the owner; what is no UTF-8 is left as it is.
    ///
    /// Serial numbers (eleven digits or more in a text), addresses of networks and devices, and the values of members as `ssid`.
    /// A number that is no text counts energy or time, and stays.
    package mutating func masked(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if let (end, text) = token(bytes, from: place) {
                let before = place > 0 ? bytes[place - 1] : 0
                // In a text, or between the tags of XML.
                let isText = before == UInt8(ascii: "\"") || before == UInt8(ascii: ">")
                result += Array(masked(text, isText: isText).utf8)
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

    private mutating func masked(_ text: String, isText: Bool) -> String {
        if isText, text.utf8.count >= 11, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return serial(text)
        }
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

    /// A serial number of as many digits.
    private mutating func serial(_ text: String) -> String {
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

    /// Returns a body whose members of names hold `x`, or 0 in the place of a number.
    private static func withoutNames(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "\""), let close = end(ofText: bytes, from: place) else {
                result.append(bytes[place])
                place += 1
                continue
            }
            let name = String(decoding: bytes[(place + 1)..<(close - 1)], as: UTF8.self).lowercased()
            result += bytes[place..<close]
            place = close
            guard names.contains(name) || name.contains("ssid"), let value = value(in: bytes, from: place)
            else { continue }
            result += bytes[place..<value.lowerBound]
            result += Array((bytes[value.lowerBound] == UInt8(ascii: "\"") ? "\"x\"" : "0").utf8)
            place = value.upperBound
        }
        return result
    }

    /// Returns the place behind a text that begins with its quote.
    private static func end(ofText bytes: [UInt8], from start: Int) -> Int? {
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\") {
                place += 2
            } else if bytes[place] == UInt8(ascii: "\"") {
                return place + 1
            } else {
                place += 1
            }
        }
        return nil
    }

    /// Returns where the value behind a member's name lies: a text or a number; nil for anything else.
    private static func value(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        func behindSpace(_ place: Int) -> Int {
            var place = place
            while place < bytes.count, bytes[place] <= 32 { place += 1 }
            return place
        }
        let colon = behindSpace(start)
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return nil }
        let first = behindSpace(colon + 1)
        guard first < bytes.count else { return nil }
        if bytes[first] == UInt8(ascii: "\"") { return end(ofText: bytes, from: first).map { first..<$0 } }
        var last = first
        let digits: Set<UInt8> = Set(Array("+-.eE0123456789".utf8))
        while last < bytes.count, digits.contains(bytes[last]) { last += 1 }
        return last > first ? first..<last : nil
    }
}
