// BYTE_STREAM_SPLIT, which is read and never written. What the joined bytes mean is PlainEncoding's business.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/// Values split into streams of their first, second, … bytes.
enum ByteStreamSplitEncoding {
    /// Decodes exactly `count` values.
    static func decode(_ cursor: inout ByteCursor, type: PhysicalType, typeLength: Int, count: Int) throws
        -> ColumnValues
    {
        let width: Int
        switch type {
        case .int32, .float: width = 4
        case .int64, .double: width = 8
        case .fixedLengthByteArray: width = typeLength
        default:
            throw ParquetError.unsupported(
                .encoding("\(Encoding.byteStreamSplit.name) of \(type.name)"),
                ParquetError.Place()
            )
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow else {
            throw ParquetError.damaged(.truncated(field: "split values"), ParquetError.Place())
        }
        let body = try cursor.take(total, field: "split values")
        var joined = [UInt8](repeating: 0, count: total)
        for stream in 0..<width {
            for index in 0..<count {
                joined[index * width + stream] = cursor.bytes[body.lowerBound + stream * count + index]
            }
        }
        var plain = ByteCursor(joined)
        return try PlainEncoding.decode(&plain, type: type, typeLength: typeLength, count: count)
    }
}
