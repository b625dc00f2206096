// The fields of page headers, by the numbers that the format gives them, under the specification's names, and the types of
// pages. Reader and writer share them; those of the footer stand in FooterFields.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// The type of a page.
enum PageType: Int64 {
    case dataPage = 0
    case indexPage = 1
    case dictionaryPage = 2
    case dataPageV2 = 3
}

/// Fields of a page header, of which one is the header of the page's type.
enum PageHeaderField: Int, ThriftField {
    case type = 1
    case uncompressedPageSize, compressedPageSize, crc
    case dataPageHeader, indexPageHeader, dictionaryPageHeader, dataPageHeaderV2

    /// Tells whether the field is the header of a type of pages.
    var isHeaderOfType: Bool { rawValue >= PageHeaderField.dataPageHeader.rawValue }
}

/// Fields of the header of a data page of the first version.
enum DataPageHeaderField: Int, ThriftField {
    case numValues = 1
    case encoding, definitionLevelEncoding, repetitionLevelEncoding, statistics
}

/// Fields of the header of a dictionary.
enum DictionaryPageHeaderField: Int, ThriftField {
    case numValues = 1
    case encoding, isSorted
}

/// Fields of the header of a data page of the second version.
enum DataPageHeaderV2Field: Int, ThriftField {
    case numValues = 1
    case numNulls, numRows, encoding, definitionLevelsByteLength, repetitionLevelsByteLength, isCompressed
    case statistics
}
