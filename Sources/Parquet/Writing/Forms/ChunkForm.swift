// What the ways of writing the values of a chunk have in common. Which of them is taken is ChunkEncoder's business.

/// One way of writing the values of a chunk.
protocol ChunkForm {
    /// The number of values.
    var valueCount: Int { get }
    /// The encoding of data pages.
    var encoding: Encoding { get }
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
