// How a catalogue is opened: for reading beside its seal, a copy where nothing may be written; for changing.

import Foundation
import GRDB
import Readings

extension LakeConnection {
    /// Opens the catalogue of a store that is there.
    static func open(_ root: String, isWriting: Bool, environment: LakeEnvironment) throws -> LakeConnection {
        let catalogue = root + "/catalog.sqlite"
        let database: DatabaseQueue
        var copy: TemporaryCopy?
        var pages: SealedPages?
        do {
            if !isWriting {
                // A seal that cannot be read says nothing to a reader; a writer and `verify` tell it.
                let seal = try? CatalogueSeal.read(root + "/catalog.seal")
                if try !mayWrite(root, catalogue) {
                    copy = try TemporaryCopy.ofCatalogue(catalogue)
                }
                if case .seal(let seal) = seal {
                    pages = SealedPages(of: copy?.path ?? catalogue, seal: seal)
                }
            }
            database = try connect(
                copy?.path ?? catalogue,
                isWriting: isWriting,
                isImmutable: copy?.isOriginal ?? false
            )
        } catch let error as LakeError {
            throw error
        } catch {
            throw catalogueError(error, catalogue)
        }
        let connection = LakeConnection(
            path: root,
            database: database,
            environment: environment,
            sealedPages: pages,
            copy: copy
        )
        if copy != nil, let pages {
            switch try connection.sealState() {
            case .whole: break
            case .damaged: throw LakeError.damagedCatalogue(path: catalogue)
            // Nothing will tell whether a page that differs is damaged: the seal is of an older change.
            case .unsealed, .brokenSeal: pages.stop()
            }
        }
        try connection.checkVersions()
        return connection
    }

    /// Tells whether this process may write the catalogue and beside it.
    private static func mayWrite(_ root: String, _ catalogue: String) throws -> Bool {
        access(root, W_OK) == 0 && access(catalogue, W_OK) == 0
    }

    static func connect(_ path: String, isWriting: Bool, isImmutable: Bool = false) throws
        -> DatabaseQueue
    {
        var configuration = Configuration()
        // Where it may, a reader clears the log away when it was the last to look.
        configuration.readonly = isImmutable
        configuration.busyMode = .timeout(15)
        configuration.foreignKeysEnabled = false
        if isWriting {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        guard isImmutable else { return try DatabaseQueue(path: path, configuration: configuration) }
        // A catalogue without a log on a disk that may only be read: nothing beside it can be made.
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "?#%")
        let name = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
        return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }

    func checkVersions() throws {
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
            let version = try versions?.textIfAny("store_version") ?? "0"
            if let number = Int(version) { storeVersion = number }
            guard let number = Int(version), number <= CatalogueSchema.storeVersion else {
                throw LakeError.newerStore(
                    path: path,
                    found: version,
                    supported: "\(CatalogueSchema.storeVersion)"
                )
            }
        }
    }
}
