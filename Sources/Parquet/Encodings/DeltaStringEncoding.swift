// The delta forms of strings, which are read and never written. Their lengths are DeltaBinaryPacked's business.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

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
