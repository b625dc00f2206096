// The converted types of the format, an older way to say what LogicalType says, by the numbers that stand for them in the
// file. Those that are neither read nor written here are left out: such values are taken as they lie.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, ConvertedType

/// What a value means, as old readers know it.
enum ConvertedType: Int64 {
    case utf8 = 0
    case decimal = 5
    case date = 6
    case timestampMillis = 9
    case timestampMicros = 10
    case int16 = 16
}
