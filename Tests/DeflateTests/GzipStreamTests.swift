// gzip piece by piece: round trips, and damage that is refused.

import Deflate
import TestSupport
import Testing

@Suite("gzip piece by piece")
struct GzipStreamTests {
    /// Expands bytes that are handed over in pieces.
    private func expanded(_ packed: [UInt8], pieceBytes: Int = 777) throws -> (
        bytes: [UInt8], isComplete: Bool
    ) {
        let expander = GzipExpander()
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: packed.count, by: pieceBytes) {
            try expander.expand(packed[start..<min(start + pieceBytes, packed.count)]) { bytes += $0 }
        }
        return (bytes, expander.isComplete)
    }

    @Test("what was compressed comes back, whatever the pieces", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = Samples.bytes(&random)
        let packed = Samples.gzip(bytes, pieceBytes: Int.random(in: 1_000...100_000, using: &random))
        for pieceBytes in [packed.count, Int.random(in: 100...5_000, using: &random)] {
            let result = try expanded(packed, pieceBytes: pieceBytes)
            #expect(result.bytes == bytes, "seed \(seed) in pieces of \(pieceBytes)")
            #expect(result.isComplete)
        }
    }

    @Test("members that follow each other are one document")
    func members() throws {
        let packed = Samples.gzip(Array("one, ".utf8)) + Samples.gzip([]) + Samples.gzip(Array("two".utf8))
        for pieceBytes in [1, 7, packed.count] {
            let result = try expanded(packed, pieceBytes: pieceBytes)
            #expect(result.bytes == Array("one, two".utf8))
            #expect(result.isComplete)
        }
    }

    @Test("a member that is cut off is never complete")
    func cut() throws {
        let packed = Samples.gzip(Array("a document of some bytes".utf8))
        for length in 0..<packed.count {
            #expect(try !expanded(Array(packed[..<length])).isComplete, "\(length) bytes")
        }
    }

    @Test("a wrong checksum is refused")
    func wrongChecksum() {
        let packed = Samples.gzip(Array("a document of some bytes".utf8))
        for position in (packed.count - Samples.trailerBytes)..<packed.count {
            var damaged = packed
            damaged[position] ^= 1
            #expect(throws: GzipExpander.Damaged.self, "byte \(position)") { try expanded(damaged) }
        }
    }

    @Test("what is no gzip is refused")
    func noGzip() {
        #expect(throws: GzipExpander.Damaged.self) { try expanded(Array("time,energy\n".utf8)) }
        let member = Samples.gzip(Array("one".utf8))
        #expect(throws: GzipExpander.Damaged.self) { try expanded(member + Array("no member".utf8)) }
    }

    @Test("a flipped byte is refused, or leaves what comes out as it was", arguments: 0..<10)
    func damage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = Array(Samples.bytes(&random).prefix(2_000))
        let packed = Samples.gzip(bytes)
        for position in packed.indices {
            var damaged = packed
            damaged[position] ^= 1 << UInt8(position % 8)
            guard let result = try? expanded(damaged), result.isComplete else { continue }
            // Some bytes of the header say nothing about the content.
            #expect(result.bytes == bytes, "seed \(seed) byte \(position)")
        }
    }
}
