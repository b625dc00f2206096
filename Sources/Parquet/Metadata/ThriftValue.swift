// Thrift's compact protocol, read into a tree. Parquet's metadata is small; values of columns never come here.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/// A value of a Thrift structure.
enum ThriftValue {
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    case binary([UInt8])
    case list([ThriftValue])
    /// Fields in the order of the bytes: few enough that a search by number is faster than a table.
    case structure([(id: Int, value: ThriftValue)])

    /// The field of a structure; nil where it is absent or this is none.
    subscript(field: Int) -> ThriftValue? {
        if case .structure(let fields) = self { return fields.last { $0.id == field }?.value }
        return nil
    }

    var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    var boolean: Bool? {
        if case .boolean(let value) = self { return value }
        return nil
    }

    var bytes: [UInt8]? {
        if case .binary(let value) = self { return value }
        return nil
    }

    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    var list: [ThriftValue]? {
        if case .list(let values) = self { return values }
        return nil
    }
}

/// Reads structures out of bytes that nobody vouches for.
struct ThriftReader {
    private let bytes: ArraySlice<UInt8>
    /// The index of the next byte.
    private(set) var position: Int
    private var remainingValues = Limits.thriftValues

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Reads a structure.
    mutating func structure(depth: Int = 0) throws(ParquetError) -> ThriftValue {
        try checkDepth(depth)
        var fields: [(id: Int, value: ThriftValue)] = []
        fields.reserveCapacity(8)
        var lastField: Int64 = 0
        while true {
            let head = try byte()
            if head == 0 { return .structure(fields) }
            let delta = Int64(head >> 4)
            let field = delta == 0 ? try zigzag() : lastField + delta
            guard (-32_768...32_767).contains(field) else {
                throw damage(.outOfRange(field: "Thrift field id", found: field, limit: 32_767))
            }
            lastField = field
            fields.append((Int(field), try value(kind: head & 15, depth: depth, isField: true)))
        }
    }

    /// Reads the fields of a structure one by one.
    ///
    /// - Parameter body: gets the number and the kind of each field with the reader in front of its value, and reads or
    ///   skips it.
    mutating func fields(_ body: (inout ThriftReader, _ id: Int, _ kind: UInt8) throws -> Void) throws {
        var lastField: Int64 = 0
        while true {
            let head = try byte()
            if head == 0 { return }
            let delta = Int64(head >> 4)
            let field = delta == 0 ? try zigzag() : lastField + delta
            guard (-32_768...32_767).contains(field) else {
                throw damage(.outOfRange(field: "Thrift field id", found: field, limit: 32_767))
            }
            lastField = field
            try body(&self, Int(field), head & 15)
        }
    }

    /// Reads the value of a field.
    mutating func fieldValue(kind: UInt8) throws(ParquetError) -> ThriftValue {
        try value(kind: kind, depth: 0, isField: true)
    }

    /// The kind of structures.
    static let structureKind: UInt8 = 12

    /// Calls the body at each structure of a list; it reads it or goes over it.
    mutating func elements(kind: UInt8, _ body: (inout ThriftReader) throws -> Void) throws {
        guard kind == 9 || kind == 10 else { throw damage(.badStructure(field: "Thrift list")) }
        let head = try byte()
        let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
        guard count <= UInt64(bytes.endIndex - position) else {
            throw damage(.truncated(field: "Thrift list"))
        }
        guard head & 15 == ThriftReader.structureKind || count == 0 else {
            throw damage(.badStructure(field: "Thrift list"))
        }
        for _ in 0..<Int(count) { try body(&self) }
    }

    /// Reads a number or a flag; goes over anything else and returns nil.
    mutating func scalar(kind: UInt8) throws(ParquetError) -> Int64? {
        switch kind {
        case 1, 2: return kind == 1 ? 1 : 0
        case 4, 5, 6: return try zigzag()
        default:
            try skip(kind: kind)
            return nil
        }
    }

    /// Goes over a value.
    mutating func skip(kind: UInt8, depth: Int = 0, isField: Bool = true) throws(ParquetError) {
        let start = bytes.startIndex
        position = try bytes.withUnsafeBufferPointer { (bytes) throws(ParquetError) in
            var skipper = ThriftSkipper(bytes: bytes, position: position - start)
            try skipper.skip(kind: kind, depth: depth, isField: isField)
            return start + skipper.position
        }
    }

    private mutating func value(kind: UInt8, depth: Int, isField: Bool) throws(ParquetError) -> ThriftValue {
        remainingValues -= 1
        guard remainingValues > 0 else {
            throw damage(
                .outOfRange(
                    field: "Thrift values",
                    found: Int64(Limits.thriftValues),
                    limit: Int64(Limits.thriftValues)
                )
            )
        }
        switch kind {
        case 1, 2: return .boolean(isField ? kind == 1 : try byte() == 1)
        case 3: return .integer(Int64(Int8(bitPattern: try byte())))
        case 4, 5, 6: return .integer(try zigzag())
        case 7:
            var pattern: UInt64 = 0
            for shift in 0..<8 { pattern |= UInt64(try byte()) << UInt64(shift * 8) }
            return .double(Double(bitPattern: pattern))
        case 8:
            let length = try varint()
            guard length <= UInt64(bytes.endIndex - position) else {
                throw damage(.truncated(field: "Thrift string"))
            }
            let start = position
            position += Int(length)
            return .binary(Array(bytes[start..<position]))
        case 9, 10: return try listValue(depth: depth)
        case 11: return try map(depth: depth)
        case 12: return try structure(depth: depth + 1)
        default: throw damage(.badStructure(field: "Thrift type \(kind)"))
        }
    }

    private mutating func listValue(depth: Int) throws(ParquetError) -> ThriftValue {
        try checkDepth(depth)
        let head = try byte()
        let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
        guard count <= UInt64(bytes.endIndex - position) else {
            throw damage(.truncated(field: "Thrift list"))
        }
        var values: [ThriftValue] = []
        for _ in 0..<Int(count) {
            values.append(try value(kind: head & 15, depth: depth + 1, isField: false))
        }
        return .list(values)
    }

    /// Skips a map; no field of Parquet's that is used here is one.
    private mutating func map(depth: Int) throws(ParquetError) -> ThriftValue {
        try checkDepth(depth)
        let count = try varint()
        guard count <= UInt64(bytes.endIndex - position) else {
            throw damage(.truncated(field: "Thrift map"))
        }
        guard count > 0 else { return .list([]) }
        let kinds = try byte()
        for _ in 0..<Int(count) {
            _ = try value(kind: kinds >> 4, depth: depth + 1, isField: false)
            _ = try value(kind: kinds & 15, depth: depth + 1, isField: false)
        }
        return .list([])
    }

    @inline(__always)
    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < bytes.endIndex else { throw damage(.truncated(field: "Thrift structure")) }
        let byte = bytes[position]
        position += 1
        return byte
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        // Most numbers of a footer are small.
        if position < bytes.endIndex, bytes[position] < 128 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        var value: UInt64 = 0
        for index in 0..<10 {
            let next = try byte()
            // The tenth byte holds the single bit that is left of 64.
            if index == 9 && next > 1 { break }
            value |= UInt64(next & 127) << UInt64(index * 7)
            if next < 128 { return value }
        }
        throw damage(.outOfRange(field: "Thrift varint", found: 11, limit: 10))
    }

    private mutating func zigzag() throws(ParquetError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    private func checkDepth(_ depth: Int) throws(ParquetError) { try ThriftReader.check(depth: depth) }

    fileprivate static func check(depth: Int) throws(ParquetError) {
        guard depth < Limits.thriftDepth else {
            throw damage(
                .outOfRange(field: "Thrift depth", found: Int64(depth), limit: Int64(Limits.thriftDepth))
            )
        }
    }

    private func damage(_ damage: ParquetError.Damage) -> ParquetError { ThriftReader.damage(damage) }

    fileprivate static func damage(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }
}

/// Goes over values without reading them: most of a footer is of columns that nobody asks for.
private struct ThriftSkipper {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int

    mutating func skip(kind: UInt8, depth: Int, isField: Bool) throws(ParquetError) {
        try ThriftReader.check(depth: depth)
        switch kind {
        case 1, 2: if !isField { try advance(1) }
        case 3: try advance(1)
        case 4, 5, 6: try skipVarint()
        case 7: try advance(8)
        case 8: try advance(try count(field: "Thrift string"))
        case 9, 10:
            let head = try byte()
            let count = head >> 4 == 15 ? try count(field: "Thrift list") : Int(head >> 4)
            for _ in 0..<count { try skip(kind: head & 15, depth: depth + 1, isField: false) }
        case 11:
            let count = try count(field: "Thrift map")
            guard count > 0 else { return }
            let kinds = try byte()
            for _ in 0..<count {
                try skip(kind: kinds >> 4, depth: depth + 1, isField: false)
                try skip(kind: kinds & 15, depth: depth + 1, isField: false)
            }
        case 12:
            while true {
                let head = try byte()
                if head == 0 { return }
                if head >> 4 == 0 { try skipVarint() }
                switch head & 15 {
                // Most fields are small: no call for each.
                case 1, 2: break
                case 4, 5, 6: try skipVarint()
                case 8: try advance(try count(field: "Thrift string"))
                default: try skip(kind: head & 15, depth: depth + 1, isField: true)
                }
            }
        default: throw ThriftReader.damage(.badStructure(field: "Thrift type \(kind)"))
        }
    }

    private mutating func advance(_ count: Int) throws(ParquetError) {
        guard count <= bytes.count - position else {
            throw ThriftReader.damage(.truncated(field: "Thrift structure"))
        }
        position += count
    }

    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < bytes.count else {
            throw ThriftReader.damage(.truncated(field: "Thrift structure"))
        }
        position += 1
        return bytes[position - 1]
    }

    /// Reads a number of elements or bytes, of which each takes a byte at least.
    private mutating func count(field: String) throws(ParquetError) -> Int {
        let count = try varint()
        guard count <= UInt64(bytes.count - position) else {
            throw ThriftReader.damage(.truncated(field: field))
        }
        return Int(count)
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        let start = position
        try skipVarint()
        var value: UInt64 = 0
        for index in start..<position { value |= UInt64(bytes[index] & 127) << UInt64((index - start) * 7) }
        return value
    }

    @inline(__always)
    private mutating func skipVarint() throws(ParquetError) {
        let end = min(position + 10, bytes.count)
        var index = position
        while index < end, bytes[index] >= 128 { index += 1 }
        guard index < end else {
            throw ThriftReader.damage(
                end < bytes.count
                    ? .outOfRange(field: "Thrift varint", found: 11, limit: 10)
                    : .truncated(field: "Thrift structure")
            )
        }
        position = index + 1
    }
}

/// Writes structures.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var lastFields: [Int] = [0]

    mutating func integer32(_ field: Int, _ value: Int64) { header(field, kind: 5); zigzag(value) }
    mutating func integer64(_ field: Int, _ value: Int64) { header(field, kind: 6); zigzag(value) }
    mutating func integer16(_ field: Int, _ value: Int64) { header(field, kind: 4); zigzag(value) }
    mutating func integer8(_ field: Int, _ value: Int8) {
        header(field, kind: 3); bytes.append(UInt8(bitPattern: value))
    }
    mutating func boolean(_ field: Int, _ value: Bool) { header(field, kind: value ? 1 : 2) }

    mutating func binary(_ field: Int, _ value: [UInt8]) {
        header(field, kind: 8)
        varint(UInt64(value.count))
        bytes += value
    }

    mutating func text(_ field: Int, _ value: String) { binary(field, Array(value.utf8)) }

    mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
        header(field, kind: 12)
        element(body)
    }

    mutating func list<Element>(
        _ field: Int,
        kind: UInt8,
        _ elements: [Element],
        _ write: (inout ThriftWriter, Element) -> Void
    ) {
        header(field, kind: 9)
        if elements.count < 15 {
            bytes.append(UInt8(elements.count) << 4 | kind)
        } else {
            bytes.append(0xF0 | kind)
            varint(UInt64(elements.count))
        }
        for element in elements { write(&self, element) }
    }

    /// Writes a structure that is an element of a list, or the outermost one.
    mutating func element(_ body: (inout ThriftWriter) -> Void) {
        lastFields.append(0)
        body(&self)
        lastFields.removeLast()
        bytes.append(0)
    }

    mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func varint(_ value: UInt64) { appendVarint(value, to: &bytes) }

    mutating func rawBinary(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes += value
    }

    mutating func rawByte(_ value: UInt8) { bytes.append(value) }

    private mutating func header(_ field: Int, kind: UInt8) {
        let last = lastFields[lastFields.count - 1]
        if field > last && field - last <= 15 {
            bytes.append(UInt8(field - last) << 4 | kind)
        } else {
            bytes.append(kind)
            zigzag(Int64(field))
        }
        lastFields[lastFields.count - 1] = field
    }
}

/// Appends an unsigned LEB128 number.
func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 128 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
    }
    bytes.append(UInt8(rest))
}
