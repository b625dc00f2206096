// Makes a flat file: row groups one after the other, then page indices and footer. Where the bytes go is the caller's
// business; page indices are PageIndexWriter's, the footer FooterWriter's.

/// A Parquet file in the making, whose bytes leave as they come. Memory holds what the footer says of each group.
package struct ParquetAssembler: Sendable {
    private let columns: [ColumnSchema]
    private let sorting: [SortingColumn]
    private let keyValues: [(String, String)]
    private let createdBy: String
    private var groups: [PlacedRowGroup] = []
    /// The bytes so far; those of `start` included.
    package private(set) var byteCount = ParquetAssembler.start.count
    /// The rows so far.
    package private(set) var rowCount = 0

    /// The first bytes of a file.
    package static let start = Array("PAR1".utf8)

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - columns: the columns; not nested, not INT96.
    ///   - sorting: the columns by which the rows are sorted.
    ///   - createdBy: text of the form `Name version 1.2.3 (build x)`.
    package init(
        columns: [ColumnSchema],
        sorting: [SortingColumn] = [],
        keyValues: [(String, String)] = [],
        createdBy: String
    ) {
        precondition(
            !columns.contains { $0.isNested || $0.physicalType == .int96 },
            "a nested or INT96 column"
        )
        self.columns = columns
        self.sorting = sorting
        self.keyValues = keyValues
        self.createdBy = createdBy
    }

    /// Takes note of a group whose bytes follow those so far.
    package mutating func append(_ group: EncodedRowGroup) {
        groups.append(
            PlacedRowGroup(
                rowCount: group.rowCount,
                start: byteCount,
                byteCount: group.bytes.count,
                chunks: zip(group.chunks, group.chunkStarts).map {
                    PlacedRowGroup.Chunk(encoded: $0, start: byteCount + $1)
                }
            )
        )
        byteCount += group.bytes.count
        rowCount += group.rowCount
    }

    /// Ends the file.
    ///
    /// - Returns: the bytes behind the last group, and how many of them are the footer: the number before the last `PAR1`.
    package mutating func finish() -> (bytes: [UInt8], footerBytes: Int) {
        let indices = PageIndexWriter.write(groups, from: byteCount)
        let footer = FooterWriter(
            columns: columns,
            sorting: sorting,
            keyValues: keyValues,
            createdBy: createdBy
        )
        .footer(groups, indices: indices.places, rowCount: rowCount)
        var bytes = indices.bytes
        bytes += footer
        appendLittleEndian(UInt64(footer.count), width: 4, to: &bytes)
        bytes += ParquetAssembler.start
        byteCount += bytes.count
        return (bytes, footer.count)
    }
}
