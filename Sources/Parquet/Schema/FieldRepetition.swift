// How often a value may occur in a row, by the numbers that stand for it in the file. What follows from it for levels is
// LevelDecoder's business.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, field repetition type

/// How often a value may occur in a row.
enum FieldRepetition: Int64 {
    case required = 0
    case optional = 1
    /// Such columns are refused: they are not flat.
    case repeated = 2

    /// The greatest number that stands for one.
    static let last = FieldRepetition.repeated.rawValue
}
