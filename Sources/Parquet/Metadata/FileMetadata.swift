// The footer of a file, read and checked. Its schema is read in FileMetadata+Schema, its row groups in FileMetadata+Chunks.
// Writing a footer is FooterWriter's business.

/// What a footer says about a flat file.
struct FileMetadata {
    /// The leaves of the schema; nested ones are marked.
    let columns: [ColumnSchema]
    /// The number of rows of all row groups.
    let rowCount: Int
    /// The row groups in order.
    let rowGroups: [RowGroup]
    /// Free text by key.
    let keyValues: [String: String]
    /// The program that wrote the file.
    let createdBy: String?
    /// The footer's bytes, of which the chunks' descriptions are read when they are asked for.
    let footer: ArraySlice<UInt8>
    /// Where the footer lies in the file.
    let footerStart: Int

    /// A row group: its chunks are read when they are asked for, because most readers want few of them.
    struct RowGroup {
        let rowCount: Int
        /// Where the chunks' descriptions lie in the footer.
        let chunkRanges: [Range<Int>]
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
        var fields: [ThriftValue.Field] = []
        var groups: [RowGroup] = []
        try reader.fields { reader, id, kind in
            if id == FileMetaDataField.rowGroups.rawValue {
                groups = []
                try reader.elements(kind: kind) {
                    groups.append(try FileMetadata.rowGroup(&$0, number: groups.count))
                }
            } else {
                fields.append((id, try reader.fieldValue(kind: kind)))
            }
        }
        let root = ThriftFields<FileMetaDataField>(fields)
        if root[.encryptionAlgorithm] != nil {
            throw ParquetError.unsupported(.encryption, ParquetError.Place())
        }
        columns = try FileMetadata.schema(root[.schema]?.list ?? [])
        rowGroups = groups
        rowCount = try FileMetadata.rowCount(
            groups,
            stated: root[.numRows]?.integer ?? -1,
            columnCount: columns.count
        )
        var keyValues: [String: String] = [:]
        for element in root[.keyValueMetadata]?.list ?? [] {
            let pair = element.fields(of: KeyValueField.self)
            if let key = pair[.key]?.text { keyValues[key] = pair[.value]?.text ?? "" }
        }
        self.keyValues = keyValues
        createdBy = root[.createdBy]?.text
    }

    /// Bytes read from the end of a file at first: footers of files of one home fit.
    private static let tailBytes = 32 << 10
    /// The last bytes of a file whose footer is encrypted.
    private static let encryptedEnd = Array("PARE".utf8)

    /// Reads the footer's bytes.
    ///
    /// - Returns: the bytes, and where they lie in the file.
    static func footer(of file: ByteSource) throws -> (bytes: ArraySlice<UInt8>, start: Int) {
        let magic = ParquetAssembler.start
        guard file.byteCount >= Limits.fileBytes else { throw damaged(.notParquet) }
        let tailStart = max(0, file.byteCount - tailBytes)
        let tail = try file.bytes(tailStart..<file.byteCount)
        let head = tailStart == 0 ? tail : try file.bytes(0..<magic.count)
        guard head.starts(with: magic) else { throw damaged(.notParquet) }
        if tail.suffix(magic.count).elementsEqual(encryptedEnd) {
            throw ParquetError.unsupported(.encryption, ParquetError.Place())
        }
        guard tail.suffix(magic.count).elementsEqual(magic) else { throw damaged(.notParquet) }
        let length = Int(littleEndian(tail, at: tail.count - 8, width: 4))
        let limit = min(Limits.footerBytes, file.byteCount - Limits.fileBytes)
        guard length <= limit else {
            throw damaged(.outOfRange(field: "footer length", found: Int64(length), limit: Int64(limit)))
        }
        let start = file.byteCount - 8 - length
        if start >= tailStart { return (tail[(start - tailStart)..<(tail.count - 8)], start) }
        return (try file.bytes(start..<(start + length))[...], start)
    }

    /// Returns the error of damage whose place is not known here.
    static func damaged(_ damage: ParquetError.Damage) -> ParquetError {
        .damaged(damage, ParquetError.Place())
    }
}
