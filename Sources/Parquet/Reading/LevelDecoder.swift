// The definition levels of a flat column: which rows of a page have a value. The values are ValueDecoder's business.
// Source: https://parquet.apache.org/docs/file-format/nestedencoding/

/// Decodes levels of 0 and 1. Rows are asked for as flags, and as nil where every row has a value: most columns lack none.
enum LevelDecoder {
    /// Whom damage names.
    private static let field = "definition levels"
    /// The bits of a level: a flat column has no groups that could be missing.
    private static let width = 1

    /// Reads the levels in front of the values of a page of the first version.
    ///
    /// - Returns: one flag a row; nil where every row has a value, for which BIT_PACKED gives flags too.
    /// - Throws: `ParquetError` where they are damaged or encoded in a way that is not read here.
    static func presence(_ cursor: inout ByteCursor, encoding: StatedEncoding, rowCount: Int) throws
        -> [Bool]?
    {
        switch encoding.known {
        case .rle:
            let levels = try lengthPrefixed(&cursor)
            if let run = oneRun(levels, rowCount: rowCount) { return run }
            return try presence(levels, rowCount: rowCount)
        case .bitPacked: return try bitPacked(&cursor, rowCount: rowCount)
        default: throw encoding.unsupported
        }
    }

    /// Decodes levels that are as long as their bytes, as those of a page of the second version are.
    ///
    /// - Returns: one flag a row; nil where every row has a value.
    static func presence(_ levels: ByteCursor, rowCount: Int) throws -> [Bool]? {
        var levels = levels
        let numbers = try RunLengthHybrid.decode(&levels, width: width, count: rowCount, field: field)
        return numbers.contains(0) ? numbers.map { $0 == 1 } : nil
    }

    /// Goes over the levels in front of the values of a page of the first version in which every row has a value.
    ///
    /// - Throws: `ParquetError` where they are not one run that says so.
    static func skipWhole(_ cursor: inout ByteCursor, rowCount: Int) throws {
        var levels = try lengthPrefixed(&cursor)
        let run = try levels.varint(field: field)
        guard run == UInt64(rowCount) << 1, try levels.byte(field: field) == 1 else {
            throw ParquetError.damaged(.badStructure(field: "missing values"), ParquetError.Place())
        }
    }

    /// Takes the bytes of levels behind their count.
    private static func lengthPrefixed(_ cursor: inout ByteCursor) throws -> ByteCursor {
        let length = Int(try cursor.uint32(field: "definition level length"))
        return ByteCursor(cursor.bytes, try cursor.take(length, field: field))
    }

    /// Returns the flags where all levels are one run: none where every row has a value; nil where they are not one run.
    private static func oneRun(_ levels: ByteCursor, rowCount: Int) -> [Bool]?? {
        var levels = levels
        guard let header = try? levels.varint(field: field), header & 1 == 0, header >> 1 == UInt64(rowCount),
            let level = try? levels.byte(field: field), level <= 1
        else { return nil }
        return .some(level == 1 ? nil : Array(repeating: false, count: rowCount))
    }

    /// Reads levels of BIT_PACKED: most significant bit first, without a count of bytes.
    private static func bitPacked(_ cursor: inout ByteCursor, rowCount: Int) throws -> [Bool] {
        let levels = try cursor.take((rowCount + 7) / 8, field: field)
        let bytes = cursor.bytes
        return (0..<rowCount).map { bytes[levels.lowerBound + $0 / 8] >> UInt8(7 - $0 % 8) & 1 == 1 }
    }
}
