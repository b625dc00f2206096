// What a row shows, as far as its absence is judged by it. The judging is the business of AbsenceRule.

/// What the channels of a row show together.
package struct RowSigns: OptionSet, Sendable {
    /// The bits: one for each channel that has a value, in the order of `Channel`, and `energy`.
    package let rawValue: UInt8

    /// Makes a set from its bits.
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Some channel has a value other than 0.
    @inlinable package static var energy: RowSigns { RowSigns(rawValue: 0x40) }

    /// A channel has a value.
    @inlinable package static func reports(_ channel: Channel) -> RowSigns {
        RowSigns(rawValue: 1 << UInt8(channel.rawValue))
    }

    /// Some channel has a value.
    @inlinable package var isReported: Bool { rawValue & 0x3F != 0 }
    /// Some channel besides production has a value.
    @inlinable package var hasMeter: Bool { rawValue & 0x3E != 0 }
    /// The load is told: consumption has a value, or all others have, from which it follows.
    @inlinable package var tellsLoad: Bool {
        contains(.reports(.consumed)) || rawValue & 0x3D == 0x3D
    }

    /// Adds what one channel of the row holds, Wh; `ReadingColumns.missingWh` adds nothing.
    @inlinable package mutating func add(_ valueWh: Int32, of channel: Channel) {
        if valueWh == ReadingColumns.missingWh { return }
        insert(.reports(channel))
        if valueWh != 0 { insert(.energy) }
    }
}
