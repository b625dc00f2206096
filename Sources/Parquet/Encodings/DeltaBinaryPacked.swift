// DELTA_BINARY_PACKED for INT32 and INT64: the layout of blocks, and writing them. Reading them is in
// DeltaBinaryPacked+Decoding.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5

/// Differences of successive integers, packed in blocks.
enum DeltaBinaryPacked {
    /// How blocks are cut and widths chosen.
    struct Layout: Equatable {
        /// Values of a block.
        let blockValues: Int
        /// Miniblocks of a block: its parts, each packed by a width of its own.
        let miniblocks: Int
        /// Widths are rounded up to whole bytes, which gzip then sees.
        let isByteWide: Bool

        /// For columns most of whose differences are equal: gzip finds nothing in packed bits.
        static let bitWide = Layout(blockValues: 128, miniblocks: 4, isByteWide: false)
        /// For all others.
        static let byteWide = Layout(blockValues: 1024, miniblocks: 32, isByteWide: true)

        /// Values of a miniblock.
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
                        writeBlock(
                            values,
                            range: index..<end,
                            layout: layout,
                            deltas: deltas,
                            to: output,
                            position: &count
                        )
                        index = end
                    }
                }
            }
        }
    }

    /// Writes the differences of a range of values to those in front of them, and moves the position behind them.
    ///
    /// - Parameter deltas: room for the differences of a block.
    @inline(__always)
    private static func writeBlock<Value: FixedWidthInteger & SignedInteger>(
        _ values: UnsafeBufferPointer<Value>,
        range: Range<Int>,
        layout: Layout,
        deltas: UnsafeMutableBufferPointer<UInt64>,
        to output: UnsafeMutableRawBufferPointer,
        position: inout Int
    ) {
        var minimum = Value.max
        var maximum = Value.min
        for index in range {
            let delta = values[index] &- values[index - 1]
            minimum = Swift.min(minimum, delta)
            maximum = Swift.max(maximum, delta)
        }
        if layout.isByteWide && minimum >= -128 && maximum <= 127 && minimum != maximum { minimum = -128 }
        putZigzag(Int64(minimum), to: output, position: &position)
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
            pack(deltas, count: layout.miniblockValues, width: width, to: output, position: &position)
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
        to output: UnsafeMutableRawBufferPointer,
        position: inout Int
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

    private static func putZigzag(
        _ value: Int64,
        to output: UnsafeMutableRawBufferPointer,
        position: inout Int
    ) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest >= 0x80 {
            output[position] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            position += 1
        }
        output[position] = UInt8(rest)
        position += 1
    }

    private static func roundedWidth(_ width: Int, layout: Layout) -> Int {
        guard layout.isByteWide, width > 0 else { return width }
        return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64
    }

    private static func appendZigzag(_ value: Int64, to bytes: inout [UInt8]) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: &bytes)
    }
}
