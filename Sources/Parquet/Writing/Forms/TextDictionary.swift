// Texts of a chunk as numbers of a dictionary's entries. Dictionaries of integers are IntegerDictionary's business.

/// Texts by a dictionary: distinct values by falling frequency, and the index of each value.
struct TextDictionary: ChunkForm {
    /// The distinct texts.
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
    var encoding: Encoding { .rleDictionary }
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
