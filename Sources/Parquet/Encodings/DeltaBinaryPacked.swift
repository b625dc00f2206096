// DELTA_BINARY_PACKED for INT32 and INT64.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5

/// Differences of successive integers, packed in blocks.
enum DeltaBinaryPacked {
    /// How blocks are cut and widths chosen.
    struct Layout: Equatable {
        let blockValues: Int
        let miniblocks: Int
        /// Widths are rounded up to whole bytes, which gzip then sees.
        let isByteWide: Bool

        static let bitWide = Layout(blockValues: 128, miniblocks: 4, isByteWide: false)
        static let byteWide = Layout(blockValues: 1024, miniblocks: 32, isByteWide: true)

        var miniblockValues: Int { blockValues / miniblocks }
    }

    /// Encodes INT32 or INT64 values; subtraction wraps around in the column's own width.
    static func encode<Value: FixedWidthInteger & SignedInteger>(
        _ values: ArraySlice<Value>,
        layout: Layout
    ) -> [UInt8] {
        var header: [UInt8] = []
        appendVarint(UInt64(layout.blockValues), to: &header)
        appendVarint(UInt64(layout.miniblocks), to: &header)
        appendVarint(UInt64(values.count), to: &header)
        appendZigzag(Int64(values.first ?? 0), to: &header)
        guard values.count > 1 else { return header }
        let blockCount = (values.count + layout.blockValues - 2) / layout.blockValues
        // A zigzag number takes 10 bytes at most, the last miniblock is filled, and packing stores 8 bytes at a time.
        let room =
            header.count + blockCount * (10 + layout.miniblocks)
            + (values.count + layout.miniblockValues) * Value.bitWidth / 8 + 8
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(buffer)
            output.copyBytes(from: header)
            count = header.count
            var deltas = [UInt64](repeating: 0, count: layout.blockValues)
            values.withUnsafeBufferPointer { values in
                deltas.withUnsafeMutableBufferPointer { deltas in
                    var index = 1
                    while index < values.count {
                        let end = min(index + layout.blockValues, values.count)
                        writeBlock(values, index..<end, layout: layout, deltas, output, &count)
                        index = end
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func writeBlock<Value: FixedWidthInteger & SignedInteger>(
        _ values: UnsafeBufferPointer<Value>,
        _ range: Range<Int>,
        layout: Layout,
        _ deltas: UnsafeMutableBufferPointer<UInt64>,
        _ output: UnsafeMutableRawBufferPointer,
        _ position: inout Int
    ) {
        var minimum = Value.max
        var maximum = Value.min
        for index in range {
            let delta = values[index] &- values[index - 1]
            minimum = Swift.min(minimum, delta)
            maximum = Swift.max(maximum, delta)
        }
        if layout.isByteWide && minimum >= -128 && maximum <= 127 && minimum != maximum { minimum = -128 }
        position = putZigzag(Int64(minimum), output, position)
        let widthsAt = position
        position += layout.miniblocks
        for miniblock in 0..<layout.miniblocks {
            let start = range.lowerBound + miniblock * layout.miniblockValues
            guard start < range.upperBound else {
                output[widthsAt + miniblock] = 0
                continue
            }
            let end = Swift.min(start + layout.miniblockValues, range.upperBound)
            var all: UInt64 = 0
            for index in start..<end {
                let delta = unsigned(values[index] &- values[index - 1] &- minimum)
                deltas[index - start] = delta
                all |= delta
            }
            // The last miniblock that was begun is written in full.
            for index in (end - start)..<layout.miniblockValues { deltas[index] = 0 }
            let width = roundedWidth(BitPacking.width(of: all), layout: layout)
            output[widthsAt + miniblock] = UInt8(width)
            pack(deltas, count: layout.miniblockValues, width: width, output, &position)
        }
    }

    @inline(__always)
    private static func unsigned<Value: FixedWidthInteger & SignedInteger>(_ value: Value) -> UInt64 {
        Value.bitWidth == 32
            ? UInt64(UInt32(truncatingIfNeeded: value)) : UInt64(truncatingIfNeeded: value)
    }

    /// Packs whole groups of eight numbers.
    @inline(__always)
    private static func pack(
        _ numbers: UnsafeMutableBufferPointer<UInt64>,
        count: Int,
        width: Int,
        _ output: UnsafeMutableRawBufferPointer,
        _ position: inout Int
    ) {
        switch width {
        case 0: return
        case 8:
            for index in 0..<count { output[position + index] = UInt8(truncatingIfNeeded: numbers[index]) }
        case 16:
            for index in 0..<count {
                let number = UInt16(truncatingIfNeeded: numbers[index]).littleEndian
                output.storeBytes(of: number, toByteOffset: position + index * 2, as: UInt16.self)
            }
        case 1...32:
            var accumulator: UInt64 = 0
            var bits = 0
            var place = position
            for index in 0..<count {
                accumulator |= numbers[index] << UInt64(bits)
                bits += width
                if bits >= 32 {
                    let word = UInt32(truncatingIfNeeded: accumulator).littleEndian
                    output.storeBytes(of: word, toByteOffset: place, as: UInt32.self)
                    place += 4
                    accumulator >>= 32
                    bits -= 32
                }
            }
            while bits > 0 {
                output[place] = UInt8(truncatingIfNeeded: accumulator)
                place += 1
                accumulator >>= 8
                bits -= 8
            }
        default:
            var bytes: [UInt8] = []
            BitPacking.pack(Array(numbers[..<count])[...], width: width, to: &bytes)
            for (index, byte) in bytes.enumerated() { output[position + index] = byte }
        }
        position += count * width / 8
    }

    private static func putZigzag(_ value: Int64, _ output: UnsafeMutableRawBufferPointer, _ start: Int)
        -> Int
    {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        var position = start
        while rest >= 0x80 {
            output[position] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            position += 1
        }
        output[position] = UInt8(rest)
        return position + 1
    }

    private static func roundedWidth(_ width: Int, layout: Layout) -> Int {
        guard layout.isByteWide, width > 0 else { return width }
        return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64
    }

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
                    throw out("delta width", UInt64(width), Int64(Value.bitWidth))
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
                throw out("delta block size", blockValues, Int64(Limits.deltaBlockValues))
            }
            guard miniblocks > 0, miniblocks <= blockValues, blockValues % miniblocks == 0,
                (blockValues / miniblocks) % 32 == 0
            else { throw out("delta miniblock count", miniblocks, Int64(blockValues / 32)) }
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
                guard width <= 64 else { throw out("delta width", UInt64(width), 64) }
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

    private static func out(_ field: String, _ found: UInt64, _ limit: Int64) -> ParquetError {
        .damaged(.outOfRange(field: field, found: Int64(clamping: found), limit: limit), ParquetError.Place())
    }

    private static func appendZigzag(_ value: Int64, to bytes: inout [UInt8]) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: &bytes)
    }
}
