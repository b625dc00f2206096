// The checksum of ZIP and gzip, of bytes that come in pieces. How it is computed is Checksum's business.

/// A running CRC-32, as ZIP and gzip have it.
package struct CRC32: Sendable {
    /// The checksum of all pieces so far.
    package private(set) var value: UInt32 = 0

    /// Starts.
    package init() {}

    /// Takes a piece.
    package mutating func update(_ bytes: ArraySlice<UInt8>) { value = Checksum.crc32(bytes, after: value) }
}
