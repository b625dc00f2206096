// The values of a column in memory, by physical type. Which rows they belong to is ColumnData's business; how they lie in a
// file is that of the encodings.

/// Values of one physical type.
package enum ColumnValues: Equatable, Sendable {
    case booleans([Bool])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
    case doubles([Double])
    /// Values of BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY.
    case byteArrays([[UInt8]])

    /// The number of values.
    package var count: Int {
        switch self {
        case .booleans(let values): values.count
        case .int32s(let values): values.count
        case .int64s(let values): values.count
        case .floats(let values): values.count
        case .doubles(let values): values.count
        case .byteArrays(let values): values.count
        }
    }

    /// Returns no values of a type; those of INT96, which is not read, are bytes.
    static func empty(_ type: PhysicalType) -> ColumnValues {
        switch type {
        case .boolean: .booleans([])
        case .int32: .int32s([])
        case .int64: .int64s([])
        case .float: .floats([])
        case .double: .doubles([])
        case .int96, .byteArray, .fixedLengthByteArray: .byteArrays([])
        }
    }

    /// Makes room for so many values at once.
    mutating func reserve(_ count: Int) {
        switch self {
        case .int32s(var values) where values.isEmpty:
            values.reserveCapacity(count)
            self = .int32s(values)
        case .int64s(var values) where values.isEmpty:
            values.reserveCapacity(count)
            self = .int64s(values)
        default: break
        }
    }

    /// Appends values of the same physical type.
    mutating func append(_ other: ColumnValues) {
        switch (self, other) {
        case (.booleans(var values), .booleans(let more)):
            self = .booleans([])
            values += more
            self = .booleans(values)
        case (.int32s(var values), .int32s(let more)):
            self = .int32s([])
            values += more
            self = .int32s(values)
        case (.int64s(var values), .int64s(let more)):
            self = .int64s([])
            values += more
            self = .int64s(values)
        case (.floats(var values), .floats(let more)):
            self = .floats([])
            values += more
            self = .floats(values)
        case (.doubles(var values), .doubles(let more)):
            self = .doubles([])
            values += more
            self = .doubles(values)
        case (.byteArrays(var values), .byteArrays(let more)):
            self = .byteArrays([])
            values += more
            self = .byteArrays(values)
        default:
            preconditionFailure("values of two physical types in one column")
        }
    }

    /// Returns some of the values.
    func slice(_ range: Range<Int>) -> ColumnValues {
        switch self {
        case .booleans(let values): .booleans(Array(values[range]))
        case .int32s(let values): .int32s(Array(values[range]))
        case .int64s(let values): .int64s(Array(values[range]))
        case .floats(let values): .floats(Array(values[range]))
        case .doubles(let values): .doubles(Array(values[range]))
        case .byteArrays(let values): .byteArrays(Array(values[range]))
        }
    }
}
