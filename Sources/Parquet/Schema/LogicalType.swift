// What values mean, as far as it is read or written here. How a footer says it is known to FileMetadata and FooterWriter.

/// What a value means; anything that is not listed gives the physical value.
package enum LogicalType: Equatable, Sendable {
    /// UTF-8 text in a BYTE_ARRAY.
    case string
    /// A signed integer of 16 bits in an INT32.
    case int16
    /// Days since 1970-01-01 in an INT32.
    case date
    /// Microseconds since 1970-01-01T00:00:00Z in an INT64.
    case timestampMicroseconds
    /// A timestamp of another unit: the number of its units in a second.
    case timestamp(unitsPerSecond: Int64)
    /// A decimal number with its scale.
    case decimal(scale: Int)
    /// A half-precision number in two bytes.
    case float16
}
