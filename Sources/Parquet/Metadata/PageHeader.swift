// The header in front of every page, read and checked for sign. Writing it is ChunkEncoder's business; the page itself is
// PageDecoder's.

/// A page header.
struct PageHeader {
    /// What follows.
    enum Kind {
        case dataV1(DataV1)
        case dataV2(DataV2)
        case dictionary(count: Int, encoding: StatedEncoding)
        case index
    }

    /// What the header of a data page of the first version says.
    struct DataV1 {
        let valueCount: Int
        let encoding: StatedEncoding
        let definitionEncoding: StatedEncoding
    }

    /// What the header of a data page of the second version says.
    struct DataV2 {
        let valueCount: Int
        let nullCount: Int
        let encoding: StatedEncoding
        let definitionBytes: Int
        let repetitionBytes: Int
        let isCompressed: Bool
    }

    /// What follows.
    let kind: Kind
    /// The bytes of the page's body after decompression, as stated.
    let uncompressedBytes: Int
    /// The bytes of the page's body, as stated.
    let compressedBytes: Int
    /// The CRC-32 of the body; nil where the writer gave none.
    let crc: UInt32?
    /// The length of the header itself.
    let headerBytes: Int

    /// Reads a header in front of a body.
    ///
    /// - Throws: `ParquetError` where it is damaged.
    init(_ bytes: ArraySlice<UInt8>) throws {
        var reader = ThriftReader(bytes)
        var root = Scalars()
        // The headers of the types of pages: a page has one.
        var page = Scalars()
        var pageField: PageHeaderField?
        try reader.fields { reader, id, kind in
            guard let field = PageHeaderField(rawValue: id), field.isHeaderOfType,
                kind == ThriftKind.structure.rawValue
            else {
                return root[id: id] = try reader.scalar(kind: kind)
            }
            pageField = field
            page = Scalars()
            try reader.fields { reader, id, kind in page[id: id] = try reader.scalar(kind: kind) }
        }
        headerBytes = reader.position - bytes.startIndex
        uncompressedBytes = try PageHeader.size(
            root[PageHeaderField.uncompressedPageSize],
            "uncompressed_page_size"
        )
        compressedBytes = try PageHeader.size(
            root[PageHeaderField.compressedPageSize],
            "compressed_page_size"
        )
        crc = root[PageHeaderField.crc].map { UInt32(truncatingIfNeeded: $0) }
        switch root[PageHeaderField.type].flatMap({ PageType(rawValue: $0) }) {
        case .dataPage:
            guard pageField == .dataPageHeader else { throw PageHeader.missing("data_page_header") }
            kind = .dataV1(try PageHeader.dataV1(page))
        case .indexPage: kind = .index
        case .dictionaryPage:
            guard pageField == .dictionaryPageHeader else {
                throw PageHeader.missing("dictionary_page_header")
            }
            kind = try PageHeader.dictionary(page)
        case .dataPageV2:
            guard pageField == .dataPageHeaderV2 else { throw PageHeader.missing("data_page_header_v2") }
            kind = .dataV2(try PageHeader.dataV2(page))
        case nil: throw PageHeader.missing("page type")
        }
    }

    private static func dataV1(_ page: Scalars) throws -> DataV1 {
        DataV1(
            valueCount: try size(page[DataPageHeaderField.numValues], "num_values"),
            encoding: StatedEncoding(page[DataPageHeaderField.encoding]),
            definitionEncoding: StatedEncoding(page[DataPageHeaderField.definitionLevelEncoding])
        )
    }

    private static func dictionary(_ page: Scalars) throws -> Kind {
        .dictionary(
            count: try size(page[DictionaryPageHeaderField.numValues], "dictionary num_values"),
            encoding: StatedEncoding(page[DictionaryPageHeaderField.encoding])
        )
    }

    private static func dataV2(_ page: Scalars) throws -> DataV2 {
        typealias Field = DataPageHeaderV2Field
        return DataV2(
            valueCount: try size(page[Field.numValues], "num_values"),
            nullCount: try size(page[Field.numNulls], "num_nulls"),
            encoding: StatedEncoding(page[Field.encoding]),
            definitionBytes: try size(
                page[Field.definitionLevelsByteLength],
                "definition_levels_byte_length"
            ),
            repetitionBytes: try size(
                page[Field.repetitionLevelsByteLength],
                "repetition_levels_byte_length"
            ),
            isCompressed: page[Field.isCompressed] != 0
        )
    }

    /// Numbers and flags of a structure, of which those with a number of 0 to 7 are kept: all that are asked for.
    private struct Scalars {
        private var values = SIMD8<Int64>()
        private var known: UInt8 = 0

        /// The value of a field; nil where it is absent.
        subscript<Field: ThriftField>(_ field: Field) -> Int64? { self[id: field.rawValue] }

        /// The value of a field by its number.
        subscript(id id: Int) -> Int64? {
            get { (0..<8).contains(id) && known >> UInt8(id) & 1 == 1 ? values[id] : nil }
            set {
                guard (0..<8).contains(id) else { return }
                known = newValue == nil ? known & ~(1 << UInt8(id)) : known | 1 << UInt8(id)
                values[id] = newValue ?? 0
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
