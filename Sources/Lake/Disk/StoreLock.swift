// One writer at a time. Readers take no lock.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The lock of a store's writer; freed when the value goes, or when the process dies. A class for its end.
final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: `LakeError.locked` with the holder's process number where another process has it.
    init(storePath: String, path: String) throws(LakeError) {
        // A link could lead to a file that is no lock, whose content would go.
        descriptor = try SystemCall.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notALock(path: path)
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw .system(operation: "lock", path: path, code: code) }
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(descriptor, &buffer, buffer.count))
            let digits = String(decoding: buffer[..<count].prefix { (48...57).contains($0) }, as: UTF8.self)
            throw .locked(path: storePath, holder: digits.isEmpty ? "another process" : "process \(digits)")
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }
}
