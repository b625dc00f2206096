// The symbols of deflated data that stand for the lengths of repeats. Writing them is RunDeflater's business.
// Source: RFC 1951, section 3.2.5, https://www.rfc-editor.org/rfc/rfc1951

/// Symbols of repeat lengths, their first length and extra bits.
struct LengthCodes {
    /// The symbol of each length, 3 to 258.
    private(set) var symbol = [UInt16](repeating: 0, count: 259)
    /// The first length of each symbol from 257 on.
    private(set) var base: [Int] = []
    /// The extra bits of each symbol from 257 on, which say how far a length is from the first.
    let extraBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]

    /// Makes the table; the longest length has a symbol of its own.
    init() {
        var length = 3
        for (index, bits) in extraBits.enumerated() {
            base.append(index == 28 ? 258 : length)
            guard index < 28 else { break }
            for _ in 0..<(1 << bits) where length < 259 {
                symbol[length] = UInt16(257 + index)
                length += 1
            }
        }
        symbol[258] = 285
    }
}
