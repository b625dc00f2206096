// Small files of the owner beside the catalogue: they outlive a lost catalogue, and a backup takes them along.

import Foundation

extension Lake {
    /// The owner's log of cases.
    package static let casesFile = "cases.json"
    /// The files beside the catalogue that are not made of documents.
    static let ownersFiles = ["sites.json", "config.json", "inbox.json", casesFile]

    /// Returns an owner's file; nil where there is none.
    package func ownersFile(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) }
    }

    /// Writes an owner's file in place of an older one. What survives a crash: the old file or the new one, whole.
    ///
    /// - Throws: `LakeError.system`.
    package func writeOwnersFile(_ name: String, _ bytes: [UInt8]) throws {
        var files = DurableFiles()
        try files.write(bytes, to: "\(path)/\(name)")
        try files.synchroniseDirectories()
    }
}
