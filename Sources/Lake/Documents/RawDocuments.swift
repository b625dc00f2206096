// Imported documents as they came, under their digest: small ones compressed, large ones plain until `compact` packs
// them, because compressing text takes longer than all the rest of an import.

import Deflate
import Foundation
import Parquet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A document that is being kept, under a provisional name.
struct RawDocumentWriter {
    private var hash = SHA256()
    private var file: DurableFiles.OpenFile?
    private var large: DirectWriter?
    private var start: [UInt8] = []
    private let path: String
    /// The size so far, in bytes.
    private(set) var byteCount: Int64 = 0

    /// Documents below this size are compressed at once.
    private static let packedBytes = 256 << 10

    /// Begins a document.
    ///
    /// - Parameter folder: the folder of documents.
    init(folder: String) {
        path = "\(folder)incoming-\(UUID().uuidString)"
    }

    /// Takes a piece.
    mutating func append(_ bytes: ArraySlice<UInt8>) throws {
        hash.update(bytes)
        byteCount += Int64(bytes.count)
        if large == nil, start.count + bytes.count < RawDocumentWriter.packedBytes {
            start += bytes
            return
        }
        if large == nil {
            _ = try SystemCall.makeDirectories((path as NSString).deletingLastPathComponent)
            large = try DirectWriter(path: path + DurableFiles.temporarySuffix)
            try large?.append(start[...])
            start = []
        }
        try large?.append(bytes)
    }

    /// Ends the document: its bytes lie on the disk under the provisional name.
    mutating func finish() throws -> KeptDocument {
        let isPacked = large == nil
        try large?.finish()
        if isPacked {
            _ = try SystemCall.makeDirectories((path as NSString).deletingLastPathComponent)
            let open = try DurableFiles.OpenFile(path: path)
            file = open
            let compressor = GzipCompressor(level: 6)
            try compressor.compress(start[...], isLast: true) { try open.append($0) }
        }
        try file?.synchronise()
        defer { file = nil }
        return KeptDocument(
            sha256: hash.hexDigest(),
            byteCount: byteCount,
            isPacked: isPacked,
            temporaryPath: path + DurableFiles.temporarySuffix
        )
    }

    /// Removes what was written.
    mutating func discard() {
        file?.discard()
        large?.discard()
    }
}

/// Writes a large file past the system's cache where that is possible: nobody reads it soon, and its pages would have to
/// be copied and cleared. A class: it owns the descriptor and a buffer.
private final class DirectWriter {
    private let path: String
    private var descriptor: Int32
    /// The flag that leads past the cache, while it is set.
    private var pastCache: Int32?
    private let buffer: UnsafeMutableRawBufferPointer
    private var filled = 0
    private var total = 0

    /// What a disk takes at once; a multiple of any block.
    private static let pieceBytes = 1 << 20
    private static let blockBytes = 4096

    init(path: String) throws(LakeError) {
        self.path = path
        #if os(Linux) && arch(x86_64)
            let flag: Int32? = 0o40000
        #elseif os(Linux) && arch(arm64)
            let flag: Int32? = 0o200000
        #else
            let flag: Int32? = nil
        #endif
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let direct: Int32? = flag.flatMap { try? SystemCall.open(path, flags | $0) }
        // Some file systems know no way past their cache.
        pastCache = direct == nil ? nil : flag
        if let direct { descriptor = direct } else { descriptor = try SystemCall.open(path, flags) }
        buffer = .allocate(byteCount: DirectWriter.pieceBytes, alignment: DirectWriter.blockBytes)
    }

    deinit {
        buffer.deallocate()
        if descriptor >= 0 { close(descriptor) }
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(LakeError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, buffer.count - filled)
            rest.prefix(count).withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: $0)
            }
            filled += count
            rest = rest.dropFirst(count)
            if filled == buffer.count { try flush(filled) }
        }
    }

    private func flush(_ count: Int) throws(LakeError) {
        var offset = 0
        while offset < count {
            let written = SystemCall.writeOnce(
                descriptor,
                UnsafeRawBufferPointer(rebasing: buffer[offset..<count])
            )
            if written < 0 && errno == EINTR { continue }
            // A file system that takes the flag but not the write, or a disk that is nearly full and took a part of a
            // block: the rest goes the usual way, which also says what is wrong.
            if written < 0, errno == EINVAL, let flag = pastCache {
                pastCache = nil
                guard fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~flag) == 0 else {
                    throw .system(operation: "write", path: path, code: errno)
                }
                continue
            }
            guard written > 0 else {
                throw .system(operation: "write", path: path, code: written < 0 ? errno : ENOSPC)
            }
            offset += written
        }
        total += filled
        filled = 0
    }

    /// Writes the rest, and waits until all bytes lie on the disk.
    func finish() throws(LakeError) {
        if filled > 0 {
            // Only whole blocks go past the cache: the last one is filled up and cut off again.
            let whole =
                (filled + DirectWriter.blockBytes - 1) / DirectWriter.blockBytes * DirectWriter.blockBytes
            for index in filled..<whole { buffer[index] = 0 }
            try flush(whole)
            guard ftruncate(descriptor, off_t(total)) == 0 else {
                throw .system(operation: "write", path: path, code: errno)
            }
        }
        try SystemCall.synchronise(descriptor, path: path)
        close(descriptor)
        descriptor = -1
    }

    func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(path)
    }
}

/// A document on the disk that no catalogue row names yet.
struct KeptDocument {
    let sha256: String
    let byteCount: Int64
    let isPacked: Bool
    fileprivate let temporaryPath: String

    /// Gives the document its name; one that is kept already stays as it is.
    func publish(in lake: LakeWriter, files: inout DurableFiles) throws {
        if let kept = try lake.keptPath(sha256) {
            if try Lake.isWhole(kept, sha256: sha256) { return discard() }
            // Good bytes are at hand: the damaged ones make room for them.
            _ = try lake.quarantine.take(kept)
        }
        let path = isPacked ? lake.packedPath(sha256) : lake.plainPath(sha256)
        try files.publish(temporaryPath, as: path)
    }

    /// Removes the document.
    func discard() { unlink(temporaryPath) }
}

extension LakeReader {
    /// Where a compressed document lies.
    func packedPath(_ sha256: String) -> String { plainPath(sha256) + ".gz" }

    /// Where a document lies as it came.
    func plainPath(_ sha256: String) -> String { "\(rawPath)\(sha256.prefix(2))/\(sha256)" }

    /// Where a document lies; nil where it is missing.
    ///
    /// - Throws: `LakeError.system` where that cannot be told.
    func keptPath(_ sha256: String) throws(LakeError) -> String? {
        for path in [packedPath(sha256), plainPath(sha256)] where try SystemCall.exists(path) { return path }
        return nil
    }

    /// Hands on a kept document piece by piece.
    ///
    /// - Throws: `LakeError.rawDocument` where it is missing or its digest differs, `.system` where the system would not read
    ///   it, which says nothing of the document, and what the sink throws.
    package func readRawDocument(sha256: String, _ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        // While a document is packed both forms lie there, and one may be damaged.
        let plain = plainPath(sha256)
        if let kept = try keptPath(sha256), kept != plain, try SystemCall.exists(plain),
            try !Lake.isWhole(kept, sha256: sha256)
        {
            return try Lake.readDocument(plain, sha256: sha256, sink)
        }
        try Lake.readDocument(try keptPath(sha256) ?? packedPath(sha256), sha256: sha256, sink)
    }
}

extension Lake {
    /// Hands on the document of a file piece by piece.
    static func readDocument(_ path: String, sha256: String, _ sink: (ArraySlice<UInt8>) throws -> Void)
        throws
    {
        let source: ByteSource
        do {
            source = try SystemCall.source(path)
        } catch LakeError.system(_, _, let code) where code == ENOENT || code == ENOTDIR {
            throw LakeError.rawDocument(path: path)
        }
        let expander = path.hasSuffix(".gz") ? GzipExpander() : nil
        var hash = SHA256()
        func take(_ bytes: ArraySlice<UInt8>) throws {
            hash.update(bytes)
            try sink(bytes)
        }
        do {
            try source.forEachPiece { bytes in
                if let expander { try expander.expand(bytes) { try take($0) } } else { try take(bytes) }
            }
        } catch is GzipExpander.Damaged {
            throw LakeError.rawDocument(path: path)
        }
        guard expander?.isComplete ?? true, hash.hexDigest() == sha256 else {
            throw LakeError.rawDocument(path: path)
        }
    }
}

extension LakeWriter {
    /// Compresses a document that lies as it came.
    ///
    /// What survives a crash: both forms may lie there, each of them whole; the next call removes the plain one.
    ///
    /// - Returns: how many bytes that saved; 0 where it is compressed already.
    func packDocument(_ sha256: String) throws -> Int64 {
        let plain = plainPath(sha256)
        guard try SystemCall.exists(plain) else { return 0 }
        var files = DurableFiles()
        var hash = SHA256()
        var plainBytes: Int64 = 0
        var file = try files.begin(packedPath(sha256))
        do {
            let source = try SystemCall.source(plain)
            let compressor = GzipCompressor(level: 1)
            let open = file
            try source.forEachPiece { piece in
                hash.update(piece)
                plainBytes += Int64(piece.count)
                try compressor.compress(piece, isLast: false) { try open.append($0) }
            }
            try compressor.compress([], isLast: true) { try open.append($0) }
            // A damaged document is not packed as if it were whole.
            guard hash.hexDigest() == sha256 else { throw LakeError.rawDocument(path: plain) }
            try files.finish(&file)
        } catch {
            file.discard()
            throw error
        }
        try files.synchroniseDirectories()
        let packedBytes = try SystemCall.byteCount(packedPath(sha256))
        unlink(plain)
        try SystemCall.synchroniseDirectory((plain as NSString).deletingLastPathComponent)
        return plainBytes - packedBytes
    }
}
