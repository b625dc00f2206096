// A row group as it will lie in a file. Where it will lie is ParquetAssembler's business, encoding its columns
// ChunkEncoder's.

/// A row group, encoded: what lies in the file, without knowing where.
package struct EncodedRowGroup: Sendable {
    /// The number of rows.
    package let rowCount: Int
    /// The bytes of all column chunks.
    package let bytes: [UInt8]
    /// The chunks in the order of the columns, without their bytes.
    let chunks: [EncodedChunk]
    /// Where each chunk begins, from the group's first byte.
    let chunkStarts: [Int]

    /// Takes a group that lies in a file already.
    init(rowCount: Int, bytes: [UInt8], chunks: [EncodedChunk], chunkStarts: [Int]) {
        (self.rowCount, self.bytes, self.chunks, self.chunkStarts) = (rowCount, bytes, chunks, chunkStarts)
    }

    /// Encodes columns of equal length; there is at least one row.
    package init(_ data: [ColumnData], columns: [ColumnSchema]) {
        precondition(
            data.count == columns.count,
            "\(data.count) columns of data for \(columns.count) of the schema"
        )
        rowCount = data.first?.rowCount ?? 0
        precondition(rowCount > 0, "a row group without rows")
        var bytes: [UInt8] = []
        var chunks: [EncodedChunk] = []
        var starts: [Int] = []
        for (schema, column) in zip(columns, data) {
            precondition(
                column.rowCount == rowCount,
                "column \(schema.name) has \(column.rowCount) rows, not \(rowCount)"
            )
            precondition(schema.isOptional || column.nullCount == 0, "column \(schema.name) lacks values")
            var chunk = ChunkEncoder(schema: schema).encode(column)
            starts.append(bytes.count)
            bytes += chunk.bytes
            chunk.bytes = []
            chunks.append(chunk)
        }
        (self.bytes, self.chunks, chunkStarts) = (bytes, chunks, starts)
    }
}
