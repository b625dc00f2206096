// Where the bytes of a file come from: memory, or whoever reads them. Opening files is the caller's business.

/// Where the bytes of a file come from.
package struct ByteSource: Sendable {
    /// The size of the file.
    package let byteCount: Int
    private let read: @Sendable (Range<Int>) throws -> [UInt8]

    /// A file of which parts are read.
    ///
    /// - Parameter read: returns the bytes of a range inside the file, all of them, or throws.
    package init(byteCount: Int, read: @escaping @Sendable (Range<Int>) throws -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    /// A file in memory.
    package init(_ bytes: [UInt8]) {
        self.init(byteCount: bytes.count) { Array(bytes[$0]) }
    }

    /// Hands on all bytes, a quarter of a mebibyte at a time.
    package func forEachPiece(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var position = 0
        while position < byteCount {
            let end = min(position + 1 << 18, byteCount)
            try body(try bytes(position..<end)[...])
            position = end
        }
    }

    /// Returns the bytes of a range inside the file.
    package func bytes(_ range: Range<Int>) throws -> [UInt8] {
        let bytes = try read(range)
        guard bytes.count == range.count else {
            throw ParquetError.damaged(.truncated(field: "file"), ParquetError.Place())
        }
        return bytes
    }
}
