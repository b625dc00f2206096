// The version of the rules of this room, by which a check tells whether what it found before still stands.

/// The version of the rules: another one asks for a full run.
package enum AnalysisRules {
    /// Rises with every change of a rule.
    package static let version = 5
}
