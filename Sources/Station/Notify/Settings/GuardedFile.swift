// Reads a file that only its owner may read: tokens and other secrets. What stands in it is not judged here.

import Foundation

/// Files that keep others out.
package enum GuardedFile {
    /// No secret is longer, bytes.
    package static let mostBytes = 16_384

    /// Why a file is not read.
    package enum Fault: Error, Equatable, Sendable {
        /// The system's number.
        case system(Int32)
        case notRegular
        case ofOther
        /// Others can read it; its mode.
        case open(UInt32)
    }

    /// Reads a file that is regular, of this user or root, and closed to all others. What a link leads to counts. Of a longer
    /// file the first `mostBytes` and one more are returned.
    ///
    /// - Parameter isGuarded: the folder keeps others out, so that the file itself need not.
    /// - Throws: `Fault`.
    package static func read(_ path: String, isGuarded: Bool) throws(Fault) -> [UInt8] {
        // Not to be held up by a pipe that nobody writes to.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENXIO ? .notRegular : .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard isGuarded || status.st_uid == geteuid() || status.st_uid == 0 else { throw .ofOther }
        guard isGuarded || status.st_mode & 0o077 == 0 else { throw .open(UInt32(status.st_mode)) }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress, $0.count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .system(errno) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }
}
