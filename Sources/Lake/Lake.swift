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
    /// The catalogue's pages held against its seal; nil for a writer, who looked at all of them, and without a seal.
    private var sealedPages: SealedPages?
    /// A copy of the catalogue that is removed with the store: for one that may only be read and has a log.
    private var copy: TemporaryCopy?
    /// The visible segments of a table at a snapshot by bucket: a fleet asks for them site by site.
    var knownSegments: [SegmentList] = []
    /// What opening did and the owner must hear of: files that were moved aside.
    package private(set) var notices: [String] = []
    /// How far the store had come when it was opened.
    private(set) var newestChange: NewestChange?
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

    /// Opens a segment, or gives it again. It is held against what the catalogue says of it.
    ///
    /// - Throws: `LakeError.segment`, `.otherSegment` and `.system`.
    func reader(_ segment: Segment) throws -> ParquetReader {
        if let index = readers.firstIndex(where: { $0.path == segment.path }) {
            let known = readers.remove(at: index)
            readers.append(known)
            return known.reader
        }
        let reader = try SegmentCodec.reader(segment)
        if readers.count >= Lake.openSegments { readers.removeFirst() }
        readers.append((segment.path, reader))
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
    /// - Throws: `LakeError.noStore`, `.notAStore`, `.newerStore`, `.locked`, `.catalogue`, `.damagedCatalogue`, `.system`
    ///   where it cannot be told whether there is one.
    package static func open(path: String, access: Access, environment: LakeEnvironment) throws -> Lake {
        let root = absolutePath(path)
        guard try SystemCall.exists(root + "/catalog.sqlite") else {
            if try isOccupied(root) {
                throw LakeError.notAStore(
                    path: root,
                    hasSegments: try SystemCall.isFolder(root + "/data/main")
                )
            }
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
        if try SystemCall.exists(root + "/catalog.sqlite") {
            return try open(path: root, access: .write, environment: environment)
        }
        if try isOccupied(root) {
            throw LakeError.notAStore(path: root, hasSegments: try SystemCall.isFolder(root + "/data/main"))
        }
        for changed in try SystemCall.makeDirectories(root) { try SystemCall.synchroniseDirectory(changed) }
        let lock = try StoreLock(storePath: root, path: root + "/lock")
        // Another process may have made the store before the lock was ours.
        if try SystemCall.exists(root + "/catalog.sqlite") {
            return try finishOpening(root, access: .write, environment: environment, lock: lock)
        }
        // The catalogue appears under its name only when it is whole.
        let temporary = root + "/catalog.sqlite" + DurableFiles.temporarySuffix
        for suffix in ["", "-wal", "-shm", "-journal"] { try SystemCall.remove(temporary + suffix) }
        try writeEmptyCatalogue(temporary, dataPath: root + "/data/", environment: environment)
        try SystemCall.rename(temporary, root + "/catalog.sqlite")
        try SystemCall.synchroniseDirectory(root)
        return try finishOpening(root, access: .write, environment: environment, lock: lock)
    }

    private static func isOccupied(_ root: String) throws -> Bool {
        try SystemCall.names(in: root).contains {
            $0 != "lock" && $0 != "lost+found" && !$0.hasPrefix("catalog.sqlite")
        }
    }

    private static func finishOpening(
        _ root: String,
        access: Access,
        environment: LakeEnvironment,
        lock: StoreLock?
    ) throws -> Lake {
        let catalogue = root + "/catalog.sqlite"
        let database: DatabaseQueue
        var copy: TemporaryCopy?
        var pages: SealedPages?
        do {
            if access == .read {
                // A seal that cannot be read says nothing to a reader; a writer and `verify` tell it.
                let seal = try? CatalogueSeal.read(root + "/catalog.seal")
                if try !mayWrite(root, catalogue) {
                    copy = try TemporaryCopy.ofCatalogue(catalogue)
                }
                if case .seal(let seal) = seal {
                    pages = SealedPages(of: copy?.path ?? catalogue, seal: seal)
                }
            }
            database = try connect(copy?.path ?? catalogue, access, isImmutable: copy?.isOriginal ?? false)
        } catch let error as LakeError {
            throw error
        } catch {
            throw catalogueError(error, catalogue)
        }
        let lake = Lake(path: root, database: database, environment: environment, lock: lock)
        (lake.copy, lake.sealedPages) = (copy, pages)
        if copy != nil, let pages {
            switch try lake.sealState() {
            case .whole: break
            case .damaged: throw LakeError.damagedCatalogue(path: catalogue)
            // Nothing will tell whether a page that differs is damaged: the seal is of an older change.
            case .unsealed, .brokenSeal: pages.stop()
            }
        }
        try lake.checkVersions()
        if access == .write {
            lake.newestChange = try NewestChange.read(root)
            let isSealed = try lake.checkSeal()
            // Asked before anything is written: from then on this catalogue is the newest.
            let older = try lake.missingChanges()
            try lake.upgrade()
            try lake.adoptPath()
            try lake.removeStrays(olderThan: older, &lake.notices)
            if !isSealed { try? lake.seal() }
        }
        return lake
    }

    /// Refuses to write on a catalogue that is not as it was written. One that no seal speaks for, after a crash or a
    /// program that knows none, must keep its own rules.
    ///
    /// - Returns: whether there is a seal of the newest change.
    private func checkSeal() throws -> Bool {
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

    /// Tells whether this process may write the catalogue and beside it.
    private static func mayWrite(_ root: String, _ catalogue: String) throws -> Bool {
        access(root, W_OK) == 0 && access(catalogue, W_OK) == 0
    }

    private static func connect(_ path: String, _ access: Access, isImmutable: Bool = false) throws
        -> DatabaseQueue
    {
        var configuration = Configuration()
        // Where it may, a reader clears the log away when it was the last to look.
        configuration.readonly = isImmutable
        configuration.busyMode = .timeout(15)
        configuration.foreignKeysEnabled = false
        if access == .write {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        guard isImmutable else { return try DatabaseQueue(path: path, configuration: configuration) }
        // A catalogue without a log on a disk that may only be read: nothing beside it can be made.
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "?#%")
        let name = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
        return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }

    private func checkVersions() throws {
        try ask { database in
            let versions: Row?
            do {
                versions = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT (SELECT value FROM ducklake_metadata WHERE key = 'version') AS lake_version,
                            (SELECT value FROM sunvigil_meta WHERE key = 'store_version') AS store_version
                        """
                )
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
                throw LakeError.catalogue(path: cataloguePath, reason: "it lacks the tables of a store")
            }
            let lakeVersion = try versions?.textIfAny("lake_version") ?? "none"
            guard lakeVersion == CatalogueSchema.duckLakeVersion else {
                throw LakeError.newerStore(
                    path: path,
                    found: "DuckLake \(lakeVersion)",
                    supported: "DuckLake \(CatalogueSchema.duckLakeVersion)"
                )
            }
            let storeVersion = try versions?.textIfAny("store_version") ?? "0"
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
            try database.execute(sql: CatalogueSchema.clockTable)
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
                let rollups = """
                    SELECT data_file_id, system_id, source, seconds, row_group, days FROM sunvigil_rollup_5
                    """
                for rollup in try Row.fetchAll(database, sql: rollups) {
                    try SnapshotChange.insert(
                        try rollupRow(rollup),
                        fileID: try rollup.count("data_file_id"),
                        database
                    )
                }
                try database.execute(sql: "DROP TABLE sunvigil_rollup_5")
            }
            if version != "\(CatalogueSchema.storeVersion)" {
                for statement in CatalogueSchema.upgradeToVersion7 { try database.execute(sql: statement) }
                for (table, column) in CatalogueSchema.columnsOfVersion7
                where try !database.columns(in: table).contains(where: { $0.name == column }) {
                    try database.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column) INTEGER")
                }
                try Lake.addLiveChecks(database)
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
            let path = dataPath + "main/" + (try row.text("path"))
            let fileID: Int64 = try row.count("data_file_id")
            for rollup in try SegmentCodec.rollups(try SegmentCodec.reader(path), path, zones: zones) {
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
            try database.execute(sql: "INSERT INTO sunvigil_meta VALUES ('told_run', '0')")
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
        try held { try database.read(body) }
    }

    /// Asks the catalogue one question: a statement by itself needs no transaction around it.
    func ask<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try held { try database.writeWithoutTransaction(body) }
    }

    /// Hands on what was read only where the pages from which it came are those that were sealed.
    ///
    /// - Throws: `LakeError`; what a damaged page made of the answer is told as the damage.
    private func held<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            let value = try body()
            try holdAgainstSeal()
            return value
        } catch {
            try holdAgainstSeal()
            throw Lake.wrapped(error, cataloguePath)
        }
    }

    private func holdAgainstSeal() throws {
        guard let sealedPages, sealedPages.differ else { return }
        // A writer may have changed the catalogue since: the whole of it and its newest seal decide.
        if try sealState() == .damaged { throw LakeError.damagedCatalogue(path: cataloguePath) }
        if copy != nil {
            throw LakeError.catalogue(
                path: cataloguePath,
                reason: "it was changed while it was read, try again"
            )
        }
        sealedPages.stop()
    }

    /// Returns an error of the catalogue with its path; others stay as they are.
    static func wrapped(_ error: any Error, _ path: String) -> any Error {
        switch error {
        case let error as LakeError: error.naming(catalogue: path)
        case is DatabaseError, is RowDecodingError: catalogueError(error, path)
        default: error
        }
    }

    /// Returns what an error of SQLite's means for the owner: most often that the disk is full.
    static func catalogueError(_ error: any Error, _ path: String) -> LakeError {
        guard let error = error as? DatabaseError else {
            return .catalogue(path: path, reason: "a value in it is of another type than it must be")
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
        } catch {
            throw Lake.wrapped(error, cataloguePath)
        }
        knownSegments = []
        // The change is durable; a seal that cannot be written leaves it unsealed.
        try? noteNewest()
        try? seal()
        guard let result else { preconditionFailure("a committed transaction without a result") }
        return result
    }

    /// Returns how far a catalogue has come.
    private static func newestChange(_ database: Database) throws -> NewestChange {
        NewestChange(
            change: try changeCount(database),
            snapshotID: try newestSnapshot(database),
            importID: try Int64.fetchOne(database, sql: "SELECT max(import_id) FROM sunvigil_import") ?? 0
        )
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

    /// Tells that the catalogue is older than the store: what it was when it was changed last, and what it is; nil where it
    /// is the newest.
    func missingChanges() throws -> (known: NewestChange, newest: NewestChange)? {
        guard let newest = try NewestChange.read(path) else { return nil }
        let known = try read { try Lake.newestChange($0) }
        return known.change < newest.change ? (known, newest) : nil
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

extension String {
    fileprivate func trimmingLastSlash() -> String {
        count > 1 && hasSuffix("/") ? String(dropLast()) : self
    }
}
