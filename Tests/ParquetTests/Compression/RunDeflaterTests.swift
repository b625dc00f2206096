// Compressed pages of numbers, there and back.

import TestSupport
import Testing

@testable import Parquet

@Suite("compression of number pages")
struct RunDeflaterTests {
    private func page(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        let length = [0, 1, 7, 300, 70_000, 200_000].randomElement(using: &random) ?? 0
        while bytes.count < length {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let run = Int.random(in: 1..<1_000, using: &random)
                bytes += repeatElement(UInt8.random(in: 0...3, using: &random), count: run)
            case 1:
                let pair = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
                for _ in 0..<Int.random(in: 1..<200, using: &random) { bytes += pair }
            case 2: bytes += (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
            default:
                bytes += (0..<500).map { _ in
                    UInt8(min(255, Int.random(in: 1...4_000_000, using: &random).leadingZeroBitCount))
                }
            }
        }
        return bytes
    }

    @Test("any page is inflated by zlib to what it was, at every distance", arguments: 0..<60)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = page(&random)
        for distance in 1...4 {
            let packed = RunDeflater.gzip(bytes, distance: distance)
            #expect(
                Gzip.expand(packed[...], expandedBytes: bytes.count) == bytes,
                "seed \(seed) at \(distance)"
            )
        }
    }

    @Test("codes of wildly uneven counts keep to the limit and stay complete")
    func limitedCodes() {
        var counts: [UInt32] = [1, 1]
        while counts.count < 40 { counts.append(counts[counts.count - 1] &+ counts[counts.count - 2]) }
        for limit in [7, 9, 15] {
            let lengths = HuffmanCode.lengths(counts, limit: limit)
            #expect(lengths.allSatisfy { $0 > 0 && $0 <= limit })
            #expect(lengths.reduce(0) { $0 + 1 << (limit - Int($1)) } == 1 << limit)
        }
    }

    @Test("differences of every width are read as they were", arguments: 0..<30)
    func differences(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1..<3_000, using: &random)
        for bits in [0, 1, 7, 8, 9, 16, 17, 31, 32, 40, 63] {
            let values = (0..<count).map { _ in
                Int64(
                    truncatingIfNeeded: UInt64.random(in: 0...(UInt64(1) << UInt64(bits) - 1), using: &random)
                )
            }
            for layout in [DeltaBinaryPacked.Layout.bitWide, .byteWide] {
                var cursor = ByteCursor(DeltaBinaryPacked.encode(values[...], layout: layout))
                #expect(try DeltaBinaryPacked.decode(&cursor, count: count, as: Int64.self) == values)
                let narrow = values.map { Int32(truncatingIfNeeded: $0) }
                var other = ByteCursor(DeltaBinaryPacked.encode(narrow[...], layout: layout))
                #expect(try DeltaBinaryPacked.decode(&other, count: count, as: Int32.self) == narrow)
            }
        }
    }
}
