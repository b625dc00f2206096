// The columns of a flat file.

/// How a value lies in the file.
package enum PhysicalType: Int, Sendable {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case int96 = 3
    case float = 4
    case double = 5
    case byteArray = 6
    case fixedLengthByteArray = 7

    /// The name in the format's specification.
    package var name: String {
        ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"][
            rawValue
        ]
    }
}

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

/// A column of a flat schema.
package struct ColumnSchema: Equatable, Sendable {
    /// The name; for a nested column the path, joined by dots.
    package var name: String
    /// How values lie in the file.
    package var physicalType: PhysicalType
    /// What values mean; nil where the file says nothing that is known here.
    package var logicalType: LogicalType?
    /// Tells whether values may be missing.
    package var isOptional: Bool
    /// The number that names the column in a catalogue.
    package var fieldID: Int32?
    /// The bytes of a value of FIXED_LEN_BYTE_ARRAY.
    package var typeLength: Int
    /// Tells whether the column is repeated or lies in a group; such columns are refused.
    package var isNested = false

    /// Makes a column.
    package init(
        name: String,
        physicalType: PhysicalType,
        logicalType: LogicalType? = nil,
        isOptional: Bool = true,
        fieldID: Int32? = nil,
        typeLength: Int = 0
    ) {
        self.name = name
        self.physicalType = physicalType
        self.logicalType = logicalType
        self.isOptional = isOptional
        self.fieldID = fieldID
        self.typeLength = typeLength
    }
}

/// A column by which rows are sorted, ascending with nulls last.
package struct SortingColumn: Equatable, Sendable {
    /// Position of the column in the schema.
    package let columnIndex: Int

    /// Makes a sorting column.
    package init(columnIndex: Int) { self.columnIndex = columnIndex }
}
