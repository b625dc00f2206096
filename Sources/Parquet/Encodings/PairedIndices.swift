// Where the entries of a dictionary of more than 256 lie, so that their numbers deflate to about the values' entropy. The
// dictionary itself is IntegerDictionary's business.

/// Indices of two bytes.
///
/// A deflater writes both bytes of an index with one code. By falling frequency the low byte would say nearly everything,
/// and the high byte, almost always 0, would still take a bit and lengthen each low byte by another: two bits a value for
/// nothing. So entries lie on a square, of which each side says half: frequent values where both bytes are frequent. What is
/// left free between them is filled.
enum PairedIndices {
    /// Rounds of laying entries out by the costs of bytes, and costing bytes by what lies where; more change less than 1 %.
    private static let rounds = 3
    /// Parts of a bit in which costs are counted.
    private static let costUnits: Float = 16

    /// Returns the index of each entry.
    ///
    /// - Parameter counts: how often each occurs, falling; 257 to 65,536 of them.
    static func indices(_ counts: [UInt32]) -> [UInt16] {
        let side = min(256, 2 * Int(Float(counts.count).squareRoot().rounded(.up)))
        let total = counts.reduce(Float(0)) { $0 + Float($1) }
        // To begin with, the byte of number i costs half of what the value of rank i² / 2 says.
        var costs = (0..<side).map { byte in
            let count = Float(counts[min(byte * byte / 2, counts.count - 1)])
            return Int(RunDeflater.logarithm2(total / count) * costUnits / 2)
        }
        var pairs: [(high: Int, low: Int)] = []
        for _ in 0..<rounds {
            pairs = cheapest(counts.count, costs)
            var use = [Float](repeating: 0.5, count: side)
            for (pair, count) in zip(pairs, counts) {
                use[pair.high] += Float(count)
                use[pair.low] += Float(count)
            }
            let all = 2 * total + Float(side) / 2
            costs = use.map { Int(RunDeflater.logarithm2(all / $0) * costUnits) }.sorted()
        }
        return pairs.map { UInt16($0.high << 8 | $0.low) }
    }

    /// Returns pairs of bytes by rising cost.
    ///
    /// - Parameter costs: of each byte, rising; not negative.
    private static func cheapest(_ count: Int, _ costs: [Int]) -> [(high: Int, low: Int)] {
        // A sort by counting: costs are small numbers.
        var starts = [Int](repeating: 0, count: 2 * (costs.last ?? 0) + 2)
        for high in costs { for low in costs { starts[high + low + 1] += 1 } }
        for cost in starts.indices.dropFirst() { starts[cost] += starts[cost - 1] }
        var pairs = Array(repeating: (high: 0, low: 0), count: count)
        for (high, highCost) in costs.enumerated() {
            for (low, lowCost) in costs.enumerated() {
                let place = starts[highCost + lowCost]
                starts[highCost + lowCost] = place + 1
                if place < count { pairs[place] = (high, low) }
            }
        }
        return pairs
    }
}
