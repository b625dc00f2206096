// Encodes one column chunk: chooses the encoding by size after compression, cuts pages, writes their headers. What each
// encoding writes is the business of the forms in Forms; what a footer says of the chunk is FooterWriter's.

/// Encodes column chunks.
struct ChunkEncoder {
    /// Rows of a page at most: five months of quarters of an hour. Larger ones save 1 % and cost readers of a month.
    static let pageRows = 16_384
    /// Rows of a page of instants, which are all read where gaps are looked for.
    static let instantPageRows = 32_768
    /// Values on which the encoding is chosen: slices from all parts of the column, for seasons differ.
    private static let trialValues = 2_048
    /// Deflate level of pages of text: higher ones cost 3 to 17 times the time for 2 to 3 % of size.
    static let compressionLevel: Int32 = 1

    /// The column.
    let schema: ColumnSchema

    /// Encodes a chunk.
    func encode(_ column: ColumnData) -> EncodedChunk {
        if let count = column.repeatCount {
            return assemble(column, ConstantForm(column.values, count: count))
        }
        switch column.values {
        case .int32s(let numbers): return encode(column, numbers)
        case .int64s(let numbers): return encode(column, numbers)
        case .byteArrays: break
        case .booleans, .floats, .doubles: return assemble(column, PlainForm(column.values))
        }
        let sample = column.values.slice(0..<min(column.values.count, 2 * ChunkEncoder.trialValues))
        if let trial = TextDictionary(sample), trial.entries.count <= sample.count / 2 + 256,
            let dictionary = TextDictionary(column.values),
            trialBytes(trial) < trialBytes(PlainForm(sample))
        {
            return assemble(column, dictionary)
        }
        return assemble(column, PlainForm(column.values))
    }

    private func encode<Value>(_ column: ColumnData, _ numbers: [Value]) -> EncodedChunk
    where Value: FixedWidthInteger & SignedInteger {
        let bounds = IntegerBounds.of(numbers[...])
        let statistics = ChunkStatistics.of(bounds, nullCount: column.nullCount)
        if let bounds, bounds.low == bounds.high {
            let only = column.values.slice(0..<1)
            return assemble(column, ConstantForm(only, count: numbers.count), statistics: statistics)
        }
        let form = IntegerForm(numbers, bounds, trialValues: ChunkEncoder.trialValues)
        return assemble(column, form, statistics: statistics)
    }

    private func trialBytes(_ form: some ChunkForm) -> Int {
        let bytes = (form.dictionaryBody ?? []) + form.body(0..<form.valueCount)
        return min(bytes.count, form.compress(bytes).count)
    }

    // MARK: Pages

    private func assemble(_ column: ColumnData, _ form: some ChunkForm, statistics: Statistics? = nil)
        -> EncodedChunk
    {
        var chunk = EncodedChunk()
        chunk.statistics = statistics ?? ChunkStatistics.of(column.values, nullCount: column.nullCount)
        let bodies = pageBodies(column, form, whole: chunk.statistics)
        // The codec belongs to the whole chunk: gzip only where it makes the chunk smaller.
        let compressed = bodies.map { form.compress($0.bytes) }
        let compressedDictionary = form.dictionaryBody.map { form.compressDictionary($0) }
        let rawTotal = bodies.reduce(form.dictionaryBody?.count ?? 0) { $0 + $1.bytes.count }
        let compressedTotal = compressed.reduce(compressedDictionary?.count ?? 0) { $0 + $1.count }
        chunk.isCompressed = compressedTotal < rawTotal
        chunk.bytes.reserveCapacity(min(rawTotal, compressedTotal) + 128 * (bodies.count + 1))
        if let dictionaryBody = form.dictionaryBody, let compressedDictionary {
            chunk.hasDictionary = true
            let body = chunk.isCompressed ? compressedDictionary : dictionaryBody
            append(body, of: .dictionaryPage, uncompressedBytes: dictionaryBody.count, to: &chunk) {
                writeDictionaryHeader(&$0, form)
            }
        }
        chunk.dataPageOffset = chunk.bytes.count
        for (index, page) in bodies.enumerated() {
            let offset = chunk.bytes.count
            let body = chunk.isCompressed ? compressed[index] : page.bytes
            append(body, of: .dataPage, uncompressedBytes: page.bytes.count, to: &chunk) {
                writeDataHeader(&$0, form, rowCount: page.rowCount)
            }
            chunk.pages.append(
                EncodedChunk.Page(
                    offset: offset,
                    byteCount: chunk.bytes.count - offset,
                    firstRow: page.firstRow,
                    statistics: page.statistics,
                    isAllNull: page.isAllNull
                )
            )
        }
        let encodings: [Encoding] =
            chunk.hasDictionary ? [.plain, .rle, form.encoding] : [form.encoding, .rle]
        chunk.encodingNumbers = encodings.map(\.rawValue)
        chunk.byteCount = chunk.bytes.count
        return chunk
    }

    private func writeDictionaryHeader(_ header: inout ThriftWriter<PageHeaderField>, _ form: some ChunkForm)
    {
        header.structure(.dictionaryPageHeader, of: DictionaryPageHeaderField.self) {
            $0.integer32(.numValues, Int64(form.entryCount))
            $0.integer32(.encoding, Encoding.plain.rawValue)
        }
    }

    private func writeDataHeader(
        _ header: inout ThriftWriter<PageHeaderField>,
        _ form: some ChunkForm,
        rowCount: Int
    ) {
        header.structure(.dataPageHeader, of: DataPageHeaderField.self) {
            $0.integer32(.numValues, Int64(rowCount))
            $0.integer32(.encoding, form.encoding.rawValue)
            $0.integer32(.definitionLevelEncoding, Encoding.rle.rawValue)
            $0.integer32(.repetitionLevelEncoding, Encoding.rle.rawValue)
        }
    }

    /// Appends a page: its header and its body.
    ///
    /// - Parameter writeKind: writes the header of the page's type.
    private func append(
        _ body: [UInt8],
        of type: PageType,
        uncompressedBytes: Int,
        to chunk: inout EncodedChunk,
        _ writeKind: (inout ThriftWriter<PageHeaderField>) -> Void
    ) {
        let header = ThriftWriter<PageHeaderField>.bytes {
            $0.integer32(.type, type.rawValue)
            $0.integer32(.uncompressedPageSize, Int64(uncompressedBytes))
            $0.integer32(.compressedPageSize, Int64(body.count))
            $0.integer32(.crc, Int64(Int32(bitPattern: Gzip.crc32(body[...]))))
            writeKind(&$0)
        }
        chunk.bytes += header
        chunk.bytes += body
        chunk.uncompressedBytes += header.count + uncompressedBytes
    }

    private struct PageBody {
        let bytes: [UInt8]
        let firstRow: Int
        let rowCount: Int
        let statistics: Statistics
        let isAllNull: Bool
    }

    private func pageBodies(_ column: ColumnData, _ form: some ChunkForm, whole: Statistics) -> [PageBody] {
        var bodies: [PageBody] = []
        var row = 0
        var firstValue = 0
        let rowCount = column.rowCount
        let isInstants = form.encoding == .deltaBinaryPacked && schema.physicalType == .int64
        let pageRows = isInstants ? ChunkEncoder.instantPageRows : ChunkEncoder.pageRows
        while row < rowCount {
            let end = min(row + pageRows, rowCount)
            let (levels, valueCount) = ChunkEncoder.levels(column.present, row..<end)
            let range = firstValue..<(firstValue + valueCount)
            var bytes: [UInt8] = []
            if schema.isOptional {
                appendLittleEndian(UInt64(levels.count), width: 4, to: &bytes)
                bytes += levels
            }
            bytes += form.body(range)
            let isWhole = row == 0 && end == rowCount || column.repeatCount != nil
            bodies.append(
                PageBody(
                    bytes: bytes,
                    firstRow: row,
                    rowCount: end - row,
                    statistics: isWhole
                        ? whole
                        : ChunkStatistics.of(column.values, range, nullCount: end - row - valueCount),
                    isAllNull: valueCount == 0
                )
            )
            row = end
            firstValue = range.upperBound
        }
        return bodies
    }

    /// Returns the definition levels of rows, encoded, and how many of the rows have a value.
    private static func levels(_ present: [Bool]?, _ rows: Range<Int>) -> (bytes: [UInt8], valueCount: Int) {
        let valueCount = present.map { present in present[rows].count { $0 } } ?? rows.count
        if valueCount == 0 || valueCount == rows.count {
            var bytes: [UInt8] = []
            appendVarint(UInt64(rows.count) << 1, to: &bytes)
            bytes.append(valueCount == 0 ? 0 : 1)
            return (bytes, valueCount)
        }
        return (RunLengthHybrid.encode((present ?? [])[rows].map { $0 ? 1 : 0 }, width: 1), valueCount)
    }
}
