// Reading Thrift's compact protocol: structures as trees, or field by field. Going over what nobody asks for is
// ThriftSkipper's business; what fields mean is known to the callers.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/// Reads structures out of bytes that nobody vouches for.
struct ThriftReader {
    private let bytes: ArraySlice<UInt8>
    /// The index of the next byte.
    private(set) var position: Int
    private var remainingValues = Limits.thriftValues

    /// Begins at the first of the bytes.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Reads a structure.
    mutating func structure(depth: Int = 0) throws(ParquetError) -> ThriftValue {
        try ThriftReader.check(depth: depth)
        var fields: [ThriftValue.Field] = []
        fields.reserveCapacity(8)
        var id: Int64 = 0
        while let kind = try nextField(&id) {
            fields.append((Int(id), try value(kind: kind, depth: depth, isField: true)))
        }
        return .structure(fields)
    }

    /// Reads the fields of a structure one by one.
    ///
    /// - Parameter body: gets the number and the kind of each field with the reader in front of its value, and reads or
    ///   skips it.
    mutating func fields(_ body: (inout ThriftReader, _ id: Int, _ kind: UInt8) throws -> Void) throws {
        var id: Int64 = 0
        while let kind = try nextField(&id) { try body(&self, Int(id), kind) }
    }

    /// Reads the head of a field and moves on to its number.
    ///
    /// - Returns: the number of its kind; nil behind the last field.
    @inline(__always)
    private mutating func nextField(_ id: inout Int64) throws(ParquetError) -> UInt8? {
        let head = try byte()
        if head == ThriftHead.stop { return nil }
        let step = Int64(ThriftHead.number(head))
        id = step == 0 ? try zigzag() : id + step
        guard (-32_768...32_767).contains(id) else {
            throw ThriftReader.damage(.outOfRange(field: "Thrift field id", found: id, limit: 32_767))
        }
        return ThriftHead.kind(head)
    }

    /// Reads the value of a field.
    mutating func fieldValue(kind: UInt8) throws(ParquetError) -> ThriftValue {
        try value(kind: kind, depth: 0, isField: true)
    }

    /// Calls the body at each structure of a list; it reads it or goes over it.
    mutating func elements(kind: UInt8, _ body: (inout ThriftReader) throws -> Void) throws {
        guard let kind = ThriftKind(rawValue: kind), kind == .list || kind == .set else {
            throw ThriftReader.damage(.badStructure(field: "Thrift list"))
        }
        let (count, elementKind) = try listHead()
        guard elementKind == ThriftKind.structure.rawValue || count == 0 else {
            throw ThriftReader.damage(.badStructure(field: "Thrift list"))
        }
        for _ in 0..<count { try body(&self) }
    }

    /// Reads a number or a flag; goes over anything else and returns nil.
    mutating func scalar(kind: UInt8) throws(ParquetError) -> Int64? {
        switch ThriftKind(rawValue: kind) {
        case .booleanTrue: return 1
        case .booleanFalse: return 0
        case .int16, .int32, .int64: return try zigzag()
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

    /// Goes over a structure that is an element of a list.
    mutating func skipStructure(depth: Int) throws(ParquetError) {
        try skip(kind: ThriftKind.structure.rawValue, depth: depth)
    }

    // MARK: Values

    private mutating func value(kind: UInt8, depth: Int, isField: Bool) throws(ParquetError) -> ThriftValue {
        remainingValues -= 1
        guard remainingValues > 0 else {
            throw ThriftReader.damage(
                .outOfRange(
                    field: "Thrift values",
                    found: Int64(Limits.thriftValues),
                    limit: Int64(Limits.thriftValues)
                )
            )
        }
        switch ThriftKind(rawValue: kind) {
        case .booleanTrue: return .boolean(isField ? true : try byte() == ThriftKind.booleanTrue.rawValue)
        case .booleanFalse: return .boolean(isField ? false : try byte() == ThriftKind.booleanTrue.rawValue)
        case .int8: return .integer(Int64(Int8(bitPattern: try byte())))
        case .int16, .int32, .int64: return .integer(try zigzag())
        case .double:
            var pattern: UInt64 = 0
            for shift in 0..<8 { pattern |= UInt64(try byte()) << UInt64(shift * 8) }
            return .double(Double(bitPattern: pattern))
        case .binary: return try binaryValue()
        case .list, .set: return try listValue(depth: depth)
        case .map: return try mapValue(depth: depth)
        case .structure: return try structure(depth: depth + 1)
        case nil: throw ThriftReader.damage(.badStructure(field: "Thrift type \(kind)"))
        }
    }

    private mutating func binaryValue() throws(ParquetError) -> ThriftValue {
        let length = try varint()
        guard length <= UInt64(bytes.endIndex - position) else {
            throw ThriftReader.damage(.truncated(field: "Thrift string"))
        }
        let start = position
        position += Int(length)
        return .binary(Array(bytes[start..<position]))
    }

    private mutating func listValue(depth: Int) throws(ParquetError) -> ThriftValue {
        try ThriftReader.check(depth: depth)
        let (count, elementKind) = try listHead()
        var values: [ThriftValue] = []
        for _ in 0..<count { values.append(try value(kind: elementKind, depth: depth + 1, isField: false)) }
        return .list(values)
    }

    /// Reads how many elements follow, of which each takes a byte at least, and of what kind they are.
    private mutating func listHead() throws(ParquetError) -> (count: Int, kind: UInt8) {
        let head = try byte()
        let stated = ThriftHead.number(head)
        let count = stated == ThriftHead.longCount ? try varint() : UInt64(stated)
        guard count <= UInt64(bytes.endIndex - position) else {
            throw ThriftReader.damage(.truncated(field: "Thrift list"))
        }
        return (Int(count), ThriftHead.kind(head))
    }

    /// Reads a map and forgets it; no field of Parquet's that is used here is one.
    private mutating func mapValue(depth: Int) throws(ParquetError) -> ThriftValue {
        try ThriftReader.check(depth: depth)
        let count = try varint()
        guard count <= UInt64(bytes.endIndex - position) else {
            throw ThriftReader.damage(.truncated(field: "Thrift map"))
        }
        guard count > 0 else { return .list([]) }
        let kinds = try byte()
        for _ in 0..<Int(count) {
            _ = try value(kind: kinds >> 4, depth: depth + 1, isField: false)
            _ = try value(kind: kinds & 15, depth: depth + 1, isField: false)
        }
        return .list([])
    }

    // MARK: Numbers

    @inline(__always)
    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < bytes.endIndex else {
            throw ThriftReader.damage(.truncated(field: "Thrift structure"))
        }
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
        throw ThriftReader.damage(.outOfRange(field: "Thrift varint", found: 11, limit: 10))
    }

    private mutating func zigzag() throws(ParquetError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    // MARK: Damage

    /// Refuses structures that are nested too deeply.
    static func check(depth: Int) throws(ParquetError) {
        guard depth < Limits.thriftDepth else {
            throw damage(
                .outOfRange(field: "Thrift depth", found: Int64(depth), limit: Int64(Limits.thriftDepth))
            )
        }
    }

    /// Returns the error of damage whose place is not known here.
    static func damage(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }
}
