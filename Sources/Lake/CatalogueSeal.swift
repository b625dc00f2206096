// A digest of the catalogue's bytes beside it: SQLite notices no flipped bit by itself.
//
// The seal names the change after which it was made. A catalogue that was changed since, by a crash before the seal or
// by another program, is unsealed: then only the rules of `verify` speak.

import Foundation
import GRDB

/// The seal of a catalogue.
struct CatalogueSeal: Equatable {
    /// The number of the change after which it was made, and the number and count of snapshots: another program that
    /// writes leaves the first as it is, but not the others.
    let change: String
    /// SHA-256 of the catalogue's file.
    let sha256: String

    /// What a look at a catalogue says.
    enum State: Equatable {
        /// The bytes are those that were sealed.
        case whole
        /// The bytes are not those that were sealed, although nothing was changed since.
        case damaged
        /// There is no seal of the newest change.
        case unsealed
    }

    private init(change: String, sha256: String) {
        (self.change, self.sha256) = (change, sha256)
    }

    /// Reads a seal; nil where there is none.
    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), data.count < 200 else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[1].count == 64 else { return nil }
        self.init(change: String(words[0]), sha256: String(words[1]))
    }

    /// Makes a seal of a catalogue file.
    static func of(_ cataloguePath: String, change: String) throws -> CatalogueSeal {
        var hash = SHA256()
        try SystemCall.source(cataloguePath).forEachPiece { hash.update($0) }
        return CatalogueSeal(change: change, sha256: hash.hexDigest())
    }

    /// Writes the seal. A seal that is lost says nothing; it needs no sync.
    func write(_ path: String) throws {
        try Data("\(change) \(sha256)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    }
}

extension Lake {
    var sealPath: String { path + "/catalog.seal" }

    private static let changeKey = "change"

    /// Counts a change, inside its transaction.
    static func countChange(_ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO sunvigil_meta VALUES (?, '1')
                ON CONFLICT(key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
                """,
            arguments: [changeKey]
        )
    }

    private func changeNumber() throws -> String? {
        try database.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT value || '/' || (SELECT max(snapshot_id) FROM ducklake_snapshot) || '/' ||
                        (SELECT count(*) FROM ducklake_snapshot) FROM sunvigil_meta WHERE key = ?
                    """,
                arguments: [Lake.changeKey]
            )
        }
    }

    /// Seals the catalogue as it is now. Where readers keep the newest change from the file, it stays unsealed.
    func seal() throws {
        let isWhole = try database.writeWithoutTransaction { database in
            let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
            return (row?["busy"] as Int64?) == 0
                && (row?["log"] as Int64?) == (row?["checkpointed"] as Int64?)
        }
        guard isWhole, let change = try changeNumber() else { return }
        try CatalogueSeal.of(cataloguePath, change: change).write(sealPath)
    }

    /// Holds the catalogue against its seal.
    func sealState() throws -> CatalogueSeal.State {
        // A writer may be at work: only what is the same before and after is believed.
        for _ in 0..<3 {
            guard let before = CatalogueSeal(path: sealPath), before.change == (try? changeNumber()) else {
                return .unsealed
            }
            let now = try CatalogueSeal.of(cataloguePath, change: before.change)
            if now == before { return .whole }
            if CatalogueSeal(path: sealPath) == before, before.change == (try? changeNumber()) {
                return .damaged
            }
        }
        return .unsealed
    }
}
