// What lies in the store and no catalogue names: our own temporary files are cleared away, everything else is moved aside
// and told. A catalogue can be older than the files, or damaged: what it does not know may be the only copy there is.

import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Lake {
    /// The age after which a segment of another program without a catalogue row counts as forgotten, in seconds: younger ones
    /// may be about to be committed.
    fileprivate static let foreignStraySeconds: Int64 = 3600

    /// Files that no catalogue row names.
    struct Strays {
        /// Our own files that were never whole.
        var temporary: [String] = []
        /// Segments, whole ones of an import that did not commit among them.
        var segments: [String] = []
        /// Documents, and what else lies among them.
        var documents: [String] = []
    }
}

extension LakeWriter {
    /// Clears temporary files away, and moves aside what else no catalogue row names.
    ///
    /// Must be called with the writer's lock: then no import of ours is in progress.
    ///
    /// - Parameters:
    ///   - older: what the catalogue was and what it is, where it is not the newest.
    ///   - notices: gets a line for what was moved.
    /// - Throws: `LakeError`.
    func removeStrays(
        olderThan older: (known: NewestChange, newest: NewestChange)?,
        _ notices: inout [StoreRemark]
    )
        throws
    {
        let strays = try strays()
        for path in strays.temporary { unlink(path) }
        let moved = strays.segments.filter { isOurs($0) || isForgotten($0) } + strays.documents
        guard !moved.isEmpty || older != nil else { return }
        let quarantine = quarantine
        // A file that cannot be moved stays where it is, and is told again.
        var failure: LakeError?
        var count = 0
        for path in moved {
            do {
                _ = try quarantine.take(path)
                count += 1
            } catch {
                failure = error
            }
        }
        if let older {
            notices.append(
                StoreRemark(
                    "the catalogue is older than the store: it ends with change \(older.known.change), entry \(older.known.importID) of the journal; the newest was change \(older.newest.change), entry \(older.newest.importID)",
                    .putBackOrRebuild
                )
            )
        }
        if count > 0 {
            notices.append(
                StoreRemark(
                    "\(count) files that the catalogue does not name were moved to \(quarantine.folder)/\(quarantine.stamp): \(strays.documents.count) documents, \(moved.count - strays.documents.count) segments",
                    .importAgainOrRebuild
                )
            )
        }
        if let failure {
            notices.append("a file that the catalogue does not name could not be moved aside: \(failure)")
        }
    }
}

extension LakeReader {
    /// Returns files that no catalogue row names.
    ///
    /// - Throws: `LakeError`; a folder that cannot be read is an error, not an empty one.
    func strays() throws -> Lake.Strays {
        let known = try read { database in
            (
                segments: try Lake.knownSegments(database),
                documents: Set(
                    try String.fetchAll(
                        database,
                        sql: "SELECT sha256 FROM sunvigil_import WHERE sha256 IS NOT NULL"
                    )
                )
            )
        }
        var strays = Lake.Strays()
        for name in try SystemCall.names(in: path) where Lake.isTemporary(name) {
            strays.temporary.append("\(path)/\(name)")
        }
        let raw = String(rawPath.dropLast())
        for name in try SystemCall.files(below: raw) {
            let last = (name as NSString).lastPathComponent
            let digest = last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
            if Lake.isTemporaryDocument(last) {
                strays.temporary.append("\(raw)/\(name)")
            } else if !known.documents.contains(digest) || name != "\(digest.prefix(2))/\(last)" {
                strays.documents.append("\(raw)/\(name)")
            }
        }
        for table in LakeTable.all {
            let folder = String(tablePath(table.name).dropLast())
            for name in try SystemCall.files(below: folder)
            where !known.segments.contains("\(table.name)/\(name)") {
                if name.hasSuffix(".parquet" + DurableFiles.temporarySuffix) {
                    strays.temporary.append("\(folder)/\(name)")
                } else {
                    strays.segments.append("\(folder)/\(name)")
                }
            }
        }
        return strays
    }
}

extension Lake {
    /// Tells whether a name in the store's own folder is one of a file that a killed program was writing.
    fileprivate static func isTemporary(_ name: String) -> Bool {
        name.wholeMatch(of: /catalog\.(sqlite|sqlite\.rebuilt|seal|newest)(\.\d+)?\.tmp(-wal|-shm|-journal)?/)
            != nil
            || name.wholeMatch(of: /(sites|inbox|cases)\.json(\.\d+)?\.tmp/) != nil
    }

    /// Tells whether a name among the documents is one of a file that a killed program was writing.
    fileprivate static func isTemporaryDocument(_ name: String) -> Bool {
        name.wholeMatch(of: /((incoming|spool)-[0-9A-Fa-f-]{36}|[0-9a-f]{64}(\.gz)?)\.tmp/) != nil
    }

    /// The paths below `data/main` that the catalogue or the journal names, past ones included.
    fileprivate static func knownSegments(_ database: Database) throws -> Set<String> {
        let catalogue = try String.fetchAll(
            database,
            sql:
                "SELECT t.table_name || '/' || d.path FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)"
        )
        // Files that expired wait for `cleanup`: a reader of a past state may still be at them.
        let waiting = try String.fetchAll(
            database,
            sql: "SELECT path FROM ducklake_files_scheduled_for_deletion WHERE path LIKE 'main/%'"
        ).map { String($0.dropFirst(5)) }
        let deletions = try String.fetchAll(
            database,
            sql:
                "SELECT t.table_name || '/' || d.path FROM ducklake_delete_file d JOIN ducklake_table t USING (table_id)"
        )
        return Set(catalogue).union(waiting).union(deletions)
            .union(try String.fetchAll(database, sql: "SELECT path FROM sunvigil_file"))
    }
}

extension LakeReader {
    /// Tells whether the name has the form `2026-01-000042.parquet`; years and blocks of years stand likewise.
    fileprivate func isOurs(_ path: String) -> Bool {
        (path as NSString).lastPathComponent.wholeMatch(of: /\d{4}(-\d{2}|-\d{4})?-\d{6,}\.parquet/) != nil
    }

    fileprivate func isForgotten(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        #if canImport(Darwin)
            let modified = Int64(status.st_mtimespec.tv_sec)
        #else
            let modified = Int64(status.st_mtim.tv_sec)
        #endif
        return environment.nowMicroseconds() / 1_000_000 - modified > Lake.foreignStraySeconds
    }
}
