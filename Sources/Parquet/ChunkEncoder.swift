// Encodes one column chunk: chooses the encoding by size after compression, cuts pages, writes their headers.

/// An encoded column chunk; offsets count from its first byte.
struct EncodedChunk {
    var bytes: [UInt8] = []
    var uncompressedBytes = 0
    var dataPageOffset = 0
    var hasDictionary = false
    var encodings: [Int64] = []
    var isCompressed = false
    var statistics = Statistics()
    var pages: [Page] = []

    /// A data page.
    struct Page {
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

    /// Rows of a page at most.
    static let pageRows = 65_536
    /// Values on which the encoding is chosen.
    private static let trialValues = 4_096
    /// A larger dictionary is given up.
    private static let dictionaryEntries = 65_536
    /// Deflate level of pages: higher ones cost 3 to 17 times the time for 2 to 3 % of size.
    static let compressionLevel: Int32 = 1

    let schema: ColumnSchema

    /// Encodes a chunk.
    func encode(_ column: ColumnData) -> EncodedChunk {
        let form = chooseForm(column.values)
        if form == .dictionary, let dictionary = Dictionary(column.values) {
            return assemble(column, form: form, dictionary: dictionary)
        }
        return assemble(column, form: form == .dictionary ? .plain : form, dictionary: nil)
    }

    private func chooseForm(_ values: ColumnValues) -> Form {
        let sample = values.slice(0..<min(values.count, ChunkEncoder.trialValues))
        let forms: [Form]
        switch values {
        case .int32s, .int64s: forms = [.delta(.bitWide), .delta(.byteWide), .dictionary, .plain]
        case .byteArrays: forms = [.dictionary, .plain]
        case .booleans, .floats, .doubles: return .plain
        }
        var best = forms[0]
        var bestBytes = Int.max
        for form in forms {
            guard let bytes = trialBytes(sample, form: form), bytes < bestBytes else { continue }
            best = form
            bestBytes = bytes
        }
        return best
    }

    private func trialBytes(_ sample: ColumnValues, form: Form) -> Int? {
        var raw: [UInt8]
        if form == .dictionary {
            guard let dictionary = Dictionary(sample), dictionary.entries.count <= sample.count / 2 + 256
            else { return nil }
            let entries = PlainEncoding.encode(dictionary.entries)
            raw = entries + dictionary.encodedIndices(0..<sample.count)
        } else {
            raw = body(sample, range: 0..<sample.count, form: form, dictionary: nil)
        }
        return min(raw.count, Gzip.compress(raw, level: ChunkEncoder.compressionLevel).count)
    }

    private func body(_ values: ColumnValues, range: Range<Int>, form: Form, dictionary: Dictionary?)
        -> [UInt8]
    {
        switch (form, values) {
        case (.delta(let layout), .int32s(let numbers)):
            return DeltaBinaryPacked.encode(Array(numbers[range]), layout: layout)
        case (.delta(let layout), .int64s(let numbers)):
            return DeltaBinaryPacked.encode(Array(numbers[range]), layout: layout)
        case (.dictionary, _):
            if let dictionary { return dictionary.encodedIndices(range) }
            preconditionFailure("dictionary form without a dictionary")
        default:
            return PlainEncoding.encode(values.slice(range))
        }
    }

    // MARK: Pages

    private func assemble(_ column: ColumnData, form: Form, dictionary: Dictionary?) -> EncodedChunk {
        var chunk = EncodedChunk()
        let bodies = pageBodies(column, form: form, dictionary: dictionary)
        let dictionaryBody = dictionary.map { PlainEncoding.encode($0.entries) }
        // The codec belongs to the whole chunk: gzip only where it makes the chunk smaller.
        let compressed = bodies.map { Gzip.compress($0.bytes, level: ChunkEncoder.compressionLevel) }
        let compressedDictionary = dictionaryBody.map {
            Gzip.compress($0, level: ChunkEncoder.compressionLevel)
        }
        let rawTotal = bodies.reduce(dictionaryBody?.count ?? 0) { $0 + $1.bytes.count }
        let compressedTotal = compressed.reduce(compressedDictionary?.count ?? 0) { $0 + $1.count }
        chunk.isCompressed = compressedTotal < rawTotal
        if let dictionary, let dictionaryBody, let compressedDictionary {
            chunk.hasDictionary = true
            append(
                chunk.isCompressed ? compressedDictionary : dictionaryBody,
                uncompressedBytes: dictionaryBody.count,
                to: &chunk
            ) { header in
                header.structure(7) {
                    $0.integer32(1, Int64(dictionary.entries.count))
                    $0.integer32(2, Encoding.plain)
                }
            }
        }
        chunk.dataPageOffset = chunk.bytes.count
        let encoding = ChunkEncoder.encodingNumber(form)
        for (index, body) in bodies.enumerated() {
            let offset = chunk.bytes.count
            append(
                chunk.isCompressed ? compressed[index] : body.bytes,
                uncompressedBytes: body.bytes.count,
                to: &chunk
            ) { header in
                header.structure(5) {
                    $0.integer32(1, Int64(body.rowCount))
                    $0.integer32(2, encoding)
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
            dictionary == nil ? [encoding, Encoding.rle] : [Encoding.plain, Encoding.rle, encoding]
        chunk.statistics = ChunkStatistics.of(column.values, nullCount: column.nullCount)
        return chunk
    }

    private static func encodingNumber(_ form: Form) -> Int64 {
        switch form {
        case .plain: Encoding.plain
        case .dictionary: Encoding.rleDictionary
        case .delta: Encoding.deltaBinaryPacked
        }
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

    private func pageBodies(_ column: ColumnData, form: Form, dictionary: Dictionary?) -> [PageBody] {
        var bodies: [PageBody] = []
        var row = 0
        var firstValue = 0
        let rowCount = column.rowCount
        while row < rowCount {
            let end = min(row + ChunkEncoder.pageRows, rowCount)
            let levels = (row..<end).map { column.present?[$0] ?? true }
            let valueCount = levels.count { $0 }
            let range = firstValue..<(firstValue + valueCount)
            var bytes: [UInt8] = []
            if schema.isOptional {
                let encoded = RunLengthHybrid.encode(levels.map { $0 ? 1 : 0 }, width: 1)
                appendLittleEndian(UInt64(encoded.count), width: 4, to: &bytes)
                bytes += encoded
            }
            bytes += body(column.values, range: range, form: form, dictionary: dictionary)
            bodies.append(
                PageBody(
                    bytes: bytes,
                    firstRow: row,
                    rowCount: end - row,
                    statistics: ChunkStatistics.of(
                        column.values.slice(range),
                        nullCount: end - row - valueCount
                    ),
                    isAllNull: valueCount == 0
                )
            )
            row = end
            firstValue = range.upperBound
        }
        return bodies
    }

    // MARK: Dictionary

    /// Distinct values by falling frequency, and the index of each value.
    private struct Dictionary {
        let entries: ColumnValues
        let indices: [UInt32]
        /// 8 or 16 bits: gzip sees whole bytes.
        let width: Int

        init?(_ values: ColumnValues) {
            switch values {
            case .int32s(let numbers):
                guard let built = Dictionary.build(numbers, order: <) else { return nil }
                entries = .int32s(built.entries)
                indices = built.indices
            case .int64s(let numbers):
                guard let built = Dictionary.build(numbers, order: <) else { return nil }
                entries = .int64s(built.entries)
                indices = built.indices
            case .byteArrays(let strings):
                guard let built = Dictionary.build(strings, order: { $0.lexicographicallyPrecedes($1) })
                else { return nil }
                entries = .byteArrays(built.entries)
                indices = built.indices
            case .booleans, .floats, .doubles: return nil
            }
            width = entries.count <= 256 ? 8 : 16
        }

        private static func build<Value: Hashable>(
            _ values: [Value],
            order: (Value, Value) -> Bool
        ) -> (entries: [Value], indices: [UInt32])? {
            var counts: [Value: Int] = [:]
            for value in values {
                counts[value, default: 0] += 1
                if counts.count > dictionaryEntries { return nil }
            }
            let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : order($0.key, $1.key) }
                .map(\.key)
            var position: [Value: UInt32] = [:]
            for (index, value) in sorted.enumerated() { position[value] = UInt32(index) }
            return (sorted, values.map { position[$0] ?? 0 })
        }

        /// Returns the body of a data page: the width and the indices of a range of values.
        func encodedIndices(_ range: Range<Int>) -> [UInt8] {
            [UInt8(width)] + RunLengthHybrid.encode(Array(indices[range]), width: width)
        }
    }
}

/// Bounds of values.
enum ChunkStatistics {
    static func of(_ values: ColumnValues, nullCount: Int) -> Statistics {
        var statistics = Statistics(nullCount: Int64(nullCount))
        switch values {
        case .int32s(let numbers):
            statistics.minimum = numbers.min().map { plain(UInt64(UInt32(bitPattern: $0)), 4) }
            statistics.maximum = numbers.max().map { plain(UInt64(UInt32(bitPattern: $0)), 4) }
        case .int64s(let numbers):
            statistics.minimum = numbers.min().map { plain(UInt64(bitPattern: $0), 8) }
            statistics.maximum = numbers.max().map { plain(UInt64(bitPattern: $0), 8) }
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
