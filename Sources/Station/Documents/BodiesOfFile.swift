// A file that holds several JSON bodies, as so many documents: each is kept and undone by itself, and one that came before is
// known again when the file has grown.

import Ingest

extension InputDocument {
    /// Returns the documents that a document of several bodies stands for; itself where it is one.
    ///
    /// - Throws: `IngestError` where one of them cannot be taken, and then none is; what reading throws.
    func bodies() throws -> [InputDocument] {
        guard capture == nil, !isStream, JSONBodies.mayBeSeveral(prefix: try start(64)[...]) else {
            return [self]
        }
        var bytes: [UInt8] = []
        do {
            try read { piece in
                bytes += piece
                // Its own reader refuses what is larger, by its own words.
                if bytes.count > InputDocument.mostBytes { throw IsTooLong() }
            }
        } catch is IsTooLong {
            return [self]
        }
        guard let bodies = try JSONBodies.split(bytes) else { return [self] }
        return bodies.map { body in
            let own = Array(bytes[body.range])
            return InputDocument(
                path: "\(path)#\(body.line)",
                modifiedUTCSeconds: modifiedUTCSeconds,
                byteCount: Int64(own.count),
                isNamed: isNamed,
                read: { try $0(own[...]) },
                capture: nil,
                start: { Array(own.prefix($0)) }
            )
        }
    }

    private struct IsTooLong: Error {}

    /// No JSON that is read is longer.
    private static let mostBytes = 32 << 20
}
