// Writes a small file whole or not at all, with the mode it is to have from its first byte on.

import Foundation

/// Files that are replaced at once.
enum WholeFile {
    /// Writes a file beside its place and moves it there.
    ///
    /// - Returns: 0, or the system's number. What survives a crash: the old file or the new one.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) -> Int32 {
        // Born with its mode: nobody may look in between.
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { return errno }
        var code = fill(descriptor, bytes)
        // What the process takes from new files is given back.
        if code == 0, fchmod(descriptor, mode) != 0 { code = errno }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        if code != 0 { unlink(temporary) }
        return code
    }

    private static func fill(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return errno }
            guard count > 0 else { return ENOSPC }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
