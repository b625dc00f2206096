// Bytes cut into lines, piece by piece; a line too long is refused before it is kept.

/// Cuts lines.
struct TextLines {
    private var rest: [UInt8] = []
    private var isAtStart = true
    /// The number of the last line, from 1.
    private(set) var lineNumber = 0

    /// Takes a piece and hands on its whole lines without their ends.
    ///
    /// - Throws: `IngestError.lineTooLong`, and what the sink throws.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>, Int) throws -> Void) throws {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                try hand(bytes[start..<end], sink)
            } else {
                try keep(bytes[start..<end])
                let line = rest
                rest = []
                try hand(line[...], sink)
            }
            start = end + 1
        }
        try keep(bytes[start...])
    }

    /// Hands on a last line without an end.
    mutating func finish(_ sink: (ArraySlice<UInt8>, Int) throws -> Void) throws {
        guard !rest.isEmpty else { return }
        let line = rest
        rest = []
        try hand(line[...], sink)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) throws {
        guard rest.count + bytes.count <= Limits.lineBytes else {
            throw IngestError.lineTooLong(line: lineNumber + 1, limitBytes: Limits.lineBytes)
        }
        rest += bytes
    }

    private mutating func hand(_ line: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>, Int) throws -> Void)
        throws
    {
        guard line.count <= Limits.lineBytes else {
            throw IngestError.lineTooLong(line: lineNumber + 1, limitBytes: Limits.lineBytes)
        }
        lineNumber += 1
        var line = line
        if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        isAtStart = false
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        try sink(line, lineNumber)
    }
}
