// Reads the columns of a flat file, of which only what is asked for is fetched. Pages are decoded in PageDecoder.

/// Where the bytes of a file come from.
package struct ByteSource: Sendable {
    /// The size of the file.
    package let byteCount: Int
    private let read: @Sendable (Range<Int>) throws -> [UInt8]

    /// A file of which parts are read.
    ///
    /// - Parameter read: returns the bytes of a range inside the file, all of them, or throws.
    package init(byteCount: Int, read: @escaping @Sendable (Range<Int>) throws -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    /// A file in memory.
    package init(_ bytes: [UInt8]) {
        self.init(byteCount: bytes.count) { Array(bytes[$0]) }
    }

    /// Hands on all bytes, a quarter of a mebibyte at a time.
    package func forEachPiece(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var position = 0
        while position < byteCount {
            let end = min(position + 1 << 18, byteCount)
            try body(try bytes(position..<end)[...])
            position = end
        }
    }

    /// Returns the bytes of a range inside the file.
    package func bytes(_ range: Range<Int>) throws -> [UInt8] {
        let bytes = try read(range)
        guard bytes.count == range.count else {
            throw ParquetError.damaged(.truncated(field: "file"), ParquetError.Place())
        }
        return bytes
    }
}

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
    private let file: ByteSource
    private let metadata: FileMetadata
    private var rowGroups: [FileMetadata.RowGroup] { metadata.rowGroups }

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

    private func decode<Value>(
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
        if schema.physicalType == .int96 { throw ParquetError.unsupported(.physicalType("INT96"), place) }
        if case .other(let name) = chunk.codec { throw ParquetError.unsupported(.codec(name), place) }
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

extension ParquetReader {
    /// Returns the rows of a row group whose pages may hold a value inside bounds, by the page indices; all rows where the
    /// file does not tell.
    ///
    /// - Parameter bounds: of an integer column.
    package func rows(of columnIndex: Int, rowGroup: Int, overlapping bounds: ClosedRange<Int64>) throws
        -> Range<Int>
    {
        let rowCount = rowGroups[rowGroup].rowCount
        let chunk = try metadata.chunk(columnIndex, rowGroup: rowGroup)
        guard let pages = (try? encodedChunk(chunk))?.pages, pages.count > 1 else { return 0..<rowCount }
        var found: Range<Int>?
        for (index, page) in pages.enumerated() {
            guard let own = page.statistics.integerBounds else { return 0..<rowCount }
            guard own.overlaps(bounds) else { continue }
            let end = index + 1 < pages.count ? pages[index + 1].firstRow : rowCount
            guard page.firstRow < end, end <= rowCount else { return 0..<rowCount }
            found = (found?.lowerBound ?? page.firstRow)..<end
        }
        return found ?? 0..<0
    }

    /// Reads some rows of a column of one row group, of which only the pages that hold them are fetched where the file tells
    /// where they lie.
    ///
    /// - Parameter rows: not empty, inside the row group.
    /// - Throws: `ParquetError`.
    package func column(_ columnIndex: Int, rowGroup: Int, rows: Range<Int>) throws -> ColumnData {
        let rowCount = rowGroups[rowGroup].rowCount
        precondition(!rows.isEmpty && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
        let chunk = try metadata.chunk(columnIndex, rowGroup: rowGroup)
        guard rows.count < rowCount, let pages = (try? encodedChunk(chunk))?.pages,
            let first = pages.lastIndex(where: { $0.firstRow <= rows.lowerBound }),
            let last = pages.lastIndex(where: { $0.firstRow < rows.upperBound }), first <= last
        else {
            return try column(columnIndex, rowGroup: rowGroup).rows(rows)
        }
        let start = pages[first].offset
        let end = pages[last].offset + pages[last].byteCount
        guard start < end else {
            throw ParquetError.damaged(
                .badStructure(field: "offset index"),
                ParquetError.Place(rowGroup: rowGroup, column: columns[columnIndex].name)
            )
        }
        // What lies in front of the first page is a dictionary, whatever the footer says of one.
        let dictionaryBytes = pages[0].offset
        let firstRow = pages[first].firstRow
        return try decode(columnIndex, rowGroup: rowGroup) { decoder in
            try decoder.decode(
                pagesAt: start..<end,
                firstPage: first + (dictionaryBytes > 0 ? 1 : 0),
                dictionaryBytes: dictionaryBytes,
                rows: (rows.lowerBound - firstRow)..<(rows.upperBound - firstRow)
            )
        }
    }

    /// Returns the rows of a page, counted in its row group; nil where the file does not tell, or it is a dictionary.
    package func rows(ofPage page: Int, columnIndex: Int, rowGroup: Int) -> Range<Int>? {
        guard let chunk = try? metadata.chunk(columnIndex, rowGroup: rowGroup),
            let encoded = try? encodedChunk(chunk)
        else { return nil }
        let index = page - (chunk.hasDictionary ? 1 : 0)
        guard encoded.pages.indices.contains(index) else { return nil }
        let end =
            index + 1 < encoded.pages.count ? encoded.pages[index + 1].firstRow : rowGroups[rowGroup].rowCount
        let start = encoded.pages[index].firstRow
        return start < end ? start..<end : nil
    }

    /// Returns a row group as it lies in the file, to be appended to another file of the same columns.
    ///
    /// - Throws: `ParquetError` where the group has no page indices or they are damaged.
    package func encodedRowGroup(_ index: Int) throws -> EncodedRowGroup {
        let group = rowGroups[index]
        let described = try columns.indices.map { try metadata.chunk($0, rowGroup: index) }
        guard let first = described.first, let last = described.last else {
            throw ParquetError.damaged(.badStructure(field: "row group"), ParquetError.Place(rowGroup: index))
        }
        let start = first.start
        let end = last.start + last.byteCount
        guard end <= file.byteCount, start <= end else {
            throw ParquetError.damaged(.truncated(field: "row group"), ParquetError.Place(rowGroup: index))
        }
        var chunks: [EncodedChunk] = []
        for (chunk, column) in zip(described, columns) {
            do {
                chunks.append(try encodedChunk(chunk))
            } catch ParquetError.damaged(let damage, _) {
                throw ParquetError.damaged(damage, ParquetError.Place(rowGroup: index, column: column.name))
            }
        }
        return EncodedRowGroup(
            rowCount: group.rowCount,
            bytes: try file.bytes(start..<end),
            chunks: chunks,
            chunkStarts: described.map { $0.start - start }
        )
    }

    private func encodedChunk(_ chunk: FileMetadata.Chunk) throws -> EncodedChunk {
        guard let place = chunk.offsetIndex else {
            throw ParquetError.damaged(.badStructure(field: "offset index"), ParquetError.Place())
        }
        var reader = ThriftReader(try file.bytes(place)[...])
        let locations = try reader.structure()[1]?.list ?? []
        var bounds: ThriftValue?
        if let place = chunk.columnIndex {
            var reader = ThriftReader(try file.bytes(place)[...])
            bounds = try reader.structure()
        }
        var encoded = EncodedChunk()
        encoded.byteCount = chunk.byteCount
        encoded.uncompressedBytes = Int(clamping: chunk.uncompressedBytes)
        guard (Int64(chunk.start)...Int64(chunk.end)).contains(chunk.dataPageOffset) || chunk.valueCount == 0
        else {
            throw ParquetError.damaged(.badStructure(field: "data_page_offset"), ParquetError.Place())
        }
        encoded.dataPageOffset = Int(clamping: max(0, chunk.dataPageOffset)) - chunk.start
        encoded.hasDictionary = chunk.hasDictionary
        encoded.encodings = chunk.encodings
        encoded.isCompressed = chunk.codec == .gzip
        encoded.statistics = chunk.statistics
        let byteCount = Int64(chunk.end - chunk.start)
        for (index, location) in locations.enumerated() {
            func element(_ field: Int) -> ThriftValue? {
                bounds?[field]?.list.flatMap { index < $0.count ? $0[index] : nil }
            }
            // Pages lie inside the chunk, and their first rows rise from 0: readers count on it.
            let (offset, overflow) = (location[1]?.integer ?? -1).subtractingReportingOverflow(
                Int64(chunk.start)
            )
            let size = location[2]?.integer ?? 0
            let firstRow = location[3]?.integer ?? -1
            let lastFirst = encoded.pages.last.map { Int64($0.firstRow) } ?? -1
            guard !overflow, (0...byteCount).contains(offset), size > 0, size <= byteCount - offset,
                firstRow > lastFirst, index > 0 || firstRow == 0, firstRow < Int64(chunk.valueCount)
            else {
                throw ParquetError.damaged(.badStructure(field: "offset index"), ParquetError.Place())
            }
            let isAllNull = element(1)?.boolean ?? false
            let statistics = Statistics(
                minimum: isAllNull ? nil : element(2)?.bytes,
                maximum: isAllNull ? nil : element(3)?.bytes,
                nullCount: element(5)?.integer
            )
            encoded.pages.append(
                EncodedChunk.Page(
                    offset: Int(offset),
                    byteCount: Int(size),
                    firstRow: Int(firstRow),
                    statistics: statistics,
                    isAllNull: isAllNull
                )
            )
        }
        return encoded
    }
}

extension ParquetError.Place {
    fileprivate func atPage(_ page: Int) -> ParquetError.Place {
        ParquetError.Place(rowGroup: rowGroup, column: column, page: page)
    }
}
