// Whoever can be asked: a snapshot, or a writer between its changes. The questions are extensions of this protocol, in the
// folders of this room.

import GRDB
import Parquet
import Readings

/// Something that answers questions about a store.
package protocol LakeReader {
    /// The open catalogue.
    var connection: LakeConnection { get }
    /// The snapshot that is read where none is named; nil for the newest.
    var pinnedSnapshot: Int64? { get }
}

extension LakeReader {
    /// The store's absolute path.
    package var path: String { connection.path }
    /// What the store takes from the world around it.
    package var environment: LakeEnvironment { connection.environment }
    /// Where the folders are.
    package var folders: Lake.Folders { Lake.Folders(rawPath: rawPath) }

    var database: DatabaseQueue { connection.database }
    var cataloguePath: String { connection.cataloguePath }
    var dataPath: String { path + "/data/" }
    var rawPath: String { path + "/raw/" }
    var storeVersion: Int { connection.storeVersion }
    /// Tells whether the store keeps rollups; one of an older version that is only read does not.
    var keepsRollups: Bool { storeVersion >= 5 }

    func tablePath(_ table: String) -> String { dataPath + "main/" + table + "/" }

    /// Reads from one consistent state of the catalogue.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try connection.read(body) }

    /// Asks the catalogue one question.
    func ask<Value>(_ body: (Database) throws -> Value) throws -> Value { try connection.ask(body) }

    /// Opens a segment, or gives it again.
    func reader(_ segment: Lake.Segment) throws -> ParquetReader { try connection.reader(segment) }
}
