// A row group whose place in a file is known: what page indices and footer are written from. Its bytes are elsewhere.

/// A row group of a file in the making.
struct PlacedRowGroup: Sendable {
    let rowCount: Int
    /// Where it begins in the file.
    let start: Int
    let byteCount: Int
    /// The chunks in the order of the columns.
    let chunks: [Chunk]

    /// A column chunk.
    struct Chunk: Sendable {
        /// The chunk, without its bytes.
        let encoded: EncodedChunk
        /// Where it begins in the file.
        let start: Int
    }
}
