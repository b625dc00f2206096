// Imported documents as they came: compressed, under their digest.

import Deflate
import Foundation

/// A document that is being kept. Its file appears under its digest when it is finished.
struct RawDocumentWriter {
    private let compressor = GzipCompressor(level: 1)
    private var hash = SHA256()
    private var file: DurableFiles.OpenFile
    /// The size so far, in bytes.
    private(set) var byteCount: Int64 = 0

    /// Begins a document; `importID` names its provisional file.
    init(folder: String, importID: Int64, files: inout DurableFiles) throws {
        file = try files.begin("\(folder)incoming-\(importID).gz")
    }

    /// Takes a piece.
    mutating func append(_ bytes: ArraySlice<UInt8>) throws {
        hash.update(bytes)
        byteCount += Int64(bytes.count)
        let file = file
        try compressor.compress(bytes, isLast: false) { try file.append($0) }
    }

    /// Returns the digest of all pieces.
    var sha256: String { hash.hexDigest() }

    /// Ends the document under its digest; one that is kept already stays as it is.
    mutating func finish(path: String, files: inout DurableFiles) throws {
        let open = file
        try compressor.compress([], isLast: true) { try open.append($0) }
        if FileManager.default.fileExists(atPath: path) {
            file.discard()
            return
        }
        try files.finish(&file, as: path)
    }

    /// Removes what was written.
    mutating func discard() { file.discard() }
}

extension Lake {
    /// Hands on a kept document piece by piece.
    ///
    /// - Throws: `LakeError.rawDocument` where it is missing or its digest differs, and what the sink throws.
    package func readRawDocument(sha256: String, _ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        let path = rawDocumentPath(sha256)
        guard let handle = FileHandle(forReadingAtPath: path) else { throw LakeError.rawDocument(path: path) }
        defer { try? handle.close() }
        let expander = GzipExpander()
        var hash = SHA256()
        do {
            while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty {
                try expander.expand([UInt8](piece)[...]) { bytes in
                    hash.update(bytes)
                    try sink(bytes)
                }
            }
        } catch is GzipExpander.Damaged {
            throw LakeError.rawDocument(path: path)
        }
        guard expander.isComplete, hash.hexDigest() == sha256 else { throw LakeError.rawDocument(path: path) }
    }
}
