// The row groups of a footer and their column chunks, read and checked. Fetching and decoding their pages is PageDecoder's
// business.

extension FileMetadata {
    /// A column chunk: what the footer says of it, checked.
    struct Chunk {
        /// The type of its values; nil where the number stands for none.
        let physicalType: PhysicalType?
        let codec: CompressionCodec
        let valueCount: Int
        /// Where its first page lies in the file.
        let start: Int
        /// The end of the bytes in which its pages lie.
        let end: Int
        let statistics: Statistics
        /// Tells whether it lies in another file.
        let isExternal: Bool
        let isEncrypted: Bool
        /// The numbers of its encodings, unknown ones included, as a copy of the row group states them.
        let encodingNumbers: [Int64]
        let uncompressedBytes: Int64
        /// Bytes of the chunk as stated.
        let byteCount: Int
        let dataPageOffset: Int64
        let hasDictionary: Bool
        /// Where the index of the pages' places lies; nil where there is none.
        let offsetIndex: Range<Int>?
        /// Where the index of the pages' bounds lies; nil where there is none.
        let columnIndex: Range<Int>?
    }

    // MARK: Row groups

    /// Reads a row group, of which the chunks' descriptions are passed over.
    static func rowGroup(_ reader: inout ThriftReader, number: Int) throws -> RowGroup {
        var rows: Int64 = -1
        var chunkRanges: [Range<Int>] = []
        try reader.fields { reader, id, kind in
            switch RowGroupField(rawValue: id) {
            case .columns:
                try reader.elements(kind: kind) { reader in
                    let start = reader.position
                    try reader.skipStructure(depth: 1)
                    chunkRanges.append(start..<reader.position)
                }
            case .numRows: rows = try reader.fieldValue(kind: kind).integer ?? -1
            default: try reader.skip(kind: kind)
            }
        }
        guard (0...Limits.rows).contains(rows) else {
            throw ParquetError.damaged(
                .outOfRange(field: "row group num_rows", found: rows, limit: Limits.rows),
                ParquetError.Place(rowGroup: number)
            )
        }
        return RowGroup(rowCount: Int(rows), chunkRanges: chunkRanges)
    }

    /// Checks that row groups are of as many rows as stated, and each of all columns.
    static func rowCount(_ groups: [RowGroup], stated total: Int64, columnCount: Int) throws -> Int {
        guard (0...Limits.rows).contains(total) else {
            throw damaged(.outOfRange(field: "num_rows", found: total, limit: Limits.rows))
        }
        for (number, group) in groups.enumerated() where group.chunkRanges.count != columnCount {
            throw ParquetError.damaged(
                .mismatch(
                    field: "column chunks",
                    found: Int64(group.chunkRanges.count),
                    expected: Int64(columnCount)
                ),
                ParquetError.Place(rowGroup: number)
            )
        }
        let sum = groups.reduce(Int64(0)) { $0 + Int64($1.rowCount) }
        guard sum == total else { throw damaged(.mismatch(field: "num_rows", found: total, expected: sum)) }
        return Int(total)
    }

    // MARK: Chunks

    /// Reads what the footer says of a column chunk.
    ///
    /// - Throws: `ParquetError` with row group and column.
    func chunk(_ columnIndex: Int, rowGroup: Int) throws -> Chunk {
        let group = rowGroups[rowGroup]
        var reader = ThriftReader(footer[group.chunkRanges[columnIndex]])
        return try FileMetadata.chunk(
            try reader.structure().fields(of: ColumnChunkField.self),
            column: columns[columnIndex],
            rows: Int64(group.rowCount),
            footerStart: footerStart,
            place: ParquetError.Place(rowGroup: rowGroup, column: columns[columnIndex].name)
        )
    }

    private static func chunk(
        _ fields: ThriftFields<ColumnChunkField>,
        column: ColumnSchema,
        rows: Int64,
        footerStart: Int,
        place: ParquetError.Place
    ) throws -> Chunk {
        let isEncrypted = fields[.cryptoMetadata] != nil || fields[.encryptedColumnMetadata] != nil
        guard let meta = fields[.metaData]?.fields(of: ColumnMetaDataField.self) else {
            if isEncrypted { throw ParquetError.unsupported(.encryption, place) }
            throw ParquetError.damaged(.badStructure(field: "column metadata"), place)
        }
        let count = meta[.numValues]?.integer ?? -1
        guard count >= 0, column.isNested || count == rows else {
            throw ParquetError.damaged(.mismatch(field: "num_values", found: count, expected: rows), place)
        }
        guard let codec = (meta[.codec]?.integer).flatMap({ CompressionCodec(rawValue: $0) }) else {
            throw ParquetError.damaged(.badStructure(field: "codec"), place)
        }
        let pages = try PagesPlace(meta, isEmpty: count == 0, footerStart: Int64(footerStart), place)
        return Chunk(
            physicalType: (meta[.type]?.integer).flatMap { PhysicalType(rawValue: Int(clamping: $0)) },
            codec: codec,
            valueCount: Int(min(count, Int64(Int32.max))),
            start: pages.start,
            end: pages.end,
            statistics: Statistics(meta[.statistics]),
            isExternal: fields[.filePath] != nil,
            isEncrypted: isEncrypted,
            encodingNumbers: (meta[.encodings]?.list ?? []).compactMap(\.integer),
            uncompressedBytes: meta[.totalUncompressedSize]?.integer ?? 0,
            byteCount: pages.byteCount,
            dataPageOffset: pages.dataPageOffset,
            hasDictionary: pages.hasDictionary,
            offsetIndex: range(
                fields[.offsetIndexOffset],
                length: fields[.offsetIndexLength],
                footerStart: footerStart
            ),
            columnIndex: range(
                fields[.columnIndexOffset],
                length: fields[.columnIndexLength],
                footerStart: footerStart
            )
        )
    }

    private static func range(_ offset: ThriftValue?, length: ThriftValue?, footerStart: Int) -> Range<Int>? {
        guard let offset = offset?.integer, let length = length?.integer, offset >= 4, length > 0,
            length <= footerStart, offset <= Int64(footerStart) - length
        else { return nil }
        return Int(offset)..<Int(offset + length)
    }
}

/// Where the pages of a column chunk lie, checked against the file.
private struct PagesPlace {
    let start: Int
    let end: Int
    let byteCount: Int
    let dataPageOffset: Int64
    let hasDictionary: Bool

    init(
        _ meta: ThriftFields<ColumnMetaDataField>,
        isEmpty: Bool,
        footerStart: Int64,
        _ place: ParquetError.Place
    ) throws {
        let dataOffset = meta[.dataPageOffset]?.integer ?? -1
        var start = dataOffset
        // An offset of 0 stands for no dictionary; some writers leave it out although there is one.
        if let dictionary = meta[.dictionaryPageOffset]?.integer, dictionary > 0, dictionary < dataOffset {
            start = dictionary
        }
        let size = meta[.totalCompressedSize]?.integer ?? -1
        let (end, overflow) = start.addingReportingOverflow(size)
        // A chunk without values may point anywhere: nothing is read from it.
        guard isEmpty || (start >= 4 && size >= 0 && !overflow && end <= footerStart) else {
            throw ParquetError.damaged(
                .outOfRange(field: "chunk end", found: end, limit: footerStart),
                place
            )
        }
        // Old parquet-cpp left the dictionary header out of the size (PARQUET-816): pages may reach a little further.
        let reach = min(end &+ Limits.oversizedHeaderBytes, footerStart)
        self.start = isEmpty ? 4 : Int(start)
        self.end = isEmpty ? 4 : Int(reach)
        byteCount = Int(clamping: size)
        dataPageOffset = dataOffset
        hasDictionary = start < dataOffset
    }
}
