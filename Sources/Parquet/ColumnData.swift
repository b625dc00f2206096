// The values of a column in memory.

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

/// A column: which rows have a value, and the values of those rows without holes.
package struct ColumnData: Equatable, Sendable {
    /// The values of the rows that have one.
    package var values: ColumnValues
    /// One element a row: true where it has a value; nil where every row has.
    package var present: [Bool]?
    /// Where every row has the same value, of which `values` holds one: the number of rows. For writing only.
    package private(set) var repeatCount: Int?

    /// Makes a column; `present` counts as many trues as there are values.
    package init(values: ColumnValues, present: [Bool]? = nil) {
        self.values = values
        self.present = present
    }

    /// Makes a column of one value in every row.
    ///
    /// - Parameter value: one value.
    package init(repeating value: ColumnValues, count: Int) {
        precondition(value.count == 1 && count > 0, "\(value.count) values \(count) times")
        values = value
        repeatCount = count
    }

    /// The number of rows, those without a value included.
    package var rowCount: Int { repeatCount ?? present?.count ?? values.count }
    /// The number of rows without a value.
    package var nullCount: Int { repeatCount == nil ? rowCount - values.count : 0 }

    /// Returns some of the rows.
    func rows(_ range: Range<Int>) -> ColumnData {
        if range == 0..<rowCount { return self }
        guard let present else { return ColumnData(values: values.slice(range)) }
        let before = present[..<range.lowerBound].count { $0 }
        let wanted = Array(present[range])
        return ColumnData(
            values: values.slice(before..<(before + wanted.count { $0 })),
            present: wanted
        )
    }

    mutating func append(_ other: ColumnData) {
        if present != nil || other.present != nil {
            var joined = present ?? Array(repeating: true, count: values.count)
            joined += other.present ?? Array(repeating: true, count: other.values.count)
            present = joined
        }
        values.append(other.values)
    }
}
