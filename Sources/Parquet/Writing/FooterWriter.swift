// Writes the footer of a file: its schema, and where its row groups, chunks and page indices lie. Reading a footer is
// FileMetadata's business; the page indices themselves are PageIndexWriter's.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// Writes footers of files of the same columns.
struct FooterWriter {
    /// The columns.
    let columns: [ColumnSchema]
    /// The columns by which the rows are sorted.
    let sorting: [SortingColumn]
    /// Free text by key.
    let keyValues: [(String, String)]
    /// The program that writes the file.
    let createdBy: String

    /// The version of the format that is stated; readers make nothing of it.
    private static let version: Int64 = 1
    /// The name of the schema's root, which no reader asks for.
    private static let rootName = "schema"

    /// Returns the bytes of a footer.
    ///
    /// - Parameter indices: where the page indices of each chunk of each group lie.
    func footer(_ groups: [PlacedRowGroup], indices: [[PageIndexWriter.Place]], rowCount: Int) -> [UInt8] {
        ThriftWriter<FileMetaDataField>.bytes { root in
            root.integer32(.version, FooterWriter.version)
            writeSchema(&root)
            root.integer64(.numRows, Int64(rowCount))
            let numbered = Array(zip(groups, indices).enumerated())
            root.list(.rowGroups, kind: .structure, elements: numbered) { list, entry in
                let (group, places) = entry.element
                list.element(of: RowGroupField.self) {
                    writeGroup(&$0, group, ordinal: entry.offset, places: places)
                }
            }
            if !keyValues.isEmpty { writeKeyValues(&root) }
            root.text(.createdBy, createdBy)
            // Without declared orders some readers ignore every bound.
            root.list(.columnOrders, kind: .structure, elements: columns) { list, _ in
                list.element(of: ColumnOrderField.self) { $0.emptyStructure(.typeOrder) }
            }
        }
    }

    private func writeKeyValues(_ root: inout ThriftWriter<FileMetaDataField>) {
        root.list(.keyValueMetadata, kind: .structure, elements: keyValues) { list, pair in
            list.element(of: KeyValueField.self) {
                $0.text(.key, pair.0)
                $0.text(.value, pair.1)
            }
        }
    }

    // MARK: Schema

    private func writeSchema(_ root: inout ThriftWriter<FileMetaDataField>) {
        let elements = [nil] + columns.map { Optional($0) }
        root.list(.schema, kind: .structure, elements: elements) { list, column in
            list.element(of: SchemaElementField.self) { element in
                guard let column else {
                    element.text(.name, FooterWriter.rootName)
                    element.integer32(.numChildren, Int64(columns.count))
                    return
                }
                writeColumn(&element, column)
            }
        }
    }

    private func writeColumn(_ element: inout ThriftWriter<SchemaElementField>, _ column: ColumnSchema) {
        let repetition = column.isOptional ? FieldRepetition.optional : .required
        element.integer32(.type, Int64(column.physicalType.rawValue))
        if column.physicalType == .fixedLengthByteArray {
            element.integer32(.typeLength, Int64(column.typeLength))
        }
        element.integer32(.repetitionType, repetition.rawValue)
        element.text(.name, column.name)
        if let converted = convertedType(column.logicalType) {
            element.integer32(.convertedType, converted.rawValue)
        }
        if let fieldID = column.fieldID { element.integer32(.fieldID, Int64(fieldID)) }
        writeLogicalType(&element, column.logicalType)
    }

    private func convertedType(_ type: LogicalType?) -> ConvertedType? {
        switch type {
        case .string: .utf8
        case .int16: .int16
        case .date: .date
        case .timestampMicroseconds: .timestampMicros
        default: nil
        }
    }

    private func writeLogicalType(_ element: inout ThriftWriter<SchemaElementField>, _ type: LogicalType?) {
        switch type {
        case .string:
            element.structure(.logicalType, of: LogicalTypeField.self) { $0.emptyStructure(.string) }
        case .date:
            element.structure(.logicalType, of: LogicalTypeField.self) { $0.emptyStructure(.date) }
        case .int16:
            element.structure(.logicalType, of: LogicalTypeField.self) {
                $0.structure(.integer, of: IntegerTypeField.self) {
                    $0.integer8(.bitWidth, 16)
                    $0.boolean(.isSigned, true)
                }
            }
        case .timestampMicroseconds:
            element.structure(.logicalType, of: LogicalTypeField.self) {
                $0.structure(.timestamp, of: TimestampTypeField.self) {
                    $0.boolean(.isAdjustedToUTC, true)
                    $0.structure(.unit, of: TimeUnitField.self) { $0.emptyStructure(.micros) }
                }
            }
        default: break
        }
    }

    // MARK: Row groups

    private func writeGroup(
        _ writer: inout ThriftWriter<RowGroupField>,
        _ group: PlacedRowGroup,
        ordinal: Int,
        places: [PageIndexWriter.Place]
    ) {
        let uncompressed = group.chunks.reduce(0) { $0 + $1.encoded.uncompressedBytes }
        let described = Array(zip(zip(columns, group.chunks), places))
        writer.list(.columns, kind: .structure, elements: described) { list, entry in
            let ((schema, chunk), place) = entry
            list.element(of: ColumnChunkField.self) {
                // The offset of a copy of the description, which is not written.
                $0.integer64(.fileOffset, 0)
                $0.structure(.metaData, of: ColumnMetaDataField.self) {
                    writeChunk(&$0, chunk, schema: schema, rowCount: group.rowCount)
                }
                $0.integer64(.offsetIndexOffset, Int64(place.offsetIndex.lowerBound))
                $0.integer32(.offsetIndexLength, Int64(place.offsetIndex.count))
                if !place.columnIndex.isEmpty {
                    $0.integer64(.columnIndexOffset, Int64(place.columnIndex.lowerBound))
                    $0.integer32(.columnIndexLength, Int64(place.columnIndex.count))
                }
            }
        }
        writer.integer64(.totalByteSize, Int64(uncompressed))
        writer.integer64(.numRows, Int64(group.rowCount))
        if !sorting.isEmpty { writeSorting(&writer) }
        writer.integer64(.fileOffset, Int64(group.start))
        writer.integer64(.totalCompressedSize, Int64(group.byteCount))
        writer.integer16(.ordinal, Int64(ordinal))
    }

    private func writeSorting(_ writer: inout ThriftWriter<RowGroupField>) {
        writer.list(.sortingColumns, kind: .structure, elements: sorting) { list, column in
            list.element(of: SortingColumnField.self) {
                $0.integer32(.columnIndex, Int64(column.columnIndex))
                $0.boolean(.descending, false)
                $0.boolean(.nullsFirst, false)
            }
        }
    }

    private func writeChunk(
        _ writer: inout ThriftWriter<ColumnMetaDataField>,
        _ chunk: PlacedRowGroup.Chunk,
        schema: ColumnSchema,
        rowCount: Int
    ) {
        let encoded = chunk.encoded
        let codec = encoded.isCompressed ? CompressionCodec.gzip : .uncompressed
        writer.integer32(.type, Int64(schema.physicalType.rawValue))
        writer.list(.encodings, kind: .int32, elements: encoded.encodingNumbers) { $0.element($1) }
        writer.list(.pathInSchema, kind: .binary, elements: [schema.name]) { $0.element(Array($1.utf8)) }
        writer.integer32(.codec, codec.rawValue)
        writer.integer64(.numValues, Int64(rowCount))
        writer.integer64(.totalUncompressedSize, Int64(encoded.uncompressedBytes))
        writer.integer64(.totalCompressedSize, Int64(encoded.byteCount))
        writer.integer64(.dataPageOffset, Int64(chunk.start + encoded.dataPageOffset))
        if encoded.hasDictionary { writer.integer64(.dictionaryPageOffset, Int64(chunk.start)) }
        writer.structure(.statistics, of: StatisticsField.self) {
            $0.integer64(.nullCount, encoded.statistics.nullCount ?? 0)
            if let maximum = encoded.statistics.maximum { $0.binary(.maxValue, maximum) }
            if let minimum = encoded.statistics.minimum { $0.binary(.minValue, minimum) }
        }
    }
}
