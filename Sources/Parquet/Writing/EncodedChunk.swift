// What is known of an encoded column chunk: enough to describe it in a footer and in page indices. Encoding it is
// ChunkEncoder's business, describing it FooterWriter's.

/// An encoded column chunk; offsets count from its first byte.
struct EncodedChunk: Sendable {
    var bytes: [UInt8] = []
    /// The number of bytes, which stays when the bytes have gone elsewhere.
    var byteCount = 0
    /// Bytes of headers and bodies before compression.
    var uncompressedBytes = 0
    /// Where the first data page lies.
    var dataPageOffset = 0
    var hasDictionary = false
    /// The numbers of the encodings, those that are not known here included: a chunk may come from another writer.
    var encodingNumbers: [Int64] = []
    /// Tells whether bodies are gzip.
    var isCompressed = false
    var statistics = Statistics()
    /// The data pages.
    var pages: [Page] = []

    /// A data page.
    struct Page: Sendable {
        let offset: Int
        let byteCount: Int
        let firstRow: Int
        let statistics: Statistics
        let isAllNull: Bool
    }
}
