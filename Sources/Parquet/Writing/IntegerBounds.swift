// The least and the greatest of numbers, in a loop of its own. How a file states them is ChunkStatistics's business.

/// The least and the greatest of numbers.
enum IntegerBounds {
    /// Returns the bounds; nil of no numbers. A plain loop, which the compiler turns into vectors.
    static func of<Value: FixedWidthInteger>(_ values: ArraySlice<Value>) -> (low: Value, high: Value)? {
        guard !values.isEmpty else { return nil }
        var low = Value.max
        var high = Value.min
        values.withUnsafeBufferPointer { values in
            for value in values {
                low = min(low, value)
                high = max(high, value)
            }
        }
        return (low, high)
    }
}
