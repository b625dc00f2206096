// How the values of a chunk are written: plain, by their differences, or as numbers of a dictionary's entries.

/// One way of writing the values of a chunk.
protocol ChunkForm {
    /// The number of values.
    var valueCount: Int { get }
    /// The encoding of data pages, as the format numbers it.
    var encoding: Int64 { get }
    /// The body of the dictionary page; nil without a dictionary.
    var dictionaryBody: [UInt8]? { get }
    /// The number of entries of the dictionary.
    var entryCount: Int { get }
    /// Returns the body of a data page, without levels.
    func body(_ range: Range<Int>) -> [UInt8]
    /// Compresses a data page.
    func compress(_ bytes: [UInt8]) -> [UInt8]
    /// Compresses the dictionary page.
    func compressDictionary(_ bytes: [UInt8]) -> [UInt8]
}

extension ChunkForm {
    func compressDictionary(_ bytes: [UInt8]) -> [UInt8] { compress(bytes) }
}

/// One value in every row: a dictionary of one entry, and runs of its number.
struct ConstantForm: ChunkForm {
    private let value: ColumnValues
    let valueCount: Int

    init(_ value: ColumnValues, count: Int) { (self.value, valueCount) = (value, count) }

    var encoding: Int64 { Encoding.rleDictionary }
    var dictionaryBody: [UInt8]? { PlainEncoding.encode(value) }
    var entryCount: Int { 1 }

    func body(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = [8]
        appendVarint(UInt64(range.count) << 1, to: &bytes)
        return bytes + [0]
    }

    func compress(_ bytes: [UInt8]) -> [UInt8] { RunDeflater.gzip(bytes, distance: 1) }
}

/// PLAIN values of any type.
struct PlainForm: ChunkForm {
    private let values: ColumnValues

    init(_ values: ColumnValues) { self.values = values }

    var valueCount: Int { values.count }
    var encoding: Int64 { Encoding.plain }
    var dictionaryBody: [UInt8]? { nil }
    var entryCount: Int { 0 }

    func body(_ range: Range<Int>) -> [UInt8] { PlainEncoding.encode(values.slice(range)) }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        Gzip.compress(bytes, level: ChunkEncoder.compressionLevel)
    }
}

/// Texts by a dictionary: distinct values by falling frequency, and the index of each value.
struct TextDictionary: ChunkForm {
    let entries: [[UInt8]]
    private let indices: [UInt32]

    /// Makes a dictionary; nil beyond 65,536 entries and for values that are no text.
    init?(_ values: ColumnValues) {
        guard case .byteArrays(let texts) = values else { return nil }
        var counts: [[UInt8]: Int] = [:]
        for text in texts {
            counts[text, default: 0] += 1
            if counts.count > 1 << 16 { return nil }
        }
        entries = counts.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
        }.map(\.key)
        var position: [[UInt8]: UInt32] = [:]
        for (index, entry) in entries.enumerated() { position[entry] = UInt32(index) }
        indices = texts.map { position[$0] ?? 0 }
    }

    var valueCount: Int { indices.count }
    var encoding: Int64 { Encoding.rleDictionary }
    var dictionaryBody: [UInt8]? { PlainEncoding.encode(.byteArrays(entries)) }
    var entryCount: Int { entries.count }

    func body(_ range: Range<Int>) -> [UInt8] {
        // 8 or 16 bits: gzip sees whole bytes.
        let width = entries.count <= 256 ? 8 : 16
        return [UInt8(width)] + RunLengthHybrid.encode(Array(indices[range]), width: width)
    }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        Gzip.compress(bytes, level: ChunkEncoder.compressionLevel)
    }
}
