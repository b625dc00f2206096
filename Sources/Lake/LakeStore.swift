// Where a store lies, and how it is opened or made.

import Foundation
import GRDB

/// A store's place and the world around it; nothing is open yet.
package struct LakeStore: Sendable {
    /// The store's folder.
    package let path: String
    /// Clock, zones and name of the program.
    package let environment: LakeEnvironment

    /// Names a store.
    package init(path: String, environment: LakeEnvironment) {
        self.path = path
        self.environment = environment
    }

    /// Opens the store for questions; each is answered of the newest state.
    ///
    /// - Throws: `LakeError.noStore`, `.notAStore`, `.newerStore`, `.catalogue`, `.damagedCatalogue`, `.system` where it
    ///   cannot be told whether there is one.
    package func snapshot() throws -> LakeSnapshot {
        let root = Lake.absolutePath(path)
        try find(root)
        return LakeSnapshot(
            connection: try LakeConnection.open(root, isWriting: false, environment: environment)
        )
    }

    /// Opens the store for changes: waits for the writer's lock, brings an older store up, and clears away what a crash left.
    ///
    /// - Throws: as `snapshot`, and `LakeError.locked`.
    package func writer() throws -> LakeWriter {
        let root = Lake.absolutePath(path)
        try find(root)
        return try LakeWriter(root, environment: environment)
    }

    /// Opens the store for changes, or makes it where there is none.
    ///
    /// - Throws: as `writer`, and `LakeError.system` where the folder cannot be made.
    package func writerOrNew() throws -> LakeWriter {
        let root = Lake.absolutePath(path)
        if try SystemCall.exists(root + "/catalog.sqlite") { return try writer() }
        if try Lake.isOccupied(root) {
            throw LakeError.notAStore(path: root, hasSegments: try SystemCall.isFolder(root + "/data/main"))
        }
        for changed in try SystemCall.makeDirectories(root) { try SystemCall.synchroniseDirectory(changed) }
        let lock = try StoreLock.taken(of: root, environment)
        // Another process may have made the store before the lock was ours.
        if try !SystemCall.exists(root + "/catalog.sqlite") {
            // The catalogue appears under its name only when it is whole.
            let temporary = root + "/catalog.sqlite" + DurableFiles.temporarySuffix
            for suffix in ["", "-wal", "-shm", "-journal"] { try SystemCall.remove(temporary + suffix) }
            try Lake.writeEmptyCatalogue(temporary, dataPath: root + "/data/", environment: environment)
            try SystemCall.rename(temporary, root + "/catalog.sqlite")
            try SystemCall.synchroniseDirectory(root)
        }
        return try LakeWriter(root, environment: environment, lock: lock)
    }

    private func find(_ root: String) throws {
        guard try !SystemCall.exists(root + "/catalog.sqlite") else { return }
        if try Lake.isOccupied(root) {
            throw LakeError.notAStore(path: root, hasSegments: try SystemCall.isFolder(root + "/data/main"))
        }
        throw LakeError.noStore(path: root)
    }
}
