// Counts what comes out of compressed bytes, and stops before it is too much.

/// A guard against small archives that become huge.
struct ExpansionGuard {
    private let compressedBytes: Int64
    private let mostBytes: Int64
    private var expandedBytes: Int64 = 0

    /// Starts.
    ///
    /// - Parameters:
    ///   - compressedBytes: the size of the compressed document, or of the archive.
    ///   - mostBytes: what may come out at most.
    init(compressedBytes: Int64, mostBytes: Int64 = Limits.expandedBytes) {
        (self.compressedBytes, self.mostBytes) = (compressedBytes, mostBytes)
    }

    /// Takes note of a piece that came out.
    ///
    /// - Throws: `IngestError.limit`.
    mutating func take(_ byteCount: Int) throws {
        expandedBytes += Int64(byteCount)
        if expandedBytes > mostBytes {
            throw IngestError.limit(.expandedBytes, found: nil, limit: mostBytes)
        }
        if expandedBytes > Limits.expansionFreeBytes,
            expandedBytes / Limits.expansionRatio > max(1, compressedBytes)
        {
            throw IngestError.limit(.expansionRatio, found: nil, limit: Limits.expansionRatio)
        }
    }
}
