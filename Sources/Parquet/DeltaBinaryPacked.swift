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
    static func encode<Value: FixedWidthInteger & SignedInteger>(_ values: [Value], layout: Layout) -> [UInt8]
    {
        var bytes: [UInt8] = []
        appendVarint(UInt64(layout.blockValues), to: &bytes)
        appendVarint(UInt64(layout.miniblocks), to: &bytes)
        appendVarint(UInt64(values.count), to: &bytes)
        appendZigzag(Int64(values.first ?? 0), to: &bytes)
        guard values.count > 1 else { return bytes }
        var deltas: [Value] = []
        deltas.reserveCapacity(layout.blockValues)
        var packed: [UInt64] = []
        var index = 1
        while index < values.count {
            let end = min(index + layout.blockValues, values.count)
            deltas.removeAll(keepingCapacity: true)
            for valueIndex in index..<end { deltas.append(values[valueIndex] &- values[valueIndex - 1]) }
            appendBlock(deltas, layout: layout, packed: &packed, to: &bytes)
            index = end
        }
        return bytes
    }

    private static func appendBlock<Value: FixedWidthInteger & SignedInteger>(
        _ deltas: [Value],
        layout: Layout,
        packed: inout [UInt64],
        to bytes: inout [UInt8]
    ) {
        var minimum = deltas[0]
        var maximum = deltas[0]
        for delta in deltas {
            minimum = Swift.min(minimum, delta)
            maximum = Swift.max(maximum, delta)
        }
        if layout.isByteWide && minimum >= -128 && maximum <= 127 && minimum != maximum { minimum = -128 }
        let mask: UInt64 = Value.bitWidth == 64 ? .max : (1 << UInt64(Value.bitWidth)) - 1
        packed.removeAll(keepingCapacity: true)
        for delta in deltas { packed.append(UInt64(truncatingIfNeeded: delta &- minimum) & mask) }
        // The last miniblock that was begun is written in full.
        let usedMiniblocks = (deltas.count + layout.miniblockValues - 1) / layout.miniblockValues
        packed.append(
            contentsOf: repeatElement(0, count: usedMiniblocks * layout.miniblockValues - deltas.count)
        )
        appendZigzag(Int64(minimum), to: &bytes)
        var widths: [Int] = []
        for miniblock in 0..<layout.miniblocks {
            guard miniblock < usedMiniblocks else {
                bytes.append(0)
                continue
            }
            let start = miniblock * layout.miniblockValues
            var largest: UInt64 = 0
            for value in packed[start..<(start + layout.miniblockValues)] {
                largest = Swift.max(largest, value)
            }
            let width = roundedWidth(BitPacking.width(of: largest), layout: layout)
            widths.append(width)
            bytes.append(UInt8(width))
        }
        for (miniblock, width) in widths.enumerated() {
            let start = miniblock * layout.miniblockValues
            BitPacking.pack(packed[start..<(start + layout.miniblockValues)], width: width, to: &bytes)
        }
    }

    private static func roundedWidth(_ width: Int, layout: Layout) -> Int {
        guard layout.isByteWide, width > 0 else { return width }
        return [8, 16, 32].first { width <= $0 } ?? 64
    }

    /// Decodes exactly `count` values and leaves the cursor behind the last miniblock.
    ///
    /// - Throws: `ParquetError.damaged` where a number contradicts another or bytes end.
    static func decode<Value: FixedWidthInteger & SignedInteger>(
        _ cursor: inout ByteCursor,
        count: Int,
        as type: Value.Type
    ) throws -> [Value] {
        let blockValues = try cursor.varint(field: "delta block size")
        let miniblocks = try cursor.varint(field: "delta miniblock count")
        let total = try cursor.varint(field: "delta value count")
        let first = try cursor.zigzag(field: "delta first value")
        guard blockValues > 0, blockValues <= UInt64(Limits.deltaBlockValues), blockValues % 128 == 0 else {
            throw out("delta block size", blockValues, Int64(Limits.deltaBlockValues))
        }
        guard miniblocks > 0, miniblocks <= blockValues, blockValues % miniblocks == 0,
            (blockValues / miniblocks) % 32 == 0
        else { throw out("delta miniblock count", miniblocks, Int64(blockValues / 32)) }
        guard total == UInt64(count) else {
            throw ParquetError.damaged(
                .mismatch(field: "delta value count", found: Int64(clamping: total), expected: Int64(count)),
                ParquetError.Place()
            )
        }
        var values: [Value] = []
        guard count > 0 else { return values }
        // A miniblock without a body takes no byte, so a count alone is no promise: memory grows as blocks come.
        values.reserveCapacity(min(count, cursor.remaining * 8 + 1))
        var last = Value(truncatingIfNeeded: first)
        values.append(last)
        let miniblockValues = Int(blockValues / miniblocks)
        while values.count < count {
            let minimum = Value(truncatingIfNeeded: try cursor.zigzag(field: "delta minimum"))
            let widths = try cursor.take(Int(miniblocks), field: "delta widths")
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

    private static func out(_ field: String, _ found: UInt64, _ limit: Int64) -> ParquetError {
        .damaged(.outOfRange(field: field, found: Int64(clamping: found), limit: limit), ParquetError.Place())
    }

    private static func appendZigzag(_ value: Int64, to bytes: inout [UInt8]) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: &bytes)
    }
}
