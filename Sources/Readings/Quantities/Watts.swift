// Power: ratings of arrays. Energy lives in WattHours.swift.

/// Power in watts, whole.
package struct Watts: Hashable, Comparable, Sendable {
    /// The number of watts.
    package var value: Int64

    /// Makes a power of `value` W.
    package init(_ value: Int64) { self.value = value }

    package static func < (left: Watts, right: Watts) -> Bool { left.value < right.value }

    /// Returns the energy of this power held for `seconds`.
    package func energy(seconds: Int64) -> WattHours { WattHours(value * seconds / 3600) }
}
