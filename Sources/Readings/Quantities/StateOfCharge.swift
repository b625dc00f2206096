// How full a battery is.

/// The state of charge of a battery in whole percent, 0 to 100.
package struct StateOfCharge: Hashable, Comparable, Sendable {
    /// Percent, 0 to 100.
    package let percent: Int16

    /// Makes a state of charge; returns nil outside 0 to 100.
    package init?(percent: Int) {
        guard (0...100).contains(percent) else { return nil }
        self.percent = Int16(percent)
    }

    package static func < (left: StateOfCharge, right: StateOfCharge) -> Bool {
        left.percent < right.percent
    }
}
