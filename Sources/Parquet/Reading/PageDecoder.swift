// The pages of one column chunk: headers, checksums, levels, values.

/// Decodes a column chunk of a flat column.
struct PageDecoder {
    private var bytes: [UInt8] = []
    private let read: (Range<Int>) throws -> [UInt8]
    private let chunk: FileMetadata.Chunk
    private let schema: ColumnSchema
    private var dictionary: ColumnValues?
    /// The number of the page being decoded, from 0.
    private(set) var pageIndex = 0

    /// - Parameter read: returns bytes of the file.
    init(chunk: FileMetadata.Chunk, schema: ColumnSchema, read: @escaping (Range<Int>) throws -> [UInt8]) {
        self.read = read
        self.chunk = chunk
        self.schema = schema
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
            dictionary = try dictionaryValues(header, body, count: count, encoding: encoding)
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
            throw outOfRange("compressed_page_size", header.compressedBytes, bytes.count - start)
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
                dictionary = try dictionaryValues(header, body, count: count, encoding: encoding)
            case .dataV1(let page): try take(page.valueCount) { try dataV1(header, body, page, $0) }
            case .dataV2(let page): try take(page.valueCount) { try dataV2(header, body, page, $0) }
            }
            pageIndex += 1
        }
        return column
    }

    /// A page of integers: its differences as they lie in the file, or its values.
    enum IntegerPage {
        case delta((bytes: [UInt8], range: Range<Int>), count: Int)
        case values([Int64])
    }

    /// Hands on the pages of an INT64 column without missing values; those of differences are not decoded.
    mutating func forEachIntegerPage(_ body: (IntegerPage) throws -> Void) throws {
        bytes = try read(chunk.start..<chunk.end)
        var position = 0
        var done = 0
        while done < chunk.valueCount {
            let (header, range) = try nextPage(&position)
            guard case .dataV1(let page) = header.kind, page.encoding == Encoding.deltaBinaryPacked,
                page.definitionEncoding == 3
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
            if schema.isOptional {
                let length = Int(try cursor.uint32(field: "definition level length"))
                let levels = try cursor.take(length, field: "definition levels")
                var levelCursor = ByteCursor(expanded, levels)
                let run = try levelCursor.varint(field: "definition levels")
                // One run of ones: no value is missing.
                guard run == UInt64(page.valueCount) << 1,
                    try levelCursor.byte(field: "definition levels") == 1
                else { throw damaged(.badStructure(field: "missing values")) }
            }
            try body(.delta((expanded, cursor.position..<expanded.count), count: page.valueCount))
            pageIndex += 1
        }
    }

    private func checkCount(_ pageValues: Int, _ soFar: Int) throws {
        let limit = min(Limits.pageValues, chunk.valueCount - soFar)
        guard pageValues <= limit else { throw outOfRange("page num_values", pageValues, limit) }
    }

    // MARK: Pages

    private func dictionaryValues(
        _ header: PageHeader,
        _ body: Range<Int>,
        count: Int,
        encoding: Int64
    ) throws -> ColumnValues {
        guard dictionary == nil else { throw damaged(.badStructure(field: "second dictionary page")) }
        guard encoding == 0 || encoding == 2 else {
            throw ParquetError.unsupported(.encoding(Encoding.name(encoding)), ParquetError.Place())
        }
        let expanded = try expand(body, header, to: header.uncompressedBytes)
        var cursor = ByteCursor(expanded)
        return try PlainEncoding.decode(
            &cursor,
            type: schema.physicalType,
            typeLength: schema.typeLength,
            count: count
        )
    }

    private func dataV1(
        _ header: PageHeader,
        _ body: Range<Int>,
        _ page: PageHeader.DataV1,
        _ rows: Range<Int>
    ) throws -> ColumnData {
        // Indices of equal width follow each other: the first rows lie in the first bytes.
        let first =
            header.uncompressedBytes * rows.upperBound / max(1, page.valueCount) + PageDecoder.slackBytes
        if Encoding.isDictionary(page.encoding), chunk.codec == .gzip, header.crc != nil,
            chunk.statistics.nullCount == 0,
            first < min(header.uncompressedBytes, Limits.pageBytes),
            let part = Gzip.expand(bytes[body], firstBytes: first), let column = try? dataV1(part, page, rows)
        {
            return column
        }
        return try dataV1(try expand(body, header, to: header.uncompressedBytes), page, rows)
    }

    /// What lies in front of the indices of a page, and more.
    private static let slackBytes = 64

    private func dataV1(_ expanded: [UInt8], _ page: PageHeader.DataV1, _ rows: Range<Int>) throws
        -> ColumnData
    {
        var cursor = ByteCursor(expanded)
        var present: [Bool]?
        if schema.isOptional {
            switch page.definitionEncoding {
            case 3:
                let length = Int(try cursor.uint32(field: "definition level length"))
                let levels = try cursor.take(length, field: "definition levels")
                var levelCursor = ByteCursor(expanded, levels)
                present =
                    try oneRun(levelCursor, count: page.valueCount)
                    ?? presence(
                        RunLengthHybrid.decode(
                            &levelCursor,
                            width: 1,
                            count: page.valueCount,
                            field: "definition levels"
                        )
                    )
            case 4:
                // BIT_PACKED, deprecated: most significant bit first, without a length.
                let levels = try cursor.take((page.valueCount + 7) / 8, field: "definition levels")
                present = (0..<page.valueCount).map {
                    expanded[levels.lowerBound + $0 / 8] >> UInt8(7 - $0 % 8) & 1 == 1
                }
            default:
                throw ParquetError.unsupported(
                    .encoding(Encoding.name(page.definitionEncoding)),
                    ParquetError.Place()
                )
            }
        }
        return try values(&cursor, encoding: page.encoding, page.valueCount, present: present, rows)
    }

    private func dataV2(
        _ header: PageHeader,
        _ body: Range<Int>,
        _ page: PageHeader.DataV2,
        _ rows: Range<Int>
    ) throws -> ColumnData {
        let levelBytes = page.definitionBytes + page.repetitionBytes
        guard levelBytes <= body.count, levelBytes <= header.uncompressedBytes else {
            throw outOfRange("level lengths", levelBytes, min(body.count, header.uncompressedBytes))
        }
        // A flat column has no levels of repetition, but some writers store a run of zeros, which says nothing.
        let definitions = (body.lowerBound + page.repetitionBytes)..<(body.lowerBound + levelBytes)
        var present: [Bool]?
        if schema.isOptional {
            var cursor = ByteCursor(bytes, definitions)
            let levels =
                page.definitionBytes == 0 && page.nullCount == 0
                ? [UInt32](repeating: 1, count: page.valueCount)
                : try RunLengthHybrid.decode(
                    &cursor,
                    width: 1,
                    count: page.valueCount,
                    field: "definition levels"
                )
            present = presence(levels)
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
        return try values(&cursor, encoding: page.encoding, page.valueCount, present: present, rows)
    }

    /// Returns the levels where all of them are one run: none where every row has a value; nil where they are not.
    private func oneRun(_ cursor: ByteCursor, count: Int) -> [Bool]?? {
        var cursor = cursor
        guard let header = try? cursor.varint(field: "definition levels"), header & 1 == 0,
            header >> 1 == UInt64(count), let level = try? cursor.byte(field: "definition levels"), level <= 1
        else { return nil }
        return .some(level == 1 ? nil : Array(repeating: false, count: count))
    }

    private func presence(_ levels: [UInt32]) -> [Bool]? {
        levels.contains(0) ? levels.map { $0 == 1 } : nil
    }

    private func expand(_ body: Range<Int>, _ header: PageHeader, to expandedBytes: Int) throws -> [UInt8] {
        let limit = min(Limits.pageBytes, body.count * Limits.expansionRatio + Limits.expansionSlackBytes)
        guard expandedBytes <= limit else { throw outOfRange("uncompressed_page_size", expandedBytes, limit) }
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
                throw damaged(.badCompression(codec: "GZIP"))
            }
            return expanded
        case .snappy:
            guard let expanded = Snappy.expand(bytes[body], expandedBytes: expandedBytes) else {
                throw damaged(.badCompression(codec: "SNAPPY"))
            }
            return expanded
        case .other(let name):
            throw ParquetError.unsupported(.codec(name), ParquetError.Place())
        }
    }

    // MARK: Values

    /// Returns some rows of a page.
    private func values(
        _ cursor: inout ByteCursor,
        encoding: Int64,
        _ rowCount: Int,
        present: [Bool]?,
        _ rows: Range<Int>
    ) throws -> ColumnData {
        if present == nil, Encoding.isDictionary(encoding) {
            return ColumnData(values: try dictionaryIndexed(&cursor, count: rowCount, rows))
        }
        let all = try values(&cursor, encoding: encoding, rowCount, present: present)
        return all.rows(rows)
    }

    private func values(
        _ cursor: inout ByteCursor,
        encoding: Int64,
        _ rowCount: Int,
        present: [Bool]?
    ) throws -> ColumnData {
        let count = present.map { $0.count { $0 } } ?? rowCount
        // A page of nulls only may have no body at all, whatever its encoding.
        if count == 0 {
            if Encoding.isKnown(encoding) {
                return ColumnData(values: .empty(schema.physicalType), present: present)
            }
            throw ParquetError.unsupported(.encoding(Encoding.name(encoding)), ParquetError.Place())
        }
        let type = schema.physicalType
        let decoded: ColumnValues
        switch (encoding, type) {
        case (0, _):
            decoded = try PlainEncoding.decode(
                &cursor,
                type: type,
                typeLength: schema.typeLength,
                count: count
            )
        case (2, _), (8, _):
            decoded = try dictionaryIndexed(&cursor, count: count, 0..<count)
        case (3, .boolean):
            let length = Int(try cursor.uint32(field: "RLE boolean length"))
            var body = ByteCursor(cursor.bytes, try cursor.take(length, field: "RLE booleans"))
            decoded = .booleans(
                try RunLengthHybrid.decode(&body, width: 1, count: count, field: "RLE booleans").map {
                    $0 == 1
                }
            )
        case (5, .int32):
            decoded = .int32s(try DeltaBinaryPacked.decode(&cursor, count: count, as: Int32.self))
        case (5, .int64):
            decoded = .int64s(try DeltaBinaryPacked.decode(&cursor, count: count, as: Int64.self))
        case (6, .byteArray):
            decoded = .byteArrays(try DeltaStringEncoding.decodeLengths(&cursor, count: count))
        case (7, .byteArray), (7, .fixedLengthByteArray):
            let strings = try DeltaStringEncoding.decodePrefixed(&cursor, count: count)
            if type == .fixedLengthByteArray,
                let odd = strings.first(where: { $0.count != schema.typeLength })
            {
                throw damaged(
                    .mismatch(
                        field: "value length",
                        found: Int64(odd.count),
                        expected: Int64(schema.typeLength)
                    )
                )
            }
            decoded = .byteArrays(strings)
        case (9, _):
            decoded = try ByteStreamSplitEncoding.decode(
                &cursor,
                type: type,
                typeLength: schema.typeLength,
                count: count
            )
        default:
            throw ParquetError.unsupported(
                .encoding("\(Encoding.name(encoding)) of \(type.name)"),
                ParquetError.Place()
            )
        }
        return ColumnData(values: decoded, present: present)
    }

    private func dictionaryIndexed(_ cursor: inout ByteCursor, count: Int, _ rows: Range<Int>) throws
        -> ColumnValues
    {
        guard let dictionary else { throw damaged(.badStructure(field: "dictionary page")) }
        let width = Int(try cursor.byte(field: "dictionary index width"))
        let indices = try RunLengthHybrid.decode(
            &cursor,
            width: width,
            count: count,
            rows: rows,
            field: "dictionary indices"
        )
        let entries = dictionary.count
        if let outside = indices.first(where: { $0 >= entries }) {
            throw outOfRange("dictionary index", Int(outside), entries)
        }
        func pick<Value>(_ values: [Value]) -> [Value] { indices.map { values[Int($0)] } }
        switch dictionary {
        case .booleans(let values): return .booleans(pick(values))
        case .int32s(let values): return .int32s(pick(values))
        case .int64s(let values): return .int64s(pick(values))
        case .floats(let values): return .floats(pick(values))
        case .doubles(let values): return .doubles(pick(values))
        case .byteArrays(let values):
            // Indices take bits where strings take kilobytes: the sum is checked before it is made.
            var total = 0
            for index in indices { total += values[Int(index)].count }
            guard total <= Limits.pageBytes else {
                throw outOfRange("dictionary strings", total, Limits.pageBytes)
            }
            return .byteArrays(pick(values))
        }
    }

    private func damaged(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }

    private func outOfRange(_ field: String, _ found: Int, _ limit: Int) -> ParquetError {
        damaged(.outOfRange(field: field, found: Int64(found), limit: Int64(limit)))
    }
}

/// Names of encodings.
enum Encoding {
    static let plain: Int64 = 0
    static let plainDictionary: Int64 = 2
    static let rle: Int64 = 3
    static let deltaBinaryPacked: Int64 = 5
    static let rleDictionary: Int64 = 8

    static func isDictionary(_ number: Int64) -> Bool { number == plainDictionary || number == rleDictionary }

    static func isKnown(_ number: Int64) -> Bool { [0, 2, 3, 5, 6, 7, 8, 9].contains(number) }

    static func name(_ number: Int64) -> String {
        switch number {
        case 0: "PLAIN"
        case 2: "PLAIN_DICTIONARY"
        case 3: "RLE"
        case 4: "BIT_PACKED"
        case 5: "DELTA_BINARY_PACKED"
        case 6: "DELTA_LENGTH_BYTE_ARRAY"
        case 7: "DELTA_BYTE_ARRAY"
        case 8: "RLE_DICTIONARY"
        case 9: "BYTE_STREAM_SPLIT"
        default: "number \(number)"
        }
    }
}
