// The values of a chunk one after the other. How a value lies in its bytes is PlainEncoding's business.

/// PLAIN values of any type.
struct PlainForm: ChunkForm {
    private let values: ColumnValues

    /// Takes values.
    init(_ values: ColumnValues) { self.values = values }

    var valueCount: Int { values.count }
    var encoding: Encoding { .plain }
    var dictionaryBody: [UInt8]? { nil }
    var entryCount: Int { 0 }

    func body(_ range: Range<Int>) -> [UInt8] { PlainEncoding.encode(values.slice(range)) }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        Gzip.compress(bytes, level: ChunkEncoder.compressionLevel)
    }
}
