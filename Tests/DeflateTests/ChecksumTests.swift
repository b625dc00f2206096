// The check of bytes: that of the standard, and of pieces as of the whole.

import TestSupport
import Testing

@testable import Deflate

@Suite("checksums")
struct ChecksumTests {
    @Test("the checksum is the one that ZIP and gzip have")
    func known() {
        #expect(Checksum.crc32([]) == 0)
        // The check value of CRC-32/ISO-HDLC.
        #expect(Checksum.crc32(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    @Test("pieces of any length give the checksum of the whole", arguments: 0..<20)
    func pieces(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = Samples.bytes(&random)
        var running = CRC32()
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + Int.random(in: 0...5_000, using: &random))
            running.update(bytes[position..<end])
            position = end
        }
        #expect(running.value == Checksum.crc32(bytes[...]), "seed \(seed)")
    }

    @Test("a flipped bit gives another checksum", arguments: 0..<20)
    func flipped(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Samples.bytes(&random) + [0]
        let right = Checksum.crc32(bytes[...])
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(Checksum.crc32(bytes[...]) != right, "seed \(seed)")
    }
}
