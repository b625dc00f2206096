// What the owner names on the command line, as documents: files, folders, captures, members of archives, standard input.

import Foundation
import Ingest

/// A document that can be read once.
struct InputDocument {
    /// The path as the owner sees it; a member of an archive stands behind the archive's own path.
    let path: String
    /// When the file was changed last, seconds UTC; nil where nothing tells it.
    let modifiedUTCSeconds: Int64?
    /// Tells whether the owner named it himself; nil-like files of a folder may be passed over.
    let isNamed: Bool
    /// Hands on all bytes.
    let read: ((ArraySlice<UInt8>) throws -> Void) throws -> Void
    /// The bodies of a gateway capture; nil for a document of one file.
    let capture: (() throws -> [(name: String, bytes: [UInt8])])?

    /// The name without its folder.
    var name: String { path == "-" ? "standard input" : (path as NSString).lastPathComponent }
}

/// Finds documents.
struct InputWalk {
    /// Returns the documents below what the owner named, in the order of their names.
    ///
    /// - Parameter failed: is told what cannot be opened.
    static func documents(_ paths: [String], failed: (String, any Error) -> Void) -> [InputDocument] {
        var result: [InputDocument] = []
        for path in paths {
            do {
                result += try documents(path, isNamed: true)
            } catch {
                failed(path, error)
            }
        }
        return result
    }

    private static func documents(_ path: String, isNamed: Bool) throws -> [InputDocument] {
        if path == "-" { return [standardInput] }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandError("there is no such file; check the path")
        }
        if isDirectory.boolValue { return try folder(path, isNamed: isNamed) }
        return try file(path, isNamed: isNamed)
    }

    private static var standardInput: InputDocument {
        InputDocument(
            path: "-",
            modifiedUTCSeconds: nil,
            isNamed: true,
            read: { sink in
                // A stream that is compressed tells so by its first bytes.
                var gzip: GzipDocument?
                var isFirst = true
                while let piece = try FileHandle.standardInput.read(upToCount: 1 << 18), !piece.isEmpty {
                    let bytes = [UInt8](piece)
                    if isFirst && bytes.starts(with: GzipDocument.signature) {
                        gzip = GzipDocument(compressedBytes: 1 << 20)
                    }
                    isFirst = false
                    if gzip != nil { try gzip?.feed(bytes[...], sink) } else { try sink(bytes[...]) }
                }
                try gzip?.finish()
            },
            capture: nil
        )
    }

    // MARK: Folders

    private static func folder(_ path: String, isNamed: Bool) throws -> [InputDocument] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
            .sorted()
        let base = path.hasSuffix("/") ? path : path + "/"
        let files = names.filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: base + name, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
        if GatewayFormats.isCapture(names: files) {
            let times = files.compactMap { modified(base + $0) }
            return [
                InputDocument(
                    path: path,
                    modifiedUTCSeconds: times.max(),
                    isNamed: isNamed,
                    read: { _ in },
                    capture: {
                        try GatewayBundle.check(byteCounts: files.map { byteCount(base + $0) ?? 0 })
                        return try files.map { (name: $0, bytes: try contents(base + $0)) }
                    }
                )
            ]
        }
        // A link inside a folder may lead anywhere, even back: only what lies in the folder is taken.
        return try names.filter { !isLink(base + $0) }.flatMap { try documents(base + $0, isNamed: false) }
    }

    private static func isLink(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeSymbolicLink
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                "\((path as NSString).lastPathComponent) cannot be opened; check its permissions"
            )
        }
        return [UInt8](data)
    }

    private static func byteCount(_ path: String) -> Int64? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value
    }

    /// A file's time can be anything; one beyond the calendar says nothing.
    private static func modified(_ path: String) -> Int64? {
        let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        let seconds = date?.timeIntervalSince1970 ?? -1
        return (0...253_402_300_799).contains(seconds) ? Int64(seconds) : nil
    }

    // MARK: Files

    private static func file(_ path: String, isNamed: Bool) throws -> [InputDocument] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError("it cannot be opened; check its permissions")
        }
        let start = [UInt8](try handle.read(upToCount: 4) ?? Data())
        try handle.close()
        if start.starts(with: ZipArchive.signature) { return try archive(path, isNamed: isNamed) }
        let isGzip = start.starts(with: GzipDocument.signature)
        let compressedBytes = byteCount(path) ?? 0
        return [
            InputDocument(
                path: path,
                modifiedUTCSeconds: modified(path),
                isNamed: isNamed,
                read: { sink in
                    guard let handle = FileHandle(forReadingAtPath: path) else {
                        throw CommandError("it cannot be opened; check its permissions")
                    }
                    defer { try? handle.close() }
                    var gzip = isGzip ? GzipDocument(compressedBytes: compressedBytes) : nil
                    while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty {
                        let bytes = [UInt8](piece)
                        if gzip != nil { try gzip?.feed(bytes[...], sink) } else { try sink(bytes[...]) }
                    }
                    try gzip?.finish()
                },
                capture: nil
            )
        ]
    }

    // MARK: Archives

    private static func archive(_ path: String, isNamed: Bool) throws -> [InputDocument] {
        let size = byteCount(path) ?? 0
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError("it cannot be opened; check its permissions")
        }
        let archive = try ZipArchive(byteCount: size) { offset, count in
            guard offset >= 0, offset <= size else { return [] }
            try handle.seek(toOffset: UInt64(offset))
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        }
        let time = modified(path)
        let members = archive.members.filter { member in
            !member.name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
        }
        let folders = Dictionary(grouping: members) { ($0.name as NSString).deletingLastPathComponent }
        var result: [InputDocument] = []
        for folder in folders.keys.sorted() {
            let inside = (folders[folder] ?? []).sorted { $0.name < $1.name }
            let names = inside.map { ($0.name as NSString).lastPathComponent }
            if GatewayFormats.isCapture(names: names) {
                result.append(
                    InputDocument(
                        path: folder.isEmpty ? path : "\(path)/\(folder)",
                        modifiedUTCSeconds: time,
                        isNamed: isNamed,
                        read: { _ in },
                        capture: {
                            try GatewayBundle.check(byteCounts: inside.map(\.statedBytes))
                            return try zip(names, inside).map { name, member in
                                var bytes: [UInt8] = []
                                try archive.expand(member) { bytes += $0 }
                                return (name: name, bytes: bytes)
                            }
                        }
                    )
                )
                continue
            }
            for member in inside {
                result.append(
                    InputDocument(
                        path: "\(path)/\(member.name)",
                        modifiedUTCSeconds: time,
                        isNamed: false,
                        read: { sink in try archive.expand(member, sink) },
                        capture: nil
                    )
                )
            }
        }
        return result
    }
}
