// Bounded reading of bytes that nobody vouches for. Reading and writing numbers where bounds are known is NumberBytes'
// business.

/// A position in bytes that nobody vouches for; every read is checked.
struct ByteCursor {
    /// All bytes, those outside the cursor's range included.
    let bytes: [UInt8]
    /// The index of the next byte.
    private(set) var position: Int
    /// Where the cursor's range ends.
    let end: Int

    /// Begins at the first of all bytes.
    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    /// Begins at the first byte of a range.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.upperBound <= bytes.count, "range \(range) of \(bytes.count) bytes")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The number of bytes left.
    var remaining: Int { end - position }

    /// Takes `count` bytes and returns where they lie.
    mutating func take(_ count: Int, field: String) throws -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
        }
        defer { position += count }
        return position..<(position + count)
    }

    /// Reads a byte.
    mutating func byte(field: String) throws -> UInt8 {
        bytes[try take(1, field: field).lowerBound]
    }

    /// Reads a number of four bytes, least significant first.
    mutating func uint32(field: String) throws -> UInt32 {
        let start = try take(4, field: field).lowerBound
        return UInt32(littleEndian(bytes, at: start, width: 4))
    }

    /// Reads an unsigned LEB128 number of 64 bits.
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

    /// Reads a LEB128 number whose sign is its lowest bit.
    mutating func zigzag(field: String) throws -> Int64 {
        let raw = try varint(field: field)
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
}
