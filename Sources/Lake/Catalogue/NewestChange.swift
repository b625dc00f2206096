// How far the store has come, beside the catalogue: by it an older catalogue that was put back, or one that lost its log,
// is told from the newest. It is written behind each change, so it may lag after a crash; it never runs ahead.

import GRDB

/// The number of the newest change of a store.
struct NewestChange: Equatable {
    /// The number of changes that the catalogue had seen.
    var change: Int64
    /// The newest snapshot.
    var snapshotID: Int64
    /// The newest entry of the journal: its number is never given again.
    var importID: Int64

    /// Reads it; nil where there is none, or what lies there was torn by a power cut.
    ///
    /// - Throws: `LakeError.system`.
    static func read(_ root: String) throws(LakeError) -> NewestChange? {
        guard let bytes = try SystemCall.readFileIfAny(path(root)) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(
            String.init
        )
        guard words.count == 4, let change = Int64(words[0]), let snapshotID = Int64(words[1]),
            let importID = Int64(words[2])
        else { return nil }
        let found = NewestChange(change: change, snapshotID: snapshotID, importID: importID)
        let isPlausible = [change, snapshotID, importID].allSatisfy { StoredBounds.counts.contains($0) }
        return words[3] == found.check && isPlausible ? found : nil
    }

    private var check: String { "\(PageDigest.number(of: "\(change) \(snapshotID) \(importID)"))" }

    /// Writes it.
    func write(_ root: String) throws(LakeError) {
        let text = "\(change) \(snapshotID) \(importID) \(check)\n"
        try SystemCall.replaceFile(NewestChange.path(root), with: Array(text.utf8))
    }

    /// Where it lies.
    static func path(_ root: String) -> String { root + "/catalog.newest" }
}

extension Lake {
    /// Returns how far a catalogue has come.
    static func newestChange(_ database: Database) throws -> NewestChange {
        NewestChange(
            change: try changeCount(database),
            snapshotID: try newestSnapshot(database),
            importID: try Int64.fetchOne(database, sql: "SELECT max(import_id) FROM sunvigil_import") ?? 0
        )
    }
}

extension LakeReader {
    /// Tells that the catalogue is older than the store: what it was when it was changed last, and what it is; nil where it
    /// is the newest.
    func missingChanges() throws -> (known: NewestChange, newest: NewestChange)? {
        guard let newest = try NewestChange.read(path) else { return nil }
        let known = try read { try Lake.newestChange($0) }
        return known.change < newest.change ? (known, newest) : nil
    }
}
