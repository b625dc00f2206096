// The file in which a token is kept: its owner's alone, whole or not at all.

import Foundation
import Readings

/// The file of a token.
package enum TokenFile {
    /// Keeps a token, and returns where.
    ///
    /// - Parameter path: the file; nil for `~/.config/sunvigil/SERIAL.token`.
    /// - Throws: `GatewayError.tokenFile`. What survives a crash: the old file or the new one.
    package static func keep(_ text: String, serial: String, at path: String? = nil) throws(GatewayError)
        -> String
    {
        let home = NSHomeDirectory()
        let named = path.map { $0.hasPrefix("~/") ? home + "/" + $0.dropFirst(2) : $0 }
        let target = named ?? "\(home)/.config/sunvigil/\(serial).token"
        let folder = (target as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .tokenFile(path: folder, code: EACCES)
        }
        // Born unreadable to others: nobody may look in between.
        let temporary = "\(target).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .tokenFile(path: target, code: errno) }
        let bytes = Array((text + "\n").utf8)
        var isWhole = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
        isWhole = fsync(descriptor) == 0 && isWhole
        close(descriptor)
        guard isWhole, rename(temporary, target) == 0 else {
            let code = errno
            unlink(temporary)
            throw .tokenFile(path: target, code: code)
        }
        return target
    }
}
