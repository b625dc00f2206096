// When equal rows are an average instead of readings: marked on import, named in findings.

/// The lengths of runs of equal rows that make a smear. Source: measured on real reports, docs/analysis/smears.md.
package enum SmearRule {
    /// Successive equal rows with production.
    package static let rowsWithProduction = 4
    /// Successive equal rows whose energies do not balance.
    package static let rowsWithResidual = 3
}
