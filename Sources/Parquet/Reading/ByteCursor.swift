// Bounded reading of little-endian numbers.

/// A position in bytes that nobody vouches for; every read is checked.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.upperBound <= bytes.count, "range \(range) of \(bytes.count) bytes")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - position }

    /// Takes `count` bytes and returns where they lie.
    mutating func take(_ count: Int, field: String) throws -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
        }
        defer { position += count }
        return position..<(position + count)
    }

    mutating func byte(field: String) throws -> UInt8 {
        bytes[try take(1, field: field).lowerBound]
    }

    mutating func uint32(field: String) throws -> UInt32 {
        let start = try take(4, field: field).lowerBound
        return UInt32(littleEndian(bytes, start, 4))
    }

    mutating func varint(field: String) throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for index in position..<min(end, position + 10) {
            let next = bytes[index]
            // The tenth byte holds the single bit that is left of 64.
            if shift == 63 && next > 1 { break }
            value |= UInt64(next & 127) << shift
            if next < 128 {
                position = index + 1
                return value
            }
            shift += 7
        }
        throw ParquetError.damaged(
            end - position < 10 ? .truncated(field: field) : .outOfRange(field: field, found: 11, limit: 10),
            ParquetError.Place()
        )
    }

    mutating func zigzag(field: String) throws -> Int64 {
        let raw = try varint(field: field)
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
}

/// Reads `width` bytes, 1 to 8, least significant first; the caller has checked the bounds.
func littleEndian(_ bytes: [UInt8], _ start: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[start + index]) << UInt64(index * 8) }
    return value
}

/// Appends the low `width` bytes, least significant first.
func appendLittleEndian(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
}
