// A store as it is asked: at its newest state, or as it was at one snapshot.

import GRDB
import Readings

/// A state of a store that can be asked. A value: any number of them, of one store, in any number of threads.
///
/// Readers take no lock, and each answer is of the state before or after a change, never between. Between two questions the
/// newest state may change; one that is pinned stays.
package struct LakeSnapshot: LakeReader, Sendable {
    package let connection: LakeConnection
    package let pinnedSnapshot: Int64?

    init(connection: LakeConnection, pinnedSnapshot: Int64? = nil) {
        self.connection = connection
        self.pinnedSnapshot = pinnedSnapshot
    }
}

extension LakeReader {
    /// Returns the store as it was at a snapshot; rows that wait to be put into segments are in none.
    ///
    /// - Throws: `LakeError.noSnapshot`.
    package func at(snapshot: Int64) throws -> LakeSnapshot {
        let (oldest, newest) = try read { (try Lake.oldestSnapshot($0), try Lake.newestSnapshot($0)) }
        guard (oldest...newest).contains(snapshot) else {
            throw LakeError.noSnapshot(id: snapshot, newest: newest)
        }
        return LakeSnapshot(connection: connection, pinnedSnapshot: snapshot)
    }

    /// Returns the store as it was at an instant.
    ///
    /// - Throws: `LakeError.noState` where the store is younger, or where that state was forgotten.
    package func at(microseconds instant: Int64) throws -> LakeSnapshot {
        guard let snapshot = try snapshot(atMicroseconds: instant) else {
            let oldest = try read {
                try String.fetchOne($0, sql: "SELECT min(snapshot_time) FROM ducklake_snapshot") ?? "never"
            }
            throw LakeError.noState(oldest: oldest)
        }
        return LakeSnapshot(connection: connection, pinnedSnapshot: snapshot)
    }
}
