// GZIP piece by piece, for documents that need not fit into memory. Knows bytes only; expanding is GzipExpander's business.

import CZlib

/// A gzip compressor that takes pieces. A class, because zlib keeps the address of its state.
package final class GzipCompressor {
    private var stream = z_stream()
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Starts a member.
    ///
    /// - Parameter level: 1 (fast) to 9 (small).
    package init(level: Int32) {
        let started = sunvigil_deflate_init_gzip(&stream, level, 15, 8)
        precondition(started == Z_OK, "deflateInit2 answers \(started) at level \(level)")
    }

    deinit { deflateEnd(&stream) }

    /// Takes a piece and hands on what came out.
    package func compress(
        _ bytes: ArraySlice<UInt8>,
        isLast: Bool,
        _ sink: (ArraySlice<UInt8>) throws -> Void
    ) rethrows {
        try bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let produced = buffer.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    _ = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    return output.count - Int(stream.avail_out)
                }
                isFull = produced == buffer.count
                if produced > 0 { try sink(buffer[..<produced]) }
            }
        }
    }
}
