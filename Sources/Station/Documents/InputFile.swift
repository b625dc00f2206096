// Where the bytes of documents come from: regular files, which are opened for each reading, and streams, which are read once.

import Deflate
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

/// What lies at a path.
package enum InputKind {
    case folder, file, link
    /// A pipe or a socket: something comes out, once.
    case stream
    /// A device, or what else may never end.
    case other(String)

    /// Looks at a path.
    ///
    /// - Parameter followsLinks: what the owner names may be a link; what lies in a folder may not.
    /// - Throws: `StationError` where there is nothing, or it may not be looked at.
    package init(_ path: String, followsLinks: Bool) throws {
        var status = stat()
        while (followsLinks ? stat(path, &status) : lstat(path, &status)) != 0 {
            switch errno {
            case EINTR: continue
            case ENOENT where followsLinks: throw StationError.noFile
            case ENOENT: throw StationError.fileGone
            default: throw StationError.unreadable(what: "looked at", code: errno)
            }
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFREG: self = .file
        case S_IFLNK: self = .link
        case S_IFIFO: self = .stream
        case S_IFSOCK: self = .other("a socket")
        default: self = .other("a device")
        }
    }
}

/// A regular file. It is open only while it is read: a folder may hold more files than a process may open.
package struct InputFile {
    /// The path.
    package let path: String
    /// The size in bytes.
    package let byteCount: Int64
    /// When it was changed last, seconds UTC; nil for a time beyond the calendar.
    package let modifiedUTCSeconds: Int64?
    private let identity: Identity

    /// By what a file is known again.
    private struct Identity: Equatable {
        let device: UInt64
        let number: UInt64
        let byteCount: Int64
    }

    /// Looks at a file.
    ///
    /// - Throws: `StationError` where it cannot be opened or is no regular file.
    package init(_ path: String) throws {
        self.path = path
        let (descriptor, status) = try InputFile.open(path)
        close(descriptor)
        byteCount = Int64(status.st_size)
        #if canImport(Darwin)
            let seconds = Int64(status.st_mtimespec.tv_sec)
        #else
            let seconds = Int64(status.st_mtim.tv_sec)
        #endif
        // A file's time can be anything; one beyond the calendar says nothing.
        modifiedUTCSeconds = (0...253_402_300_799).contains(seconds) ? seconds : nil
        identity = InputFile.identity(status)
    }

    private static func identity(_ status: stat) -> Identity {
        Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino),
            byteCount: Int64(status.st_size)
        )
    }

    /// Opens a file without waiting: what is no regular file could make a process wait for ever.
    private static func open(_ path: String) throws -> (Int32, stat) {
        var descriptor: Int32 = -1
        repeat {
            descriptor = path.withCString {
                Foundation.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            }
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw StationError.unreadable(what: "opened", code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw StationError.notRegular
        }
        return (descriptor, status)
    }

    private func reading<Value>(_ body: (Int32) throws -> Value) throws -> Value {
        let (descriptor, status) = try InputFile.open(path)
        defer { close(descriptor) }
        guard InputFile.identity(status) == identity else {
            throw StationError.changedWhileRead
        }
        return try body(descriptor)
    }

    /// Returns the next bytes of a descriptor; none at its end.
    package static func piece(of descriptor: Int32, atMost most: Int = 1 << 18) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while true {
                let got = systemRead(descriptor, buffer.baseAddress, buffer.count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                count = max(0, got)
                return
            }
        }
        guard failure == 0 else { throw StationError.unreadable(what: "read", code: failure) }
        return bytes
    }

    /// Hands on all bytes.
    package func read(_ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        try reading { descriptor in
            while true {
                let bytes = try InputFile.piece(of: descriptor)
                if bytes.isEmpty { return }
                try sink(bytes[...])
            }
        }
    }

    /// Returns the first bytes.
    package func start(_ count: Int) throws -> [UInt8] { try bytes(at: 0, count) }

    /// Returns bytes from a place on; fewer only at the end.
    package func bytes(at offset: Int64, _ count: Int) throws -> [UInt8] {
        guard offset >= 0, offset <= byteCount, count > 0 else { return [] }
        return try reading { descriptor in
            guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
                throw StationError.unreadable(what: "read", code: errno)
            }
            var bytes: [UInt8] = []
            while bytes.count < count {
                let piece = try InputFile.piece(of: descriptor, atMost: count - bytes.count)
                if piece.isEmpty { break }
                bytes += piece
            }
            return bytes
        }
    }
}

/// Standard input, or a pipe, of which the first bytes can be had before all of it is read. A class: what was read is kept.
package final class InputStreamOnce {
    private var head: [UInt8] = []
    private var gzip: GzipDocument?
    private var hasStarted = false
    private var hasEnded = false
    private let path: String
    private var descriptor: Int32 = -1

    /// - Parameter path: `-` for standard input.
    package init(path: String) { self.path = path }

    deinit {
        if descriptor > 2 { close(descriptor) }
    }

    /// Hands on all bytes, those that were had before first.
    package func read(_ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        if !head.isEmpty { try sink(head[...]) }
        while !hasEnded { try pull(sink) }
    }

    /// Returns the first bytes, fewer only at the end; all of them are kept.
    package func start(_ count: Int) throws -> [UInt8] {
        while head.count < count, !hasEnded { try pull { head += $0 } }
        return Array(head.prefix(count))
    }

    private func opened() throws -> Int32 {
        if path == "-" { return 0 }
        if descriptor >= 0 { return descriptor }
        repeat {
            descriptor = path.withCString { Foundation.open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw StationError.unreadable(what: "opened", code: errno) }
        return descriptor
    }

    private func pull(_ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        var bytes = try InputFile.piece(of: try opened(), atMost: 1 << 16)
        // Two bytes tell what it is; a pipe may give them one by one.
        if !hasStarted, bytes.count == 1 { bytes += try InputFile.piece(of: try opened(), atMost: 1 << 16) }
        guard !bytes.isEmpty else {
            hasEnded = true
            try gzip?.finish()
            return
        }
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
