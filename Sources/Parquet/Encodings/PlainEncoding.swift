// PLAIN: values one after the other, each as it is. Which pages are PLAIN is known to ValueDecoder and ChunkEncoder.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/// PLAIN values.
enum PlainEncoding {
    /// Decodes exactly `count` values.
    static func decode(_ cursor: inout ByteCursor, type: PhysicalType, typeLength: Int, count: Int) throws
        -> ColumnValues
    {
        switch type {
        case .boolean:
            let body = try cursor.take((count + 7) / 8, field: "PLAIN booleans")
            var values: [Bool] = []
            values.reserveCapacity(count)
            for index in 0..<count {
                values.append(cursor.bytes[body.lowerBound + index / 8] >> UInt8(index % 8) & 1 == 1)
            }
            return .booleans(values)
        case .int32:
            return .int32s(try fixed(&cursor, width: 4, count: count) { Int32(truncatingIfNeeded: $0) })
        case .int64:
            return .int64s(try fixed(&cursor, width: 8, count: count) { Int64(bitPattern: $0) })
        case .float:
            return .floats(
                try fixed(&cursor, width: 4, count: count) {
                    Float(bitPattern: UInt32(truncatingIfNeeded: $0))
                }
            )
        case .double:
            return .doubles(try fixed(&cursor, width: 8, count: count) { Double(bitPattern: $0) })
        case .fixedLengthByteArray:
            var values: [[UInt8]] = []
            try check(count, width: typeLength, cursor)
            for _ in 0..<count {
                values.append(Array(cursor.bytes[try cursor.take(typeLength, field: "PLAIN value")]))
            }
            return .byteArrays(values)
        case .byteArray:
            var values: [[UInt8]] = []
            try check(count, width: 4, cursor)
            for _ in 0..<count {
                let length = Int(try cursor.uint32(field: "PLAIN string length"))
                values.append(Array(cursor.bytes[try cursor.take(length, field: "PLAIN string")]))
            }
            return .byteArrays(values)
        case .int96:
            throw ParquetError.unsupported(.physicalType(type.name), ParquetError.Place())
        }
    }

    private static func check(_ count: Int, width: Int, _ cursor: ByteCursor) throws {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow, bytes <= cursor.remaining else {
            throw ParquetError.damaged(.truncated(field: "PLAIN values"), ParquetError.Place())
        }
    }

    private static func fixed<Value>(
        _ cursor: inout ByteCursor,
        width: Int,
        count: Int,
        _ make: (UInt64) -> Value
    ) throws -> [Value] {
        try check(count, width: width, cursor)
        let body = try cursor.take(count * width, field: "PLAIN values")
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            values.append(make(littleEndian(cursor.bytes, at: body.lowerBound + index * width, width: width)))
        }
        return values
    }

    /// Encodes values.
    static func encode(_ values: ColumnValues) -> [UInt8] {
        var bytes: [UInt8] = []
        switch values {
        case .booleans(let values):
            BitPacking.pack(values.map { $0 ? 1 : 0 }[...], width: 1, to: &bytes)
        case .int32s(let values):
            bytes.reserveCapacity(values.count * 4)
            for value in values {
                appendLittleEndian(UInt64(UInt32(bitPattern: value)), width: 4, to: &bytes)
            }
        case .int64s(let values):
            bytes.reserveCapacity(values.count * 8)
            for value in values { appendLittleEndian(UInt64(bitPattern: value), width: 8, to: &bytes) }
        case .floats(let values):
            for value in values { appendLittleEndian(UInt64(value.bitPattern), width: 4, to: &bytes) }
        case .doubles(let values):
            for value in values { appendLittleEndian(value.bitPattern, width: 8, to: &bytes) }
        case .byteArrays(let values):
            for value in values {
                appendLittleEndian(UInt64(value.count), width: 4, to: &bytes)
                bytes += value
            }
        }
        return bytes
    }
}
