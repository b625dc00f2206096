// What a row shows, as far as its absence is judged by it. The judging is the business of AbsenceRule.

/// What the channels of a row show together.
package struct RowSigns: OptionSet, Sendable {
    /// The bits.
    package let rawValue: UInt8

    /// Makes a set from its bits.
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Some channel has a value.
    @inlinable package static var reported: RowSigns { RowSigns(rawValue: 1) }
    /// Some channel has a value other than 0.
    @inlinable package static var energy: RowSigns { RowSigns(rawValue: 2) }
    /// Some channel besides production has a value.
    @inlinable package static var meter: RowSigns { RowSigns(rawValue: 4) }

    /// Adds what one channel of the row holds, Wh; `ReadingColumns.missingWh` adds nothing.
    @inlinable package mutating func add(_ valueWh: Int32, isProduction: Bool) {
        if valueWh == ReadingColumns.missingWh { return }
        insert(.reported)
        if valueWh != 0 { insert(.energy) }
        if !isProduction { insert(.meter) }
    }
}
