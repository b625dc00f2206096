// Reads the columns of a flat file, of which only what is asked for is fetched. Pages are decoded in PageDecoder; what the
// page indices allow to leave out is known to ParquetReader+Rows.

/// A Parquet file.
package struct ParquetReader: Sendable {
    /// The columns of the file, nested ones included; those cannot be read.
    package let columns: [ColumnSchema]
    /// The number of rows.
    package let rowCount: Int
    /// Free text of the writer by key.
    package let keyValues: [String: String]
    /// The program that wrote the file; nil where it does not say.
    package let createdBy: String?
    /// The length of the footer in bytes, as a catalogue keeps it.
    package let footerBytes: Int
    /// Where the bytes come from.
    let file: ByteSource
    /// What the footer says.
    let metadata: FileMetadata
    /// The row groups in order.
    var rowGroups: [FileMetadata.RowGroup] { metadata.rowGroups }

    /// Opens a file in memory.
    ///
    /// - Parameter bytes: the whole file, untrusted.
    /// - Throws: `ParquetError` where the footer is damaged or encrypted.
    package init(_ bytes: [UInt8]) throws { try self.init(ByteSource(bytes)) }

    /// Opens a file, of which the footer is read now and columns when they are asked for.
    ///
    /// - Throws: `ParquetError` where the footer is damaged or encrypted, and what reading throws.
    package init(_ file: ByteSource) throws {
        let footer = try FileMetadata.footer(of: file)
        let metadata = try FileMetadata(footer: footer.bytes, footerStart: footer.start)
        self.file = file
        columns = metadata.columns
        rowCount = metadata.rowCount
        self.metadata = metadata
        keyValues = metadata.keyValues
        createdBy = metadata.createdBy
        footerBytes = footer.bytes.count
    }

    /// The number of row groups.
    package var rowGroupCount: Int { rowGroups.count }

    /// Returns the number of rows of a row group.
    package func rowCount(ofRowGroup rowGroup: Int) -> Int { rowGroups[rowGroup].rowCount }

    /// Returns where the pages of the last row group end: behind it lie page indices and the footer, for which no checksum
    /// of a page speaks.
    ///
    /// - Throws: `ParquetError` where the footer is damaged there.
    package func dataEnd() throws -> Int {
        guard !rowGroups.isEmpty, !columns.isEmpty else { return ParquetAssembler.start.count }
        let last = try metadata.chunk(columns.count - 1, rowGroup: rowGroups.count - 1)
        return min(file.byteCount, last.start + min(last.byteCount, file.byteCount))
    }

    /// Returns the bounds that the file states for a column chunk.
    ///
    /// - Throws: `ParquetError` where the footer is damaged there.
    package func statistics(rowGroup: Int, columnIndex: Int) throws -> Statistics {
        try metadata.chunk(columnIndex, rowGroup: rowGroup).statistics
    }

    /// Returns the position of a column by its field id, or by name where the file has no such id.
    package func columnIndex(fieldID: Int32, name: String) -> Int? {
        columns.firstIndex { $0.fieldID == fieldID }
            ?? columns.firstIndex { $0.fieldID == nil && $0.name == name }
    }

    /// Reads a column of all row groups.
    ///
    /// - Throws: `ParquetError` with row group, column and page.
    package func column(_ columnIndex: Int) throws -> ColumnData {
        var joined = ColumnData(values: .empty(columns[columnIndex].physicalType))
        for rowGroup in rowGroups.indices {
            joined.append(try column(columnIndex, rowGroup: rowGroup))
        }
        return joined
    }

    /// Reads a column of one row group.
    ///
    /// - Throws: `ParquetError` with row group, column and page.
    package func column(_ columnIndex: Int, rowGroup: Int) throws -> ColumnData {
        try decode(columnIndex, rowGroup: rowGroup) { try $0.decodeChunk() }
    }

    /// Hands on the pages of an INT64 column.
    func forEachPage(
        _ columnIndex: Int,
        rowGroup: Int,
        _ body: (PageDecoder.IntegerPage) throws -> Void
    ) throws {
        try decode(columnIndex, rowGroup: rowGroup) { try $0.forEachIntegerPage(body) }
    }

    /// Lets a body decode pages of a column that is read here.
    ///
    /// - Throws: `ParquetError` with row group, column and page.
    func decode<Value>(
        _ columnIndex: Int,
        rowGroup: Int,
        _ body: (inout PageDecoder) throws -> Value
    ) throws -> Value {
        let schema = columns[columnIndex]
        let place = ParquetError.Place(rowGroup: rowGroup, column: schema.name)
        let chunk = try metadata.chunk(columnIndex, rowGroup: rowGroup)
        guard !schema.isNested else { throw ParquetError.unsupported(.nesting, place) }
        guard !chunk.isEncrypted else { throw ParquetError.unsupported(.encryption, place) }
        guard !chunk.isExternal else { throw ParquetError.unsupported(.externalChunk, place) }
        guard chunk.physicalType == schema.physicalType else {
            throw ParquetError.damaged(
                .mismatch(
                    field: "chunk type",
                    found: Int64(chunk.physicalType?.rawValue ?? -1),
                    expected: Int64(schema.physicalType.rawValue)
                ),
                place
            )
        }
        if schema.physicalType == .int96 {
            throw ParquetError.unsupported(.physicalType(PhysicalType.int96.name), place)
        }
        guard chunk.codec.isRead else { throw ParquetError.unsupported(.codec(chunk.codec.name), place) }
        let file = file
        var decoder = PageDecoder(chunk: chunk, schema: schema) { try file.bytes($0) }
        do {
            return try body(&decoder)
        } catch ParquetError.damaged(let damage, _) {
            throw ParquetError.damaged(damage, place.atPage(decoder.pageIndex))
        } catch ParquetError.unsupported(let feature, _) {
            throw ParquetError.unsupported(feature, place.atPage(decoder.pageIndex))
        }
    }
}

extension ParquetError.Place {
    fileprivate func atPage(_ page: Int) -> ParquetError.Place {
        ParquetError.Place(rowGroup: rowGroup, column: column, page: page)
    }
}
