// The bound of a capture while its bodies come.

/// Counts the bytes of all bodies of a capture while they come, and stops before they are too many: what a folder or an
/// archive states of their sizes proves nothing.
package struct CaptureCounter {
    private var total = 0

    /// Starts.
    package init() {}

    /// Takes note of a piece.
    ///
    /// - Throws: `IngestError.limit`.
    package mutating func take(_ byteCount: Int) throws {
        total += byteCount
        guard total <= Limits.captureBytes else {
            throw IngestError.limit(.documentBytes, found: nil, limit: Int64(Limits.captureBytes))
        }
    }
}
