// The codecs of page bodies, by the numbers that stand for them in the file. Those that are read have a file of their own
// in this folder.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, CompressionCodec

/// How page bodies are compressed.
enum CompressionCodec: Int64 {
    case uncompressed = 0
    case snappy = 1
    case gzip = 2
    case lzo = 3
    case brotli = 4
    case lz4 = 5
    case zstd = 6
    case lz4Raw = 7

    /// Tells whether pages of this codec are read here.
    var isRead: Bool { self == .uncompressed || self == .snappy || self == .gzip }

    /// The name in the format's specification.
    var name: String {
        switch self {
        case .uncompressed: "UNCOMPRESSED"
        case .snappy: "SNAPPY"
        case .gzip: "GZIP"
        case .lzo: "LZO"
        case .brotli: "BROTLI"
        case .lz4: "LZ4"
        case .zstd: "ZSTD"
        case .lz4Raw: "LZ4_RAW"
        }
    }
}
