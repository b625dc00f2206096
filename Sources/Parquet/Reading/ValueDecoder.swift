// The values of a page behind its levels, by their encoding. How each encoding lies in the bytes is the business of the
// files in Encodings; which rows the values belong to is LevelDecoder's.

/// Decodes the values of pages of one column chunk.
struct ValueDecoder {
    /// The column.
    let schema: ColumnSchema
    /// The values of the dictionary; nil until its page was read.
    private(set) var dictionary: ColumnValues?

    /// Begins in front of a chunk.
    init(schema: ColumnSchema) { self.schema = schema }

    // MARK: Dictionary

    /// Refuses a dictionary page of a chunk that had one, or of an encoding that a dictionary cannot have.
    func checkDictionary(encoding: StatedEncoding) throws {
        guard dictionary == nil else { throw damaged(.badStructure(field: "second dictionary page")) }
        guard encoding.known == .plain || encoding.known == .plainDictionary else {
            throw encoding.unsupported
        }
    }

    /// Reads the values of a dictionary.
    mutating func readDictionary(_ page: [UInt8], count: Int) throws {
        var cursor = ByteCursor(page)
        dictionary = try plain(&cursor, count: count)
    }

    // MARK: Values

    /// Returns some rows of a page.
    ///
    /// - Parameters:
    ///   - cursor: in front of the values.
    ///   - rowCount: the rows of the page.
    ///   - present: one flag a row; nil where every row has a value.
    ///   - rows: those that are wanted.
    func column(
        _ cursor: inout ByteCursor,
        encoding: StatedEncoding,
        rowCount: Int,
        present: [Bool]?,
        rows: Range<Int>
    ) throws -> ColumnData {
        if present == nil, encoding.isDictionary {
            return ColumnData(values: try dictionaryIndexed(&cursor, count: rowCount, rows: rows))
        }
        let count = present.map { $0.count { $0 } } ?? rowCount
        // A page of nulls only may have no body at all, whatever its encoding.
        guard count > 0 else {
            guard let known = encoding.known, known.isOfValues else { throw encoding.unsupported }
            return ColumnData(values: .empty(schema.physicalType), present: present).rows(rows)
        }
        let decoded = try values(&cursor, encoding: encoding, count: count)
        return ColumnData(values: decoded, present: present).rows(rows)
    }

    /// Decodes exactly `count` values, of which there is one at least.
    private func values(_ cursor: inout ByteCursor, encoding: StatedEncoding, count: Int) throws
        -> ColumnValues
    {
        let type = schema.physicalType
        switch (encoding.known, type) {
        case (.plain, _): return try plain(&cursor, count: count)
        case (.plainDictionary, _), (.rleDictionary, _):
            return try dictionaryIndexed(&cursor, count: count, rows: 0..<count)
        case (.rle, .boolean): return .booleans(try runLengthBooleans(&cursor, count: count))
        case (.deltaBinaryPacked, .int32):
            return .int32s(try DeltaBinaryPacked.decode(&cursor, count: count, as: Int32.self))
        case (.deltaBinaryPacked, .int64):
            return .int64s(try DeltaBinaryPacked.decode(&cursor, count: count, as: Int64.self))
        case (.deltaLengthByteArray, .byteArray):
            return .byteArrays(try DeltaStringEncoding.decodeLengths(&cursor, count: count))
        case (.deltaByteArray, .byteArray):
            return .byteArrays(try DeltaStringEncoding.decodePrefixed(&cursor, count: count))
        case (.deltaByteArray, .fixedLengthByteArray):
            return .byteArrays(try fixedLengthStrings(&cursor, count: count))
        case (.byteStreamSplit, _):
            return try ByteStreamSplitEncoding.decode(
                &cursor,
                type: type,
                typeLength: schema.typeLength,
                count: count
            )
        default:
            throw ParquetError.unsupported(
                .encoding("\(encoding.name) of \(type.name)"),
                ParquetError.Place()
            )
        }
    }

    private func plain(_ cursor: inout ByteCursor, count: Int) throws -> ColumnValues {
        try PlainEncoding.decode(
            &cursor,
            type: schema.physicalType,
            typeLength: schema.typeLength,
            count: count
        )
    }

    private func runLengthBooleans(_ cursor: inout ByteCursor, count: Int) throws -> [Bool] {
        let length = Int(try cursor.uint32(field: "RLE boolean length"))
        var body = ByteCursor(cursor.bytes, try cursor.take(length, field: "RLE booleans"))
        return try RunLengthHybrid.decode(&body, width: 1, count: count, field: "RLE booleans").map {
            $0 == 1
        }
    }

    private func fixedLengthStrings(_ cursor: inout ByteCursor, count: Int) throws -> [[UInt8]] {
        let strings = try DeltaStringEncoding.decodePrefixed(&cursor, count: count)
        if let odd = strings.first(where: { $0.count != schema.typeLength }) {
            throw damaged(
                .mismatch(
                    field: "value length",
                    found: Int64(odd.count),
                    expected: Int64(schema.typeLength)
                )
            )
        }
        return strings
    }

    private func dictionaryIndexed(_ cursor: inout ByteCursor, count: Int, rows: Range<Int>) throws
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
            throw outOfRange("dictionary index", found: Int(outside), limit: entries)
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
                throw outOfRange("dictionary strings", found: total, limit: Limits.pageBytes)
            }
            return .byteArrays(pick(values))
        }
    }

    private func damaged(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }

    private func outOfRange(_ field: String, found: Int, limit: Int) -> ParquetError {
        damaged(.outOfRange(field: field, found: Int64(found), limit: Int64(limit)))
    }
}
