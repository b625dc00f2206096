// A document that the owner names: its bytes, from a file, a member of an archive, a capture or a pipe.

import Foundation
import Ingest
import Readings

/// A document that can be read once.
package struct InputDocument {
    /// The path as the owner sees it; a member of an archive stands behind the archive's own path.
    package let path: String
    /// When the file was changed last, seconds UTC; nil where nothing tells it.
    package let modifiedUTCSeconds: Int64?
    /// The size of the file; nil where nothing tells it.
    package let byteCount: Int64?
    /// Tells whether the owner named it himself; nil-like files of a folder may be passed over.
    package let isNamed: Bool
    /// Tells that its bytes can be had only once: nobody may look into it before it is read.
    package let isStream: Bool
    /// Hands on all bytes.
    private let readAll: ((ArraySlice<UInt8>) throws -> Void) throws -> Void
    /// Returns the first bytes without reading more; nil where all bytes are read in order.
    private var readStart: ((Int) throws -> [UInt8])?
    /// The bodies of a gateway capture; nil for a document of one file.
    package let capture: (() throws -> [(name: String, bytes: [UInt8])])?

    package init(
        path: String,
        modifiedUTCSeconds: Int64?,
        byteCount: Int64? = nil,
        isNamed: Bool,
        isStream: Bool = false,
        read: @escaping ((ArraySlice<UInt8>) throws -> Void) throws -> Void,
        capture: (() throws -> [(name: String, bytes: [UInt8])])?,
        start: ((Int) throws -> [UInt8])? = nil
    ) {
        readStart = start
        self.path = path
        self.modifiedUTCSeconds = modifiedUTCSeconds
        self.byteCount = byteCount
        self.isNamed = isNamed
        self.isStream = isStream
        readAll = read
        self.capture = capture
    }

    /// Hands on all bytes.
    package func read(_ sink: (ArraySlice<UInt8>) throws -> Void) throws { try readAll(sink) }

    /// Returns the first bytes, fewer only where the document is shorter.
    package func start(_ count: Int) throws -> [UInt8] {
        if let readStart { return try readStart(count) }
        struct IsEnough: Error {}
        var bytes: [UInt8] = []
        do {
            try readAll { piece in
                bytes += piece.prefix(count - bytes.count)
                if bytes.count >= count { throw IsEnough() }
            }
        } catch is IsEnough {}
        return bytes
    }

    /// The name without its folder, in one line.
    package var name: String {
        path == "-" ? "standard input" : ControlledText.oneLine((path as NSString).lastPathComponent)
    }
}
