// Means of the observed days beside a stretch of days, in constant time each.

/// Sums of a daily quantity over observed days.
struct LocalMean {
    private let sums: [Double]
    private let counts: [Int]

    /// Takes one value a day; those of days that are not observed are left out.
    init(_ values: [Double], where observed: [Bool]) {
        var sums = [0.0]
        var counts = [0]
        sums.reserveCapacity(values.count + 1)
        counts.reserveCapacity(values.count + 1)
        for (value, isObserved) in zip(values, observed) {
            sums.append(sums[sums.count - 1] + (isObserved ? value : 0))
            counts.append(counts[counts.count - 1] + (isObserved ? 1 : 0))
        }
        self.sums = sums
        self.counts = counts
    }

    /// The days beside a stretch; a side is nil where too few of its days are observed.
    struct Sides: Equatable {
        var before: Range<Int>?
        var after: Range<Int>?

        /// Tells whether both sides speak.
        var isTwoSided: Bool { before != nil && after != nil }
        /// Tells whether the same sides speak as in another.
        func matches(_ other: Sides) -> Bool {
            (before == nil) == (other.before == nil) && (after == nil) == (other.after == nil)
        }
    }

    /// Returns the sides of a stretch; nil where neither has enough observed days.
    func sides(
        around range: Range<Int>,
        reach: Int = ReconciliationParameters.reachDays,
        least: Int = ReconciliationParameters.leastDays
    ) -> Sides? {
        let last = counts.count - 1
        let before = max(0, range.lowerBound - reach)..<max(0, range.lowerBound)
        let after = min(last, range.upperBound)..<min(last, range.upperBound + reach)
        var sides = Sides()
        if count(before) >= least { sides.before = before }
        if count(after) >= least { sides.after = after }
        return sides.before == nil && sides.after == nil ? nil : sides
    }

    /// The number of observed days of a range.
    func count(_ range: Range<Int>) -> Int { counts[range.upperBound] - counts[range.lowerBound] }

    /// The sum over the observed days of a range.
    func sum(_ range: Range<Int>) -> Double { sums[range.upperBound] - sums[range.lowerBound] }

    /// The mean of the sides' means; a side that does not speak is left out.
    func value(_ sides: Sides) -> Double {
        let means = [sides.before, sides.after].compactMap { $0 }.map { sum($0) / Double(max(1, count($0))) }
        return means.isEmpty ? 0 : means.reduce(0, +) / Double(means.count)
    }
}
