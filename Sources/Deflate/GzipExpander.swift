// GZIP piece by piece, for documents that need not fit into memory. Knows bytes only, and sets no bound to what comes out:
// that is the business of whoever takes the pieces.

import CZlib

/// A gzip expander that takes pieces. A class, because zlib keeps the address of its state.
package final class GzipExpander {
    private var stream = z_stream()
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var isBetweenMembers = false

    /// Tells whether every member that was begun has ended.
    package private(set) var isComplete = false

    /// The bytes are no gzip, or damaged.
    package struct Damaged: Error, Sendable {}

    /// Starts.
    package init() {
        let started = sunvigil_inflate_init_gzip(&stream)
        precondition(started == Z_OK, "inflateInit2 answers \(started)")
    }

    deinit { inflateEnd(&stream) }

    /// Takes a piece and hands on what came out.
    ///
    /// - Throws: `Damaged`, and what the sink throws.
    package func expand(_ bytes: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        try bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            while true {
                if isBetweenMembers {
                    guard stream.avail_in > 0 else { return }
                    guard inflateReset(&stream) == Z_OK else { throw Damaged() }
                    isBetweenMembers = false
                    isComplete = false
                }
                let (answer, produced) = buffer.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    let answer = inflate(&stream, Z_NO_FLUSH)
                    return (answer, output.count - Int(stream.avail_out))
                }
                guard answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR else {
                    throw Damaged()
                }
                if produced > 0 { try sink(buffer[..<produced]) }
                if answer == Z_STREAM_END {
                    isBetweenMembers = true
                    isComplete = true
                } else if produced < buffer.count && stream.avail_in == 0 {
                    return
                } else if answer == Z_BUF_ERROR && produced == 0 {
                    return
                }
            }
        }
    }
}
