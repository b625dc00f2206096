// Mending a store: damaged segments are made again from the kept documents, and moved aside; a lost catalogue is made anew
// from the segments. Nothing is ever deleted.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// What a repair did.
    package struct Repair: Sendable, Equatable {
        /// Damaged files that were moved aside.
        package var quarantined: [String] = []
        /// Segments and documents that were made again, and from what.
        package var restored: [String] = []
        /// What could not be mended, and what helps.
        package var lost: [StoreRemark] = []
    }
}

extension LakeWriter {
    /// Mends what `verify` finds.
    ///
    /// What lies whole in `quarantine/` is taken back. A damaged live segment is made again from the documents of its systems
    /// that hold rows of its table; a document that cannot be read is left out, and what the segment still gives takes the
    /// place of its rows. Rows that stay missing are noted: `verify` tells them until their document is imported again. A
    /// damaged document is moved aside. Past states that need a damaged segment are lost.
    ///
    /// What survives a crash: a segment's successor and the change of the catalogue are one commit, and the damaged file
    /// lies in `quarantine/` before anything takes its name.
    ///
    /// - Throws: `LakeError`; where the system would not read a file, nothing has changed.
    package func repair(replay: Lake.Replay? = nil, progress: (Int, Int) -> Void = { _, _ in }) throws
        -> Lake.Repair
    {
        try begin()
        defer { end() }
        let replay = replay ?? documentReplay
        var found = try verify(progress: progress)
        if let failure = found.unreadable.first { throw failure }
        var result = Lake.Repair()
        if try takeBack(found, &result) {
            found = try verify(progress: progress)
            if let failure = found.unreadable.first { throw failure }
        }
        for table in LakeTable.all {
            for segment in try segments(table: table.name) where found.damagedFiles.contains(segment.fileID) {
                guard let period = segment.period else { continue }
                try mend(segment, table: table, period: period, replay: replay, &result)
            }
        }
        for sha256 in found.damagedDocuments.sorted() {
            let name = try imports().first { $0.sha256 == sha256 }?.sourceName ?? sha256
            for path in [packedPath(sha256), plainPath(sha256)]
            where try SystemCall.exists(path) && !Lake.isWhole(path, sha256: sha256) {
                result.quarantined.append(try quarantine.take(path))
            }
            result.lost.append("document \(name): import it again, and it is kept again")
        }
        for fileID in found.damagedFiles.sorted() where try !isLive(fileID) && !isLost(fileID) {
            result.lost.append("a past state of the store needs segment \(fileID), which is damaged")
            try noteLost(fileID)
        }
        try bringBackMissingRows(replay: replay, &result)
        result.lost += found.foreignDamages + found.beyondRepair
        for missing in try missingRowsOfDocuments() { result.lost.append(StoreRemark(missing.text)) }
        let list = try? SiteList(path: "\(path)/\(Lake.sitesFile)")
        let known = try sites()
        if list?.isAsWritten != true || list?.sites.sorted(by: { $0.systemID < $1.systemID }) != known {
            if try SystemCall.exists("\(path)/\(Lake.sitesFile)") {
                result.quarantined.append(try quarantine.keep("\(path)/\(Lake.sitesFile)"))
            }
            try SiteList(known).write("\(path)/\(Lake.sitesFile)")
            result.restored.append("\(Lake.sitesFile): from the catalogue")
        }
        return result
    }

    // MARK: What lies whole aside

    /// Takes segments and documents back that are missing or damaged, and of which `quarantine/` has the bytes.
    func takeBack(_ found: Lake.Verification, _ result: inout Lake.Repair) throws -> Bool {
        var wanted: [(name: String, sha256: String)] = []
        for fileID in found.damagedFiles.sorted() {
            let row = try read {
                try Row.fetchOne(
                    $0,
                    sql: "SELECT path, sha256 FROM sunvigil_file WHERE data_file_id = ?",
                    arguments: [fileID]
                )
            }
            if let row { wanted.append(("data/main/" + (try row.text("path")), try row.text("sha256"))) }
        }
        for sha256 in found.damagedDocuments.sorted() {
            for name in [packedPath(sha256), plainPath(sha256)] {
                wanted.append((String(name.dropFirst(path.count + 1)), sha256))
            }
        }
        guard !wanted.isEmpty else { return false }
        let aside = try quarantine.files()
        var isAny = false
        for (name, sha256) in wanted {
            guard
                let whole = try aside.first(where: {
                    try $0.hasSuffix("/" + name) && Lake.isWhole($0, sha256: sha256)
                })
            else { continue }
            let target = "\(path)/\(name)"
            if try SystemCall.exists(target) { result.quarantined.append(try quarantine.keep(target)) }
            var files = DurableFiles()
            try Lake.copyFile(whole, target, &files)
            try files.synchroniseDirectories()
            result.restored.append("\(name): from \(whole)")
            isAny = true
        }
        return isAny
    }
}

extension Lake {
    /// Tells whether a file's bytes, or those that it packs, are those of a digest.
    static func isWhole(_ path: String, sha256: String) throws -> Bool {
        if !path.hasSuffix(".parquet") {
            do {
                try readDocument(path, sha256: sha256) { _ in }
                return true
            } catch LakeError.rawDocument {
                return false
            }
        }
        var hash = SHA256()
        try SystemCall.source(path).forEachPiece { hash.update($0) }
        return hash.hexDigest() == sha256
    }
}

extension LakeReader {
    func isLive(_ fileID: Int64) throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM ducklake_data_file WHERE data_file_id = ? AND end_snapshot IS NULL",
                arguments: [fileID]
            ) != nil
        }
    }
}

extension Lake {
    static func lostKey(_ fileID: Int64) -> String { "lost_file_\(fileID)" }
}

extension LakeReader {
    /// Tells whether a segment of a past state is known to be lost: verify does not tell it anew.
    func isLost(_ fileID: Int64) throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM sunvigil_meta WHERE key = ?",
                arguments: [Lake.lostKey(fileID)]
            ) != nil
        }
    }
}

extension LakeWriter {
    func noteLost(_ fileID: Int64) throws {
        try write { try Lake.noteLost(fileID, $0) }
    }
}

extension Lake {
    static func noteLost(_ fileID: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO sunvigil_meta VALUES (?, 'damaged and not to be restored')",
            arguments: [lostKey(fileID)]
        )
    }
}
