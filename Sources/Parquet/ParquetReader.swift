// Reads the columns of a flat file that lies in memory. Pages are decoded in PageDecoder.

/// A Parquet file in memory.
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
    private let bytes: [UInt8]
    private let rowGroups: [FileMetadata.RowGroup]

    /// Opens a file.
    ///
    /// - Parameter bytes: the whole file, untrusted.
    /// - Throws: `ParquetError` where the footer is damaged or encrypted.
    package init(_ bytes: [UInt8]) throws {
        let metadata = try FileMetadata(file: bytes)
        self.bytes = bytes
        columns = metadata.columns
        rowCount = metadata.rowCount
        rowGroups = metadata.rowGroups
        keyValues = metadata.keyValues
        createdBy = metadata.createdBy
        footerBytes = try FileMetadata.footerRange(bytes).count
    }

    /// The number of row groups.
    package var rowGroupCount: Int { rowGroups.count }

    /// Returns the number of rows of a row group.
    package func rowCount(ofRowGroup rowGroup: Int) -> Int { rowGroups[rowGroup].rowCount }

    /// Returns the bounds that the file states for a column chunk.
    package func statistics(rowGroup: Int, columnIndex: Int) -> Statistics {
        rowGroups[rowGroup].chunks[columnIndex].statistics
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
        let schema = columns[columnIndex]
        let chunk = rowGroups[rowGroup].chunks[columnIndex]
        let place = ParquetError.Place(rowGroup: rowGroup, column: schema.name)
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
        if schema.physicalType == .int96 { throw ParquetError.unsupported(.physicalType("INT96"), place) }
        if case .other(let name) = chunk.codec { throw ParquetError.unsupported(.codec(name), place) }
        var decoder = PageDecoder(bytes: bytes, chunk: chunk, schema: schema)
        do {
            return try decoder.decodeChunk()
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
