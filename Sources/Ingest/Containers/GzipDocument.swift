// A document in gzip: its bytes, bounded.

import Deflate

/// Expands a gzip document piece by piece.
package struct GzipDocument {
    private let expander = GzipExpander()
    private var bounds: ExpansionGuard

    /// Bytes by which gzip begins.
    package static let signature: [UInt8] = [0x1F, 0x8B]

    /// Starts.
    ///
    /// - Parameter compressedBytes: the size of the compressed document; a generous guess where it is not known.
    package init(compressedBytes: Int64) { bounds = ExpansionGuard(compressedBytes: compressedBytes) }

    /// Takes a piece and hands on what came out.
    ///
    /// - Throws: `IngestError.limit` before too much comes out, `.unsupported` where it is damaged, and what the sink
    ///   throws.
    package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>) throws -> Void) throws
    {
        do {
            try expander.expand(bytes) { piece in
                try bounds.take(piece.count)
                try sink(piece)
            }
        } catch is GzipExpander.Damaged {
            throw GzipDocument.damaged
        }
    }

    /// Ends the document.
    ///
    /// - Throws: `IngestError.unsupported` where it ended too early.
    package func finish() throws {
        guard expander.isComplete else { throw GzipDocument.damaged }
    }

    private static let damaged = IngestError.unsupported(
        what: "the gzip file is damaged or ends too early",
        remedy: "download it again"
    )
}
