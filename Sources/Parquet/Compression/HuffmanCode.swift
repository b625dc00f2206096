// Huffman codes as deflated data has them: their lengths from counts, and the codes from the lengths. Writing them is
// RunDeflater's business.
// Source: RFC 1951, section 3.2.2, https://www.rfc-editor.org/rfc/rfc1951

/// Huffman codes of limited length.
enum HuffmanCode {
    /// Returns code lengths for counts of symbols; 0 for a symbol that does not occur.
    ///
    /// - Parameter limit: the longest code, bits.
    static func lengths(_ counts: [UInt32], limit: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: counts.count)
        // By rising count, then by falling symbol: both in one number, which sorts faster than a pair.
        let symbols = counts.indices.filter { counts[$0] > 0 }
            .map { UInt64(counts[$0]) << 32 | UInt64(UInt32.max - UInt32($0)) }.sorted()
            .map { Int(UInt32.max - UInt32(truncatingIfNeeded: $0)) }
        guard symbols.count > 1 else {
            // One code of one bit would not be complete: a second one is given that nothing uses.
            if let only = symbols.first {
                result[only] = 1
                result[only == 0 ? 1 : 0] = 1
            }
            return result
        }
        var numberOfLength = depths(symbols.map { UInt64(counts[$0]) }, limit: limit)
        // The rarest symbols get the longest codes.
        var length = limit
        for symbol in symbols {
            while numberOfLength[length] == 0 { length -= 1 }
            result[symbol] = UInt8(length)
            numberOfLength[length] -= 1
        }
        return result
    }

    /// Returns how many codes have each length, for weights in rising order.
    private static func depths(_ weights: [UInt64], limit: Int) -> [Int] {
        let leafCount = weights.count
        var nodes = weights
        var parent = [Int](repeating: 0, count: 2 * leafCount - 1)
        var leaf = 0
        var inner = leafCount
        for node in leafCount..<(2 * leafCount - 1) {
            var sum: UInt64 = 0
            for _ in 0..<2 {
                let takesLeaf = leaf < leafCount && (inner >= node || nodes[leaf] <= nodes[inner])
                let child = takesLeaf ? leaf : inner
                if takesLeaf { leaf += 1 } else { inner += 1 }
                parent[child] = node
                sum += nodes[child]
            }
            nodes.append(sum)
        }
        var depth = [Int](repeating: 0, count: 2 * leafCount - 1)
        var numberOfLength = [Int](repeating: 0, count: limit + 1)
        for node in stride(from: 2 * leafCount - 3, through: 0, by: -1) {
            depth[node] = depth[parent[node]] + 1
            if node < leafCount { numberOfLength[min(limit, depth[node])] += 1 }
        }
        // Codes that were cut to the limit are paid for by lengthening others, until the code is complete again.
        var total = (1...limit).reduce(0) { $0 + numberOfLength[$1] << (limit - $1) }
        while total > 1 << limit {
            numberOfLength[limit] -= 1
            for length in stride(from: limit - 1, through: 1, by: -1) where numberOfLength[length] > 0 {
                numberOfLength[length] -= 1
                numberOfLength[length + 1] += 2
                break
            }
            total -= 1
        }
        return numberOfLength
    }

    /// Returns the codes of lengths, their bits in the order in which they are written.
    static func codes(_ lengths: [UInt8]) -> [UInt16] {
        var numberOfLength = [Int](repeating: 0, count: 16)
        for length in lengths where length > 0 { numberOfLength[Int(length)] += 1 }
        var next = [Int](repeating: 0, count: 16)
        var code = 0
        for length in 1..<16 {
            code = (code + numberOfLength[length - 1]) << 1
            next[length] = code
        }
        return lengths.map { length in
            guard length > 0 else { return 0 }
            let value = next[Int(length)]
            next[Int(length)] += 1
            var bits = UInt16(truncatingIfNeeded: value)
            bits = (bits & 0x5555) << 1 | (bits >> 1) & 0x5555
            bits = (bits & 0x3333) << 2 | (bits >> 2) & 0x3333
            bits = (bits & 0x0F0F) << 4 | (bits >> 4) & 0x0F0F
            return bits.byteSwapped >> UInt16(16 - Int(length))
        }
    }
}
