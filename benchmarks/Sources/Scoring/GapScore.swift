// Estimates of energies against the truth: bias, root mean square, coverage and width.

/// An estimate with its truth, in any one unit.
package struct GapResult: Equatable, Sendable {
    /// The home.
    package let home: String
    /// The estimate.
    package let estimate: Double
    /// Half the width of the stated interval.
    package let halfWidth: Double
    /// What is true.
    package let truth: Double
    /// What errors are shares of: the truth, or what would have been true without a loss.
    package let base: Double

    /// Makes a result.
    package init(home: String, estimate: Double, halfWidth: Double, truth: Double, base: Double? = nil) {
        self.home = home
        self.estimate = estimate
        self.halfWidth = halfWidth
        self.truth = truth
        self.base = base ?? truth
    }

    /// The error, percent.
    package var error: Double { 100 * (estimate - truth) / base }
    /// Tells whether the truth lies in the interval.
    package var isCovered: Bool { abs(estimate - truth) <= halfWidth }
}

/// The score of several results.
package struct GapScore: Equatable, Sendable {
    /// The number of results.
    package let count: Int
    /// The mean error, percent.
    package let bias: Double
    /// The root of the mean squared error, percent.
    package let rootMeanSquare: Double
    /// Results whose interval holds the truth.
    package let covered: Int
    /// The mean half width, percent.
    package let halfWidth: Double

    /// Scores results; nil without any.
    package init?(_ results: [GapResult]) {
        guard !results.isEmpty else { return nil }
        count = results.count
        let number = Double(results.count)
        bias = results.reduce(0) { $0 + $1.error } / number
        rootMeanSquare = (results.reduce(0) { $0 + $1.error * $1.error } / number).squareRoot()
        covered = results.count(where: \.isCovered)
        halfWidth = results.reduce(0) { $0 + 100 * $1.halfWidth / $1.base } / number
    }
}
