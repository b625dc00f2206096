// A whole file in memory. Files whose bytes leave as they come are ParquetAssembler's business.

/// A Parquet file made in memory.
package struct ParquetWriter {
    private let columns: [ColumnSchema]
    private var assembler: ParquetAssembler
    private var bytes = ParquetAssembler.start

    /// A finished file.
    package struct File: Sendable {
        /// The whole file.
        package let bytes: [UInt8]
        /// The length of the footer: the four-byte number before the last `PAR1`.
        package let footerBytes: Int
        /// The number of rows.
        package let rowCount: Int
    }

    /// Begins a file; see `ParquetAssembler`.
    package init(
        columns: [ColumnSchema],
        sorting: [SortingColumn] = [],
        keyValues: [(String, String)] = [],
        createdBy: String
    ) {
        self.columns = columns
        assembler = ParquetAssembler(
            columns: columns,
            sorting: sorting,
            keyValues: keyValues,
            createdBy: createdBy
        )
    }

    /// Encodes and appends a row group: one column of data for each of the schema, all of the same length.
    package mutating func append(_ data: [ColumnData]) {
        guard data.first?.rowCount != 0 else { return }
        append(EncodedRowGroup(data, columns: columns))
    }

    /// Appends a row group.
    package mutating func append(_ group: EncodedRowGroup) {
        assembler.append(group)
        bytes += group.bytes
    }

    /// Ends the file.
    package mutating func finish() -> File {
        let end = assembler.finish()
        return File(bytes: bytes + end.bytes, footerBytes: end.footerBytes, rowCount: assembler.rowCount)
    }
}
