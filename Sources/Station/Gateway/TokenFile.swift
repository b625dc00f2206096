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
        let code = WholeFile.write(Array((text + "\n").utf8), to: target, mode: 0o600)
        guard code == 0 else { throw .tokenNotKept(path: target, code: code) }
        return target
    }
}
