// Bounds of a column chunk or a page, as a footer states them. Finding them in values is ChunkStatistics's business.

/// Bounds of a column chunk. They are hints: never taken for values.
package struct Statistics: Equatable, Sendable {
    /// The smallest value, PLAIN without a length; nil where unknown.
    package var minimum: [UInt8]?
    /// The largest value, PLAIN without a length; nil where unknown.
    package var maximum: [UInt8]?
    /// The number of rows without a value; nil where unknown.
    package var nullCount: Int64?

    /// Makes bounds; what is not known is nil.
    init(minimum: [UInt8]? = nil, maximum: [UInt8]? = nil, nullCount: Int64? = nil) {
        self.minimum = minimum
        self.maximum = maximum
        self.nullCount = nullCount
    }

    /// Takes the bounds of a footer; nothing is known where it states none.
    init(_ value: ThriftValue?) {
        let fields = ThriftFields<StatisticsField>(value)
        self.init(
            minimum: fields[.minValue]?.bytes,
            maximum: fields[.maxValue]?.bytes,
            nullCount: fields[.nullCount]?.integer
        )
    }

    /// The bounds as integers; nil where they are none of 4 or 8 bytes.
    package var integerBounds: ClosedRange<Int64>? {
        guard let low = Statistics.integer(minimum), let high = Statistics.integer(maximum), low <= high
        else { return nil }
        return low...high
    }

    private static func integer(_ bytes: [UInt8]?) -> Int64? {
        guard let bytes else { return nil }
        switch bytes.count {
        case 4: return Int64(Int32(truncatingIfNeeded: littleEndian(bytes, at: 0, width: 4)))
        case 8: return Int64(bitPattern: littleEndian(bytes, at: 0, width: 8))
        default: return nil
        }
    }
}
