// Bits packed least significant first, and the hybrid of runs and packed groups.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/// Packing of unsigned numbers of a fixed width.
enum BitPacking {
    /// Appends `values`, each in `width` bits; the last byte is filled with zeros.
    static func pack(_ values: ArraySlice<UInt64>, width: Int, to bytes: inout [UInt8]) {
        guard width > 0 else { return }
        var accumulator: UInt64 = 0
        var bits = 0
        func mask(_ width: Int) -> UInt64 { width == 64 ? .max : (1 << UInt64(width)) - 1 }
        for value in values {
            var rest = value & mask(width)
            var left = width
            while left > 0 {
                // Shifts in parts of at most 32 bits, so that the accumulator never overflows.
                let part = min(left, 32)
                accumulator |= (rest & mask(part)) << UInt64(bits)
                bits += part
                rest = part == 64 ? 0 : rest >> UInt64(part)
                left -= part
                while bits >= 8 {
                    bytes.append(UInt8(truncatingIfNeeded: accumulator))
                    accumulator >>= 8
                    bits -= 8
                }
            }
        }
        if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
    }

    /// Calls `body` with `count` numbers of `width` bits, 1 to 64, that begin at `start`.
    ///
    /// The caller has checked that `(count * width + 7) / 8` bytes lie there.
    @inline(__always)
    static func unpack(
        _ bytes: [UInt8],
        at start: Int,
        width: Int,
        count: Int,
        _ body: (UInt64) -> Void
    ) {
        // Whole bytes are read as such.
        switch width {
        case 8: return forEach(UInt8.self, bytes, start, count, body)
        case 16: return forEach(UInt16.self, bytes, start, count, body)
        case 32: return forEach(UInt32.self, bytes, start, count, body)
        case 64: return forEach(UInt64.self, bytes, start, count, body)
        default: break
        }
        var position = start
        var accumulator: UInt64 = 0
        var bits = 0
        let lowWidth = min(width, 32)
        let highWidth = width - lowWidth
        let lowMask: UInt64 = (1 << UInt64(lowWidth)) - 1
        let highMask: UInt64 = highWidth == 0 ? 0 : (1 << UInt64(highWidth)) - 1
        for _ in 0..<count {
            while bits < lowWidth {
                accumulator |= UInt64(bytes[position]) << UInt64(bits)
                position += 1
                bits += 8
            }
            var value = accumulator & lowMask
            accumulator >>= UInt64(lowWidth)
            bits -= lowWidth
            if highWidth > 0 {
                while bits < highWidth {
                    accumulator |= UInt64(bytes[position]) << UInt64(bits)
                    position += 1
                    bits += 8
                }
                value |= (accumulator & highMask) << 32
                accumulator >>= UInt64(highWidth)
                bits -= highWidth
            }
            body(value)
        }
    }

    @inline(__always)
    private static func forEach<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type,
        _ bytes: [UInt8],
        _ start: Int,
        _ count: Int,
        _ body: (UInt64) -> Void
    ) {
        let size = Number.bitWidth / 8
        precondition(start >= 0 && start + count * size <= bytes.count, "\(count) numbers of \(size) bytes")
        bytes.withUnsafeBytes { bytes in
            for index in 0..<count {
                let number = bytes.loadUnaligned(fromByteOffset: start + index * size, as: Number.self)
                body(UInt64(Number(littleEndian: number)))
            }
        }
    }

    /// Returns the bits that the largest number needs, 0 to 64.
    static func width(of largest: UInt64) -> Int { 64 - largest.leadingZeroBitCount }
}

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
                let body = try cursor.take((width + 7) / 8, field: field)
                let value = littleEndian(cursor.bytes, body.lowerBound, body.count)
                guard width == 32 || value < 1 << UInt64(width) else {
                    throw ParquetError.damaged(
                        .outOfRange(field: field, found: Int64(value), limit: 1 << Int64(width)),
                        ParquetError.Place()
                    )
                }
                let run = done..<(done + (length > UInt64(wanted) ? wanted : Int(length)))
                values.append(contentsOf: repeatElement(UInt32(value), count: run.clamped(to: rows).count))
                done = run.upperBound
            } else {
                guard length <= UInt64(Int32.max) else {
                    throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
                }
                // Some writers cut the padding of the last group: only what is wanted must be there.
                let groupValues = Int(length) * 8
                let taken = min(wanted, groupValues)
                let bodyBytes = min(Int(length) * width, cursor.remaining)
                guard bodyBytes >= (taken * width + 7) / 8 else {
                    throw ParquetError.damaged(.truncated(field: field), ParquetError.Place())
                }
                let body = try cursor.take(bodyBytes, field: field)
                let run = (done..<(done + taken)).clamped(to: rows)
                if !run.isEmpty {
                    let skipped = run.lowerBound - done
                    append(
                        cursor.bytes,
                        at: body.lowerBound,
                        width,
                        skipped..<(skipped + run.count),
                        to: &values
                    )
                }
                done += taken
            }
        }
        return values
    }

    /// Appends packed numbers, of which `range` is wanted.
    private static func append(
        _ bytes: [UInt8],
        at start: Int,
        _ width: Int,
        _ range: Range<Int>,
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
