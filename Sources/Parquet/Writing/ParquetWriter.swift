// Writes a flat file: row groups one after the other, then page indices and footer. Where the bytes go is the caller's.

/// A row group, encoded: what lies in the file, without knowing where.
package struct EncodedRowGroup: Sendable {
    /// The number of rows.
    package let rowCount: Int
    /// The bytes of all column chunks.
    package let bytes: [UInt8]
    /// The chunks in the order of the columns, without their bytes.
    let chunks: [EncodedChunk]
    /// Where each chunk begins, from the group's first byte.
    let chunkStarts: [Int]

    init(rowCount: Int, bytes: [UInt8], chunks: [EncodedChunk], chunkStarts: [Int]) {
        (self.rowCount, self.bytes, self.chunks, self.chunkStarts) = (rowCount, bytes, chunks, chunkStarts)
    }

    /// Encodes columns of equal length; there is at least one row.
    package init(_ data: [ColumnData], columns: [ColumnSchema]) {
        precondition(
            data.count == columns.count,
            "\(data.count) columns of data for \(columns.count) of the schema"
        )
        rowCount = data.first?.rowCount ?? 0
        precondition(rowCount > 0, "a row group without rows")
        var bytes: [UInt8] = []
        var chunks: [EncodedChunk] = []
        var starts: [Int] = []
        for (schema, column) in zip(columns, data) {
            precondition(
                column.rowCount == rowCount,
                "column \(schema.name) has \(column.rowCount) rows, not \(rowCount)"
            )
            precondition(schema.isOptional || column.nullCount == 0, "column \(schema.name) lacks values")
            var chunk = ChunkEncoder(schema: schema).encode(column)
            starts.append(bytes.count)
            bytes += chunk.bytes
            chunk.bytes = []
            chunks.append(chunk)
        }
        (self.bytes, self.chunks, chunkStarts) = (bytes, chunks, starts)
    }
}

/// A Parquet file in the making, whose bytes leave as they come. Memory holds what the footer says of each group.
package struct ParquetAssembler: Sendable {
    private let columns: [ColumnSchema]
    private let sorting: [SortingColumn]
    private let keyValues: [(String, String)]
    private let createdBy: String
    private var groups: [Group] = []
    /// The bytes so far; those of `start` included.
    package private(set) var byteCount = ParquetAssembler.start.count
    /// The rows so far.
    package private(set) var rowCount = 0

    /// The first bytes of a file.
    package static let start = Array("PAR1".utf8)

    private struct Group: Sendable {
        let rowCount: Int
        let start: Int
        let byteCount: Int
        let chunks: [(chunk: EncodedChunk, start: Int)]
    }

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - columns: the columns; not nested, not INT96.
    ///   - sorting: the columns by which the rows are sorted.
    ///   - createdBy: text of the form `Name version 1.2.3 (build x)`.
    package init(
        columns: [ColumnSchema],
        sorting: [SortingColumn] = [],
        keyValues: [(String, String)] = [],
        createdBy: String
    ) {
        precondition(
            !columns.contains { $0.isNested || $0.physicalType == .int96 },
            "a nested or INT96 column"
        )
        self.columns = columns
        self.sorting = sorting
        self.keyValues = keyValues
        self.createdBy = createdBy
    }

    /// Takes note of a group whose bytes follow those so far.
    package mutating func append(_ group: EncodedRowGroup) {
        groups.append(
            Group(
                rowCount: group.rowCount,
                start: byteCount,
                byteCount: group.bytes.count,
                chunks: zip(group.chunks, group.chunkStarts).map { ($0, byteCount + $1) }
            )
        )
        byteCount += group.bytes.count
        rowCount += group.rowCount
    }

    /// Ends the file.
    ///
    /// - Returns: the bytes behind the last group, and how many of them are the footer: the number before the last `PAR1`.
    package mutating func finish() -> (bytes: [UInt8], footerBytes: Int) {
        var bytes: [UInt8] = []
        let indices = appendPageIndices(to: &bytes)
        let footer = footer(indices)
        bytes += footer
        appendLittleEndian(UInt64(footer.count), width: 4, to: &bytes)
        bytes += ParquetAssembler.start
        byteCount += bytes.count
        return (bytes, footer.count)
    }

    // MARK: Page indices

    private struct IndexPlace {
        var columnIndex: Range<Int>
        var offsetIndex: Range<Int>
    }

    private func appendPageIndices(to bytes: inout [UInt8]) -> [[IndexPlace]] {
        var places = groups.map { $0.chunks.map { _ in IndexPlace(columnIndex: 0..<0, offsetIndex: 0..<0) } }
        for (groupIndex, group) in groups.enumerated() {
            for (chunkIndex, entry) in group.chunks.enumerated() {
                let start = byteCount + bytes.count
                bytes += columnIndexBytes(entry.chunk)
                places[groupIndex][chunkIndex].columnIndex = start..<(byteCount + bytes.count)
            }
        }
        for (groupIndex, group) in groups.enumerated() {
            for (chunkIndex, entry) in group.chunks.enumerated() {
                let start = byteCount + bytes.count
                bytes += offsetIndexBytes(entry.chunk, chunkStart: entry.start)
                places[groupIndex][chunkIndex].offsetIndex = start..<(byteCount + bytes.count)
            }
        }
        return places
    }

    private func columnIndexBytes(_ chunk: EncodedChunk) -> [UInt8] {
        // Without bounds on every page that has values there is no index to give.
        guard chunk.pages.allSatisfy({ $0.isAllNull || $0.statistics.minimum != nil }) else { return [] }
        var writer = ThriftWriter()
        writer.element {
            $0.list(1, kind: 1, chunk.pages) { $0.rawByte($1.isAllNull ? 1 : 2) }
            $0.list(2, kind: 8, chunk.pages) { $0.rawBinary($1.statistics.minimum ?? []) }
            $0.list(3, kind: 8, chunk.pages) { $0.rawBinary($1.statistics.maximum ?? []) }
            $0.integer32(4, 0)
            $0.list(5, kind: 6, chunk.pages) { $0.zigzag($1.statistics.nullCount ?? 0) }
        }
        return writer.bytes
    }

    private func offsetIndexBytes(_ chunk: EncodedChunk, chunkStart: Int) -> [UInt8] {
        var writer = ThriftWriter()
        writer.element {
            $0.list(1, kind: 12, chunk.pages) { list, page in
                list.element {
                    $0.integer64(1, Int64(chunkStart + page.offset))
                    $0.integer32(2, Int64(page.byteCount))
                    $0.integer64(3, Int64(page.firstRow))
                }
            }
        }
        return writer.bytes
    }

    // MARK: Footer

    private func footer(_ indices: [[IndexPlace]]) -> [UInt8] {
        var writer = ThriftWriter()
        writer.element { root in
            root.integer32(1, 1)
            writeSchema(&root)
            root.integer64(3, Int64(rowCount))
            root.list(4, kind: 12, Array(zip(groups, indices)).enumerated().map { ($0.offset, $0.element) }) {
                list,
                entry in
                list.element { writeGroup(&$0, ordinal: entry.0, group: entry.1.0, places: entry.1.1) }
            }
            if !keyValues.isEmpty {
                root.list(5, kind: 12, keyValues) { list, pair in
                    list.element {
                        $0.text(1, pair.0)
                        $0.text(2, pair.1)
                    }
                }
            }
            root.text(6, createdBy)
            // Without declared orders some readers ignore every bound.
            root.list(7, kind: 12, columns) { list, _ in
                list.element { $0.structure(1) { _ in } }
            }
        }
        return writer.bytes
    }

    private func writeSchema(_ root: inout ThriftWriter) {
        root.list(2, kind: 12, [nil] + columns.map { Optional($0) }) { list, column in
            list.element { element in
                guard let column else {
                    element.text(4, "schema")
                    element.integer32(5, Int64(columns.count))
                    return
                }
                element.integer32(1, Int64(column.physicalType.rawValue))
                if column.physicalType == .fixedLengthByteArray {
                    element.integer32(2, Int64(column.typeLength))
                }
                element.integer32(3, column.isOptional ? 1 : 0)
                element.text(4, column.name)
                writeConvertedType(&element, column.logicalType)
                if let fieldID = column.fieldID { element.integer32(9, Int64(fieldID)) }
                writeLogicalType(&element, column.logicalType)
            }
        }
    }

    private func writeConvertedType(_ element: inout ThriftWriter, _ type: LogicalType?) {
        switch type {
        case .string: element.integer32(6, 0)
        case .int16: element.integer32(6, 16)
        case .date: element.integer32(6, 6)
        case .timestampMicroseconds: element.integer32(6, 10)
        default: break
        }
    }

    private func writeLogicalType(_ element: inout ThriftWriter, _ type: LogicalType?) {
        switch type {
        case .string:
            element.structure(10) { $0.structure(1) { _ in } }
        case .date:
            element.structure(10) { $0.structure(6) { _ in } }
        case .int16:
            element.structure(10) {
                $0.structure(10) {
                    $0.integer8(1, 16)
                    $0.boolean(2, true)
                }
            }
        case .timestampMicroseconds:
            element.structure(10) {
                $0.structure(8) {
                    $0.boolean(1, true)
                    $0.structure(2) { $0.structure(2) { _ in } }
                }
            }
        default: break
        }
    }

    private func writeGroup(_ writer: inout ThriftWriter, ordinal: Int, group: Group, places: [IndexPlace]) {
        let compressed = group.byteCount
        let uncompressed = group.chunks.reduce(0) { $0 + $1.chunk.uncompressedBytes }
        writer.list(1, kind: 12, Array(zip(zip(columns, group.chunks), places))) { list, entry in
            let ((schema, (chunk, start)), place) = entry
            list.element {
                $0.integer64(2, 0)
                $0.structure(3) {
                    writeChunk(&$0, schema: schema, chunk: chunk, start: start, rowCount: group.rowCount)
                }
                $0.integer64(4, Int64(place.offsetIndex.lowerBound))
                $0.integer32(5, Int64(place.offsetIndex.count))
                if !place.columnIndex.isEmpty {
                    $0.integer64(6, Int64(place.columnIndex.lowerBound))
                    $0.integer32(7, Int64(place.columnIndex.count))
                }
            }
        }
        writer.integer64(2, Int64(uncompressed))
        writer.integer64(3, Int64(group.rowCount))
        if !sorting.isEmpty {
            writer.list(4, kind: 12, sorting) { list, column in
                list.element {
                    $0.integer32(1, Int64(column.columnIndex))
                    $0.boolean(2, false)
                    $0.boolean(3, false)
                }
            }
        }
        writer.integer64(5, Int64(group.start))
        writer.integer64(6, Int64(compressed))
        writer.integer16(7, Int64(ordinal))
    }

    private func writeChunk(
        _ writer: inout ThriftWriter,
        schema: ColumnSchema,
        chunk: EncodedChunk,
        start: Int,
        rowCount: Int
    ) {
        writer.integer32(1, Int64(schema.physicalType.rawValue))
        writer.list(2, kind: 5, chunk.encodings) { $0.zigzag($1) }
        writer.list(3, kind: 8, [schema.name]) { $0.rawBinary(Array($1.utf8)) }
        writer.integer32(4, chunk.isCompressed ? 2 : 0)
        writer.integer64(5, Int64(rowCount))
        writer.integer64(6, Int64(chunk.uncompressedBytes))
        writer.integer64(7, Int64(chunk.byteCount))
        writer.integer64(9, Int64(start + chunk.dataPageOffset))
        if chunk.hasDictionary { writer.integer64(11, Int64(start)) }
        writer.structure(12) {
            $0.integer64(3, chunk.statistics.nullCount ?? 0)
            if let maximum = chunk.statistics.maximum { $0.binary(5, maximum) }
            if let minimum = chunk.statistics.minimum { $0.binary(6, minimum) }
        }
    }
}

/// A Parquet file made in memory.
package struct ParquetWriter {
    private let columns: [ColumnSchema]
    private var assembler: ParquetAssembler
    private var bytes = ParquetAssembler.start

    /// A finished file.
    package struct File: Sendable {
        /// The whole file.
        package let bytes: [UInt8]
        /// The length of the footer: the four-byte number before the last `PAR1`.
        package let footerBytes: Int
        /// The number of rows.
        package let rowCount: Int
    }

    /// Begins a file; see `ParquetAssembler`.
    package init(
        columns: [ColumnSchema],
        sorting: [SortingColumn] = [],
        keyValues: [(String, String)] = [],
        createdBy: String
    ) {
        self.columns = columns
        assembler = ParquetAssembler(
            columns: columns,
            sorting: sorting,
            keyValues: keyValues,
            createdBy: createdBy
        )
    }

    /// Encodes and appends a row group: one column of data for each of the schema, all of the same length.
    package mutating func append(_ data: [ColumnData]) {
        guard data.first?.rowCount != 0 else { return }
        append(EncodedRowGroup(data, columns: columns))
    }

    /// Appends a row group.
    package mutating func append(_ group: EncodedRowGroup) {
        assembler.append(group)
        bytes += group.bytes
    }

    /// Ends the file.
    package mutating func finish() -> File {
        let end = assembler.finish()
        return File(bytes: bytes + end.bytes, footerBytes: end.footerBytes, rowCount: assembler.rowCount)
    }
}
