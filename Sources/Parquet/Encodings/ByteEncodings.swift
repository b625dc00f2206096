// Encodings of values other than integers by difference: PLAIN, BYTE_STREAM_SPLIT and the delta forms of strings.

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
            throw ParquetError.unsupported(.physicalType("INT96"), ParquetError.Place())
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
            values.append(make(littleEndian(cursor.bytes, body.lowerBound + index * width, width)))
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
                .encoding("BYTE_STREAM_SPLIT of \(type.name)"),
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

/// Strings by lengths, and by shared prefixes.
enum DeltaStringEncoding {
    /// Decodes exactly `count` values of DELTA_LENGTH_BYTE_ARRAY.
    static func decodeLengths(_ cursor: inout ByteCursor, count: Int) throws -> [[UInt8]] {
        let lengths = try DeltaBinaryPacked.decode(&cursor, count: count, as: Int32.self)
        var values: [[UInt8]] = []
        values.reserveCapacity(count)
        for length in lengths {
            values.append(Array(cursor.bytes[try cursor.take(Int(length), field: "delta string")]))
        }
        return values
    }

    /// Decodes exactly `count` values of DELTA_BYTE_ARRAY.
    static func decodePrefixed(_ cursor: inout ByteCursor, count: Int) throws -> [[UInt8]] {
        let prefixes = try DeltaBinaryPacked.decode(&cursor, count: count, as: Int32.self)
        let suffixes = try decodeLengths(&cursor, count: count)
        var values: [[UInt8]] = []
        values.reserveCapacity(count)
        var last: [UInt8] = []
        var total = 0
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix >= 0, Int(prefix) <= last.count else {
                throw ParquetError.damaged(
                    .outOfRange(field: "delta string prefix", found: Int64(prefix), limit: Int64(last.count)),
                    ParquetError.Place()
                )
            }
            last = last[..<Int(prefix)] + suffix
            // Prefixes copy what is there already: a page could grow with the square of its size.
            total += last.count
            guard total <= Limits.pageBytes else {
                throw ParquetError.damaged(
                    .outOfRange(field: "delta strings", found: Int64(total), limit: Int64(Limits.pageBytes)),
                    ParquetError.Place()
                )
            }
            values.append(last)
        }
        return values
    }
}
