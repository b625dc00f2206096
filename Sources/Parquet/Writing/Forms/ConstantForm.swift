// One value in every row of a chunk. That there is only one is found by ChunkEncoder.

/// One value in every row: a dictionary of one entry, and runs of its number.
struct ConstantForm: ChunkForm {
    private let value: ColumnValues
    let valueCount: Int

    /// Takes one value.
    init(_ value: ColumnValues, count: Int) { (self.value, valueCount) = (value, count) }

    var encoding: Encoding { .rleDictionary }
    var dictionaryBody: [UInt8]? { PlainEncoding.encode(value) }
    var entryCount: Int { 1 }

    func body(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = [8]
        appendVarint(UInt64(range.count) << 1, to: &bytes)
        return bytes + [0]
    }

    func compress(_ bytes: [UInt8]) -> [UInt8] { RunDeflater.gzip(bytes, distance: 1) }
}
