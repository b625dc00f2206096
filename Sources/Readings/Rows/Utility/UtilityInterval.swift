// What the utility's meter counted in an interval, and what the utility billed.

/// Marks on a utility's reading. Zero means that it is an actual, validated reading.
package struct UtilityQuality: OptionSet, Hashable, Sendable {
    /// The bits as they stand in the lake.
    package let rawValue: Int32

    /// Makes a set from the lake's bits.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// The utility estimated or substituted it.
    package static let estimated = UtilityQuality(rawValue: 1)
    /// The utility has not validated it, or calls it questionable.
    package static let unverified = UtilityQuality(rawValue: 2)
    /// It carries the sum of both hours when the clock was set back, or which of them it is cannot be told.
    package static let ambiguous = UtilityQuality(rawValue: 4)
    /// A decimal number was rounded to whole Wh.
    package static let rounded = UtilityQuality(rawValue: 8)

    /// All marks with their names, in the order of their bits.
    package static let names: [(UtilityQuality, String)] = [
        (.estimated, "estimated"), (.unverified, "unverified"), (.ambiguous, "ambiguous"),
        (.rounded, "rounded"),
    ]
}

/// What one meter counted in one interval.
package struct UtilityInterval: Equatable, Sendable {
    /// The service point or meter, shortened so that it names no account: `…1234-5f3a`; empty where the source has none.
    package let meter: String
    /// The start in seconds UTC.
    package let startUTCSeconds: Int64
    /// The length in seconds.
    package let seconds: Int32
    /// Energy from the grid, Wh; nil where the source has none.
    package var importWh: Int64?
    /// Energy to the grid, Wh; nil where the source has none.
    package var exportWh: Int64?
    /// Import minus export, Wh, where the source has nothing better; nil otherwise.
    package var netWh: Int64?
    /// Marks of any of its values.
    package var quality: UtilityQuality

    /// Makes an interval.
    package init(
        meter: String,
        startUTCSeconds: Int64,
        seconds: Int32,
        importWh: Int64? = nil,
        exportWh: Int64? = nil,
        netWh: Int64? = nil,
        quality: UtilityQuality = []
    ) {
        self.meter = meter
        self.startUTCSeconds = startUTCSeconds
        self.seconds = seconds
        self.importWh = importWh
        self.exportWh = exportWh
        self.netWh = netWh
        self.quality = quality
    }

    /// Returns a name for a service point that tells points apart and names no account.
    ///
    /// The last four characters, and 16 bits of the FNV-1a hash of the whole.
    package static func meterName(_ identifier: String) -> String {
        guard !identifier.isEmpty else { return "" }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        // Wrapping is part of the hash's definition.
        for byte in identifier.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash & 0xFFFF, radix: 16)
        return "…\(identifier.suffix(4))-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
}
