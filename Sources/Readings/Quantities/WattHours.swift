// The energy of an interval or a sum of intervals. Power lives in Watts.swift.

/// Energy in watt-hours, whole; the resolution of every interval source.
package struct WattHours: Hashable, Comparable, Sendable, AdditiveArithmetic {
    /// The number of watt-hours; negative values are kept as the source gave them.
    package var value: Int64

    /// Makes an energy of `value` Wh.
    package init(_ value: Int64) { self.value = value }

    package static let zero = WattHours(0)

    package static func + (left: WattHours, right: WattHours) -> WattHours {
        WattHours(left.value + right.value)
    }

    package static func - (left: WattHours, right: WattHours) -> WattHours {
        WattHours(left.value - right.value)
    }

    package static func < (left: WattHours, right: WattHours) -> Bool { left.value < right.value }

    /// The same energy in kWh.
    package var kilowattHours: Double { Double(value) / 1000 }
}
