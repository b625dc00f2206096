// What a crash may leave behind, and clearing it away.

import Foundation
import GRDB

extension Lake {
    /// The age after which a segment of another program without a catalogue row counts as forgotten, in seconds.
    private static let foreignStraySeconds: TimeInterval = 3600

    /// Removes files that no catalogue row knows: half-written ones, and whole ones whose import did not commit.
    ///
    /// Must be called with the writer's lock: then no import of ours is in progress.
    package func removeStrays() throws {
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
        for path in files(below: rawPath) {
            let name = (path as NSString).lastPathComponent
            let digest = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            if !known.documents.contains(digest) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
        for table in LakeTable.all {
            let folder = tablePath(table.name)
            for path in files(below: folder)
            where !known.segments.contains("\(table.name)/\(path.dropFirst(folder.count))") {
                if path.hasSuffix(DurableFiles.temporarySuffix) || isOurs(path) || isForgotten(path) {
                    try? FileManager.default.removeItem(atPath: path)
                }
            }
        }
    }

    /// Returns files that no catalogue row knows, without removing them.
    func strays() throws -> [String] {
        let known = try read { database in try Lake.knownSegments(database) }
        return LakeTable.all.flatMap { table in
            let folder = tablePath(table.name)
            return files(below: folder).filter {
                !known.contains("\(table.name)/\($0.dropFirst(folder.count))")
            }
        }
    }

    /// The paths below `data/main` that the catalogue or the journal names, past ones included.
    private static func knownSegments(_ database: Database) throws -> Set<String> {
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
        return Set(catalogue).union(waiting)
            .union(try String.fetchAll(database, sql: "SELECT path FROM sunvigil_file"))
    }

    private func files(below folder: String) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
        var paths: [String] = []
        while let name = names.nextObject() as? String {
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: folder + name, isDirectory: &isDirectory),
                !isDirectory.boolValue
            {
                paths.append(folder + name)
            }
        }
        return paths.sorted()
    }

    /// Tells whether the name has the form `2026-01-000042.parquet`; years and blocks of years stand likewise.
    private func isOurs(_ path: String) -> Bool {
        (path as NSString).lastPathComponent.wholeMatch(of: /\d{4}(-\d{2}|-\d{4})?-\d{6,}\.parquet/) != nil
    }

    private func isForgotten(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let modified = attributes?[.modificationDate] as? Date else { return false }
        let now = Date(timeIntervalSince1970: Double(environment.nowMicroseconds()) / 1_000_000)
        return now.timeIntervalSince(modified) > Lake.foreignStraySeconds
    }
}
