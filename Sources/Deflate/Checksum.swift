// The checksum of ZIP and gzip, of bytes in memory, through zlib. Of bytes that come in pieces it is CRC32's business.

import CZlib

/// Checksums of bytes.
package enum Checksum {
    /// Returns the CRC-32 of bytes.
    ///
    /// - Parameter before: the checksum of what lies in front of them; 0 where nothing does.
    package static func crc32(_ bytes: ArraySlice<UInt8>, after before: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            // zlib takes no address for the beginning of a checksum, whatever came before.
            guard let base = buffer.baseAddress else { return before }
            return UInt32(truncatingIfNeeded: CZlib.crc32(UInt(before), base, UInt32(buffer.count)))
        }
    }
}
