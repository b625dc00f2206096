// Code lengths that any reader of deflate accepts.

import TestSupport
import Testing

@testable import Parquet

@Suite("Huffman codes")
struct HuffmanCodeTests {
    private func counts(_ random: inout SeededGenerator) -> [UInt32] {
        let symbols = [2, 3, 19, 286].randomElement(using: &random) ?? 2
        let spread = Int.random(in: 1...24, using: &random)
        var counts = (0..<symbols).map { _ -> UInt32 in
            guard Int.random(in: 0..<4, using: &random) > 0 else { return 0 }
            return 1 << UInt32.random(in: 0...UInt32(spread), using: &random)
        }
        counts[0] = max(1, counts[0])
        counts[1] = max(1, counts[1])
        return counts
    }

    @Test("codes are complete, keep to the limit, and only symbols that occur have one", arguments: 0..<200)
    func lengths(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let counts = counts(&random)
        for limit in [9, 15] {
            let lengths = HuffmanCode.lengths(counts, limit: limit)
            #expect(zip(counts, lengths).allSatisfy { ($0 == 0) == ($1 == 0) }, "seed \(seed)")
            #expect(lengths.allSatisfy { $0 <= limit }, "seed \(seed)")
            let share = lengths.filter { $0 > 0 }.reduce(0) { $0 + 1 << (limit - Int($1)) }
            #expect(share == 1 << limit, "seed \(seed)")
        }
    }

    @Test("a symbol that occurs more often has no longer code", arguments: 0..<200)
    func order(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let counts = counts(&random)
        let lengths = HuffmanCode.lengths(counts, limit: 15)
        let used = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] < counts[$1] }
        for (rare, frequent) in zip(used, used.dropFirst()) where counts[rare] < counts[frequent] {
            #expect(lengths[rare] >= lengths[frequent], "seed \(seed)")
        }
    }

    @Test("no code begins with another, as a reader of bits meets them", arguments: 0..<100)
    func prefixes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let lengths = HuffmanCode.lengths(counts(&random), limit: 15)
        let codes = HuffmanCode.codes(lengths)
        let used = lengths.indices.filter { lengths[$0] > 0 }
        for one in used {
            for other in used where one != other && lengths[one] <= lengths[other] {
                let mask = UInt16(truncatingIfNeeded: 1 << UInt32(lengths[one]) - 1)
                #expect(codes[one] & mask != codes[other] & mask, "seed \(seed): \(one) and \(other)")
            }
        }
    }

    @Test("a single symbol gets a code of one bit, and so does one that nothing uses")
    func singleSymbol() {
        #expect(HuffmanCode.lengths([0, 0, 7], limit: 15) == [1, 0, 1])
        #expect(HuffmanCode.lengths([7, 0, 0], limit: 15) == [1, 1, 0])
        #expect(HuffmanCode.lengths([0, 0], limit: 15) == [0, 0])
    }

    @Test("bits are written from the lowest on, and the last byte is filled with zeros")
    func bits() {
        var writer = BitWriter(capacity: 4)
        writer.put(0b1, 1)
        writer.put(0b01, 2)
        writer.put(0xABC, 12)
        writer.flush()
        #expect(writer.bytes == [0b1110_0011, 0b0101_0101])
    }
}
