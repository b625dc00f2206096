// Who changes a store: one process at a time, with the writer's lock for one change.

import Foundation
import GRDB
import Readings

/// The writer of a store. A class, because it owns the lock while a change lasts.
///
/// Opened it holds the lock; the end of the first change gives it back, and the next change takes it again. Between changes
/// other processes may write: what they did is looked at before the next change begins.
package final class LakeWriter: LakeReader {
    package private(set) var connection: LakeConnection
    package var pinnedSnapshot: Int64? { nil }
    /// What opening did and the owner must hear of: files that were moved aside.
    package private(set) var notices: [StoreRemark] = []
    /// How far the store had come when it was looked at last.
    private(set) var newestChange: NewestChange?
    private var lock: StoreLock?
    /// Changes since the catalogue was sealed.
    private var unsealedChanges = 0
    /// Small changes that are left unsealed: what they stage has checks of its own, row by row.
    private static let mostUnsealedChanges = 64
    /// Changes that have begun and not ended; one may lie in another.
    private var depth = 0
    /// Tells that the store has not been looked at with success since it was held last.
    private var needsLook = true
    /// What SQLite says of changes by others.
    private var dataVersion: Int64?
    /// The catalogue's file: a rebuild or a restore of another process puts another in its place.
    private var catalogueFile: UInt64

    /// Opens a store that is there.
    init(_ root: String, environment: LakeEnvironment, lock: StoreLock? = nil) throws {
        self.lock = try lock ?? StoreLock.taken(of: root, environment)
        connection = try LakeConnection.open(root, isWriting: true, environment: environment)
        catalogueFile = try SystemCall.fileNumber(root + "/catalog.sqlite")
        try prepare(clearsAway: true)
    }

    // MARK: Changes

    /// Makes one change, however many transactions it takes, without another process's change between them.
    ///
    /// - Throws: `LakeError.locked` where another process has not ended its change in time; what the change throws.
    package func change<Value>(_ body: () throws -> Value) throws -> Value {
        try change(patience: environment.lockPatience, body)
    }

    /// Makes one change, and waits for that of another process no longer than it is told.
    package func change<Value>(patience: Duration, _ body: () throws -> Value) throws -> Value {
        try begin(patience: patience)
        defer { end() }
        return try body()
    }

    /// Begins a change; each beginning has its `end`.
    ///
    /// - Parameter patience: how long it waits for another process; nil for as long as the environment allows.
    func begin(patience: Duration? = nil) throws {
        if lock == nil {
            lock = try StoreLock.taken(of: path, environment, patience: patience)
            do { try lookAgain() } catch {
                lock = nil
                throw error
            }
        }
        depth += 1
    }

    /// Ends a change: the outermost gives the lock back.
    func end() {
        depth -= 1
        if depth == 0 { lock = nil }
    }

    /// Gives the lock back that opening took, where no change has begun: for those who change nothing for now.
    package func release() {
        if depth == 0 { lock = nil }
    }

    /// Looks whether another process changed the store while it was not held.
    private func lookAgain() throws {
        let file = try SystemCall.fileNumber(cataloguePath)
        if file != catalogueFile {
            connection = try LakeConnection.open(path, isWriting: true, environment: environment)
            catalogueFile = file
        } else if try !needsLook && NewestChange.read(path) == newestChange && version() == dataVersion {
            return
        }
        connection.forgetSegments()
        try connection.checkVersions()
        try prepare(clearsAway: false)
    }

    /// A number that changes when another connection has written.
    private func version() throws -> Int64? {
        try ask { try Int64.fetchOne($0, sql: "PRAGMA data_version") }
    }

    /// Makes the store ready for changes: held against its seal and brought up.
    ///
    /// - Parameter clearsAway: clears it of what a crash left.
    private func prepare(clearsAway: Bool) throws {
        needsLook = true
        // What is written here belongs to the change that is about to begin.
        depth += 1
        defer { depth -= 1 }
        newestChange = try NewestChange.read(path)
        let isSealed = try checkSeal()
        // Asked before anything is written: from then on this catalogue is the newest.
        let older = try missingChanges()
        try CatalogueUpgrade.run(self)
        try adoptPath()
        if clearsAway { try removeStrays(olderThan: older, &notices) }
        if !isSealed { try? seal() }
        dataVersion = try version()
        needsLook = false
    }

    /// Changes the catalogue in one transaction: all of it, durably, or nothing.
    ///
    /// - Parameter isSmall: leaves the seal to a later change: it costs a look at the whole catalogue.
    func write<Value>(isSmall: Bool = false, _ body: (Database) throws -> Value) throws -> Value {
        try change { try writeHeld(isSmall, body) }
    }

    private func writeHeld<Value>(_ isSmall: Bool, _ body: (Database) throws -> Value) throws -> Value {
        var result: Value?
        do {
            try database.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    try Lake.countChange(database)
                    return .commit
                }
            }
        } catch {
            throw LakeConnection.wrapped(error, cataloguePath)
        }
        connection.forgetSegments()
        // The change is durable; a seal that cannot be written leaves it unsealed.
        try? noteNewest()
        unsealedChanges += 1
        if !isSmall || unsealedChanges >= LakeWriter.mostUnsealedChanges {
            try? seal()
            unsealedChanges = 0
        }
        guard let result else { preconditionFailure("a committed transaction without a result") }
        return result
    }

    /// Refuses to write on a catalogue that is not as it was written. One that no seal speaks for, after a crash or a
    /// program that knows none, must keep its own rules.
    ///
    /// - Returns: whether there is a seal of the newest change.
    func checkSeal() throws -> Bool {
        switch try sealState() {
        case .whole: return true
        case .damaged: throw LakeError.damagedCatalogue(path: cataloguePath)
        case .unsealed, .brokenSeal:
            guard keepsRollups else { return false }
            if let broken = try brokenRules().first {
                throw LakeError.catalogue(path: cataloguePath, reason: broken)
            }
            return false
        }
    }

    /// A store that was moved gets its new path, which DuckDB takes from the catalogue.
    private func adoptPath() throws {
        let dataPath = dataPath
        let stored = try read { database in
            try String.fetchOne(
                database,
                sql: "SELECT value FROM ducklake_metadata WHERE key = 'data_path'"
            )
        }
        guard stored != dataPath else { return }
        try write { database in
            try database.execute(
                sql: "UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'",
                arguments: [dataPath]
            )
        }
    }

    /// Notes beside the catalogue how far it has come.
    private func noteNewest() throws {
        let newest = try database.read { try Lake.newestChange($0) }
        // Numbers that an older catalogue does not know were given once, and are not given again.
        let known = newestChange?.importID ?? 0
        let noted = NewestChange(
            change: newest.change,
            snapshotID: newest.snapshotID,
            importID: max(newest.importID, known)
        )
        try noted.write(path)
        newestChange = noted
    }

    /// Returns the number of the next entry of the journal.
    func nextImportID() throws -> Int64 {
        let last = try read { try Int64.fetchOne($0, sql: "SELECT max(import_id) FROM sunvigil_import") ?? 0 }
        let newest = max(last, newestChange?.importID ?? 0)
        guard StoredBounds.counts.contains(newest) else {
            throw LakeError.catalogue(path: cataloguePath, reason: "import_id holds \(newest)")
        }
        return newest + 1
    }
}
