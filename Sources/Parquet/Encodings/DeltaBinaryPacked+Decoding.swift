// Reading DELTA_BINARY_PACKED, as values or as jumps between them. Writing it, and how blocks are laid out, is in
// DeltaBinaryPacked.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5

extension DeltaBinaryPacked {
    /// Decodes exactly `count` values and leaves the cursor behind the last miniblock.
    ///
    /// - Throws: `ParquetError.damaged` where a number contradicts another or bytes end.
    static func decode<Value: FixedWidthInteger & SignedInteger>(
        _ cursor: inout ByteCursor,
        count: Int,
        as type: Value.Type
    ) throws -> [Value] {
        let header = try Header(&cursor, count: count)
        var values: [Value] = []
        guard count > 0 else { return values }
        // A miniblock without a body takes no byte, so a count alone is no promise: memory grows as blocks come.
        values.reserveCapacity(min(count, cursor.remaining * 8 + 1))
        var last = Value(truncatingIfNeeded: header.first)
        values.append(last)
        let miniblockValues = header.miniblockValues
        while values.count < count {
            let minimum = Value(truncatingIfNeeded: try cursor.zigzag(field: "delta minimum"))
            let widths = try cursor.take(header.miniblocks, field: "delta widths")
            for widthIndex in widths where values.count < count {
                let width = Int(cursor.bytes[widthIndex])
                guard width <= Value.bitWidth else {
                    throw out("delta width", found: UInt64(width), limit: Int64(Value.bitWidth))
                }
                let wanted = min(miniblockValues, count - values.count)
                if width == 0 {
                    for _ in 0..<wanted {
                        last = last &+ minimum
                        values.append(last)
                    }
                    continue
                }
                let body = try cursor.take(miniblockValues * width / 8, field: "delta miniblock")
                BitPacking.unpack(cursor.bytes, at: body.lowerBound, width: width, count: wanted) {
                    last = last &+ minimum &+ Value(truncatingIfNeeded: $0)
                    values.append(last)
                }
            }
        }
        return values
    }

    /// The numbers in front of the blocks.
    private struct Header {
        let miniblocks: Int
        let miniblockValues: Int
        let first: Int64

        init(_ cursor: inout ByteCursor, count: Int) throws {
            let blockValues = try cursor.varint(field: "delta block size")
            let miniblocks = try cursor.varint(field: "delta miniblock count")
            let total = try cursor.varint(field: "delta value count")
            first = try cursor.zigzag(field: "delta first value")
            guard blockValues > 0, blockValues <= UInt64(Limits.deltaBlockValues), blockValues % 128 == 0
            else {
                throw out("delta block size", found: blockValues, limit: Int64(Limits.deltaBlockValues))
            }
            guard miniblocks > 0, miniblocks <= blockValues, blockValues % miniblocks == 0,
                (blockValues / miniblocks) % 32 == 0
            else { throw out("delta miniblock count", found: miniblocks, limit: Int64(blockValues / 32)) }
            guard total == UInt64(count) else {
                throw ParquetError.damaged(
                    .mismatch(
                        field: "delta value count",
                        found: Int64(clamping: total),
                        expected: Int64(count)
                    ),
                    ParquetError.Place()
                )
            }
            self.miniblocks = Int(miniblocks)
            miniblockValues = Int(blockValues / miniblocks)
        }
    }

    /// Hands INT64 values to a finder of jumps; blocks of one difference are handed on whole.
    static func walk(_ cursor: inout ByteCursor, count: Int, finder: inout JumpFinder) throws {
        let header = try Header(&cursor, count: count)
        guard count > 0 else { return }
        var last = header.first
        finder.take(last)
        var done = 1
        while done < count {
            let block = min(header.miniblockValues * header.miniblocks, count - done)
            if let distance = plainBlock(cursor, header.miniblocks),
                finder.take(run: block, distance: distance.step)
            {
                _ = try cursor.take(distance.byteCount, field: "delta block")
                last = last &+ distance.step &* Int64(block)
                done += block
                continue
            }
            let minimum = try cursor.zigzag(field: "delta minimum")
            for widthIndex in try cursor.take(header.miniblocks, field: "delta widths") where done < count {
                let width = Int(cursor.bytes[widthIndex])
                guard width <= 64 else { throw out("delta width", found: UInt64(width), limit: 64) }
                let wanted = min(header.miniblockValues, count - done)
                done += wanted
                if width == 0, finder.take(run: wanted, distance: minimum) {
                    last = last &+ minimum &* Int64(wanted)
                    continue
                }
                if width == 0 {
                    for _ in 0..<wanted {
                        last = last &+ minimum
                        finder.take(last)
                    }
                    continue
                }
                let body = try cursor.take(header.miniblockValues * width / 8, field: "delta miniblock")
                BitPacking.unpack(cursor.bytes, at: body.lowerBound, width: width, count: wanted) {
                    last = last &+ minimum &+ Int64(truncatingIfNeeded: $0)
                    finder.take(last)
                }
            }
        }
    }

    /// Returns the difference and the length of the block at the cursor where all its differences are equal; nil where they
    /// are not, or where its bytes are not all there.
    private static func plainBlock(_ cursor: ByteCursor, _ miniblocks: Int) -> (step: Int64, byteCount: Int)?
    {
        // A difference of instants takes at most 8 bytes here; a longer one is read with the others.
        guard cursor.remaining >= 8 + miniblocks else { return nil }
        return cursor.bytes.withUnsafeBytes { bytes in
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: cursor.position, as: UInt64.self)
            )
            let length = (~word & 0x8080_8080_8080_8080).trailingZeroBitCount / 8 + 1
            guard length <= 8,
                areZero(bytes, (cursor.position + length)..<(cursor.position + length + miniblocks))
            else {
                return nil
            }
            var raw: UInt64 = 0
            for index in 0..<length { raw |= (word >> UInt64(index * 8) & 127) << UInt64(index * 7) }
            return (Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1), length + miniblocks)
        }
    }

    /// Tells whether all bytes of a range are zero.
    private static func areZero(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        var all: UInt64 = 0
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            all |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < range.upperBound {
            all |= UInt64(bytes[index])
            index += 1
        }
        return all == 0
    }

    private static func out(_ field: String, found: UInt64, limit: Int64) -> ParquetError {
        .damaged(.outOfRange(field: field, found: Int64(clamping: found), limit: limit), ParquetError.Place())
    }
}
