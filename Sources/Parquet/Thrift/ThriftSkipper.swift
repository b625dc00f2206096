// Going over values of Thrift's compact protocol. Nothing is read into memory here; reading is ThriftReader's business.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/// Goes over values without reading them: most of a footer is of columns that nobody asks for.
struct ThriftSkipper {
    /// The bytes, which the caller keeps alive.
    let bytes: UnsafeBufferPointer<UInt8>
    /// The index of the next byte.
    private(set) var position: Int

    /// Begins in front of a value.
    init(bytes: UnsafeBufferPointer<UInt8>, position: Int) { (self.bytes, self.position) = (bytes, position) }

    /// Goes over a value.
    ///
    /// - Parameters:
    ///   - kind: the number of its kind; an unknown one is damage.
    ///   - isField: whether it is a field; a flag in a list takes a byte.
    mutating func skip(kind: UInt8, depth: Int, isField: Bool) throws(ParquetError) {
        try ThriftReader.check(depth: depth)
        switch ThriftKind(rawValue: kind) {
        case .booleanTrue, .booleanFalse: if !isField { try advance(1) }
        case .int8: try advance(1)
        case .int16, .int32, .int64: try skipVarint()
        case .double: try advance(8)
        case .binary: try advance(try count(field: "Thrift string"))
        case .list, .set:
            let head = try byte()
            let stated = ThriftHead.number(head)
            let count = stated == ThriftHead.longCount ? try count(field: "Thrift list") : Int(stated)
            for _ in 0..<count { try skip(kind: ThriftHead.kind(head), depth: depth + 1, isField: false) }
        case .map:
            let count = try count(field: "Thrift map")
            guard count > 0 else { return }
            let kinds = try byte()
            for _ in 0..<count {
                try skip(kind: kinds >> 4, depth: depth + 1, isField: false)
                try skip(kind: kinds & 15, depth: depth + 1, isField: false)
            }
        case .structure: try skipFields(depth: depth)
        case nil: throw ThriftReader.damage(.badStructure(field: "Thrift type \(kind)"))
        }
    }

    @inline(__always)
    private mutating func skipFields(depth: Int) throws(ParquetError) {
        while true {
            let head = try byte()
            if head == ThriftHead.stop { return }
            if ThriftHead.number(head) == 0 { try skipVarint() }
            let kind = ThriftHead.kind(head)
            switch ThriftKind(rawValue: kind) {
            // Most fields are small: no call for each.
            case .booleanTrue, .booleanFalse: break
            case .int16, .int32, .int64: try skipVarint()
            case .binary: try advance(try count(field: "Thrift string"))
            default: try skip(kind: kind, depth: depth + 1, isField: true)
            }
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
