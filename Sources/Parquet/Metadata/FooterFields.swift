// The fields of the structures of a footer and of the page indices, by the numbers that the format gives them, under the
// specification's names. Reader and writer share them; those of page headers stand in PageFields. Fields that are neither
// read nor written are named where they make the list whole.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// Fields of the footer itself.
enum FileMetaDataField: Int, ThriftField {
    case version = 1
    case schema, numRows, rowGroups, keyValueMetadata, createdBy, columnOrders, encryptionAlgorithm
    case footerSigningKeyMetadata
}

/// Fields of a pair of free texts.
enum KeyValueField: Int, ThriftField {
    case key = 1
    case value
}

/// Ways in which bounds of a column may be ordered; the one that is written says it by being there.
enum ColumnOrderField: Int, ThriftField {
    case typeOrder = 1
}

// MARK: Schema

/// Fields of a column or a group of columns.
enum SchemaElementField: Int, ThriftField {
    case type = 1
    case typeLength, repetitionType, name, numChildren, convertedType, scale, precision, fieldID, logicalType
}

/// Meanings of values, each a structure of its own; the one that is there is meant.
enum LogicalTypeField: Int, ThriftField {
    case string = 1
    case map, list, `enum`, decimal, date, time, timestamp
    case integer = 10
    case unknown, json, bson, uuid, float16
}

/// Fields of the meaning of decimal numbers.
enum DecimalTypeField: Int, ThriftField {
    case scale = 1
    case precision
}

/// Fields of the meaning of timestamps.
enum TimestampTypeField: Int, ThriftField {
    case isAdjustedToUTC = 1
    case unit
}

/// Units of time, each an empty structure; the one that is there is meant.
enum TimeUnitField: Int, ThriftField {
    case millis = 1
    case micros, nanos
}

/// Fields of the meaning of integers.
enum IntegerTypeField: Int, ThriftField {
    case bitWidth = 1
    case isSigned
}

// MARK: Row groups

/// Fields of a row group.
enum RowGroupField: Int, ThriftField {
    case columns = 1
    case totalByteSize, numRows, sortingColumns, fileOffset, totalCompressedSize, ordinal
}

/// Fields of a column by which rows are sorted.
enum SortingColumnField: Int, ThriftField {
    case columnIndex = 1
    case descending, nullsFirst
}

/// Fields of a column chunk.
enum ColumnChunkField: Int, ThriftField {
    case filePath = 1
    case fileOffset, metaData, offsetIndexOffset, offsetIndexLength, columnIndexOffset, columnIndexLength
    case cryptoMetadata, encryptedColumnMetadata
}

/// Fields of what is known of a column chunk's pages.
enum ColumnMetaDataField: Int, ThriftField {
    case type = 1
    case encodings, pathInSchema, codec, numValues, totalUncompressedSize, totalCompressedSize
    case keyValueMetadata, dataPageOffset, indexPageOffset, dictionaryPageOffset, statistics
}

/// Fields of bounds. Those of 1 and 2 are deprecated: their order was never defined.
enum StatisticsField: Int, ThriftField {
    case max = 1
    case min, nullCount, distinctCount, maxValue, minValue
}

// MARK: Page indices

/// Fields of the index of where pages lie.
enum OffsetIndexField: Int, ThriftField {
    case pageLocations = 1
}

/// Fields of the place of a page.
enum PageLocationField: Int, ThriftField {
    case offset = 1
    case compressedPageSize, firstRowIndex
}

/// Fields of the index of what pages hold: lists of one element a page.
enum ColumnIndexField: Int, ThriftField {
    case nullPages = 1
    case minValues, maxValues, boundaryOrder, nullCounts
}

/// Whether the bounds of pages follow each other; only the number that promises nothing is written.
enum BoundaryOrder: Int64 {
    case unordered = 0
}
