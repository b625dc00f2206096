// Row groups as they lie in the file, to be handed on without decoding, and the page indices that describe them. What of
// them is written into another file is FooterWriter's business.

extension ParquetReader {
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

    /// Returns what a writer must know of a chunk that lies in the file already.
    private func encodedChunk(_ chunk: FileMetadata.Chunk) throws -> EncodedChunk {
        var encoded = EncodedChunk()
        encoded.pages = try pageIndex(of: chunk)
        encoded.byteCount = chunk.byteCount
        encoded.uncompressedBytes = Int(clamping: chunk.uncompressedBytes)
        encoded.dataPageOffset = Int(clamping: max(0, chunk.dataPageOffset)) - chunk.start
        encoded.hasDictionary = chunk.hasDictionary
        encoded.encodingNumbers = chunk.encodingNumbers
        encoded.isCompressed = chunk.codec == .gzip
        encoded.statistics = chunk.statistics
        return encoded
    }

    /// Reads the page indices of a chunk: its pages, without a dictionary, whose first rows rise from 0.
    ///
    /// - Throws: `ParquetError` where the file has no index of places, or an index contradicts the chunk.
    func pageIndex(of chunk: FileMetadata.Chunk) throws -> [EncodedChunk.Page] {
        guard let place = chunk.offsetIndex else {
            throw ParquetError.damaged(.badStructure(field: "offset index"), ParquetError.Place())
        }
        var reader = ThriftReader(try file.bytes(place)[...])
        let locations = try reader.structure().fields(of: OffsetIndexField.self)[.pageLocations]?.list ?? []
        var bounds = ThriftFields<ColumnIndexField>([])
        if let place = chunk.columnIndex {
            var reader = ThriftReader(try file.bytes(place)[...])
            bounds = try reader.structure().fields(of: ColumnIndexField.self)
        }
        guard (Int64(chunk.start)...Int64(chunk.end)).contains(chunk.dataPageOffset) || chunk.valueCount == 0
        else {
            throw ParquetError.damaged(.badStructure(field: "data_page_offset"), ParquetError.Place())
        }
        var pages: [EncodedChunk.Page] = []
        for (index, location) in locations.enumerated() {
            pages.append(
                try ParquetReader.page(
                    at: location.fields(of: PageLocationField.self),
                    index: index,
                    bounds: bounds,
                    chunk: chunk,
                    lastFirstRow: pages.last?.firstRow ?? -1
                )
            )
        }
        return pages
    }

    private static func page(
        at location: ThriftFields<PageLocationField>,
        index: Int,
        bounds: ThriftFields<ColumnIndexField>,
        chunk: FileMetadata.Chunk,
        lastFirstRow: Int
    ) throws -> EncodedChunk.Page {
        func element(_ field: ColumnIndexField) -> ThriftValue? {
            bounds[field]?.list.flatMap { index < $0.count ? $0[index] : nil }
        }
        // Pages lie inside the chunk, and their first rows rise from 0: readers count on it.
        let byteCount = Int64(chunk.end - chunk.start)
        let stated = location[.offset]?.integer ?? -1
        let (offset, overflow) = stated.subtractingReportingOverflow(Int64(chunk.start))
        let size = location[.compressedPageSize]?.integer ?? 0
        let firstRow = location[.firstRowIndex]?.integer ?? -1
        guard !overflow, (0...byteCount).contains(offset), size > 0, size <= byteCount - offset,
            firstRow > Int64(lastFirstRow), index > 0 || firstRow == 0, firstRow < Int64(chunk.valueCount)
        else {
            throw ParquetError.damaged(.badStructure(field: "offset index"), ParquetError.Place())
        }
        let isAllNull = element(.nullPages)?.boolean ?? false
        return EncodedChunk.Page(
            offset: Int(offset),
            byteCount: Int(size),
            firstRow: Int(firstRow),
            statistics: Statistics(
                minimum: isAllNull ? nil : element(.minValues)?.bytes,
                maximum: isAllNull ? nil : element(.maxValues)?.bytes,
                nullCount: element(.nullCounts)?.integer
            ),
            isAllNull: isAllNull
        )
    }
}
