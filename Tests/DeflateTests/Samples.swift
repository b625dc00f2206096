// Bytes to be compressed, and pieces to hand them over in. What is asserted of them stands in the tests.

import Deflate
import TestSupport

/// What the tests of this room have in common.
enum Samples {
    /// Returns bytes of runs, text and noise; none at all for some seeds.
    static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        let length = [0, 1, 300, 70_000, 600_000].randomElement(using: &random) ?? 0
        while bytes.count < length {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes += repeatElement(UInt8.random(in: 0...255, using: &random), count: 1_000)
            case 1: bytes += Array("2025-03-01T00:15,\(Int.random(in: 0..<400, using: &random))\n".utf8)
            default: bytes += (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
        }
        return bytes
    }

    /// Returns one gzip member, whose bytes were handed over in pieces.
    static func gzip(_ bytes: [UInt8], pieceBytes: Int = 10_000) -> [UInt8] {
        let compressor = GzipCompressor(level: 6)
        var packed: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            let piece = bytes[start..<min(start + pieceBytes, bytes.count)]
            compressor.compress(piece, isLast: false) { packed += $0 }
        }
        compressor.compress([], isLast: true) { packed += $0 }
        return packed
    }

    /// The bytes of a gzip member in front of what is deflated, and behind it.
    static let (headerBytes, trailerBytes) = (10, 8)
}
