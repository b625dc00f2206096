// Distinct integers of a chunk and the index of each value. Whether the dictionary is worth it is IntegerForm's business,
// where entries of a large one lie that of PairedIndices.

/// Distinct integers, up to 256 by falling frequency and more as `PairedIndices` lays them out, and the index of each value
/// in 8 or 16 bits.
struct IntegerDictionary<Value: FixedWidthInteger & SignedInteger> {
    /// The values by index.
    let entries: [Value]
    /// The number of distinct values.
    let distinctCount: Int
    private let indices: [UInt16]

    /// Bytes of an index.
    var indexWidth: Int { entries.count <= 256 ? 1 : 2 }

    /// The widest range of values that is counted in a table.
    private static var tableSize: Int { 1 << 17 }

    /// Makes a dictionary; nil where the values lie too far apart or are too many.
    init?(_ values: [Value], _ bounds: (low: Value, high: Value)) {
        let (low, high) = (bounds.low, bounds.high)
        let (range, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow, range < Value(clamping: Self.tableSize) else { return nil }
        var table = [UInt32](repeating: 0, count: Int(range) + 1)
        table.withUnsafeMutableBufferPointer { table in
            for value in values { table[Int(value &- low)] &+= 1 }
        }
        // By falling count, then by rising value: both in one number, which sorts faster than a pair.
        var ranks: [UInt64] = []
        for (offset, count) in table.enumerated() where count > 0 {
            ranks.append(UInt64(UInt32.max - count) << 32 | UInt64(offset))
        }
        guard ranks.count <= 1 << 16 else { return nil }
        ranks.sort()
        let offsets = ranks.map { Int(UInt32(truncatingIfNeeded: $0)) }
        if offsets.count <= 256 {
            for (index, offset) in offsets.enumerated() { table[offset] = UInt32(index) }
            entries = offsets.map { low + Value(truncatingIfNeeded: $0) }
        } else {
            let places = PairedIndices.indices(ranks.map { UInt32.max - UInt32($0 >> 32) })
            // Free places repeat the most frequent value: the dictionary holds nothing that the column does not.
            let filler = low + Value(truncatingIfNeeded: offsets[0])
            var entries = Array(repeating: filler, count: Int(places.max() ?? 0) + 1)
            for (place, offset) in zip(places, offsets) {
                table[offset] = UInt32(place)
                entries[Int(place)] = low + Value(truncatingIfNeeded: offset)
            }
            self.entries = entries
        }
        distinctCount = offsets.count
        indices = [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
            table.withUnsafeBufferPointer { table in
                for (row, value) in values.enumerated() {
                    buffer[row] = UInt16(truncatingIfNeeded: table[Int(value &- low)])
                }
            }
            count = values.count
        }
    }

    /// Returns the body of a data page: the width, and all indices in one packed run.
    func body(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(indexWidth * 8)]
        let groups = (range.count + 7) / 8
        appendVarint(UInt64(groups) << 1 | 1, to: &bytes)
        bytes += indexBytes(range)
        bytes += repeatElement(0, count: (groups * 8 - range.count) * indexWidth)
        return bytes
    }

    /// Returns the indices of a range, least significant byte first.
    func indexBytes(_ range: Range<Int>) -> [UInt8] {
        let slice = indices[range]
        if indexWidth == 1 { return slice.map { UInt8(truncatingIfNeeded: $0) } }
        return [UInt8](unsafeUninitializedCapacity: slice.count * 2) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(buffer)
            slice.withUnsafeBufferPointer { slice in
                for (row, index) in slice.enumerated() {
                    output.storeBytes(of: index.littleEndian, toByteOffset: row * 2, as: UInt16.self)
                }
            }
            count = slice.count * 2
        }
    }
}
