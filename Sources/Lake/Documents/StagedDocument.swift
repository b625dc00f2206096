// A document on its way into the store: its bytes kept, its rows gathered, nothing visible yet.

import Foundation
import GRDB
import Readings

/// A document that was read: its bytes are kept, its rows gathered. Nothing of it is visible.
package struct StagedDocument {
    /// The name, without its folder.
    package let sourceName: String
    /// The site.
    package let systemID: Int64
    /// When it was captured, seconds UTC: the later capture wins.
    package private(set) var capturedUTCSeconds: Int64
    /// The kind of its entry in the journal.
    var kind = "import"
    /// What the parser was told, as JSON.
    package var options: String
    /// What the parser found, as JSON.
    package var summary: String
    /// Rows of the document.
    package var rowsRead = 0
    /// Rows that could not be read and were left out on request.
    package var rowsRefused = 0
    /// By what the document names its site, by kind; remembered for the site.
    package var identifiers: [String: String] = [:]
    /// The rows.
    package var rows: DocumentRows
    private let kept: KeptDocument

    init(
        sourceName: String,
        systemID: Int64,
        capturedUTCSeconds: Int64,
        rows: DocumentRows,
        kept: KeptDocument
    ) {
        self.sourceName = sourceName
        self.systemID = systemID
        self.capturedUTCSeconds = capturedUTCSeconds
        options = "{}"
        summary = "{}"
        self.rows = rows
        self.kept = kept
    }

    /// The digest of the document.
    package var sha256: String { kept.sha256 }
    /// The size of the document.
    package var byteCount: Int64 { kept.byteCount }

    /// Removes what was kept.
    package func discard() { kept.discard() }

    /// Takes the place of an earlier import of the same document, whose rows are missing: it was captured then.
    mutating func takePlace(of record: ImportRecord) {
        capturedUTCSeconds = record.capturedMicroseconds.flooredDivision(by: 1_000_000)
    }

    /// Lets go of the rows, which are merged.
    package mutating func forgetRows() { rows.forget() }

    func publish(in lake: LakeWriter, files: inout DurableFiles) throws {
        try kept.publish(in: lake, files: &files)
    }
}

/// A document that is being read. May be used in a thread of its own: it touches no catalogue.
package struct DocumentStaging {
    private let sourceName: String
    private let systemID: Int64
    private let capturedUTCSeconds: Int64
    private var raw: RawDocumentWriter
    private var rows: DocumentRows

    /// Begins a document.
    package init(store: Lake.Folders, sourceName: String, systemID: Int64, capturedUTCSeconds: Int64) {
        self.sourceName = sourceName
        self.systemID = systemID
        self.capturedUTCSeconds = capturedUTCSeconds
        raw = RawDocumentWriter(folder: store.rawPath)
        rows = DocumentRows(folder: store.rawPath)
    }

    /// Takes a piece of the document as it came.
    package mutating func keep(_ bytes: ArraySlice<UInt8>) throws { try raw.append(bytes) }

    /// Takes rows; those of a series come in ascending order.
    package mutating func add(_ batch: RowBatch, source: Source) throws {
        try add(LakeBatch(batch, systemID: systemID, source: source), source: source)
    }

    mutating func add(_ batch: LakeBatch, source: Source) throws { try rows.add(batch, source: source) }

    /// Ends the document: its bytes are on the disk.
    package mutating func finish() throws -> StagedDocument {
        StagedDocument(
            sourceName: sourceName,
            systemID: systemID,
            capturedUTCSeconds: capturedUTCSeconds,
            rows: rows,
            kept: try raw.finish()
        )
    }

    /// Removes what was written.
    package mutating func discard() { raw.discard() }
}
