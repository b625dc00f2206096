// A value of Thrift's compact protocol as a tree in memory. Parquet's metadata is small; values of columns never come here.
// Reading it out of bytes is ThriftReader's business.

/// A value of a Thrift structure.
enum ThriftValue {
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    case binary([UInt8])
    case list([ThriftValue])
    /// Fields in the order of the bytes.
    case structure([Field])

    /// A field of a structure, by its number.
    typealias Field = (id: Int, value: ThriftValue)

    /// The number; nil where this is none.
    var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// The flag; nil where this is none.
    var boolean: Bool? {
        if case .boolean(let value) = self { return value }
        return nil
    }

    /// The bytes; nil where this holds none.
    var bytes: [UInt8]? {
        if case .binary(let value) = self { return value }
        return nil
    }

    /// The bytes as text; nil where this holds none.
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The elements; nil where this is no list.
    var list: [ThriftValue]? {
        if case .list(let values) = self { return values }
        return nil
    }

    /// Returns the structure by the names of its fields; without fields where this is none.
    func fields<Field: ThriftField>(of type: Field.Type) -> ThriftFields<Field> { ThriftFields(self) }
}
