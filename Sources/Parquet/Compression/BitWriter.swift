// Writing bits, as deflated data has them. What they mean is RunDeflater's business.
// Source: RFC 1951, section 3.1.1, https://www.rfc-editor.org/rfc/rfc1951

/// Bits, least significant first.
struct BitWriter {
    /// The bytes that are full. Whoever appends some lets `flush` fill the last one before.
    var bytes: [UInt8]
    private var accumulator: UInt64 = 0
    private var bits = 0

    /// Begins without any, with room for bytes.
    init(capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Appends up to 32 bits.
    mutating func put(_ value: UInt64, _ count: Int) {
        accumulator |= value << UInt64(bits)
        bits += count
        while bits >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: accumulator))
            accumulator >>= 8
            bits -= 8
        }
    }

    /// Appends the bits of tokens; an entry of the table holds up to 24 bits, and their number in its top byte.
    mutating func put(_ tokens: ArraySlice<UInt16>, _ table: [UInt32]) {
        var accumulator = accumulator
        var bits = bits
        let room = tokens.count * 3 + 16
        let packed = [UInt8](unsafeUninitializedCapacity: room) { buffer, written in
            let output = UnsafeMutableRawBufferPointer(buffer)
            tokens.withUnsafeBufferPointer { tokens in
                table.withUnsafeBufferPointer { table in
                    for token in tokens {
                        let entry = table[Int(token)]
                        accumulator |= UInt64(entry & 0xFF_FFFF) << UInt64(bits)
                        bits += Int(entry >> 24)
                        if bits >= 32 {
                            output.storeBytes(
                                of: accumulator.littleEndian,
                                toByteOffset: written,
                                as: UInt64.self
                            )
                            written += 4
                            accumulator >>= 32
                            bits -= 32
                        }
                    }
                }
            }
        }
        bytes += packed
        self.accumulator = accumulator
        self.bits = bits
        put(0, 0)
    }

    /// Fills the last byte with zeros.
    mutating func flush() {
        if bits > 0 { put(0, 8 - bits) }
    }
}
