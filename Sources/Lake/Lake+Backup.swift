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
        /// Files that were there already.
        package var known = 0
        /// Where the store lies that was there before a restore; nil where there was none.
        package var movedAside: String?
    }

    private static let markName = "sunvigil-backup"

    /// Copies the store as it is in this moment into a folder: all segments and documents that its catalogue names.
    ///
    /// An import may run meanwhile: files never change, and the copy of the catalogue is one consistent state. What an
    /// earlier backup in the folder has is not copied again. The catalogue is copied last: a backup that was cut off leaves
    /// the earlier one usable.
    ///
    /// - Throws: `LakeError.notABackup` where the folder holds other things, `.system`, `.catalogue`.
    package func backUp(to folder: String, progress: (Int, Int) -> Void = { _, _ in }) throws -> Copy {
        let target = Lake.absolutePath(folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
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
        try? FileManager.default.removeItem(atPath: catalogue)
        do {
            try database.writeWithoutTransaction {
                try $0.execute(sql: "VACUUM INTO ?", arguments: [catalogue])
            }
        } catch let error as DatabaseError {
            throw LakeError.catalogue(path: cataloguePath, reason: error.message ?? "\(error.resultCode)")
        }
        let wanted = try Lake.namedFiles(catalogue)
        var result = Copy()
        for (index, name) in wanted.enumerated() {
            progress(index, wanted.count)
            try copy(name, to: target, &files, &result)
        }
        for name in Lake.ownersFiles {
            if let data = FileManager.default.contents(atPath: "\(path)/\(name)") {
                try files.write([UInt8](data), to: "\(target)/\(name)")
            }
        }
        try files.synchroniseDirectories()
        let descriptor = try SystemCall.open(catalogue, 0)
        try SystemCall.synchronise(descriptor, path: catalogue)
        SystemCall.close(descriptor)
        try SystemCall.rename(catalogue, target + "/catalog.sqlite")
        try SystemCall.synchroniseDirectory(target)
        result.files += 1
        result.bytes += try SystemCall.byteCount(target + "/catalog.sqlite")
        return result
    }

    /// The paths, from the store's folder, of all files that a catalogue names: segments, past ones too, and documents.
    private static func namedFiles(_ catalogue: String) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: catalogue, configuration: configuration)
        defer { try? database.close() }
        return try database.read { database in
            let segments = try String.fetchAll(
                database,
                sql: """
                    SELECT 'data/main/' || t.table_name || '/' || d.path FROM ducklake_data_file d
                    JOIN ducklake_table t USING (table_id) WHERE d.path_is_relative = 1
                    """
            )
            let documents = try String.fetchAll(
                database,
                sql: "SELECT DISTINCT sha256 FROM sunvigil_import WHERE sha256 IS NOT NULL"
            )
            return segments.sorted() + documents.sorted().map { "raw/\($0.prefix(2))/\($0)" }
        }
    }

    private func copy(_ name: String, to target: String, _ files: inout DurableFiles, _ result: inout Copy)
        throws
    {
        // A document may be packed while it is looked for: it is looked for twice.
        for attempt in 0..<2 {
            let candidates = name.hasPrefix("raw/") ? [name + ".gz", name] : [name]
            for candidate in candidates {
                let source = "\(path)/\(candidate)"
                guard FileManager.default.fileExists(atPath: source) else { continue }
                let destination = "\(target)/\(candidate)"
                let size = try SystemCall.byteCount(source)
                if let there = try? SystemCall.byteCount(destination), there == size {
                    result.known += 1
                    return
                }
                do {
                    try Lake.copyFile(source, destination, &files)
                } catch LakeError.system(_, _, let code) where code == 2 && attempt == 0 {
                    break
                }
                result.files += 1
                result.bytes += size
                return
            }
        }
        throw LakeError.system(operation: "copy", path: "\(path)/\(name)", code: 2)
    }

    private static func copyFile(_ source: String, _ destination: String, _ files: inout DurableFiles) throws
    {
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

    /// Puts a backup in the place of a store. The store that is there is moved aside, never deleted.
    ///
    /// What survives a crash: the new store is complete before the old one is moved.
    ///
    /// - Throws: `LakeError.notABackup`, `.locked` while the store is written, `.system`.
    package static func restore(
        from folder: String,
        to path: String,
        environment: LakeEnvironment,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Copy {
        let source = absolutePath(folder)
        let target = absolutePath(path)
        guard FileManager.default.fileExists(atPath: "\(source)/\(markName)"),
            FileManager.default.fileExists(atPath: source + "/catalog.sqlite")
        else { throw LakeError.notABackup(path: source) }
        let stamp = environment.nowMicroseconds()
        let incoming = "\(target).incoming-\(stamp)"
        var files = DurableFiles()
        var result = Copy()
        let names = try namedFiles(source + "/catalog.sqlite")
        for (index, name) in names.enumerated() {
            progress(index, names.count)
            let candidates = name.hasPrefix("raw/") ? [name + ".gz", name] : [name]
            guard
                let found = candidates.first(where: {
                    FileManager.default.fileExists(atPath: "\(source)/\($0)")
                })
            else { throw LakeError.system(operation: "copy", path: "\(source)/\(name)", code: 2) }
            try copyFile("\(source)/\(found)", "\(incoming)/\(found)", &files)
            result.files += 1
            result.bytes += try SystemCall.byteCount("\(incoming)/\(found)")
        }
        for name in Lake.ownersFiles + ["catalog.sqlite"]
        where FileManager.default.fileExists(atPath: "\(source)/\(name)") {
            try copyFile("\(source)/\(name)", "\(incoming)/\(name)", &files)
        }
        try files.synchroniseDirectories()
        if FileManager.default.fileExists(atPath: target) {
            let lock = try StoreLock(storePath: target, path: target + "/lock")
            let aside = "\(target).before-restore-\(stamp)"
            try SystemCall.rename(target, aside)
            result.movedAside = aside
            _ = lock
        }
        try SystemCall.rename(incoming, target)
        try SystemCall.synchroniseDirectory((target as NSString).deletingLastPathComponent)
        // The path of the data is the new one's.
        _ = try open(path: target, access: .write, environment: environment)
        return result
    }
}
