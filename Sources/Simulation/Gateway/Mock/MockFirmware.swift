// What depends on the firmware of a played gateway: how it is asked, and which counters begin anew.

/// A version of the firmware, as `D8.3.5289`.
package struct MockFirmware: Comparable, Sendable {
    private let numbers: [Int]

    /// The newest that was seen.
    static let newest = MockFirmware(numbers: [8, 3, 6087])

    private init(numbers: [Int]) { self.numbers = numbers }

    /// Reads a version, with a letter before it or without; nil for what is none.
    package init?(_ text: String) {
        let digits = text.drop { $0.isLetter }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let numbers = parts.compactMap { $0 }
        guard numbers.count == parts.count, (2...4).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 })
        else { return nil }
        self.numbers = numbers
    }

    package static func < (left: MockFirmware, right: MockFirmware) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// It wants TLS and a token.
    package var usesTokens: Bool { numbers[0] >= 7 }
    /// It answers each request over a connection of its own.
    var closesConnections: Bool { numbers[0] < 7 }
    /// Its inverters are heard of every so many seconds.
    var inverterSeconds: Double { numbers[0] >= 8 ? 900 : 300 }
    /// The counter of all inverters together begins anew at 2^32 J.
    var wrapsPlant: Bool { usesTokens && numbers.lexicographicallyPrecedes([8, 2, 4264]) }

    /// Tells whether a path is answered without a login by firmware below 7.
    func isOpen(_ path: String) -> Bool {
        let plain = path.split(separator: "?").first.map(String.init) ?? path
        if plain == "info" || plain == "info.xml" { return true }
        return numbers[0] < 4
            && ["api/v1/production", "production.json", "production", "home"].contains(plain)
    }
}
