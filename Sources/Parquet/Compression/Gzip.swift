// GZIP members in memory and the checksum of pages, through zlib. Pages of numbers are compressed by RunDeflater.

import CZlib

/// Compression and decompression of page bodies.
enum Gzip {
    /// Compresses bytes into one gzip member.
    ///
    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small).
    ///   - isShort: for a few kilobytes: repeats are looked for in the last 4, and starting costs a tenth.
    static func compress(_ bytes: [UInt8], level: Int32, isShort: Bool = false) -> [UInt8] {
        var stream = z_stream()
        let started = sunvigil_deflate_init_gzip(&stream, level, isShort ? 12 : 15, isShort ? 5 : 8)
        precondition(started == Z_OK, "deflateInit2 answers \(started) at level \(level)")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                let ended = deflate(&stream, Z_FINISH)
                precondition(ended == Z_STREAM_END, "deflate answers \(ended) within its own bound \(bound)")
                count = bound - Int(stream.avail_out)
            }
        }
    }

    /// Expands one or more members to exactly `expandedBytes`.
    ///
    /// - Parameter isChecked: whether the bytes have been compared with a checksum. The checksum of what comes out, which says
    ///   the same once more, is not made then.
    /// - Returns: nil where the members are damaged or give more or fewer bytes.
    static func expand(_ bytes: ArraySlice<UInt8>, expandedBytes: Int, isChecked: Bool = false)
        -> [UInt8]?
    {
        var isRight = false
        let expanded = [UInt8](unsafeUninitializedCapacity: max(1, expandedBytes)) { output, count in
            bytes.withUnsafeBufferPointer { input in
                isRight =
                    isChecked && isPlainMember(input)
                    ? expandMember(input, into: output, exactly: expandedBytes)
                    : expand(input, into: output, exactly: expandedBytes)
            }
            count = isRight ? expandedBytes : 0
        }
        return isRight ? expanded : nil
    }

    /// Expands the first bytes of a member that was compared with a checksum.
    ///
    /// - Returns: nil where it is damaged or gives fewer.
    static func expand(_ bytes: ArraySlice<UInt8>, firstBytes: Int) -> [UInt8]? {
        var isRight = false
        let expanded = [UInt8](unsafeUninitializedCapacity: firstBytes) { output, count in
            bytes.withUnsafeBufferPointer { input in
                guard isPlainMember(input) else { return }
                isRight = expandMember(input, into: output, exactly: firstBytes, isPart: true)
            }
            count = isRight ? firstBytes : 0
        }
        return isRight ? expanded : nil
    }

    private static let headerBytes = 10
    private static let trailerBytes = 8

    /// Tells whether a member begins with a header without name or other fields.
    private static func isPlainMember(_ input: UnsafeBufferPointer<UInt8>) -> Bool {
        input.count > headerBytes + trailerBytes && input[0] == 0x1F && input[1] == 0x8B && input[2] == 8
            && input[3] == 0
    }

    /// Expands the deflated bytes between header and trailer of one member.
    private static func expandMember(
        _ input: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>,
        exactly expandedBytes: Int,
        isPart: Bool = false
    ) -> Bool {
        var stream = z_stream()
        guard let base = input.baseAddress, sunvigil_inflate_init_raw(&stream) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: base + headerBytes)
        stream.avail_in = UInt32(input.count - headerBytes)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(expandedBytes)
        if isPart { return inflate(&stream, Z_SYNC_FLUSH) >= Z_OK && stream.avail_out == 0 }
        guard inflate(&stream, Z_FINISH) == Z_STREAM_END else { return false }
        // Another member may follow: all are expanded then.
        if stream.avail_in != trailerBytes { return expand(input, into: output, exactly: expandedBytes) }
        return stream.avail_out == 0
    }

    private static func expand(
        _ input: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>,
        exactly expandedBytes: Int
    ) -> Bool {
        var stream = z_stream()
        guard sunvigil_inflate_init_gzip(&stream) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(expandedBytes)
        while true {
            let answer = inflate(&stream, Z_FINISH)
            guard answer == Z_STREAM_END else { return false }
            if stream.avail_in == 0 { return stream.avail_out == 0 }
            guard inflateReset(&stream) == Z_OK else { return false }
        }
    }

    /// Returns the CRC-32 of bytes, as gzip members and page headers have it.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            UInt32(truncatingIfNeeded: CZlib.crc32(0, buffer.baseAddress, UInt32(buffer.count)))
        }
    }
}
