// Deflated bytes without a frame: round trips, and damage that is refused.

import Deflate
import TestSupport
import Testing

@Suite("deflated bytes without a wrapper")
struct RawInflaterTests {
    /// Returns bytes, deflated.
    private func deflated(_ bytes: [UInt8]) -> [UInt8] {
        Array(Samples.gzip(bytes).dropFirst(Samples.headerBytes).dropLast(Samples.trailerBytes))
    }

    /// Inflates bytes that are handed over in pieces.
    private func inflated(_ packed: [UInt8], pieceBytes: Int = 777) throws -> (
        bytes: [UInt8], isComplete: Bool
    ) {
        let inflater = RawInflater()
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: packed.count, by: pieceBytes) {
            try inflater.expand(packed[start..<min(start + pieceBytes, packed.count)]) { bytes += $0 }
        }
        return (bytes, inflater.isComplete)
    }

    @Test("what was deflated comes back, whatever the pieces", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = Samples.bytes(&random)
        let result = try inflated(deflated(bytes), pieceBytes: Int.random(in: 1...5_000, using: &random))
        #expect(result.bytes == bytes, "seed \(seed)")
        #expect(result.isComplete)
    }

    @Test("what follows the end is ignored")
    func behindTheEnd() throws {
        let bytes = Array("a member of an archive".utf8)
        for pieceBytes in [1, 5, 1_000] {
            let result = try inflated(deflated(bytes) + Array("the next member".utf8), pieceBytes: pieceBytes)
            #expect(result.bytes == bytes)
            #expect(result.isComplete)
        }
    }

    @Test("bytes that are cut off are never complete")
    func cut() throws {
        let packed = deflated(Array("a member of an archive".utf8))
        for length in 0..<packed.count {
            #expect(try !inflated(Array(packed[..<length])).isComplete, "\(length) bytes")
        }
    }

    @Test("a block of a kind that there is not is refused")
    func badBlock() {
        #expect(throws: GzipExpander.Damaged.self) { try inflated([0xFF, 0xFF, 0xFF]) }
    }

    @Test("noise throws or ends, and never traps", arguments: 0..<200)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = try? inflated(noise, pieceBytes: 50)
    }
}
