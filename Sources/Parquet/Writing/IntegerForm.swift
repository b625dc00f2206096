// Integers: by their differences or by a dictionary, whichever a trial says is smaller.

/// The form of an integer chunk.
struct IntegerForm<Value: FixedWidthInteger & SignedInteger>: ChunkForm {
    private let values: [Value]
    private let dictionary: IntegerDictionary<Value>?
    private let layout: DeltaBinaryPacked.Layout

    /// Chooses a form.
    ///
    /// - Parameters:
    ///   - bounds: of the values, which differ; nil without any.
    ///   - trialValues: on how many values, taken from eight places, the choice rests.
    init(_ values: [Value], _ bounds: (low: Value, high: Value)?, trialValues: Int) {
        self.values = values
        let slices = IntegerForm.slices(values.count, trialValues: trialValues)
        var best = (layout: DeltaBinaryPacked.Layout.byteWide, bits: Float.infinity)
        guard let bounds else {
            (layout, dictionary) = (.byteWide, nil)
            return
        }
        let candidate = IntegerDictionary(values, bounds)
        let sampleCount = slices.reduce(0) { $0 + $1.count }
        // Instants rise by one step: long blocks let readers of gaps pass over most of them.
        for layout in Value.bitWidth == 64 ? [.byteWide] : [DeltaBinaryPacked.Layout.byteWide, .bitWide] {
            // Pages of packed bits hold no whole bytes: they are worth it where most differences are equal.
            let bytes = slices.flatMap { DeltaBinaryPacked.encode(values[$0], layout: layout) }
            let bits = RunDeflater.estimatedBits(bytes, distance: layout.isByteWide ? 2 : 1)
            if bits < best.bits { best = (layout, bits) }
        }
        layout = best.layout
        guard let candidate else {
            dictionary = nil
            return
        }
        let indices = slices.flatMap { candidate.indexBytes($0) }
        let share = Float(sampleCount) / Float(values.count)
        let entryBits = Float(candidate.distinctCount * 10 + candidate.entries.count / 8) * share
        let bits = RunDeflater.estimatedBits(indices, distance: candidate.indexWidth) + entryBits
        dictionary = bits < best.bits ? candidate : nil
    }

    private static func slices(_ count: Int, trialValues: Int) -> [Range<Int>] {
        guard count > trialValues else { return [0..<count] }
        let length = trialValues / 8
        return (0..<8).map { part in
            let start = part * (count - length) / 7
            return start..<(start + length)
        }
    }

    var valueCount: Int { values.count }
    var encoding: Int64 { dictionary == nil ? Encoding.deltaBinaryPacked : Encoding.rleDictionary }
    var entryCount: Int { dictionary?.entries.count ?? 0 }

    var dictionaryBody: [UInt8]? {
        guard let dictionary else { return nil }
        return dictionary.entries.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    func body(_ range: Range<Int>) -> [UInt8] {
        dictionary?.body(range) ?? DeltaBinaryPacked.encode(values[range], layout: layout)
    }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        // Instants are blocks of one step, which repeat each other as a whole.
        if dictionary == nil, Value.bitWidth == 64 { return Gzip.compress(bytes, level: 6, isShort: true) }
        return RunDeflater.gzip(bytes, distance: dictionary?.indexWidth ?? (layout.isByteWide ? 2 : 1))
    }

    func compressDictionary(_ bytes: [UInt8]) -> [UInt8] {
        RunDeflater.gzip(bytes, distance: min(4, Value.bitWidth / 8))
    }
}

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

/// The least and the greatest of numbers.
enum IntegerBounds {
    /// Returns the bounds; nil of no numbers. A plain loop, which the compiler turns into vectors.
    static func of<Value: FixedWidthInteger>(_ values: ArraySlice<Value>) -> (low: Value, high: Value)? {
        guard !values.isEmpty else { return nil }
        var low = Value.max
        var high = Value.min
        values.withUnsafeBufferPointer { values in
            for value in values {
                low = min(low, value)
                high = max(high, value)
            }
        }
        return (low, high)
    }
}
