// The footer of a file, read and checked. Writing it is ParquetWriter's business.

/// What a footer says about a flat file.
struct FileMetadata {
    /// The leaves of the schema; nested ones are marked.
    var columns: [ColumnSchema]
    /// The number of rows of all row groups.
    var rowCount: Int
    /// The row groups in order.
    var rowGroups: [RowGroup]
    /// Free text by key.
    var keyValues: [String: String]
    /// The program that wrote the file.
    var createdBy: String?

    /// A row group: its chunks are read when they are asked for, because most readers want few of them.
    struct RowGroup {
        var rowCount: Int
        /// Where the chunks' descriptions lie in the footer.
        var chunkRanges: [Range<Int>]
    }

    private let footer: ArraySlice<UInt8>
    private let footerStart: Int

    /// A column chunk.
    struct Chunk {
        var physicalType: PhysicalType?
        var codec: Codec
        var valueCount: Int
        var start: Int
        var end: Int
        var statistics: Statistics
        var isExternal: Bool
        var isEncrypted: Bool
        var encodings: [Int64] = []
        var uncompressedBytes: Int64 = 0
        /// Bytes of the chunk as stated.
        var byteCount = 0
        var dataPageOffset: Int64 = 0
        var hasDictionary = false
        /// Where the page indices lie; nil where there is none.
        var offsetIndex: Range<Int>?
        var columnIndex: Range<Int>?
    }

    /// Parses a footer.
    ///
    /// - Parameters:
    ///   - footer: the bytes of its Thrift structure, untrusted.
    ///   - footerStart: where it lies in the file.
    /// - Throws: `ParquetError`.
    init(footer: ArraySlice<UInt8>, footerStart: Int) throws {
        self.footer = footer
        self.footerStart = footerStart
        var reader = ThriftReader(footer)
        var fields: [(id: Int, value: ThriftValue)] = []
        var groups: [RowGroup] = []
        try reader.fields { reader, id, kind in
            if id == 4 {
                groups = []
                try reader.elements(kind: kind) {
                    groups.append(try FileMetadata.rowGroup(&$0, number: groups.count))
                }
            } else {
                fields.append((id, try reader.fieldValue(kind: kind)))
            }
        }
        let root = ThriftValue.structure(fields)
        if root[8] != nil { throw ParquetError.unsupported(.encryption, ParquetError.Place()) }
        columns = try FileMetadata.schema(root[2]?.list ?? [])
        rowGroups = groups
        rowCount = try FileMetadata.rowCount(
            groups,
            stated: root[3]?.integer ?? -1,
            columnCount: columns.count
        )
        keyValues = [:]
        for pair in root[5]?.list ?? [] {
            if let key = pair[1]?.text { keyValues[key] = pair[2]?.text ?? "" }
        }
        createdBy = root[6]?.text
    }

    /// Bytes read from the end of a file at first: footers of files of one home fit.
    private static let tailBytes = 32 << 10

    /// Reads the footer's bytes.
    ///
    /// - Returns: the bytes, and where they lie in the file.
    static func footer(of file: ByteSource) throws -> (bytes: ArraySlice<UInt8>, start: Int) {
        let magic = Array("PAR1".utf8)
        guard file.byteCount >= Limits.fileBytes else { throw damaged(.notParquet) }
        let tailStart = max(0, file.byteCount - tailBytes)
        let tail = try file.bytes(tailStart..<file.byteCount)
        let head = tailStart == 0 ? tail : try file.bytes(0..<4)
        guard head.starts(with: magic) else { throw damaged(.notParquet) }
        if tail.suffix(4).elementsEqual("PARE".utf8) {
            throw ParquetError.unsupported(.encryption, ParquetError.Place())
        }
        guard tail.suffix(4).elementsEqual(magic) else { throw damaged(.notParquet) }
        let length = Int(littleEndian(tail, tail.count - 8, 4))
        let limit = min(Limits.footerBytes, file.byteCount - Limits.fileBytes)
        guard length <= limit else {
            throw damaged(.outOfRange(field: "footer length", found: Int64(length), limit: Int64(limit)))
        }
        let start = file.byteCount - 8 - length
        if start >= tailStart { return (tail[(start - tailStart)..<(tail.count - 8)], start) }
        return (try file.bytes(start..<(start + length))[...], start)
    }

    private static func damaged(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }

    // MARK: Schema

    private static func schema(_ elements: [ThriftValue]) throws -> [ColumnSchema] {
        guard let root = elements.first, elements.count <= Limits.schemaElements else {
            throw damaged(
                .outOfRange(
                    field: "schema elements",
                    found: Int64(elements.count),
                    limit: Int64(Limits.schemaElements)
                )
            )
        }
        var columns: [ColumnSchema] = []
        var position = 1
        func walk(children: Int64, path: [String], isNested: Bool, depth: Int) throws {
            guard children >= 0, children <= Int64(elements.count - position), depth < Limits.thriftDepth
            else {
                throw damaged(
                    .outOfRange(
                        field: "num_children",
                        found: children,
                        limit: Int64(elements.count - position)
                    )
                )
            }
            for _ in 0..<children {
                guard position < elements.count else { throw damaged(.truncated(field: "schema")) }
                let element = elements[position]
                position += 1
                guard let name = element[4]?.text else {
                    throw damaged(.badStructure(field: "schema element name"))
                }
                let repetition = element[3]?.integer ?? 0
                guard (0...2).contains(repetition) else {
                    throw damaged(.outOfRange(field: "repetition_type", found: repetition, limit: 2))
                }
                let below = path + [name]
                if let count = element[5]?.integer, count > 0 || element[1] == nil {
                    try walk(children: count, path: below, isNested: true, depth: depth + 1)
                } else {
                    var column = try leaf(element, name: below.joined(separator: "."))
                    column.isNested = isNested || repetition == 2
                    column.isOptional = repetition == 1
                    columns.append(column)
                }
            }
        }
        try walk(children: root[5]?.integer ?? 0, path: [], isNested: false, depth: 0)
        guard position == elements.count else {
            throw damaged(
                .mismatch(field: "schema elements", found: Int64(elements.count), expected: Int64(position))
            )
        }
        return columns
    }

    private static func leaf(_ element: ThriftValue, name: String) throws -> ColumnSchema {
        guard let number = element[1]?.integer, let type = PhysicalType(rawValue: Int(clamping: number))
        else {
            throw ParquetError.damaged(
                .outOfRange(field: "type", found: element[1]?.integer ?? -1, limit: 7),
                ParquetError.Place(column: name)
            )
        }
        var column = ColumnSchema(name: name, physicalType: type)
        if type == .fixedLengthByteArray {
            let length = element[2]?.integer ?? -1
            guard length >= 0, length <= Int64(Limits.pageBytes) else {
                throw ParquetError.damaged(
                    .outOfRange(field: "type_length", found: length, limit: Int64(Limits.pageBytes)),
                    ParquetError.Place(column: name)
                )
            }
            column.typeLength = Int(length)
        }
        column.fieldID = element[9]?.integer.flatMap { Int32(exactly: $0) }
        column.logicalType = logicalType(element, type: type)
        return column
    }

    private static func logicalType(_ element: ThriftValue, type: PhysicalType) -> LogicalType? {
        if let logical = element[10] {
            if logical[1] != nil { return .string }
            if let decimal = logical[5] { return .decimal(scale: Int(clamping: decimal[1]?.integer ?? 0)) }
            if logical[6] != nil { return .date }
            if let unit = logical[8]?[2] {
                if unit[1] != nil { return .timestamp(unitsPerSecond: 1_000) }
                if unit[2] != nil { return .timestampMicroseconds }
                if unit[3] != nil { return .timestamp(unitsPerSecond: 1_000_000_000) }
            }
            if let integer = logical[10], integer[1]?.integer == 16, integer[2]?.boolean == true {
                return .int16
            }
            if logical[15] != nil { return .float16 }
        }
        switch element[6]?.integer {
        case 0: return .string
        case 5: return .decimal(scale: Int(clamping: element[7]?.integer ?? 0))
        case 9: return .timestamp(unitsPerSecond: 1_000)
        case 6: return .date
        case 10: return .timestampMicroseconds
        case 16: return .int16
        default: return nil
        }
    }

    // MARK: Row groups

    private static func rowGroup(_ reader: inout ThriftReader, number: Int) throws -> RowGroup {
        var rows: Int64 = -1
        var chunkRanges: [Range<Int>] = []
        try reader.fields { reader, id, kind in
            switch id {
            case 1:
                try reader.elements(kind: kind) { reader in
                    let start = reader.position
                    try reader.skip(kind: ThriftReader.structureKind, depth: 1)
                    chunkRanges.append(start..<reader.position)
                }
            case 3: rows = try reader.fieldValue(kind: kind).integer ?? -1
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
    private static func rowCount(_ groups: [RowGroup], stated total: Int64, columnCount: Int) throws -> Int {
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

    /// Reads what the footer says of a column chunk.
    ///
    /// - Throws: `ParquetError` with row group and column.
    func chunk(_ columnIndex: Int, rowGroup: Int) throws -> Chunk {
        let group = rowGroups[rowGroup]
        var reader = ThriftReader(footer[group.chunkRanges[columnIndex]])
        return try FileMetadata.chunk(
            try reader.structure(),
            column: columns[columnIndex],
            rows: Int64(group.rowCount),
            footerStart: footerStart,
            place: ParquetError.Place(rowGroup: rowGroup, column: columns[columnIndex].name)
        )
    }

    private static func chunk(
        _ value: ThriftValue,
        column: ColumnSchema,
        rows: Int64,
        footerStart: Int,
        place: ParquetError.Place
    ) throws -> Chunk {
        let isEncrypted = value[8] != nil || value[9] != nil
        guard let meta = value[3] else {
            if isEncrypted { throw ParquetError.unsupported(.encryption, place) }
            throw ParquetError.damaged(.badStructure(field: "column metadata"), place)
        }
        let count = meta[5]?.integer ?? -1
        guard count >= 0, column.isNested || count == rows else {
            throw ParquetError.damaged(.mismatch(field: "num_values", found: count, expected: rows), place)
        }
        guard let codec = (meta[4]?.integer).flatMap({ Codec(number: $0) }) else {
            throw ParquetError.damaged(.badStructure(field: "codec"), place)
        }
        let dataOffset = meta[9]?.integer ?? -1
        var start = dataOffset
        // An offset of 0 stands for no dictionary; some writers leave it out although there is one.
        if let dictionary = meta[11]?.integer, dictionary > 0, dictionary < dataOffset { start = dictionary }
        let size = meta[7]?.integer ?? -1
        let (end, overflow) = start.addingReportingOverflow(size)
        // A chunk without values may point anywhere: nothing is read from it.
        guard count == 0 || (start >= 4 && size >= 0 && !overflow && end <= Int64(footerStart)) else {
            throw ParquetError.damaged(
                .outOfRange(field: "chunk end", found: end, limit: Int64(footerStart)),
                place
            )
        }
        // Old parquet-cpp left the dictionary header out of the size (PARQUET-816): pages may reach a little further.
        let reach = min(end &+ Limits.oversizedHeaderBytes, Int64(footerStart))
        let isEmpty = count == 0
        return Chunk(
            physicalType: (meta[1]?.integer).flatMap { PhysicalType(rawValue: Int(clamping: $0)) },
            codec: codec,
            valueCount: Int(min(count, Int64(Int32.max))),
            start: isEmpty ? 4 : Int(start),
            end: isEmpty ? 4 : Int(reach),
            statistics: Statistics(meta[12]),
            isExternal: value[1] != nil,
            isEncrypted: isEncrypted,
            encodings: (meta[2]?.list ?? []).compactMap(\.integer),
            uncompressedBytes: meta[6]?.integer ?? 0,
            byteCount: Int(clamping: size),
            dataPageOffset: dataOffset,
            hasDictionary: start < dataOffset,
            offsetIndex: range(value[4], value[5], footerStart),
            columnIndex: range(value[6], value[7], footerStart)
        )
    }

    private static func range(_ offset: ThriftValue?, _ length: ThriftValue?, _ footerStart: Int) -> Range<
        Int
    >? {
        guard let offset = offset?.integer, let length = length?.integer, offset >= 4, length > 0,
            length <= footerStart, offset <= Int64(footerStart) - length
        else { return nil }
        return Int(offset)..<Int(offset + length)
    }
}

/// How page bodies are compressed.
enum Codec: Equatable {
    case uncompressed
    case snappy
    case gzip
    /// A codec of the format that is not read here.
    case other(String)

    init?(number: Int64) {
        switch number {
        case 0: self = .uncompressed
        case 1: self = .snappy
        case 2: self = .gzip
        case 3: self = .other("LZO")
        case 4: self = .other("BROTLI")
        case 5: self = .other("LZ4")
        case 6: self = .other("ZSTD")
        case 7: self = .other("LZ4_RAW")
        default: return nil
        }
    }
}

/// Bounds of a column chunk. They are hints: never taken for values.
package struct Statistics: Equatable, Sendable {
    /// The smallest value, PLAIN without a length; nil where unknown.
    package var minimum: [UInt8]?
    /// The largest value, PLAIN without a length; nil where unknown.
    package var maximum: [UInt8]?
    /// The number of rows without a value; nil where unknown.
    package var nullCount: Int64?

    init(minimum: [UInt8]? = nil, maximum: [UInt8]? = nil, nullCount: Int64? = nil) {
        self.minimum = minimum
        self.maximum = maximum
        self.nullCount = nullCount
    }

    init(_ value: ThriftValue?) {
        self.init(minimum: value?[6]?.bytes, maximum: value?[5]?.bytes, nullCount: value?[3]?.integer)
    }

    /// The bounds as integers; nil where they are none of 4 or 8 bytes.
    package var integerBounds: ClosedRange<Int64>? {
        func number(_ bytes: [UInt8]?) -> Int64? {
            guard let bytes else { return nil }
            switch bytes.count {
            case 4: return Int64(Int32(truncatingIfNeeded: littleEndian(bytes, 0, 4)))
            case 8: return Int64(bitPattern: littleEndian(bytes, 0, 8))
            default: return nil
            }
        }
        guard let low = number(minimum), let high = number(maximum), low <= high else { return nil }
        return low...high
    }
}
