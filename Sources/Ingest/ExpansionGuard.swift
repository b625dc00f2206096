// Counts what comes out of compressed bytes, and stops before it is too much.

/// A guard against small archives that become huge.
struct ExpansionGuard {
    private let compressedBytes: Int64
    private var expandedBytes: Int64 = 0

    /// Starts.
    ///
    /// - Parameter compressedBytes: the size of the compressed document.
    init(compressedBytes: Int64) { self.compressedBytes = compressedBytes }

    /// Takes note of a piece that came out.
    ///
    /// - Throws: `IngestError.limit`.
    mutating func take(_ byteCount: Int) throws {
        expandedBytes += Int64(byteCount)
        if expandedBytes > Limits.expandedBytes {
            throw IngestError.limit(.expandedBytes, found: nil, limit: Limits.expandedBytes)
        }
        if expandedBytes > Limits.expansionFreeBytes,
            expandedBytes / Limits.expansionRatio > max(1, compressedBytes)
        {
            throw IngestError.limit(.expansionRatio, found: nil, limit: Limits.expansionRatio)
        }
    }
}
