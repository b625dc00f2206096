// Numbers as bytes, where the caller knows that they fit. Reading numbers that nobody vouches for is ByteCursor's business.

/// Reads `width` bytes, 1 to 8, least significant first; the caller has checked the bounds.
func littleEndian(_ bytes: [UInt8], at start: Int, width: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[start + index]) << UInt64(index * 8) }
    return value
}

/// Appends the low `width` bytes, least significant first.
func appendLittleEndian(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
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
