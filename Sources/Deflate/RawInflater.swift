// Deflated bytes without a wrapper, piece by piece, as members of a ZIP archive have them. The archive around them is known
// to whoever reads it; checksums are CRC32's business.

import CZlib

/// A decompressor that takes pieces. A class, because zlib keeps the address of its state.
package final class RawInflater {
    private var stream = z_stream()
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)

    /// Tells whether the end of the compressed data was reached.
    package private(set) var isComplete = false

    /// Starts.
    package init() {
        let started = sunvigil_inflate_init_raw(&stream)
        precondition(started == Z_OK, "inflateInit2 answers \(started)")
    }

    deinit { inflateEnd(&stream) }

    /// Takes a piece and hands on what came out; what follows the end is ignored.
    ///
    /// - Throws: `GzipExpander.Damaged`, and what the sink throws.
    package func expand(_ bytes: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        guard !isComplete else { return }
        try bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            while !isComplete {
                let (answer, produced) = buffer.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    let answer = inflate(&stream, Z_NO_FLUSH)
                    return (answer, output.count - Int(stream.avail_out))
                }
                guard answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR else {
                    throw GzipExpander.Damaged()
                }
                if produced > 0 { try sink(buffer[..<produced]) }
                isComplete = answer == Z_STREAM_END
                if produced < buffer.count && (stream.avail_in == 0 || answer == Z_BUF_ERROR) { return }
            }
        }
    }
}
