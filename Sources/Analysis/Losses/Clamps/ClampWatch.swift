// What a day's rows prove of the clamps: production, the load or the grid measured wrongly. Told apart by when rows contradict one
// another: faults of production only in the sun, those of the grid and the load at night too. See docs/analysis/clamps.md.

import Readings

/// What the rules of the clamps say of a day.
struct ClampVerdict: Sendable {
    /// Tells whether production of this day says nothing of the array: its clamp is wrong, or may be.
    var spoilsProduction = false
    /// Tells whether the exchange or the use of this day is wrong, or may be: nothing is concluded from them.
    var spoilsExchange = false
}

/// The clamps, day after day. Days come in order; what is told of a day is known at its end.
struct ClampWatch: Codable, Sendable {
    /// What was found; one that lasts has no end.
    private(set) var episodes: [LossEpisode] = []

    /// Takes a day.
    ///
    /// - Parameters:
    ///   - day: with the sun, and with what the array gives under a clear sky where that is known.
    ///   - top: the greatest production of a row in the last year, Wh; 0 where nothing is known.
    mutating func take(_ day: LossDay, top: Double) -> ClampVerdict {
        ClampVerdict()
    }
}
