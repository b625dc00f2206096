// Readers of documents that come line by line: how the pieces of a document become lines is the same for all.

/// A reader of lines.
protocol LineParser: DocumentParser {
    /// What cuts the document into lines.
    var lines: TextLines { get set }

    /// Takes a line without its end.
    ///
    /// - Parameter number: the line's number, from 1.
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws

    /// Ends the document behind its last line.
    ///
    /// - Returns: what was found in it.
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary
}

extension LineParser {
    /// Cuts a piece into lines and takes them.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: RowSink) throws {
        var lines = lines
        defer { self.lines = lines }
        try lines.feed(bytes) { try take(line: $0, number: $1, sink) }
    }

    /// Takes the last line and ends the document.
    mutating func finish(_ sink: RowSink) throws -> DocumentSummary {
        var lines = lines
        try lines.finish { try take(line: $0, number: $1, sink) }
        return try summarise(sink)
    }
}

extension ArraySlice<UInt8> {
    /// Tells whether a line holds nothing but spaces.
    var isBlankLine: Bool { allSatisfy { $0 <= 32 } }

    /// Tells whether a line is a remark, which begins with `#`.
    var isRemark: Bool { first { $0 > 32 } == UInt8(ascii: "#") }
}
