// A store on disk: opening, making, and what every other part of this room needs. Operations are in Lake+….swift.

import Foundation
import GRDB
import Parquet
import Readings

/// A store. A class, because it owns the connection and the writer's lock.
///
/// Readers take no lock and see the state before or after a change, never between. One process writes at a time.
package final class Lake {
    /// What the store is opened for.
    package enum Access: Sendable {
        /// Looking only.
        case read
        /// Changing: takes the writer's lock, and clears away what a crash left.
        case write
    }

    /// The store's absolute path.
    package let path: String
    /// The snapshot that is read where none is named; nil for the newest.
    package private(set) var pinnedSnapshot: Int64?
    let database: DatabaseQueue
    package let environment: LakeEnvironment
    private let lock: StoreLock?
    private var readers: [(path: String, reader: ParquetReader)] = []
    /// The version of our own tables, as they are now: a store that is only read is not brought up.
    private(set) var storeVersion = CatalogueSchema.storeVersion
    /// Tells whether the store keeps rollups; one of an older version that is only read does not.
    var keepsRollups: Bool { storeVersion >= 5 }

    private init(path: String, database: DatabaseQueue, environment: LakeEnvironment, lock: StoreLock?) {
        self.path = path
        self.database = database
        self.environment = environment
        self.lock = lock
    }

    deinit {
        try? database.close()
        // What is closed is small. Letting go of its queue would start a thread, which takes longer than a small question.
        _ = Unmanaged.passRetained(database)
    }

    // MARK: Places

    var cataloguePath: String { path + "/catalog.sqlite" }
    var dataPath: String { path + "/data/" }
    var rawPath: String { path + "/raw/" }

    /// Where a store's folders are, without its catalogue: for readers in threads of their own.
    package struct Folders: Sendable {
        let rawPath: String
    }

    /// Where the folders are.
    package var folders: Folders { Folders(rawPath: rawPath) }

    func tablePath(_ table: String) -> String { dataPath + "main/" + table + "/" }

    /// Prepares the process for moving much data. To be called once, at its start.
    package static func prepareProcess() { HeapMemory.keep() }

    /// Returns the absolute form of a path, without its last slash.
    package static func absolutePath(_ path: String) -> String {
        let isPlain =
            path.hasPrefix("/") && !path.utf8.elementsEqual("/".utf8)
            && !["//", "/.", "~"].contains { path.contains($0) }
        return isPlain
            ? path.trimmingLastSlash()
            : URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingLastSlash()
    }

    /// Segments that are kept open: questions about many systems come to the same few files.
    private static let openSegments = 8

    /// Opens a segment, or gives it again.
    ///
    /// - Throws: `LakeError.segment` and `.system`.
    func reader(_ path: String) throws -> ParquetReader {
        if let index = readers.firstIndex(where: { $0.path == path }) {
            let known = readers.remove(at: index)
            readers.append(known)
            return known.reader
        }
        let reader = try SegmentCodec.reader(path)
        if readers.count >= Lake.openSegments { readers.removeFirst() }
        readers.append((path, reader))
        return reader
    }

    // MARK: Time travel

    /// Reads the store from here on as it was at a snapshot.
    ///
    /// - Throws: `LakeError.noSnapshot`.
    package func pin(snapshot: Int64) throws {
        let (oldest, newest) = try read { (try Lake.oldestSnapshot($0), try Lake.newestSnapshot($0)) }
        guard (oldest...newest).contains(snapshot) else {
            throw LakeError.noSnapshot(id: snapshot, newest: newest)
        }
        pinnedSnapshot = snapshot
    }

    /// Reads the store from here on as it was at an instant.
    ///
    /// - Throws: `LakeError.noState` where the store is younger, or where that state was forgotten.
    package func pin(asOfMicroseconds instant: Int64) throws {
        guard let snapshot = try snapshot(atMicroseconds: instant) else {
            let oldest = try read {
                try String.fetchOne($0, sql: "SELECT min(snapshot_time) FROM ducklake_snapshot") ?? "never"
            }
            throw LakeError.noState(oldest: oldest)
        }
        pinnedSnapshot = snapshot
    }

    // MARK: Opening

    /// Opens a store.
    ///
    /// - Throws: `LakeError.noStore`, `.notAStore`, `.newerStore`, `.locked`, `.catalogue`.
    package static func open(path: String, access: Access, environment: LakeEnvironment) throws -> Lake {
        let root = absolutePath(path)
        guard FileManager.default.fileExists(atPath: root + "/catalog.sqlite") else {
            if isOccupied(root) { throw LakeError.notAStore(path: root) }
            throw LakeError.noStore(path: root)
        }
        let lock = access == .write ? try StoreLock(storePath: root, path: root + "/lock") : nil
        return try finishOpening(root, access: access, environment: environment, lock: lock)
    }

    /// Opens a store for changing, or makes it where there is none.
    ///
    /// - Throws: as `open`, and `LakeError.system` where the folder cannot be made.
    package static func openOrCreate(path: String, environment: LakeEnvironment) throws -> Lake {
        let root = absolutePath(path)
        if FileManager.default.fileExists(atPath: root + "/catalog.sqlite") {
            return try open(path: root, access: .write, environment: environment)
        }
        if isOccupied(root) { throw LakeError.notAStore(path: root) }
        for changed in try SystemCall.makeDirectories(root) { try SystemCall.synchroniseDirectory(changed) }
        let lock = try StoreLock(storePath: root, path: root + "/lock")
        // Another process may have made the store before the lock was ours.
        if FileManager.default.fileExists(atPath: root + "/catalog.sqlite") {
            return try finishOpening(root, access: .write, environment: environment, lock: lock)
        }
        // The catalogue appears under its name only when it is whole.
        let temporary = root + "/catalog.sqlite" + DurableFiles.temporarySuffix
        try? FileManager.default.removeItem(atPath: temporary)
        try writeEmptyCatalogue(temporary, dataPath: root + "/data/", environment: environment)
        guard rename(temporary, root + "/catalog.sqlite") == 0 else {
            throw LakeError.system(operation: "rename", path: temporary, code: errno)
        }
        try SystemCall.synchroniseDirectory(root)
        return try finishOpening(root, access: .write, environment: environment, lock: lock)
    }

    private static func isOccupied(_ root: String) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.contains { $0 != "lock" && $0 != "lost+found" && !$0.hasPrefix("catalog.sqlite") }
    }

    private static func finishOpening(
        _ root: String,
        access: Access,
        environment: LakeEnvironment,
        lock: StoreLock?
    ) throws -> Lake {
        let catalogue = root + "/catalog.sqlite"
        let database: DatabaseQueue
        do {
            database = try connect(catalogue, access)
        } catch {
            throw catalogueError(error, catalogue)
        }
        let lake = Lake(path: root, database: database, environment: environment, lock: lock)
        try lake.checkVersions()
        if access == .write {
            guard try lake.sealState() != .damaged else {
                throw LakeError.damagedCatalogue(path: catalogue)
            }
            try lake.upgrade()
            try lake.adoptPath()
            try lake.removeStrays()
        }
        return lake
    }

    private static func connect(_ path: String, _ access: Access) throws -> DatabaseQueue {
        var configuration = Configuration()
        // Where it may, a reader clears the log away when it was the last to look.
        configuration.readonly =
            access == .read
            && !FileManager.default.isWritableFile(atPath: (path as NSString).deletingLastPathComponent)
        configuration.busyMode = .timeout(15)
        configuration.foreignKeysEnabled = false
        if access == .write {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func checkVersions() throws {
        try ask { database in
            let versions: Row?
            do {
                versions = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT (SELECT value FROM ducklake_metadata WHERE key = 'version'),
                            (SELECT value FROM sunvigil_meta WHERE key = 'store_version')
                        """
                )
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
                throw LakeError.catalogue(path: cataloguePath, reason: "it lacks the tables of a store")
            }
            let lakeVersion = versions?[0] as String? ?? "none"
            guard lakeVersion == CatalogueSchema.duckLakeVersion else {
                throw LakeError.newerStore(
                    path: path,
                    found: "DuckLake \(lakeVersion)",
                    supported: "DuckLake \(CatalogueSchema.duckLakeVersion)"
                )
            }
            let storeVersion = versions?[1] as String? ?? "0"
            if let number = Int(storeVersion) { self.storeVersion = number }
            guard let number = Int(storeVersion), number <= CatalogueSchema.storeVersion else {
                throw LakeError.newerStore(
                    path: path,
                    found: storeVersion,
                    supported: "\(CatalogueSchema.storeVersion)"
                )
            }
        }
    }

    /// Brings a store of an older version up to this program's: all of it in one transaction.
    private func upgrade() throws {
        guard try needsUpgrade() else { return }
        try write { database in
            let version = try Lake.storeVersion(database)
            let known = try String.fetchAll(
                database,
                sql: "SELECT table_name FROM ducklake_table WHERE end_snapshot IS NULL"
            )
            if try Lake.lacksColumns(database) {
                var change = try SnapshotChange(database, environment: environment)
                for table in LakeTable.all {
                    guard known.contains(table.name) else {
                        try change.createTable(table)
                        continue
                    }
                    let tableID = try tableID(table.name, database)
                    let columnCount = try Lake.columnCount(tableID, database)
                    for index in columnCount..<max(columnCount, table.columns.count) {
                        try change.addColumn(table.columns[index], columnID: index + 1, tableID: tableID)
                    }
                }
                try change.finish(message: "store upgraded", extra: nil)
            }
            if version == "1" {
                for statement in CatalogueSchema.upgradeToVersion2 { try database.execute(sql: statement) }
            }
            if version == "1" || version == "2" {
                for statement in CatalogueSchema.upgradeToVersion3 { try database.execute(sql: statement) }
            }
            if ["1", "2", "3"].contains(version) {
                for statement in CatalogueSchema.upgradeToVersion4 { try database.execute(sql: statement) }
            }
            if ["1", "2", "3", "4"].contains(version) {
                for statement in CatalogueSchema.upgradeToVersion5 { try database.execute(sql: statement) }
                try addRollups(database)
            } else if version == "5" {
                for statement in CatalogueSchema.upgradeToVersion6 { try database.execute(sql: statement) }
                for rollup in try Row.fetchAll(database, sql: "SELECT * FROM sunvigil_rollup_5") {
                    try SnapshotChange.insert(
                        try rollupRow(rollup),
                        fileID: rollup["data_file_id"],
                        database
                    )
                }
                try database.execute(sql: "DROP TABLE sunvigil_rollup_5")
            }
            try database.execute(
                sql: "UPDATE sunvigil_meta SET value = ? WHERE key = 'store_version'",
                arguments: ["\(CatalogueSchema.storeVersion)"]
            )
        }
        storeVersion = CatalogueSchema.storeVersion
    }

    /// Makes the rollups of all segments that are there.
    private func addRollups(_ database: Database) throws {
        let zones = SystemZones(
            sites: try Lake.sites(database, path: cataloguePath),
            environment: environment
        )
        let files = try Row.fetchAll(
            database,
            sql: """
                SELECT f.data_file_id, f.path FROM sunvigil_file f JOIN ducklake_data_file USING (data_file_id)
                WHERE f.path LIKE 'site_interval/%'
                """
        )
        for row in files {
            let path = dataPath + "main/" + (row["path"] as String)
            let fileID: Int64 = row["data_file_id"]
            for rollup in try SegmentCodec.rollups(path, zones: zones) {
                try SnapshotChange.insert(rollup, fileID: fileID, database)
            }
        }
    }

    private static func storeVersion(_ database: Database) throws -> String {
        try String.fetchOne(
            database,
            sql: "SELECT value FROM sunvigil_meta WHERE key = 'store_version'"
        ) ?? "0"
    }

    private static func columnCount(_ tableID: Int64, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM ducklake_column WHERE table_id = ? AND end_snapshot IS NULL",
            arguments: [tableID]
        ) ?? 0
    }

    /// Tells whether side tables, tables or columns are missing.
    private func needsUpgrade() throws -> Bool {
        try read { database in
            if try Lake.storeVersion(database) != "\(CatalogueSchema.storeVersion)" { return true }
            return try Lake.lacksColumns(database)
        }
    }

    /// Tells whether a table of the lake or a column of one is missing.
    private static func lacksColumns(_ database: Database) throws -> Bool {
        try LakeTable.all.contains { table in
            let sql = "SELECT table_id FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL"
            guard let tableID = try Int64.fetchOne(database, sql: sql, arguments: [table.name]) else {
                return true
            }
            return try columnCount(tableID, database) < table.columns.count
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

    // MARK: Making

    static func writeEmptyCatalogue(_ path: String, dataPath: String, environment: LakeEnvironment)
        throws
    {
        let database = try connect(path, .write)
        try database.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        }
        try database.write { database in
            for statement in CatalogueSchema.statements { try database.execute(sql: statement) }
            let metadata = [
                ("version", CatalogueSchema.duckLakeVersion),
                ("created_by", "Sunvigil \(environment.programVersion)"),
                ("data_path", dataPath), ("encrypted", "false"),
                // Guards that keep other programs, should they write here, from forms that we do not read.
                ("data_inlining_row_limit", "0"), ("auto_compact", "false"), ("parquet_compression", "gzip"),
                ("parquet_version", "V2"), ("hive_file_pattern", "false"),
            ]
            for (key, value) in metadata {
                try database.execute(
                    sql: "INSERT INTO ducklake_metadata VALUES (?, ?, NULL, NULL)",
                    arguments: [key, value]
                )
            }
            let now = CatalogueTime.text(microseconds: environment.nowMicroseconds())
            try database.execute(
                sql: "INSERT INTO ducklake_snapshot VALUES (0, ?, 0, 1, 0)",
                arguments: [now]
            )
            try database.execute(
                sql:
                    "INSERT INTO ducklake_snapshot_changes VALUES (0, 'created_schema:\"main\"', NULL, NULL, NULL)"
            )
            try database.execute(
                sql: "INSERT INTO ducklake_schema VALUES (0, ?, 0, NULL, 'main', 'main/', 1)",
                arguments: [environment.makeUUID()]
            )
            try database.execute(
                sql: "INSERT INTO sunvigil_meta VALUES ('store_version', ?)",
                arguments: ["\(CatalogueSchema.storeVersion)"]
            )
            var change = try SnapshotChange(database, environment: environment)
            for table in LakeTable.all { try change.createTable(table) }
            try change.finish(message: "store made", extra: nil)
        }
        try database.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try database.close()
    }

    // MARK: Transactions

    /// Reads from one consistent state of the catalogue.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            throw Lake.catalogueError(error, cataloguePath)
        }
    }

    /// Asks the catalogue one question: a statement by itself needs no transaction around it.
    func ask<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.writeWithoutTransaction(body)
        } catch let error as DatabaseError {
            throw Lake.catalogueError(error, cataloguePath)
        }
    }

    /// Returns what an error of SQLite's means for the owner: most often that the disk is full.
    static func catalogueError(_ error: any Error, _ path: String) -> LakeError {
        guard let error = error as? DatabaseError else {
            return .catalogue(path: path, reason: error.localizedDescription)
        }
        let isInputOutput = [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
        if error.resultCode == .SQLITE_FULL || (isInputOutput && SystemCall.isFull(path)) {
            return .system(operation: "write", path: path, code: ENOSPC)
        }
        return .catalogue(path: path, reason: error.message ?? "\(error.resultCode)")
    }

    /// Changes the catalogue in one transaction: all of it, durably, or nothing.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        precondition(lock != nil, "the store was opened for reading")
        var result: Value?
        do {
            try database.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    try Lake.countChange(database)
                    return .commit
                }
            }
        } catch let error as DatabaseError {
            throw Lake.catalogueError(error, cataloguePath)
        }
        // The change is durable; a seal that cannot be written leaves it unsealed.
        try? seal()
        guard let result else { preconditionFailure("a committed transaction without a result") }
        return result
    }
}

extension String {
    fileprivate func trimmingLastSlash() -> String {
        count > 1 && hasSuffix("/") ? String(dropLast()) : self
    }
}
