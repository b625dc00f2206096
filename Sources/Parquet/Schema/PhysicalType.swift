// The physical types of the format, by the numbers that stand for them in the file. What values mean is LogicalType's
// business.

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

    /// The greatest number that stands for a type.
    static let last = PhysicalType.fixedLengthByteArray.rawValue

    /// The name in the format's specification.
    package var name: String {
        ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"][
            rawValue
        ]
    }
}
