// Bounds of values, found in the values. How a footer states them is known to Statistics and FooterWriter.

/// Bounds of values.
enum ChunkStatistics {
    /// Returns the bounds of some of the values.
    static func of(_ values: ColumnValues, _ range: Range<Int>, nullCount: Int) -> Statistics {
        switch values {
        case .int32s(let numbers): of(IntegerBounds.of(numbers[range]), nullCount: nullCount)
        case .int64s(let numbers): of(IntegerBounds.of(numbers[range]), nullCount: nullCount)
        default: of(values.slice(range), nullCount: nullCount)
        }
    }

    /// Returns bounds that are known as PLAIN bytes.
    static func of<Value: FixedWidthInteger>(_ bounds: (low: Value, high: Value)?, nullCount: Int)
        -> Statistics
    {
        let width = Value.bitWidth / 8
        return Statistics(
            minimum: bounds.map { plain(UInt64(truncatingIfNeeded: $0.low), width) },
            maximum: bounds.map { plain(UInt64(truncatingIfNeeded: $0.high), width) },
            nullCount: Int64(nullCount)
        )
    }

    /// Returns the bounds of all values.
    static func of(_ values: ColumnValues, nullCount: Int) -> Statistics {
        var statistics = Statistics(nullCount: Int64(nullCount))
        switch values {
        case .int32s(let numbers): return of(IntegerBounds.of(numbers[...]), nullCount: nullCount)
        case .int64s(let numbers): return of(IntegerBounds.of(numbers[...]), nullCount: nullCount)
        case .doubles(let numbers):
            // NaN has no place in an order; zeros count with both signs.
            guard !numbers.contains(where: \.isNaN), let low = numbers.min(), let high = numbers.max() else {
                break
            }
            statistics.minimum = plain((low == 0 ? -0.0 : low).bitPattern, 8)
            statistics.maximum = plain((high == 0 ? 0.0 : high).bitPattern, 8)
        case .byteArrays(let strings):
            statistics.minimum = strings.min { $0.lexicographicallyPrecedes($1) }
            statistics.maximum = strings.max { $0.lexicographicallyPrecedes($1) }
        case .booleans(let flags):
            statistics.minimum = flags.isEmpty ? nil : [flags.contains(false) ? 0 : 1]
            statistics.maximum = flags.isEmpty ? nil : [flags.contains(true) ? 1 : 0]
        case .floats: break
        }
        return statistics
    }

    private static func plain(_ value: UInt64, _ width: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        appendLittleEndian(value, width: width, to: &bytes)
        return bytes
    }
}
