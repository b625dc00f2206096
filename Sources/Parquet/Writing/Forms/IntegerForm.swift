// Integers of a chunk: by their differences or by a dictionary, whichever a trial says is smaller. How differences are
// packed is DeltaBinaryPacked's business.

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
    var encoding: Encoding { dictionary == nil ? .deltaBinaryPacked : .rleDictionary }
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
