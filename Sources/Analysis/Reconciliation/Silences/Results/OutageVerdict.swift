// What may have happened in a silence, as a word of the contract.

/// What happened in a silence.
package enum OutageVerdict: String, CaseIterable, Sendable {
    /// The panels produced; only the reports were missing.
    case reportingOnly = "reporting_only"
    /// Part of the production was lost.
    case productionPartlyLost = "production_partly_lost"
    /// The panels produced nothing, or next to nothing.
    case productionStopped = "production_stopped"
    /// Too little is known.
    case cannotTell = "cannot_tell"
}
