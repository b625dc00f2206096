// A register that is no evidence of a silence, and why.

import Readings

/// A register whose count cannot be the production of a silence.
package struct RegisterDoubt: Equatable, Sendable {
    /// Why it is none.
    package enum Reason: Equatable, Sendable {
        /// It rose by more than the array can make; that much is possible, kWh.
        case jumped(mostKWh: Double)
        /// It rose by less than is proved, or than was recorded: it may have been set back; that much is known, kWh.
        case setBack(leastKWh: Double)
        /// Another register of the same time says so much, kWh.
        case disagrees(otherKWh: Double)
    }

    /// What it showed.
    package let evidence: RegisterEvidence
    /// Why it is no evidence.
    package let reason: Reason

    /// The reason's word of the contract, with the amount that it rests on, kWh.
    package var facts: (word: String, amountKWh: Double) {
        switch reason {
        case .jumped(let most): ("jumped", most)
        case .setBack(let least): ("set_back", least)
        case .disagrees(let other): ("disagrees", other)
        }
    }
}
