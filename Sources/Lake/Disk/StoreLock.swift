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
            throw .locked(
                path: storePath,
                holder: digits.isEmpty ? "another process" : StoreLock.name(digits)
            )
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }

    private static func name(_ processID: some StringProtocol) -> String { "process \(processID)" }

    private static func isOwn(_ holder: String) -> Bool { holder == name("\(getpid())") }

    /// How long one look waits for the next, milliseconds.
    private static let pause: Int32 = 50

    /// Takes the lock of a store, and waits for the process that has it.
    ///
    /// - Parameter patience: how long it waits; nil for as long as the environment allows.
    /// - Throws: `LakeError.locked` where it is not free in time.
    static func taken(of root: String, _ environment: LakeEnvironment, patience: Duration? = nil) throws
        -> StoreLock
    {
        let end = ContinuousClock.now + (patience ?? environment.lockPatience)
        // A child that is being started holds what this process has just let go of, for a moment.
        let ownEnd = ContinuousClock.now + .seconds(1)
        var isTold = false
        while true {
            let attempt = Result { try StoreLock(storePath: root, path: root + "/lock") }
            guard case .failure(LakeError.locked(let path, let holder)) = attempt,
                ContinuousClock.now < (isOwn(holder) ? max(end, ownEnd) : end)
            else {
                return try attempt.get()
            }
            if !isTold { environment.onWait(path, holder) }
            isTold = true
            poll(nil, 0, pause)
        }
    }
}
