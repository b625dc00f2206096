// The file in which a token is kept: its owner's alone, whole or not at all.

import Foundation
import Readings

/// The file of a token.
package enum TokenFile {
    /// The whole path of a file of the owner's.
    package static func whole(_ path: String, home: String) -> String {
        path.hasPrefix("~/") ? home + "/" + path.dropFirst(2) : URL(filePath: path).standardizedFileURL.path
    }

    /// Keeps a token, and returns where.
    ///
    /// - Parameters:
    ///   - home: the owner's home folder.
    ///   - path: the file; nil for `~/.config/sunvigil/SERIAL.token`.
    /// - Throws: `GatewayError`. What survives a crash: the old file or the new one.
    package static func keep(_ text: String, serial: String, home: String, at path: String? = nil)
        throws(GatewayError) -> String
    {
        guard path != nil || home.hasPrefix("/") else { throw .noHome }
        let target = whole(path ?? "~/.config/sunvigil/\(serial).token", home: home)
        let folder = (target as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .tokenNotKept(path: folder, code: errno)
        }
        // Born unreadable to others: nobody may look in between.
        let temporary = "\(target).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .tokenNotKept(path: target, code: errno) }
        let bytes = Array((text + "\n").utf8)
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        var code = count == bytes.count ? 0 : count < 0 ? errno : ENOSPC
        if fsync(descriptor) != 0, code == 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, target) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw .tokenNotKept(path: target, code: code)
        }
        return target
    }
}
