// The encodings of values and levels, by the numbers that stand for them in the file. How each of them lies in a page is
// the business of the other files of this folder; which of them is chosen is ChunkEncoder's.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/// An encoding of the format.
enum Encoding: Int64 {
    case plain = 0
    /// Indices of a dictionary, as old writers call them in data pages.
    case plainDictionary = 2
    case rle = 3
    /// Deprecated, and of levels only: most significant bit first.
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9

    /// Tells whether values are indices of a dictionary.
    var isDictionary: Bool { self == .plainDictionary || self == .rleDictionary }

    /// Tells whether values, and not levels alone, may have this encoding.
    var isOfValues: Bool { self != .bitPacked }

    /// The name in the format's specification.
    var name: String {
        switch self {
        case .plain: "PLAIN"
        case .plainDictionary: "PLAIN_DICTIONARY"
        case .rle: "RLE"
        case .bitPacked: "BIT_PACKED"
        case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
        case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
        case .deltaByteArray: "DELTA_BYTE_ARRAY"
        case .rleDictionary: "RLE_DICTIONARY"
        case .byteStreamSplit: "BYTE_STREAM_SPLIT"
        }
    }
}
