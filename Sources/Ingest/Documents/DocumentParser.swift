// What every reader of documents takes and gives.

/// A reader of one document, fed piece by piece.
package protocol DocumentParser {
    /// Takes the next piece.
    ///
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: RowSink) throws

    /// Ends the document.
    ///
    /// - Returns: what was found in it.
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func finish(_ sink: RowSink) throws -> DocumentSummary
}
