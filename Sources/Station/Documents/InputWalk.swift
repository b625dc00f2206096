// What the owner names on the command line, as documents: files, folders, captures, members of archives, standard input.
// One bad entry is one refusal: all others are found.

import Foundation
import Ingest
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds documents.
package struct InputWalk {
    /// Is told of an entry and why it is none.
    package typealias Told = (_ path: String, _ error: any Error) -> Void

    private let failed: Told
    private let passedOver: Told
    private let takesStreams: Bool
    private var found: [InputDocument] = []
    /// Folders deeper than this are a loop, or nobody's order.
    private static let deepest = 64

    /// Returns the documents below what the owner named, in the order of their names.
    ///
    /// - Parameters:
    ///   - failed: is told what cannot be taken.
    ///   - passedOver: is told what is left alone on purpose.
    ///   - takesStreams: also takes pipes and standard input; what nobody feeds would wait for ever.
    package static func documents(
        _ paths: [String],
        failed: Told,
        passedOver: Told = { _, _ in },
        takesStreams: Bool = true
    ) -> [InputDocument] {
        withoutActuallyEscaping(failed) { failed in
            withoutActuallyEscaping(passedOver) { passedOver in
                var walk = InputWalk(failed: failed, passedOver: passedOver, takesStreams: takesStreams)
                for path in paths { walk.trying(path) { try $0.take(path, isNamed: true, depth: 0) } }
                return walk.found
            }
        }
    }

    private init(failed: @escaping Told, passedOver: @escaping Told, takesStreams: Bool) {
        (self.failed, self.passedOver, self.takesStreams) = (failed, passedOver, takesStreams)
    }

    private mutating func trying(_ path: String, _ body: (inout InputWalk) throws -> Void) {
        do { try body(&self) } catch { failed(path, error) }
    }

    private mutating func take(_ path: String, isNamed: Bool, depth: Int) throws {
        if path == "-" && takesStreams {
            found.append(stream(path))
            return
        }
        switch try InputKind(path, followsLinks: isNamed) {
        case .folder: try folder(path, isNamed: isNamed, depth: depth)
        case .file: try file(path, isNamed: isNamed)
        case .stream where isNamed && takesStreams: found.append(stream(path))
        // A link inside a folder may lead anywhere, even back: only what lies in the folder is taken.
        case .link: passedOver(path, StationError.link)
        case .stream: throw StationError.pipe
        case .other(let kind): throw StationError.noKindOfFile(kind)
        }
    }

    private func stream(_ path: String) -> InputDocument {
        let stream = InputStreamOnce(path: path)
        return InputDocument(
            path: path,
            modifiedUTCSeconds: nil,
            isNamed: true,
            isStream: true,
            read: { try stream.read($0) },
            capture: nil,
            start: { try stream.start($0) }
        )
    }

    // MARK: Folders

    /// Tells whether a regular file, or a folder, lies at a path; a link is neither.
    static func isFile(_ path: String) -> Bool {
        if case .file = try? InputKind(path, followsLinks: false) { return true }
        return false
    }

    static func isFolder(_ path: String) -> Bool {
        if case .folder = try? InputKind(path, followsLinks: false) { return true }
        return false
    }

    /// Returns the names in a folder: those that are text, and those that are not, as text that shows it.
    static func names(in folder: String) throws -> (names: [String], unreadable: [String]) {
        var stream = opendir(folder)
        while stream == nil && errno == EINTR { stream = opendir(folder) }
        guard let stream else { throw StationError.unreadable(what: "opened", code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        var unreadable: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == EINTR { continue }
                guard errno == 0 else { throw StationError.unreadable(what: "read", code: errno) }
                return (names.sorted(), unreadable.sorted())
            }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if let name = String(validating: bytes, as: UTF8.self) {
                if !name.hasPrefix(".") { names.append(name) }
            } else {
                unreadable.append(
                    bytes.map {
                        (32..<127).contains($0) ? String(UnicodeScalar($0)) : "\\x\(String($0, radix: 16))"
                    }
                    .joined()
                )
            }
        }
    }

    private mutating func folder(_ path: String, isNamed: Bool, depth: Int) throws {
        guard depth < InputWalk.deepest else {
            throw StationError.tooDeep(levels: InputWalk.deepest)
        }
        let (names, unreadable) = try InputWalk.names(in: path)
        let base = path.hasSuffix("/") ? path : path + "/"
        for name in unreadable {
            failed(base + name, StationError.nameNotUTF8)
        }
        let capture = CaptureFolder(base, names: names)
        if let capture {
            let times = capture.bodies.compactMap { try? InputFile($0.path).modifiedUTCSeconds }
            found.append(
                InputDocument(
                    path: path,
                    modifiedUTCSeconds: times.max(),
                    isNamed: isNamed,
                    read: { _ in },
                    capture: { try InputWalk.capture(capture.bodies) }
                )
            )
        }
        // What lies beside the bodies of a capture is taken by itself; a pipe or a link among them is told.
        for name in names where capture?.taken.contains(name) != true {
            trying(base + name) { try $0.take(base + name, isNamed: false, depth: depth + 1) }
        }
    }

    /// Reads the bodies of a capture; what comes out of all of them together is bounded.
    private static func capture(_ files: [(name: String, path: String)]) throws -> [(
        name: String, bytes: [UInt8]
    )] {
        var counter = CaptureCounter()
        return try files.map { name, path in
            var bytes: [UInt8] = []
            do {
                try InputFile(path).read { piece in
                    try counter.take(piece.count)
                    bytes += piece
                }
            } catch let error as StationError {
                throw StationError.member(name: name, reason: error.description)
            }
            return (name: name, bytes: bytes)
        }
    }

    // MARK: Files

    /// Takes a document, or the documents that it stands for. One that cannot be looked into says so when it is read.
    private mutating func take(_ document: InputDocument) throws {
        do {
            found += try document.bodies()
        } catch let error as IngestError {
            // What is none of ours in a folder is passed over whole.
            if case .body(_, .unknownFormat(nil, _, _)) = error, !document.isNamed {
                found.append(document)
                return
            }
            if case .body = error { throw error }
            found.append(document)
        } catch {
            found.append(document)
        }
    }

    private mutating func file(_ path: String, isNamed: Bool) throws {
        let file = try InputFile(path)
        let start = try file.start(4)
        if start.starts(with: ZipArchive.signature) { return try archive(file, isNamed: isNamed) }
        let isGzip = start.starts(with: GzipDocument.signature)
        try take(
            InputDocument(
                path: path,
                modifiedUTCSeconds: file.modifiedUTCSeconds,
                byteCount: file.byteCount,
                isNamed: isNamed,
                read: { sink in
                    guard isGzip else { return try file.read(sink) }
                    var gzip = GzipDocument(compressedBytes: file.byteCount)
                    try file.read { try gzip.feed($0, sink) }
                    try gzip.finish()
                },
                capture: nil,
                start: isGzip ? nil : { try file.start($0) }
            )
        )
    }

    // MARK: Archives

    /// Returns the parts of a member's path without those that say nothing.
    private static func parts(_ name: String) -> [String] {
        name.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    private mutating func archive(_ file: InputFile, isNamed: Bool) throws {
        let archive = try ZipArchive(byteCount: file.byteCount) { try file.bytes(at: $0, $1) }
        try OfficeFile.refuse(members: archive.members.map(\.name))
        var members: [CaptureArchive.Entry] = []
        for member in archive.members {
            let parts = InputWalk.parts(member.name)
            let label = "\(file.path)/\(ControlledText.oneLine(member.name))"
            guard let last = parts.last, !parts.contains(".."), !member.name.contains("\\") else {
                failed(
                    label,
                    IngestError.unsupported(
                        what: "its name leads out of the archive",
                        remedy: "unpack the archive and import the folder"
                    )
                )
                continue
            }
            if parts.contains(where: { $0.hasPrefix(".") || $0 == "__MACOSX" }) {
                passedOver(label, StationError.hidden)
                continue
            }
            members.append(
                CaptureArchive.Entry(
                    folder: ControlledText.oneLine(parts.dropLast().joined(separator: "/")),
                    name: ControlledText.oneLine(last),
                    member: member
                )
            )
        }
        let groups = CaptureArchive.groups(members) { member in
            InputWalk.start(GatewayFormats.startBytes) { try archive.expand(member, $0) }
        }
        for group in groups {
            if group.isCapture {
                found.append(
                    capture(group.entries, of: archive, file, folder: group.folder, isNamed: isNamed)
                )
            } else {
                for entry in group.entries {
                    let document = document(entry, of: archive, file)
                    trying(document.path) { try $0.take(document) }
                }
            }
        }
    }

    /// The first bytes of what is handed on; what cannot be read gives those before the fault.
    private static func start(_ count: Int, _ read: ((ArraySlice<UInt8>) throws -> Void) throws -> Void)
        -> [UInt8]
    {
        struct IsEnough: Error {}
        var bytes: [UInt8] = []
        try? read { piece in
            bytes += piece.prefix(count - bytes.count)
            if bytes.count >= count { throw IsEnough() }
        }
        return bytes
    }

    private func capture(
        _ entries: [CaptureArchive.Entry],
        of archive: ZipArchive,
        _ file: InputFile,
        folder: String,
        isNamed: Bool
    ) -> InputDocument {
        InputDocument(
            path: folder.isEmpty ? file.path : "\(file.path)/\(folder)",
            modifiedUTCSeconds: file.modifiedUTCSeconds,
            byteCount: file.byteCount,
            isNamed: isNamed,
            read: { _ in },
            capture: {
                var counter = CaptureCounter()
                return try entries.map { entry in
                    var bytes: [UInt8] = []
                    try archive.expand(entry.member) { piece in
                        try counter.take(piece.count)
                        bytes += piece
                    }
                    return (name: entry.name, bytes: bytes)
                }
            }
        )
    }

    private func document(_ entry: CaptureArchive.Entry, of archive: ZipArchive, _ file: InputFile)
        -> InputDocument
    {
        let name = entry.folder.isEmpty ? entry.name : "\(entry.folder)/\(entry.name)"
        return InputDocument(
            path: "\(file.path)/\(name)",
            modifiedUTCSeconds: file.modifiedUTCSeconds,
            byteCount: file.byteCount,
            isNamed: false,
            read: { sink in try archive.expand(entry.member, sink) },
            capture: nil
        )
    }
}
