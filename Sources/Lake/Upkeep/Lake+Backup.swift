// A copy of a store that is consistent while others write, and putting it back.

import Foundation
import GRDB

extension Lake {
    /// What a backup or a restore copied.
    package struct Copy: Sendable, Equatable {
        /// Files that were copied.
        package var files = 0
        /// Their bytes.
        package var bytes: Int64 = 0
        /// Files that were there already, and whole.
        package var known = 0
        /// Files that are missing or damaged where they should be copied from, each in one line.
        package var lost: [StoreRemark] = []
        /// Where the store lies that was there before a restore; nil where there was none.
        package var movedAside: String?
    }

    fileprivate static let markName = "sunvigil-backup"

    /// A file that a catalogue names, from the store's folder on.
    fileprivate struct NamedFile {
        /// The path; of a document the one without its ending.
        let path: String
        /// The digest of its bytes, of a document of those that it packs; empty for a file of another program.
        let sha256: String
        let isDocument: Bool

        /// The paths under which it may lie.
        var candidates: [String] { isDocument ? [path + ".gz", path] : [path] }
    }
}

extension LakeReader {
    /// Copies the store as it is in this moment into a folder: all segments and documents that its catalogue names.
    ///
    /// An import may run meanwhile: files never change, and the copy of the catalogue is one consistent state. Every file is
    /// held against its digest while it is copied, and one that an earlier backup has is read there: a good copy is never
    /// exchanged for a damaged one. The catalogue is copied last, with its seal: a backup that was cut off leaves the
    /// earlier one usable.
    ///
    /// - Throws: `LakeError.notABackup` where the folder holds other things, `.damagedCatalogue`, `.system`, `.catalogue`.
    package func backUp(to folder: String, progress: (Int, Int) -> Void = { _, _ in }) throws -> Lake.Copy {
        if try sealState() == .damaged { throw LakeError.damagedCatalogue(path: cataloguePath) }
        if let broken = try brokenRules().first {
            throw LakeError.catalogue(path: cataloguePath, reason: broken)
        }
        if try missingChanges() != nil {
            throw LakeError.catalogue(path: cataloguePath, reason: "it is older than the store")
        }
        let target = Lake.absolutePath(folder)
        let names = try SystemCall.names(in: target).filter { $0 != "lost+found" }
        guard names.isEmpty || names.contains(Lake.markName) else { throw LakeError.notABackup(path: target) }
        for changed in try SystemCall.makeDirectories(target) { try SystemCall.synchroniseDirectory(changed) }
        var files = DurableFiles()
        if !names.contains(Lake.markName) {
            try files.write(
                Array("A backup of a Sunvigil store; put it back with: sunvigil restore\n".utf8),
                to: "\(target)/\(Lake.markName)"
            )
        }
        let catalogue = target + "/catalog.sqlite.new" + DurableFiles.temporarySuffix
        for suffix in ["", "-wal", "-shm", "-journal"] { try SystemCall.remove(catalogue + suffix) }
        do {
            try database.writeWithoutTransaction {
                try $0.execute(sql: "VACUUM INTO ?", arguments: [catalogue])
            }
            return try copyAll(catalogue, target, &files, progress)
        } catch {
            unlink(catalogue)
            throw LakeConnection.wrapped(error, cataloguePath)
        }
    }

    fileprivate func copyAll(
        _ catalogue: String,
        _ target: String,
        _ files: inout DurableFiles,
        _ progress: (Int, Int) -> Void
    ) throws -> Lake.Copy {
        let wanted = try Lake.namedFiles(catalogue)
        var result = Lake.Copy()
        for (index, file) in wanted.enumerated() {
            progress(index, wanted.count)
            try copy(file, to: target, &files, &result)
        }
        try Lake.copyLive(from: path, to: target, &files, &result)
        for name in Lake.ownersFiles {
            if let bytes = try ownersFile(name) { try files.write(bytes, to: "\(target)/\(name)") }
        }
        try files.synchroniseDirectories()
        let descriptor = try SystemCall.open(catalogue, O_RDONLY | O_CLOEXEC)
        defer { SystemCall.close(descriptor) }
        try SystemCall.synchronise(descriptor, path: catalogue)
        // Between the two a seal of the older one must not speak for the newer.
        try SystemCall.remove(target + "/catalog.seal")
        try SystemCall.rename(catalogue, target + "/catalog.sqlite")
        try SystemCall.synchroniseDirectory(target)
        try Lake.seal(target + "/catalog.sqlite", as: target + "/catalog.seal")
        result.files += 1
        result.bytes += try SystemCall.byteCount(target + "/catalog.sqlite")
        return result
    }
}

extension Lake {
    /// All files that a catalogue names: segments, past ones too, and documents.
    fileprivate static func namedFiles(_ catalogue: String) throws -> [NamedFile] {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: catalogue, configuration: configuration)
        defer { try? database.close() }
        return try database.read { database in
            let segments = try Row.fetchAll(
                database,
                sql: """
                    SELECT 'data/main/' || t.table_name || '/' || d.path AS path, coalesce(f.sha256, '') AS sha256
                    FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)
                    LEFT JOIN sunvigil_file f USING (data_file_id) WHERE d.path_is_relative = 1 ORDER BY 1
                    """
            ).map { row in
                NamedFile(path: try row.text("path"), sha256: try row.text("sha256"), isDocument: false)
            }
            let documents = try String.fetchAll(
                database,
                sql: "SELECT DISTINCT sha256 FROM sunvigil_import WHERE sha256 IS NOT NULL ORDER BY 1"
            ).map { NamedFile(path: "raw/\($0.prefix(2))/\($0)", sha256: $0, isDocument: true) }
            guard (segments + documents).allSatisfy({ !$0.path.contains("..") }) else {
                throw LakeError.catalogue(
                    path: LakeError.catalogueName,
                    reason: "a path leads out of the store"
                )
            }
            return segments + documents
        }
    }

    /// Tells whether a file lies whole at a path.
    ///
    /// - Throws: `LakeError.system` where it cannot be read.
    fileprivate static func isWhole(_ file: NamedFile, at path: String) throws -> Bool {
        try SystemCall.exists(path) && !file.sha256.isEmpty && isWhole(path, sha256: file.sha256)
    }
}

extension LakeReader {
    fileprivate func copy(
        _ file: Lake.NamedFile,
        to target: String,
        _ files: inout DurableFiles,
        _ result: inout Lake.Copy
    )
        throws
    {
        // What cannot be read there is not whole, and what cannot be read here is lost: all else is copied.
        let there = file.candidates.first { (try? Lake.isWhole(file, at: "\(target)/\($0)")) ?? false }
        // A document may be packed while it is looked for: it is looked for twice.
        for attempt in 0..<2 {
            for candidate in file.candidates {
                let source = "\(path)/\(candidate)"
                do {
                    guard try SystemCall.exists(source) else { continue }
                    if candidate == there {
                        result.known += 1
                        return
                    }
                    guard (try? file.sha256.isEmpty || Lake.isWhole(file, at: source)) ?? false else {
                        continue
                    }
                    try Lake.copyFile(source, "\(target)/\(candidate)", &files)
                    guard try file.sha256.isEmpty || Lake.isWhole(file, at: "\(target)/\(candidate)") else {
                        continue
                    }
                    result.files += 1
                    result.bytes += try SystemCall.byteCount("\(target)/\(candidate)")
                    return
                } catch LakeError.system(_, _, let code) where code == ENOENT && attempt == 0 {
                    break
                }
            }
        }
        result.lost.append(
            there.map { "\(path)/\($0) is missing or damaged; the backup still has it" }
                ?? "\(path)/\(file.path) is missing or damaged"
        )
    }
}

extension Lake {
    static func copyFile(_ source: String, _ destination: String, _ files: inout DurableFiles) throws {
        let bytes = try SystemCall.source(source)
        var file = try files.begin(destination)
        do {
            try bytes.forEachPiece { try file.append($0) }
            try files.finish(&file)
        } catch {
            file.discard()
            throw error
        }
    }

    // MARK: Restore

    /// Puts a backup in the place of a store. The store that is there is moved aside, never deleted.
    ///
    /// What survives a crash: the new store is complete before the old one is moved. Whatever fails, a store lies in its
    /// place: the old one, or the new one.
    ///
    /// - Throws: `LakeError.noBackup`, `.damagedCatalogue` of the backup, `.locked` while the store is written, `.system`.
    package static func restore(
        from folder: String,
        to path: String,
        environment: LakeEnvironment,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Copy {
        let source = absolutePath(folder)
        let target = absolutePath(path)
        guard try SystemCall.exists("\(source)/\(markName)"),
            try SystemCall.exists(source + "/catalog.sqlite")
        else {
            throw LakeError.noBackup(path: source)
        }
        let isThere = try SystemCall.exists(target)
        let lock = isThere ? try StoreLock.taken(of: target, environment) : nil
        defer { withExtendedLifetime(lock) {} }
        let stamp = environment.nowMicroseconds()
        let incoming = "\(target).incoming-\(stamp)"
        do {
            var result = try gather(source, incoming, environment, progress)
            if isThere {
                let aside = "\(target).before-restore-\(stamp)"
                try SystemCall.rename(target, aside)
                do {
                    try SystemCall.rename(incoming, target)
                } catch {
                    do {
                        try SystemCall.rename(aside, target)
                    } catch {
                        throw LakeError.notInPlace(path: target, old: aside, new: incoming)
                    }
                    throw error
                }
                result.movedAside = aside
            } else {
                try SystemCall.rename(incoming, target)
            }
            // It is in place: what follows is no reason to say that nothing has changed.
            try? SystemCall.synchroniseDirectory((target as NSString).deletingLastPathComponent)
            // DuckDB takes the path of the data from the catalogue: it is the new one's. The next writer does the same.
            _ = try? LakeStore(path: target, environment: environment).writer()
            return result
        } catch LakeError.notInPlace(let path, let old, let new) {
            throw LakeError.notInPlace(path: path, old: old, new: new)
        } catch {
            try? FileManager.default.removeItem(atPath: incoming)
            throw error
        }
    }

    /// Copies a backup to where it becomes a store, and opens it there once.
    fileprivate static func gather(
        _ source: String,
        _ incoming: String,
        _ environment: LakeEnvironment,
        _ progress: (Int, Int) -> Void
    ) throws -> Copy {
        var files = DurableFiles()
        var result = Copy()
        for name in Lake.ownersFiles + ["catalog.sqlite", "catalog.seal"]
        where try SystemCall.exists("\(source)/\(name)") {
            try copyFile("\(source)/\(name)", "\(incoming)/\(name)", &files)
        }
        let lake = try LakeStore(path: incoming, environment: environment).snapshot()
        if try lake.sealState() == .damaged {
            throw LakeError.damagedCatalogue(path: source + "/catalog.sqlite")
        }
        if let broken = try lake.brokenRules().first {
            throw LakeError.catalogue(path: source + "/catalog.sqlite", reason: broken)
        }
        let wanted = try namedFiles(incoming + "/catalog.sqlite")
        for (index, file) in wanted.enumerated() {
            progress(index, wanted.count)
            let present = try file.candidates.filter { try SystemCall.exists("\(source)/\($0)") }
            let whole = try present.first {
                try file.sha256.isEmpty || isWhole(file, at: "\(source)/\($0)")
            }
            guard let found = whole else {
                result.lost.append(
                    "\(source)/\(file.path) is \(present.isEmpty ? "missing" : "damaged")"
                )
                continue
            }
            try copyFile("\(source)/\(found)", "\(incoming)/\(found)", &files)
            result.files += 1
            result.bytes += try SystemCall.byteCount("\(incoming)/\(found)")
        }
        try copyLive(from: source, to: incoming, &files, &result)
        try files.synchroniseDirectories()
        return result
    }
}
