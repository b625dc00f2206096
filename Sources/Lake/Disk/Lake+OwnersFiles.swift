// Small files of the owner beside the catalogue: they outlive a lost catalogue, and a backup takes them along.

import Foundation

extension Lake {
    /// The owner's log of cases.
    package static let casesFile = "cases.json"

    /// What the inbox has seen.
    package static let inboxFile = "inbox.json"

    /// What the owner configured.
    package static let configurationFile = "config.json"

    /// The sites, should the catalogue be lost.
    static let sitesFile = "sites.json"

    /// The files beside the catalogue that are not made of documents.
    static let ownersFiles = [sitesFile, configurationFile, inboxFile, casesFile]
}

extension LakeReader {
    /// Returns an owner's file; nil only where there is none.
    ///
    /// - Throws: `LakeError.system` where something lies there that cannot be read: it is never taken for nothing.
    package func ownersFile(_ name: String) throws -> [UInt8]? {
        try SystemCall.readFileIfAny("\(path)/\(name)")
    }
}

extension Lake {
    /// Returns a file of the owner's; nil only where there is none.
    ///
    /// - Throws: `LakeError.system` as `ownersFile`.
    package static func file(_ path: String) throws -> [UInt8]? { try SystemCall.readFileIfAny(path) }
}

extension LakeWriter {
    /// Writes an owner's file in place of an older one. What survives a crash: the old file or the new one, whole.
    ///
    /// - Throws: `LakeError.system`.
    package func writeOwnersFile(_ name: String, _ bytes: [UInt8]) throws {
        try change {
            var files = DurableFiles()
            try files.write(bytes, to: "\(path)/\(name)")
            try files.synchroniseDirectories()
        }
    }
}
