// Encodes one column chunk: chooses the encoding by size after compression, cuts pages, writes their headers.

/// An encoded column chunk; offsets count from its first byte.
struct EncodedChunk: Sendable {
    var bytes: [UInt8] = []
    /// The number of bytes, which stays when the bytes have gone elsewhere.
    var byteCount = 0
    var uncompressedBytes = 0
    var dataPageOffset = 0
    var hasDictionary = false
    var encodings: [Int64] = []
    var isCompressed = false
    var statistics = Statistics()
    var pages: [Page] = []

    /// A data page.
    struct Page: Sendable {
        let offset: Int
        let byteCount: Int
        let firstRow: Int
        let statistics: Statistics
        let isAllNull: Bool
    }
}

/// Encodes column chunks.
struct ChunkEncoder {
    /// How values are written.
    enum Form: Equatable {
        case plain
        case dictionary
        case delta(DeltaBinaryPacked.Layout)
    }

    /// Rows of a page at most: five months of quarters of an hour. Larger ones save 1 % and cost readers of a month.
    static let pageRows = 16_384
    /// Rows of a page of instants, which are all read where gaps are looked for.
    static let instantPageRows = 32_768
    /// Values on which the encoding is chosen: slices from all parts of the column, for seasons differ.
    private static let trialValues = 2_048
    private static let trialSlices = 8
    /// A larger dictionary is given up.
    private static let dictionaryEntries = 65_536
    /// Deflate level of pages of text: higher ones cost 3 to 17 times the time for 2 to 3 % of size.
    static let compressionLevel: Int32 = 1

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
            return assemble(column, ConstantForm(only, count: numbers.count), statistics)
        }
        let form = IntegerForm(numbers, bounds, trialValues: ChunkEncoder.trialValues)
        return assemble(column, form, statistics)
    }

    private func trialBytes(_ form: some ChunkForm) -> Int {
        let bytes = (form.dictionaryBody ?? []) + form.body(0..<form.valueCount)
        return min(bytes.count, form.compress(bytes).count)
    }

    // MARK: Pages

    private func assemble(_ column: ColumnData, _ form: some ChunkForm, _ statistics: Statistics? = nil)
        -> EncodedChunk
    {
        var chunk = EncodedChunk()
        chunk.statistics = statistics ?? ChunkStatistics.of(column.values, nullCount: column.nullCount)
        let bodies = pageBodies(column, form, chunk.statistics)
        // The codec belongs to the whole chunk: gzip only where it makes the chunk smaller.
        let compressed = bodies.map { form.compress($0.bytes) }
        let compressedDictionary = form.dictionaryBody.map { form.compressDictionary($0) }
        let rawTotal = bodies.reduce(form.dictionaryBody?.count ?? 0) { $0 + $1.bytes.count }
        let compressedTotal = compressed.reduce(compressedDictionary?.count ?? 0) { $0 + $1.count }
        chunk.isCompressed = compressedTotal < rawTotal
        chunk.bytes.reserveCapacity(min(rawTotal, compressedTotal) + 128 * (bodies.count + 1))
        if let dictionaryBody = form.dictionaryBody, let compressedDictionary {
            chunk.hasDictionary = true
            append(
                chunk.isCompressed ? compressedDictionary : dictionaryBody,
                uncompressedBytes: dictionaryBody.count,
                to: &chunk
            ) { header in
                header.structure(7) {
                    $0.integer32(1, Int64(form.entryCount))
                    $0.integer32(2, Encoding.plain)
                }
            }
        }
        chunk.dataPageOffset = chunk.bytes.count
        for (index, body) in bodies.enumerated() {
            let offset = chunk.bytes.count
            append(
                chunk.isCompressed ? compressed[index] : body.bytes,
                uncompressedBytes: body.bytes.count,
                to: &chunk
            ) { header in
                header.structure(5) {
                    $0.integer32(1, Int64(body.rowCount))
                    $0.integer32(2, form.encoding)
                    $0.integer32(3, Encoding.rle)
                    $0.integer32(4, Encoding.rle)
                }
            }
            chunk.pages.append(
                EncodedChunk.Page(
                    offset: offset,
                    byteCount: chunk.bytes.count - offset,
                    firstRow: body.firstRow,
                    statistics: body.statistics,
                    isAllNull: body.isAllNull
                )
            )
        }
        chunk.encodings =
            chunk.hasDictionary
            ? [Encoding.plain, Encoding.rle, form.encoding] : [form.encoding, Encoding.rle]
        chunk.byteCount = chunk.bytes.count
        return chunk
    }

    private func append(
        _ body: [UInt8],
        uncompressedBytes: Int,
        to chunk: inout EncodedChunk,
        _ kind: (inout ThriftWriter) -> Void
    ) {
        var header = ThriftWriter()
        let isDictionary = chunk.hasDictionary && chunk.bytes.isEmpty
        header.element {
            $0.integer32(1, isDictionary ? 2 : 0)
            $0.integer32(2, Int64(uncompressedBytes))
            $0.integer32(3, Int64(body.count))
            $0.integer32(4, Int64(Int32(bitPattern: Gzip.crc32(body[...]))))
            kind(&$0)
        }
        chunk.bytes += header.bytes
        chunk.bytes += body
        chunk.uncompressedBytes += header.bytes.count + uncompressedBytes
    }

    private struct PageBody {
        let bytes: [UInt8]
        let firstRow: Int
        let rowCount: Int
        let statistics: Statistics
        let isAllNull: Bool
    }

    private func pageBodies(_ column: ColumnData, _ form: some ChunkForm, _ whole: Statistics) -> [PageBody] {
        var bodies: [PageBody] = []
        var row = 0
        var firstValue = 0
        let rowCount = column.rowCount
        let isInstants = form.encoding == Encoding.deltaBinaryPacked && schema.physicalType == .int64
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

/// Bounds of values.
enum ChunkStatistics {
    /// Returns the bounds of some of the values.
    static func of(_ values: ColumnValues, _ range: Range<Int>, nullCount: Int) -> Statistics {
        switch values {
        case .int32s(let numbers): of(IntegerBounds.of(numbers[range]), nullCount: nullCount)
        case .int64s(let numbers): of(IntegerBounds.of(numbers[range]), nullCount: nullCount)
        default: of(values.slice(range), nullCount: nullCount)
        }
    }

    static func of<Value: FixedWidthInteger>(_ bounds: (low: Value, high: Value)?, nullCount: Int)
        -> Statistics
    {
        let width = Value.bitWidth / 8
        return Statistics(
            minimum: bounds.map { plain(UInt64(truncatingIfNeeded: $0.low), width) },
            maximum: bounds.map { plain(UInt64(truncatingIfNeeded: $0.high), width) },
            nullCount: Int64(nullCount)
        )
    }

    static func of(_ values: ColumnValues, nullCount: Int) -> Statistics {
        var statistics = Statistics(nullCount: Int64(nullCount))
        switch values {
        case .int32s(let numbers): return of(IntegerBounds.of(numbers[...]), nullCount: nullCount)
        case .int64s(let numbers): return of(IntegerBounds.of(numbers[...]), nullCount: nullCount)
        case .doubles(let numbers):
            // NaN has no place in an order; zeros count with both signs.
            guard !numbers.contains(where: \.isNaN), let low = numbers.min(), let high = numbers.max() else {
                break
            }
            statistics.minimum = plain((low == 0 ? -0.0 : low).bitPattern, 8)
            statistics.maximum = plain((high == 0 ? 0.0 : high).bitPattern, 8)
        case .byteArrays(let strings):
            statistics.minimum = strings.min { $0.lexicographicallyPrecedes($1) }
            statistics.maximum = strings.max { $0.lexicographicallyPrecedes($1) }
        case .booleans(let flags):
            statistics.minimum = flags.isEmpty ? nil : [flags.contains(false) ? 0 : 1]
            statistics.maximum = flags.isEmpty ? nil : [flags.contains(true) ? 1 : 0]
        case .floats: break
        }
        return statistics
    }

    private static func plain(_ value: UInt64, _ width: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        appendLittleEndian(value, width: width, to: &bytes)
        return bytes
    }
}
