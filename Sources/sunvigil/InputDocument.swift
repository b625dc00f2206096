// What the owner names on the command line, as documents: files, folders, captures, members of archives, standard input.

import Foundation
import Ingest

#if canImport(Glibc)
    import Glibc
    private let systemRead = Glibc.read
#elseif canImport(Musl)
    import Musl
    private let systemRead = Musl.read
#elseif canImport(Darwin)
    import Darwin
    private let systemRead = Darwin.read
#endif

/// A document that can be read once.
struct InputDocument {
    /// The path as the owner sees it; a member of an archive stands behind the archive's own path.
    let path: String
    /// When the file was changed last, seconds UTC; nil where nothing tells it.
    let modifiedUTCSeconds: Int64?
    /// Tells whether the owner named it himself; nil-like files of a folder may be passed over.
    let isNamed: Bool
    /// Hands on all bytes.
    private let readAll: ((ArraySlice<UInt8>) throws -> Void) throws -> Void
    /// Returns the first bytes without reading more; nil where all bytes are read in order.
    private var readStart: ((Int) throws -> [UInt8])?
    /// The bodies of a gateway capture; nil for a document of one file.
    let capture: (() throws -> [(name: String, bytes: [UInt8])])?

    init(
        path: String,
        modifiedUTCSeconds: Int64?,
        isNamed: Bool,
        read: @escaping ((ArraySlice<UInt8>) throws -> Void) throws -> Void,
        capture: (() throws -> [(name: String, bytes: [UInt8])])?,
        start: ((Int) throws -> [UInt8])? = nil
    ) {
        readStart = start
        self.path = path
        self.modifiedUTCSeconds = modifiedUTCSeconds
        self.isNamed = isNamed
        readAll = read
        self.capture = capture
    }

    /// Hands on all bytes.
    func read(_ sink: (ArraySlice<UInt8>) throws -> Void) throws { try readAll(sink) }

    /// Returns the first bytes, fewer only where the document is shorter.
    func start(_ count: Int) throws -> [UInt8] {
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

    /// The name without its folder.
    var name: String { path == "-" ? "standard input" : (path as NSString).lastPathComponent }
}

/// Standard input, of which the first bytes can be had before all of it is read. A class: what was read is kept.
private final class StandardInput {
    private var head: [UInt8] = []
    private var gzip: GzipDocument?
    private var hasStarted = false
    private var hasEnded = false

    /// Hands on all bytes, those that were had before first. A sink that throws may ask again from the start, as long as
    /// no more than the head was read.
    func read(_ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        if !head.isEmpty { try sink(head[...]) }
        while !hasEnded {
            let isHead = head.count < DocumentDetector.prefixBytes
            try pull { piece in
                if isHead { head += piece }
                try sink(piece)
            }
        }
    }

    private func pull(_ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        guard let piece = try FileHandle.standardInput.read(upToCount: 1 << 16), !piece.isEmpty else {
            hasEnded = true
            try gzip?.finish()
            return
        }
        let bytes = [UInt8](piece)
        // A stream that is compressed tells so by its first bytes.
        if !hasStarted && bytes.starts(with: GzipDocument.signature) {
            gzip = GzipDocument(compressedBytes: 1 << 20)
        }
        hasStarted = true
        guard gzip != nil else { return try sink(bytes[...]) }
        // All that comes out is there before any of it is handed on: a sink that throws loses nothing.
        var expanded: [UInt8] = []
        try gzip?.feed(bytes[...]) { expanded += $0 }
        if !expanded.isEmpty { try sink(expanded[...]) }
    }
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
        let stream = StandardInput()
        return InputDocument(
            path: "-",
            modifiedUTCSeconds: nil,
            isNamed: true,
            read: { try stream.read($0) },
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
                    while true {
                        let bytes = try piece(of: handle.fileDescriptor)
                        if bytes.isEmpty { break }
                        if gzip != nil { try gzip?.feed(bytes[...], sink) } else { try sink(bytes[...]) }
                    }
                    try gzip?.finish()
                },
                capture: nil,
                start: isGzip
                    ? nil
                    : { count in
                        guard let handle = FileHandle(forReadingAtPath: path) else {
                            throw CommandError("it cannot be opened; check its permissions")
                        }
                        defer { try? handle.close() }
                        return [UInt8](try handle.read(upToCount: count) ?? Data())
                    }
            )
        ]
    }

    /// Returns the next bytes of a file; none at its end.
    private static func piece(of descriptor: Int32) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
            while true {
                let got = systemRead(descriptor, buffer.baseAddress, buffer.count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                count = max(0, got)
                return
            }
        }
        guard failure == 0 else {
            throw CommandError("it cannot be read: \(String(cString: strerror(failure)))")
        }
        return bytes
    }

    // MARK: Archives

    private static func archive(_ path: String, isNamed: Bool) throws -> [InputDocument] {
        let size = byteCount(path) ?? 0
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError("it cannot be opened; check its permissions")
        }
        // Members may be read in several threads, the file has one position.
        let lock = NSLock()
        let archive = try ZipArchive(byteCount: size) { offset, count in
            lock.lock()
            defer { lock.unlock() }
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
