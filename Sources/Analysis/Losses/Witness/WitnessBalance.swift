// The meter held against somebody who counted the same energy: before a loss, and in it. Weather falls out: both saw the same sun.

/// What the meter and a witness counted, Wh.
struct WitnessBalance {
    /// Before the loss.
    var meteredBefore = 0.0
    var witnessedBefore = 0.0
    /// In the loss.
    var metered = 0.0
    var witnessed = 0.0
    /// What the witness would have counted in the loss had all gone on as before.
    var usual = 0.0

    /// What they say.
    enum Saying: Equatable {
        /// The witness counted nothing either.
        case nothing
        /// The witness fell as the meter did.
        case together
        /// The witness went on, and counted more than the meter.
        case apart
    }

    /// Below this share of what is usual a witness counted nothing.
    private static let nothingShare = 0.03
    /// Shares of the loss from which the meter left the witness, and up to which it did not; and such shares of all energy.
    private static let apartShare = 0.6
    private static let apartLeast = 0.06
    private static let togetherShare = 0.3
    private static let togetherLeast = 0.03
    /// A clamp is proved only where it says less than the witness counted: a witness of a part of the array proves nothing else.
    private static let beyondShare = 0.93

    /// The share by which the meter fell against the witness; nil where nothing was counted.
    var share: Double? {
        guard meteredBefore > 0, witnessedBefore > 0, witnessed > 0 else { return nil }
        return 1 - metered / witnessed * witnessedBefore / meteredBefore
    }

    /// Returns what they say of a loss of a share; nil where that cannot be told.
    func saying(of fraction: Double) -> Saying? {
        guard witnessedBefore > 0, meteredBefore > 0 else { return nil }
        if usual > 0, witnessed < Self.nothingShare * usual {
            let known = meteredBefore / witnessedBefore * usual
            return metered < 2 * Self.nothingShare * known ? .nothing : nil
        }
        guard let share else { return nil }
        if share >= max(Self.apartLeast, Self.apartShare * fraction) {
            return metered < Self.beyondShare * witnessed ? .apart : nil
        }
        return share <= max(Self.togetherLeast, Self.togetherShare * fraction) ? .together : nil
    }
}
