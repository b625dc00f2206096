// Means of many values, for charts that have not room for each. Which means are drawn each figure decides.

/// Means of values in groups.
enum ValueMeans {
    /// Returns the mean of each so many values, the last of what is left; nil where none of them is known.
    static func of(_ values: [Double?], each count: Int) -> [Double?] {
        guard count > 1 else { return values }
        return stride(from: 0, to: values.count, by: count).map { start in
            let known = values[start..<min(values.count, start + count)].compactMap { $0 }
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
    }
}
