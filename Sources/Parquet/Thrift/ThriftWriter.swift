// Writing Thrift's compact protocol. A writer takes the fields of one structure only; which fields there are, and when they
// are left out, is known to the callers.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/// Writes the fields of a structure, in any order; rising numbers take the fewest bytes.
struct ThriftWriter<Field: ThriftField> {
    private var bytes: [UInt8]
    private var lastID = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Returns the bytes of a structure that lies in no other.
    static func bytes(_ body: (inout ThriftWriter) -> Void) -> [UInt8] {
        var writer = ThriftWriter([])
        body(&writer)
        writer.bytes.append(ThriftHead.stop)
        return writer.bytes
    }

    // MARK: Fields

    /// Writes a number of 16 bits.
    mutating func integer16(_ field: Field, _ value: Int64) { header(field, .int16); zigzag(value) }
    /// Writes a number of 32 bits.
    mutating func integer32(_ field: Field, _ value: Int64) { header(field, .int32); zigzag(value) }
    /// Writes a number of 64 bits.
    mutating func integer64(_ field: Field, _ value: Int64) { header(field, .int64); zigzag(value) }

    /// Writes a number of 8 bits.
    mutating func integer8(_ field: Field, _ value: Int8) {
        header(field, .int8)
        bytes.append(UInt8(bitPattern: value))
    }

    /// Writes a flag.
    mutating func boolean(_ field: Field, _ value: Bool) {
        header(field, value ? .booleanTrue : .booleanFalse)
    }

    /// Writes bytes behind their count.
    mutating func binary(_ field: Field, _ value: [UInt8]) {
        header(field, .binary)
        element(value)
    }

    /// Writes text behind the count of its bytes.
    mutating func text(_ field: Field, _ value: String) { binary(field, Array(value.utf8)) }

    /// Writes a structure.
    mutating func structure<Inner>(
        _ field: Field,
        of type: Inner.Type,
        _ body: (inout ThriftWriter<Inner>) -> Void
    ) {
        header(field, .structure)
        element(of: type, body)
    }

    /// Writes a structure without fields, which says something by being there.
    mutating func emptyStructure(_ field: Field) {
        header(field, .structure)
        bytes.append(ThriftHead.stop)
    }

    /// Writes a list.
    ///
    /// - Parameters:
    ///   - kind: of its elements.
    ///   - write: writes an element by one of the functions called `element`.
    mutating func list<Element>(
        _ field: Field,
        kind: ThriftKind,
        elements: [Element],
        _ write: (inout ThriftWriter, Element) -> Void
    ) {
        header(field, .list)
        if elements.count < Int(ThriftHead.longCount) {
            bytes.append(ThriftHead.joined(UInt8(elements.count), kind))
        } else {
            bytes.append(ThriftHead.joined(ThriftHead.longCount, kind))
            appendVarint(UInt64(elements.count), to: &bytes)
        }
        for element in elements { write(&self, element) }
    }

    // MARK: Elements of lists

    /// Writes a structure as an element.
    mutating func element<Inner>(of type: Inner.Type, _ body: (inout ThriftWriter<Inner>) -> Void) {
        var inner = ThriftWriter<Inner>(bytes)
        // One owner at a time: the bytes grow in place.
        bytes = []
        body(&inner)
        inner.bytes.append(ThriftHead.stop)
        swap(&bytes, &inner.bytes)
    }

    /// Writes a number as an element.
    mutating func element(_ value: Int64) { zigzag(value) }

    /// Writes a flag as an element.
    mutating func element(_ value: Bool) {
        bytes.append((value ? ThriftKind.booleanTrue : .booleanFalse).rawValue)
    }

    /// Writes bytes as an element.
    mutating func element(_ value: [UInt8]) {
        appendVarint(UInt64(value.count), to: &bytes)
        bytes += value
    }

    // MARK: Parts

    private mutating func header(_ field: Field, _ kind: ThriftKind) {
        let id = field.rawValue
        if id > lastID && id - lastID <= ThriftHead.longestStep {
            bytes.append(ThriftHead.joined(UInt8(id - lastID), kind))
        } else {
            bytes.append(ThriftHead.joined(0, kind))
            zigzag(Int64(id))
        }
        lastID = id
    }

    private mutating func zigzag(_ value: Int64) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: &bytes)
    }
}
