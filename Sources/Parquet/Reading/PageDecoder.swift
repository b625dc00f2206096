// The pages of one column chunk: their headers, checksums and decompression, and which of their rows are wanted. Levels are
// LevelDecoder's business, values ValueDecoder's.

/// Decodes a column chunk of a flat column.
struct PageDecoder {
    private var bytes: [UInt8] = []
    private let read: (Range<Int>) throws -> [UInt8]
    private let chunk: FileMetadata.Chunk
    private let schema: ColumnSchema
    private var values: ValueDecoder
    /// The number of the page being decoded, from 0.
    private(set) var pageIndex = 0

    /// Begins in front of a chunk.
    ///
    /// - Parameter read: returns bytes of the file.
    init(chunk: FileMetadata.Chunk, schema: ColumnSchema, read: @escaping (Range<Int>) throws -> [UInt8]) {
        self.read = read
        self.chunk = chunk
        self.schema = schema
        values = ValueDecoder(schema: schema)
    }

    /// Decodes rows of some pages in succession, and the dictionary before them.
    ///
    /// - Parameters:
    ///   - range: where the pages lie, from the chunk's first byte.
    ///   - firstPage: the number of the first one.
    ///   - dictionaryBytes: the length of the dictionary's page; 0 without one.
    ///   - rows: the rows wanted, counted from the first page's first.
    mutating func decode(pagesAt range: Range<Int>, firstPage: Int, dictionaryBytes: Int, rows: Range<Int>)
        throws
        -> ColumnData
    {
        if dictionaryBytes > 0 {
            bytes = try read(chunk.start..<(chunk.start + dictionaryBytes))
            let header = try PageHeader(bytes[...])
            let body = header.headerBytes..<(header.headerBytes + header.compressedBytes)
            guard case .dictionary(let count, let encoding) = header.kind, body.upperBound <= bytes.count
            else {
                throw damaged(.badStructure(field: "dictionary page"))
            }
            try check(header, body)
            try readDictionary(header, body, count: count, encoding: encoding)
        }
        bytes = try read((chunk.start + range.lowerBound)..<(chunk.start + range.upperBound))
        pageIndex = firstPage
        return try decodePages(rows)
    }

    /// Reads the header of the page at a position, and moves the position past the page.
    private func nextPage(_ position: inout Int) throws -> (header: PageHeader, body: Range<Int>) {
        guard position < bytes.count else { throw damaged(.truncated(field: "column chunk")) }
        let header = try PageHeader(bytes[position...])
        let start = position + header.headerBytes
        guard header.compressedBytes <= bytes.count - start else {
            throw outOfRange(
                "compressed_page_size",
                found: header.compressedBytes,
                limit: bytes.count - start
            )
        }
        position = start + header.compressedBytes
        return (header, start..<position)
    }

    private func check(_ header: PageHeader, _ body: Range<Int>) throws {
        guard let expected = header.crc else { return }
        let found = Gzip.crc32(bytes[body])
        guard found == expected else { throw damaged(.checksum(found: found, expected: expected)) }
    }

    /// Decodes all pages; their values add up to the chunk's.
    mutating func decodeChunk() throws -> ColumnData {
        if bytes.isEmpty { bytes = try read(chunk.start..<chunk.end) }
        return try decodePages(0..<chunk.valueCount)
    }

    /// Decodes the rows wanted, counted from the first page's first, of pages that hold all of them.
    private mutating func decodePages(_ rows: Range<Int>) throws -> ColumnData {
        var column = ColumnData(values: .empty(schema.physicalType))
        var position = 0
        var done = 0
        /// Takes a page's rows, where any are wanted.
        func take(_ count: Int, _ decode: (Range<Int>) throws -> ColumnData) throws {
            try checkCount(count, done)
            let wanted = (done..<(done + count)).clamped(to: rows)
            if !wanted.isEmpty {
                let page = try decode((wanted.lowerBound - done)..<(wanted.upperBound - done))
                // A page of all rows becomes the column; of several, the first one makes room within what its bytes promise.
                if column.rowCount == 0, page.rowCount < rows.count, page.nullCount == 0 {
                    column.values.reserve(min(rows.count, page.rowCount * 64))
                }
                column.append(page)
            }
            done += count
        }
        while done < rows.upperBound {
            let (header, body) = try nextPage(&position)
            try check(header, body)
            switch header.kind {
            case .index: break
            case .dictionary(let count, let encoding):
                try readDictionary(header, body, count: count, encoding: encoding)
            case .dataV1(let page):
                try take(page.valueCount) { try dataV1(header, body, page: page, rows: $0) }
            case .dataV2(let page):
                try take(page.valueCount) { try dataV2(header, body, page: page, rows: $0) }
            }
            pageIndex += 1
        }
        return column
    }

    /// A page of integers: its differences as they lie in the file, or its values.
    enum IntegerPage {
        case delta([UInt8], range: Range<Int>, count: Int)
        case values([Int64])
    }

    /// Hands on the pages of an INT64 column without missing values; those of differences are not decoded.
    mutating func forEachIntegerPage(_ body: (IntegerPage) throws -> Void) throws {
        bytes = try read(chunk.start..<chunk.end)
        var position = 0
        var done = 0
        while done < chunk.valueCount {
            let (header, range) = try nextPage(&position)
            guard case .dataV1(let page) = header.kind, page.encoding.known == .deltaBinaryPacked,
                page.definitionEncoding.known == .rle
            else {
                // Anything but our own form is decoded whole.
                guard done == 0 else { throw damaged(.badStructure(field: "pages of two kinds")) }
                let column = try decodeChunk()
                guard column.present == nil, case .int64s(let values) = column.values else {
                    throw damaged(.badStructure(field: "missing values"))
                }
                return try body(.values(values))
            }
            try check(header, range)
            try checkCount(page.valueCount, done)
            done += page.valueCount
            let expanded = try expand(range, header, to: header.uncompressedBytes)
            var cursor = ByteCursor(expanded)
            if schema.isOptional { try LevelDecoder.skipWhole(&cursor, rowCount: page.valueCount) }
            try body(.delta(expanded, range: cursor.position..<expanded.count, count: page.valueCount))
            pageIndex += 1
        }
    }

    private func checkCount(_ pageValues: Int, _ soFar: Int) throws {
        let limit = min(Limits.pageValues, chunk.valueCount - soFar)
        guard pageValues <= limit else {
            throw outOfRange("page num_values", found: pageValues, limit: limit)
        }
    }

    // MARK: Pages

    private mutating func readDictionary(
        _ header: PageHeader,
        _ body: Range<Int>,
        count: Int,
        encoding: StatedEncoding
    ) throws {
        try values.checkDictionary(encoding: encoding)
        try values.readDictionary(try expand(body, header, to: header.uncompressedBytes), count: count)
    }

    private func dataV1(
        _ header: PageHeader,
        _ body: Range<Int>,
        page: PageHeader.DataV1,
        rows: Range<Int>
    ) throws -> ColumnData {
        // Indices of equal width follow each other: the first rows lie in the first bytes.
        let first =
            header.uncompressedBytes * rows.upperBound / max(1, page.valueCount) + PageDecoder.slackBytes
        if page.encoding.isDictionary, chunk.codec == .gzip, header.crc != nil,
            chunk.statistics.nullCount == 0,
            first < min(header.uncompressedBytes, Limits.pageBytes),
            let part = Gzip.expand(bytes[body], firstBytes: first),
            let column = try? dataV1(part, page: page, rows: rows)
        {
            return column
        }
        return try dataV1(try expand(body, header, to: header.uncompressedBytes), page: page, rows: rows)
    }

    /// What lies in front of the indices of a page, and more.
    private static let slackBytes = 64

    private func dataV1(_ expanded: [UInt8], page: PageHeader.DataV1, rows: Range<Int>) throws -> ColumnData {
        var cursor = ByteCursor(expanded)
        var present: [Bool]?
        if schema.isOptional {
            present = try LevelDecoder.presence(
                &cursor,
                encoding: page.definitionEncoding,
                rowCount: page.valueCount
            )
        }
        return try values.column(
            &cursor,
            encoding: page.encoding,
            rowCount: page.valueCount,
            present: present,
            rows: rows
        )
    }

    private func dataV2(
        _ header: PageHeader,
        _ body: Range<Int>,
        page: PageHeader.DataV2,
        rows: Range<Int>
    ) throws -> ColumnData {
        let levelBytes = page.definitionBytes + page.repetitionBytes
        guard levelBytes <= body.count, levelBytes <= header.uncompressedBytes else {
            throw outOfRange(
                "level lengths",
                found: levelBytes,
                limit: min(body.count, header.uncompressedBytes)
            )
        }
        // A flat column has no levels of repetition, but some writers store a run of zeros, which says nothing.
        let definitions = (body.lowerBound + page.repetitionBytes)..<(body.lowerBound + levelBytes)
        var present: [Bool]?
        // No bytes at all stand for a value in every row.
        if schema.isOptional, page.definitionBytes > 0 || page.nullCount > 0 {
            present = try LevelDecoder.presence(ByteCursor(bytes, definitions), rowCount: page.valueCount)
        }
        let nulls = present.map { $0.count { !$0 } } ?? 0
        guard nulls == page.nullCount else {
            throw damaged(.mismatch(field: "num_nulls", found: Int64(page.nullCount), expected: Int64(nulls)))
        }
        let valueBody = (body.lowerBound + levelBytes)..<body.upperBound
        let expanded: [UInt8]
        if page.isCompressed && !valueBody.isEmpty {
            expanded = try expand(valueBody, header, to: header.uncompressedBytes - levelBytes)
        } else {
            expanded = Array(bytes[valueBody])
        }
        var cursor = ByteCursor(expanded)
        return try values.column(
            &cursor,
            encoding: page.encoding,
            rowCount: page.valueCount,
            present: present,
            rows: rows
        )
    }

    private func expand(_ body: Range<Int>, _ header: PageHeader, to expandedBytes: Int) throws -> [UInt8] {
        let limit = min(Limits.pageBytes, body.count * Limits.expansionRatio + Limits.expansionSlackBytes)
        guard expandedBytes <= limit else {
            throw outOfRange("uncompressed_page_size", found: expandedBytes, limit: limit)
        }
        switch chunk.codec {
        case .uncompressed:
            guard body.count == expandedBytes else {
                throw damaged(
                    .mismatch(
                        field: "uncompressed_page_size",
                        found: Int64(expandedBytes),
                        expected: Int64(body.count)
                    )
                )
            }
            return Array(bytes[body])
        case .gzip:
            guard
                let expanded = Gzip.expand(
                    bytes[body],
                    expandedBytes: expandedBytes,
                    isChecked: header.crc != nil
                )
            else {
                throw damaged(.badCompression(codec: CompressionCodec.gzip.name))
            }
            return expanded
        case .snappy:
            guard let expanded = Snappy.expand(bytes[body], expandedBytes: expandedBytes) else {
                throw damaged(.badCompression(codec: CompressionCodec.snappy.name))
            }
            return expanded
        case .lzo, .brotli, .lz4, .zstd, .lz4Raw:
            throw ParquetError.unsupported(.codec(chunk.codec.name), ParquetError.Place())
        }
    }

    // MARK: Damage

    private func damaged(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }

    private func outOfRange(_ field: String, found: Int, limit: Int) -> ParquetError {
        damaged(.outOfRange(field: field, found: Int64(found), limit: Int64(limit)))
    }
}
