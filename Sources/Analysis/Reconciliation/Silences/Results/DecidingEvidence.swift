// Which evidence an estimate of a silence rests on, as a word of the contract.

/// What decided an estimate.
package enum DecidingEvidence: String, Sendable {
    /// A register that counted on.
    case register
    /// Clear sky and balance together.
    case combined
    /// The balance alone.
    case balance
    /// The sky alone.
    case clearSky = "clear_sky"
}
