// The hybrid of runs and packed groups of eight, as levels, booleans and indices of dictionaries are encoded. What the
// numbers mean is the business of LevelDecoder and ValueDecoder.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3

/// The hybrid of run lengths and packed groups of eight.
enum RunLengthHybrid {
    /// Decodes numbers of `width` bits, 0 to 32, of a body that holds at least `count`.
    ///
    /// - Parameter rows: those that are wanted; nil for all. What lies behind them need not be there.
    /// - Throws: `ParquetError.damaged` where a run is empty, a body is cut off or values are missing.
    static func decode(
        _ cursor: inout ByteCursor,
        width: Int,
        count: Int,
        rows: Range<Int>? = nil,
        field: String
    ) throws -> [UInt32] {
        guard (0...32).contains(width) else {
            throw ParquetError.damaged(
                .outOfRange(field: "\(field) bit width", found: Int64(width), limit: 32),
                ParquetError.Place()
            )
        }
        let rows = rows ?? 0..<count
        // A run of any length takes two bytes, so the count is checked by the caller against the page's values.
        var values: [UInt32] = []
        values.reserveCapacity(rows.count)
        var done = 0
        while done < rows.upperBound {
            if width == 0 && cursor.remaining == 0 {
                values.append(contentsOf: repeatElement(0, count: rows.count - values.count))
                break
            }
            let header = try cursor.varint(field: field)
            let length = header >> 1
            guard length > 0 else {
                throw ParquetError.damaged(.badStructure(field: "\(field) empty run"), ParquetError.Place())
            }
            let wanted = rows.upperBound - done
            if header & 1 == 0 {
                let value = try repeatedValue(&cursor, width: width, field: field)
                let run = done..<(done + (length > UInt64(wanted) ? wanted : Int(length)))
                values.append(contentsOf: repeatElement(value, count: run.clamped(to: rows).count))
                done = run.upperBound
            } else {
                let packed = try packedRun(
                    &cursor,
                    groups: length,
                    wanted: wanted,
                    width: width,
                    field: field
                )
                let run = (done..<(done + packed.count)).clamped(to: rows)
                if !run.isEmpty {
                    let skipped = run.lowerBound - done
                    append(
                        cursor.bytes,
                        at: packed.start,
                        width: width,
                        range: skipped..<(skipped + run.count),
                        to: &values
                    )
                }
                done += packed.count
            }
        }
        return values
    }

    /// Reads the number of a run.
    private static func repeatedValue(_ cursor: inout ByteCursor, width: Int, field: String) throws -> UInt32
    {
        let body = try cursor.take((width + 7) / 8, field: field)
        let value = littleEndian(cursor.bytes, at: body.lowerBound, width: body.count)
        guard width == 32 || value < 1 << UInt64(width) else {
            throw ParquetError.damaged(
                .outOfRange(field: field, found: Int64(value), limit: 1 << Int64(width)),
                ParquetError.Place()
            )
        }
        return UInt32(value)
    }

    /// Takes the bytes of packed groups.
    ///
    /// - Returns: where the groups begin, and how many of their numbers are wanted: their bytes are all there.
    private static func packedRun(
        _ cursor: inout ByteCursor,
        groups: UInt64,
        wanted: Int,
        width: Int,
        field: String
    ) throws -> (start: Int, count: Int) {
        guard groups <= UInt64(Int32.max) else {
            throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
        }
        // Some writers cut the padding of the last group: only what is wanted must be there.
        let taken = min(wanted, Int(groups) * 8)
        let bodyBytes = min(Int(groups) * width, cursor.remaining)
        guard bodyBytes >= (taken * width + 7) / 8 else {
            throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
        }
        return (try cursor.take(bodyBytes, field: field).lowerBound, taken)
    }

    /// Appends packed numbers, of which `range` is wanted.
    private static func append(
        _ bytes: [UInt8],
        at start: Int,
        width: Int,
        range: Range<Int>,
        to values: inout [UInt32]
    ) {
        switch width {
        case 0: values.append(contentsOf: repeatElement(0, count: range.count))
        case 8:
            values += bytes[(start + range.lowerBound)..<(start + range.upperBound)].lazy.map { UInt32($0) }
        case 16: appendPairs(bytes, at: start + range.lowerBound * 2, count: range.count, to: &values)
        default:
            // Eight numbers begin with a byte; those before the range are dropped.
            let first = range.lowerBound & ~7
            var index = first
            BitPacking.unpack(
                bytes,
                at: start + first / 8 * width,
                width: width,
                count: range.upperBound - first
            ) {
                if index >= range.lowerBound { values.append(UInt32(truncatingIfNeeded: $0)) }
                index += 1
            }
        }
    }

    /// Appends numbers of two bytes.
    private static func appendPairs(_ bytes: [UInt8], at start: Int, count: Int, to values: inout [UInt32]) {
        let numbers = [UInt32](unsafeUninitializedCapacity: count) { buffer, written in
            bytes.withUnsafeBytes { bytes in
                for index in 0..<count {
                    let pair = bytes.loadUnaligned(fromByteOffset: start + index * 2, as: UInt16.self)
                    buffer[index] = UInt32(UInt16(littleEndian: pair))
                }
            }
            written = count
        }
        if values.isEmpty { values = numbers } else { values += numbers }
    }

    /// Encodes numbers of `width` bits: runs of eight and more as runs, the rest in packed groups.
    static func encode(_ values: [UInt32], width: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var pending: [UInt64] = []
        func flush(padded: Bool) {
            guard !pending.isEmpty else { return }
            let groups = (pending.count + 7) / 8
            precondition(padded || pending.count % 8 == 0, "\(pending.count) values in whole groups")
            pending.append(contentsOf: repeatElement(0, count: groups * 8 - pending.count))
            appendVarint(UInt64(groups) << 1 | 1, to: &bytes)
            BitPacking.pack(pending[...], width: width, to: &bytes)
            pending.removeAll(keepingCapacity: true)
        }
        var index = 0
        while index < values.count {
            var end = index + 1
            while end < values.count && values[end] == values[index] { end += 1 }
            // A packed group must be whole before a run may follow: the run lends it its first values.
            let lent = (8 - pending.count % 8) % 8
            if end - index >= 8 + lent {
                pending.append(contentsOf: repeatElement(UInt64(values[index]), count: lent))
                flush(padded: false)
                appendVarint(UInt64(end - index - lent) << 1, to: &bytes)
                appendLittleEndian(UInt64(values[index]), width: (width + 7) / 8, to: &bytes)
            } else {
                pending.append(contentsOf: repeatElement(UInt64(values[index]), count: end - index))
            }
            index = end
        }
        flush(padded: true)
        return bytes
    }
}
