// The few calls of the operating system that a store needs, with their errors as LakeError.

import Foundation
import Parquet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

#if canImport(Glibc)
    private let systemRead = Glibc.read
#elseif canImport(Musl)
    private let systemRead = Musl.read
#else
    private let systemRead = Darwin.read
#endif

/// Calls of the operating system.
enum SystemCall {
    /// Returns the system's words for an error number.
    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Returns what an owner can do about an error number where no verb helps, as the end of a sentence.
    static func plainRemedy(_ code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: "; free some space (nothing in the store has changed) and try again"
        case _ where isOfPermission(code): ""
        default: "; nothing in the store has changed"
        }
    }

    /// Tells whether another place, or other permissions, are the remedy.
    static func isOfPermission(_ code: Int32) -> Bool { [EACCES, EPERM, EROFS].contains(code) }

    /// The mode of files of a store, and of its folders: bills and documents are nobody else's business.
    static let fileMode: mode_t = 0o600
    static let folderMode: mode_t = 0o700

    /// Opens a file; the descriptor is the caller's to close. A call that a signal broke off is made again.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = fileMode) throws(LakeError) -> Int32 {
        while true {
            let descriptor = path.withCString { name in
                #if canImport(Glibc)
                    Glibc.open(name, flags, mode)
                #elseif canImport(Musl)
                    Musl.open(name, flags, mode)
                #else
                    Darwin.open(name, flags, mode)
                #endif
            }
            if descriptor >= 0 { return descriptor }
            if errno == EINTR { continue }
            throw .system(operation: "open", path: path, code: errno)
        }
    }

    /// Tells whether something lies at a path: only "there is none" means that nothing does.
    static func exists(_ path: String) throws(LakeError) -> Bool { try status(path) != nil }

    /// Tells whether a folder lies at a path.
    static func isFolder(_ path: String) throws(LakeError) -> Bool {
        try status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Returns what the system knows of a file; nil where there is none.
    private static func status(_ path: String) throws(LakeError) -> stat? {
        var found = stat()
        while stat(path, &found) != 0 {
            switch errno {
            case EINTR: continue
            case ENOENT, ENOTDIR: return nil
            default: throw .system(operation: "read", path: path, code: errno)
            }
        }
        return found
    }

    /// Returns the names in a folder, sorted; none where there is no such folder.
    static func names(in folder: String) throws(LakeError) -> [String] {
        var stream = opendir(folder)
        while stream == nil && errno == EINTR { stream = opendir(folder) }
        guard let stream else {
            if errno == ENOENT { return [] }
            throw .system(operation: "read", path: folder, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == EINTR { continue }
                guard errno == 0 else { throw .system(operation: "read", path: folder, code: errno) }
                return names.sorted()
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Returns the paths of all files below a folder, from the folder on, sorted.
    static func files(below folder: String) throws(LakeError) -> [String] {
        var found: [String] = []
        for name in try names(in: folder) {
            let path = "\(folder)/\(name)"
            var status = stat()
            // A folder that was put on another disk by a link is a folder all the same.
            guard stat(path, &status) == 0 || lstat(path, &status) == 0 else {
                // What goes away meanwhile is no longer there.
                if errno == ENOENT { continue }
                throw .system(operation: "read", path: path, code: errno)
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                for inside in try files(below: path) { found.append("\(name)/\(inside)") }
            } else {
                found.append(name)
            }
        }
        return found
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws(LakeError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove", path: path, code: errno)
        }
    }

    /// Gives a file a second name on the same file system.
    ///
    /// - Returns: false where the file system knows no second names.
    static func link(_ path: String, _ newPath: String) throws(LakeError) -> Bool {
        #if canImport(Glibc)
            let answer = Glibc.link(path, newPath)
        #elseif canImport(Musl)
            let answer = Musl.link(path, newPath)
        #else
            let answer = Darwin.link(path, newPath)
        #endif
        if answer == 0 { return true }
        if [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV].contains(errno) { return false }
        throw .system(operation: "link", path: newPath, code: errno)
    }

    /// Writes a small file in the place of another one, whole or not at all; it may be lost with the power.
    static func replaceFile(_ path: String, with bytes: [UInt8]) throws(LakeError) {
        let temporary = "\(path).\(getpid())\(DurableFiles.temporarySuffix)"
        let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
        do {
            defer { close(descriptor) }
            try write(descriptor, bytes[...], path: temporary)
        } catch {
            unlink(temporary)
            throw error
        }
        do { try rename(temporary, path) } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Reads a file of the owner's: nil only where there is none.
    ///
    /// - Throws: `LakeError.system` for everything else, so that what cannot be read is never taken for nothing.
    static func readFileIfAny(_ path: String) throws(LakeError) -> [UInt8]? {
        do {
            return try readFile(path)
        } catch .system(_, _, let code) where code == ENOENT {
            return nil
        }
    }

    /// Closes a descriptor.
    static func close(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }

    /// Writes all bytes.
    static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>, path: String) throws(LakeError) {
        let code = bytes.withUnsafeBytes { written(descriptor, $0) }
        if code != 0 { throw .system(operation: "write", path: path, code: code) }
    }

    /// Writes all bytes; returns an error number, or 0.
    private static func written(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int32 {
        var offset = 0
        while offset < buffer.count {
            let count = writeOnce(descriptor, UnsafeRawBufferPointer(rebasing: buffer[offset...]))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : ENOSPC }
            offset += count
        }
        return 0
    }

    /// Writes as many bytes as go at once; returns their number, or -1 with `errno` set.
    static func writeOnce(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    /// Waits until what was written lies on the disk.
    static func synchronise(_ descriptor: Int32, path: String) throws(LakeError) {
        while fsync(descriptor) != 0 {
            if errno == EINTR { continue }
            throw .system(operation: "sync", path: path, code: errno)
        }
    }

    /// Gives a file another name.
    static func rename(_ path: String, _ newPath: String) throws(LakeError) {
        #if canImport(Glibc)
            let answer = Glibc.rename(path, newPath)
        #elseif canImport(Musl)
            let answer = Musl.rename(path, newPath)
        #else
            let answer = Darwin.rename(path, newPath)
        #endif
        guard answer == 0 else { throw .system(operation: "rename", path: path, code: errno) }
    }

    /// Tells whether the file system of a path has hardly any space left.
    static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        guard statvfs((path as NSString).deletingLastPathComponent, &status) == 0 else { return false }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 18
    }

    /// Returns the size of a file.
    static func byteCount(_ path: String) throws(LakeError) -> Int64 {
        var status = stat()
        while stat(path, &status) != 0 {
            if errno == EINTR { continue }
            throw .system(operation: "read", path: path, code: errno)
        }
        return Int64(status.st_size)
    }

    /// Makes the names in a directory durable.
    static func synchroniseDirectory(_ path: String) throws(LakeError) {
        let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        try synchronise(descriptor, path: path)
    }

    /// Reads a whole file.
    static func readFile(_ path: String) throws(LakeError) -> [UInt8] {
        let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(operation: "read", path: path, code: errno)
        }
        let size = max(0, Int(status.st_size))
        return try filled(size, path) { systemRead(descriptor, $0, $2) }
    }

    /// Gathers bytes until there are as many as asked for, or no more come.
    ///
    /// - Parameter next: reads to a place, behind so many bytes, at most so many; answers as the system does.
    private static func filled(
        _ size: Int,
        _ path: String,
        _ next: (_ place: UnsafeMutablePointer<UInt8>, _ behind: Int, _ most: Int) -> Int
    ) throws(LakeError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let base = buffer.baseAddress {
                let got = next(base + count, count, size - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { throw .system(operation: "read", path: path, code: failure) }
        return bytes
    }

    /// Opens a file of which parts are read; it stays open as long as the source is used.
    static func source(_ path: String) throws -> ByteSource {
        let file = try OpenFile(path)
        return ByteSource(byteCount: file.byteCount) { try file.bytes($0) }
    }

    /// A file open for reading. A class: it closes when nobody uses it any more.
    private final class OpenFile: Sendable {
        private let path: String
        private let descriptor: Int32
        let byteCount: Int

        init(_ path: String) throws(LakeError) {
            self.path = path
            descriptor = try SystemCall.open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            guard fstat(descriptor, &status) == 0 else {
                close(descriptor)
                throw .system(operation: "read", path: path, code: errno)
            }
            byteCount = max(0, Int(status.st_size))
        }

        deinit { close(descriptor) }

        func bytes(_ range: Range<Int>) throws(LakeError) -> [UInt8] {
            try SystemCall.read(descriptor, range, path: path)
        }
    }

    /// Returns the bytes of a range of an open file; fewer only at its end.
    static func read(_ descriptor: Int32, _ range: Range<Int>, path: String) throws(LakeError) -> [UInt8] {
        try filled(range.count, path) { pread(descriptor, $0, $2, off_t(range.lowerBound + $1)) }
    }

    /// Makes a directory and those above it; returns the directories whose entries changed.
    static func makeDirectories(_ path: String) throws(LakeError) -> [String] {
        if mkdir(path, folderMode) == 0 { return [(path as NSString).deletingLastPathComponent] }
        if errno == EEXIST { return [] }
        guard errno == ENOENT else { throw .system(operation: "make folder", path: path, code: errno) }
        let above = (path as NSString).deletingLastPathComponent
        let changed = try makeDirectories(above)
        guard mkdir(path, folderMode) == 0 || errno == EEXIST else {
            throw .system(operation: "make folder", path: path, code: errno)
        }
        return changed + [above]
    }
}

extension SystemCall {
    /// Returns the number by which the file system knows a file.
    static func fileNumber(_ path: String) throws(LakeError) -> UInt64 {
        var status = stat()
        while stat(path, &status) != 0 {
            guard errno == EINTR else { throw .system(operation: "look at", path: path, code: errno) }
        }
        return UInt64(status.st_ino)
    }
}
