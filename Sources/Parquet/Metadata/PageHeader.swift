// The header in front of every page.

/// A page header, its sizes checked for sign.
struct PageHeader {
    /// What follows.
    enum Kind {
        case dataV1(DataV1)
        case dataV2(DataV2)
        case dictionary(count: Int, encoding: Int64)
        case index
    }

    struct DataV1 {
        let valueCount: Int
        let encoding: Int64
        let definitionEncoding: Int64
    }

    struct DataV2 {
        let valueCount: Int
        let nullCount: Int
        let encoding: Int64
        let definitionBytes: Int
        let repetitionBytes: Int
        let isCompressed: Bool
    }

    let kind: Kind
    let uncompressedBytes: Int
    let compressedBytes: Int
    let crc: UInt32?
    /// The length of the header itself.
    let headerBytes: Int

    init(_ bytes: ArraySlice<UInt8>) throws {
        var reader = ThriftReader(bytes)
        var root = Fields()
        // The headers of the kinds of pages: a page has one.
        var page = Fields()
        var pageField = 0
        try reader.fields { reader, id, kind in
            guard (5...8).contains(id), kind == ThriftReader.structureKind else {
                return root[id] = try reader.scalar(kind: kind)
            }
            pageField = id
            page = Fields()
            try reader.fields { reader, id, kind in page[id] = try reader.scalar(kind: kind) }
        }
        headerBytes = reader.position - bytes.startIndex
        uncompressedBytes = try PageHeader.size(root[2], "uncompressed_page_size")
        compressedBytes = try PageHeader.size(root[3], "compressed_page_size")
        crc = root[4].map { UInt32(truncatingIfNeeded: $0) }
        switch root[1] {
        case 0:
            guard pageField == 5 else { throw PageHeader.missing("data_page_header") }
            kind = .dataV1(
                DataV1(
                    valueCount: try PageHeader.size(page[1], "num_values"),
                    encoding: page[2] ?? -1,
                    definitionEncoding: page[3] ?? -1
                )
            )
        case 1:
            kind = .index
        case 2:
            guard pageField == 7 else { throw PageHeader.missing("dictionary_page_header") }
            kind = .dictionary(
                count: try PageHeader.size(page[1], "dictionary num_values"),
                encoding: page[2] ?? -1
            )
        case 3:
            guard pageField == 8 else { throw PageHeader.missing("data_page_header_v2") }
            kind = .dataV2(
                DataV2(
                    valueCount: try PageHeader.size(page[1], "num_values"),
                    nullCount: try PageHeader.size(page[2], "num_nulls"),
                    encoding: page[4] ?? -1,
                    definitionBytes: try PageHeader.size(page[5], "definition_levels_byte_length"),
                    repetitionBytes: try PageHeader.size(page[6], "repetition_levels_byte_length"),
                    isCompressed: page[7] != 0
                )
            )
        default:
            throw PageHeader.missing("page type")
        }
    }

    /// Numbers and flags of a structure by field.
    private struct Fields {
        private var values = SIMD8<Int64>()
        private var known: UInt8 = 0

        subscript(field: Int) -> Int64? {
            get { (0..<8).contains(field) && known >> UInt8(field) & 1 == 1 ? values[field] : nil }
            set {
                guard (0..<8).contains(field) else { return }
                known = newValue == nil ? known & ~(1 << UInt8(field)) : known | 1 << UInt8(field)
                values[field] = newValue ?? 0
            }
        }
    }

    private static func size(_ value: Int64?, _ field: String) throws -> Int {
        guard let value, value >= 0, value <= Int64(Int32.max) else {
            throw ParquetError.damaged(
                .outOfRange(field: field, found: value ?? -1, limit: Int64(Int32.max)),
                ParquetError.Place()
            )
        }
        return Int(value)
    }

    private static func missing(_ field: String) -> ParquetError {
        .damaged(.badStructure(field: field), ParquetError.Place())
    }
}
