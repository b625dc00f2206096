// Numbers of a few bits each, packed least significant first. Runs between packed groups are RunLengthHybrid's business.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/// Packing of unsigned numbers of a fixed width.
enum BitPacking {
    /// Appends `values`, each in `width` bits; the last byte is filled with zeros.
    static func pack(_ values: ArraySlice<UInt64>, width: Int, to bytes: inout [UInt8]) {
        guard width > 0 else { return }
        var accumulator: UInt64 = 0
        var bits = 0
        func mask(_ width: Int) -> UInt64 { width == 64 ? .max : (1 << UInt64(width)) - 1 }
        for value in values {
            var rest = value & mask(width)
            var left = width
            while left > 0 {
                // Shifts in parts of at most 32 bits, so that the accumulator never overflows.
                let part = min(left, 32)
                accumulator |= (rest & mask(part)) << UInt64(bits)
                bits += part
                rest = part == 64 ? 0 : rest >> UInt64(part)
                left -= part
                while bits >= 8 {
                    bytes.append(UInt8(truncatingIfNeeded: accumulator))
                    accumulator >>= 8
                    bits -= 8
                }
            }
        }
        if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
    }

    /// Calls `body` with `count` numbers of `width` bits, 1 to 64, that begin at `start`.
    ///
    /// The caller has checked that `(count * width + 7) / 8` bytes lie there.
    @inline(__always)
    static func unpack(
        _ bytes: [UInt8],
        at start: Int,
        width: Int,
        count: Int,
        _ body: (UInt64) -> Void
    ) {
        // Whole bytes are read as such.
        switch width {
        case 8: return forEach(UInt8.self, bytes, at: start, count: count, body: body)
        case 16: return forEach(UInt16.self, bytes, at: start, count: count, body: body)
        case 32: return forEach(UInt32.self, bytes, at: start, count: count, body: body)
        case 64: return forEach(UInt64.self, bytes, at: start, count: count, body: body)
        default: break
        }
        var position = start
        var accumulator: UInt64 = 0
        var bits = 0
        let lowWidth = min(width, 32)
        let highWidth = width - lowWidth
        let lowMask: UInt64 = (1 << UInt64(lowWidth)) - 1
        let highMask: UInt64 = highWidth == 0 ? 0 : (1 << UInt64(highWidth)) - 1
        for _ in 0..<count {
            while bits < lowWidth {
                accumulator |= UInt64(bytes[position]) << UInt64(bits)
                position += 1
                bits += 8
            }
            var value = accumulator & lowMask
            accumulator >>= UInt64(lowWidth)
            bits -= lowWidth
            if highWidth > 0 {
                while bits < highWidth {
                    accumulator |= UInt64(bytes[position]) << UInt64(bits)
                    position += 1
                    bits += 8
                }
                value |= (accumulator & highMask) << 32
                accumulator >>= UInt64(highWidth)
                bits -= highWidth
            }
            body(value)
        }
    }

    @inline(__always)
    private static func forEach<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type,
        _ bytes: [UInt8],
        at start: Int,
        count: Int,
        body: (UInt64) -> Void
    ) {
        let size = Number.bitWidth / 8
        precondition(start >= 0 && start + count * size <= bytes.count, "\(count) numbers of \(size) bytes")
        bytes.withUnsafeBytes { bytes in
            for index in 0..<count {
                let number = bytes.loadUnaligned(fromByteOffset: start + index * size, as: Number.self)
                body(UInt64(Number(littleEndian: number)))
            }
        }
    }

    /// Returns the bits that the largest number needs, 0 to 64.
    static func width(of largest: UInt64) -> Int { 64 - largest.leadingZeroBitCount }
}
