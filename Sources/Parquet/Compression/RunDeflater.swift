// Deflate for pages of numbers: literals and repeats at one fixed distance, Huffman codes of the page's own.
//
// Pages of numbers hold runs and skewed bytes but few of the longer repeats that a general compressor searches for.
// Without that search this is three times as fast as zlib's level 1, and smaller. Any inflater reads the result.
// Codes are HuffmanCode's business, bits BitWriter's; pages of text and of instants go through zlib, in Gzip.
// Source: RFC 1951, https://www.rfc-editor.org/rfc/rfc1951; RFC 1952.

/// Compresses page bodies.
struct RunDeflater {
    /// Shortest repeat: a shorter one costs as much as its literals.
    private static let shortestRepeat = 5
    private static let longestRepeat = 258
    /// Tokens of a block: few enough to follow the seasons, many enough to pay for the codes.
    private static let blockTokens = 1 << 16
    private static let literalSymbols = 286
    private static let endOfBlock = 256
    /// Tokens from here on are repeats: 256 + length.
    private static let repeatBase = 256

    /// Returns one gzip member.
    ///
    /// - Parameter distance: of repeats, in bytes: the width of a number; 1, 2, 3 or 4.
    static func gzip(_ input: [UInt8], distance: Int) -> [UInt8] {
        precondition((1...4).contains(distance), "a distance of \(distance)")
        var writer = BitWriter(capacity: input.count / 2 + 1024)
        writer.bytes += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        var tokens = [UInt16](repeating: 0, count: min(input.count, blockTokens) + 1)
        var position = 0
        repeat {
            var counts = [UInt32](repeating: 0, count: literalSymbols)
            let count = tokenise(input, from: &position, distance: distance, to: &tokens, counts: &counts)
            let isLast = position == input.count
            writeBlock(tokens[..<count], counts: counts, distance: distance, isLast: isLast, to: &writer)
        } while position < input.count
        writer.flush()
        appendLittleEndian(UInt64(Gzip.crc32(input[...])), width: 4, to: &writer.bytes)
        appendLittleEndian(UInt64(UInt32(truncatingIfNeeded: input.count)), width: 4, to: &writer.bytes)
        return writer.bytes
    }

    /// Returns about how many bits the bytes take, by the entropy of their tokens.
    static func estimatedBits(_ input: [UInt8], distance: Int) -> Float {
        var tokens = [UInt16](repeating: 0, count: input.count + 1)
        var counts = [UInt32](repeating: 0, count: literalSymbols)
        var position = 0
        let count = tokenise(input, from: &position, distance: distance, to: &tokens, counts: &counts)
        guard count > 0 else { return 0 }
        var bits: Float = 0
        let total = Float(count)
        for (symbol, number) in counts.enumerated() where number > 0 && symbol != endOfBlock {
            let extra = symbol > endOfBlock ? Float(lengthCodes.extraBits[symbol - 257]) + 1 : 0
            bits += Float(number) * (logarithm2(total / Float(number)) + extra)
        }
        return bits
    }

    /// The logarithm to base 2, to three digits: enough to compare sizes.
    static func logarithm2(_ value: Float) -> Float {
        let mantissa = value.significand
        return Float(value.exponent) + ((-0.344_84 * mantissa + 2.024_66) * mantissa - 1.674_87)
    }

    // MARK: Tokens

    /// Turns bytes into tokens until the block is full or the bytes end; counts their symbols.
    private static func tokenise(
        _ input: [UInt8],
        from position: inout Int,
        distance: Int,
        to tokens: inout [UInt16],
        counts: inout [UInt32]
    ) -> Int {
        var index = position
        var count = 0
        let limit = min(blockTokens, tokens.count - 1)
        input.withUnsafeBytes { bytes in
            tokens.withUnsafeMutableBufferPointer { tokens in
                counts.withUnsafeMutableBufferPointer { counts in
                    let end = bytes.count
                    while index < end, count < limit {
                        if index >= distance, index + 8 <= end {
                            let here = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                            let before = bytes.loadUnaligned(
                                fromByteOffset: index - distance,
                                as: UInt64.self
                            )
                            var same = (here ^ before).littleEndian.trailingZeroBitCount >> 3
                            if same >= shortestRepeat {
                                if same == 8 { same = extend(bytes, at: index, distance: distance) }
                                tokens[count] = UInt16(truncatingIfNeeded: repeatBase + same)
                                counts[Int(lengthCodes.symbol[same])] += 1
                                count += 1
                                index += same
                                continue
                            }
                        }
                        let byte = bytes[index]
                        tokens[count] = UInt16(byte)
                        counts[Int(byte)] += 1
                        count += 1
                        index += 1
                    }
                }
            }
        }
        position = index
        return count
    }

    /// Returns the length of a repeat of at least 8 bytes.
    private static func extend(_ bytes: UnsafeRawBufferPointer, at start: Int, distance: Int) -> Int {
        let limit = min(longestRepeat, bytes.count - start)
        var length = 8
        while length + 8 <= limit {
            let here = bytes.loadUnaligned(fromByteOffset: start + length, as: UInt64.self)
            let before = bytes.loadUnaligned(fromByteOffset: start + length - distance, as: UInt64.self)
            let same = (here ^ before).littleEndian.trailingZeroBitCount >> 3
            length += same
            if same < 8 { return length }
        }
        while length < limit, bytes[start + length] == bytes[start + length - distance] { length += 1 }
        return length
    }

    // MARK: Blocks

    private static func writeBlock(
        _ tokens: ArraySlice<UInt16>,
        counts: [UInt32],
        distance: Int,
        isLast: Bool,
        to writer: inout BitWriter
    ) {
        var counts = counts
        counts[endOfBlock] = 1
        let lengths = HuffmanCode.lengths(counts, limit: 15)
        // Two codes of one bit, of which one is used: some inflaters refuse a code that is not complete.
        var distanceLengths = [UInt8](repeating: 0, count: max(2, distance))
        distanceLengths[distance - 1] = 1
        distanceLengths[distance == 1 ? 1 : 0] = 1
        writer.put(isLast ? 1 : 0, 1)
        writer.put(2, 2)
        writeCodes(lengths, distances: distanceLengths, to: &writer)
        let distanceCodes = HuffmanCode.codes(distanceLengths)
        let codes = HuffmanCode.codes(lengths)
        writer.put(tokens, emissionTable(lengths, codes, distanceCode: distanceCodes[distance - 1]))
        writer.put(UInt64(codes[endOfBlock]), Int(lengths[endOfBlock]))
    }

    /// Returns for each token its bits, and their number in the top byte.
    private static func emissionTable(_ lengths: [UInt8], _ codes: [UInt16], distanceCode: UInt16) -> [UInt32]
    {
        var table = [UInt32](repeating: 0, count: repeatBase + longestRepeat + 1)
        for byte in 0..<256 { table[byte] = UInt32(codes[byte]) | UInt32(lengths[byte]) << 24 }
        for length in 3...longestRepeat {
            let symbol = Int(lengthCodes.symbol[length])
            guard lengths[symbol] > 0 else { continue }
            var bits = UInt32(codes[symbol])
            var count = UInt32(lengths[symbol])
            bits |= UInt32(length - lengthCodes.base[symbol - 257]) << count
            count += UInt32(lengthCodes.extraBits[symbol - 257])
            bits |= UInt32(distanceCode) << count
            table[repeatBase + length] = bits | (count + 1) << 24
        }
        return table
    }

    /// Writes the lengths of both codes, themselves run-length coded.
    private static func writeCodes(_ lengths: [UInt8], distances: [UInt8], to writer: inout BitWriter) {
        let used = (lengths.lastIndex { $0 != 0 } ?? endOfBlock) + 1
        let all = lengths[..<max(257, used)] + distances
        var symbols: [(symbol: Int, extra: Int, bits: Int)] = []
        var index = all.startIndex
        while index < all.endIndex {
            let length = all[index]
            var run = 1
            while index + run < all.endIndex, all[index + run] == length, run < 138 { run += 1 }
            if length == 0, run >= 3 {
                symbols.append(run < 11 ? (17, run - 3, 3) : (18, run - 11, 7))
                index += run
            } else if length != 0, run >= 4 {
                let repeats = min(6, run - 1)
                symbols.append((Int(length), 0, 0))
                symbols.append((16, repeats - 3, 2))
                index += repeats + 1
            } else {
                symbols.append((Int(length), 0, 0))
                index += 1
            }
        }
        var counts = [UInt32](repeating: 0, count: 19)
        for entry in symbols { counts[entry.symbol] += 1 }
        let codeLengths = HuffmanCode.lengths(counts, limit: 7)
        let codes = HuffmanCode.codes(codeLengths)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        let last = (order.lastIndex { codeLengths[$0] != 0 } ?? 3) + 1
        writer.put(UInt64(max(257, used) - 257), 5)
        writer.put(UInt64(distances.count - 1), 5)
        writer.put(UInt64(max(4, last) - 4), 4)
        for symbol in order[..<max(4, last)] { writer.put(UInt64(codeLengths[symbol]), 3) }
        for entry in symbols {
            writer.put(UInt64(codes[entry.symbol]), Int(codeLengths[entry.symbol]))
            writer.put(UInt64(entry.extra), entry.bits)
        }
    }

    private static let lengthCodes = LengthCodes()
}
