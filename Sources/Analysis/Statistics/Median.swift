// Medians, quantiles and deviations of small sets. Of many values kept in order, QuietDays knows them faster.

/// Medians of small sets.
package enum Median {
    /// Returns the median; nil of nothing.
    package static func of(_ values: [Double]) -> Double? { quantile(values, 0.5) }

    /// Returns a quantile with linear interpolation; nil of nothing.
    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        quantile(ofSorted: values.sorted(), share)
    }

    /// Returns a quantile of values in ascending order; nil of nothing.
    static func quantile<Value: BinaryFloatingPoint>(ofSorted sorted: [Value], _ share: Double) -> Value? {
        guard !sorted.isEmpty else { return nil }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * Value(place - Double(low))
    }

    /// Returns the median absolute deviation, scaled to the standard deviation of a normal distribution; nil of nothing.
    static func deviation(_ values: [Double], around middle: Double) -> Double? {
        of(values.map { abs($0 - middle) }).map { $0 * 1.4826 }
    }
}
