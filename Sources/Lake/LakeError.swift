// Everything that can go wrong with a store. Texts are one line: what, where, what was found, what to do.

import Parquet
import Readings

/// A store that cannot be opened, read or changed.
package enum LakeError: RemediableError, Sendable {
    /// There is no store at the path.
    case noStore(path: String)
    /// The folder holds other things than a store.
    case notAStore(path: String, hasSegments: Bool)
    /// The store was written by a newer program.
    case newerStore(path: String, found: String, supported: String)
    /// Another process is writing.
    case locked(path: String, holder: String)
    /// Another process watches the gateway.
    case watched(serial: String, holder: String)
    /// A serial number of a gateway that is none.
    case gatewaySerial(String)
    /// A folder of the journal of a gateway is a link or no folder.
    case notAFolder(path: String)
    /// A call of the operating system failed.
    case system(operation: String, path: String, code: Int32)
    /// A segment cannot be read.
    case segment(path: String, ParquetError)
    /// A segment lacks a column or has an impossible value.
    case segmentContent(path: String, column: String)
    /// A kept document cannot be read back.
    case rawDocument(path: String)
    /// A document that was imported before is not read any more.
    case keptDocument(name: String, reason: String)
    /// Another program left rows that only it can read.
    case foreignWriter(table: String, what: String)
    /// There is no such table.
    case noTable(name: String, known: [String])
    /// There is no such import.
    case noImport(id: Int64)
    /// The import was undone already.
    case alreadyUndone(id: Int64, by: Int64)
    /// There is no such site.
    case noSite(name: String, known: [String])
    /// Several sites may be meant.
    case severalSites(known: [String])
    /// The store has no site yet.
    case emptyStore
    /// A site of that name exists, with other facts.
    case siteExists(name: String)
    /// Another site is called so.
    case siteNameTaken(name: String)
    /// No site may have such a name.
    case siteName(name: String)
    /// The journal row cannot be an undo's target.
    case notAnImport(id: Int64, kind: String)
    /// The catalogue answers what it must not.
    case catalogue(path: String, reason: String)
    /// The store did not exist at the time, or that state was forgotten.
    case noState(oldest: String)
    /// The catalogue's bytes are not those that were written.
    case damagedCatalogue(path: String)
    /// A folder for a backup holds other things.
    case notABackup(path: String)
    /// A folder from which to restore holds no backup.
    case noBackup(path: String)
    /// The name of the writer's lock stands for something else.
    case notALock(path: String)
    /// A file of the owner's beside the catalogue is not what it should be.
    case ownersFile(path: String, reason: String)
    /// A segment is not the one that the catalogue names.
    case otherSegment(path: String, reason: String)
    /// A restore failed halfway, and could not be taken back.
    case notInPlace(path: String, old: String, new: String)
    /// There is no such snapshot.
    case noSnapshot(id: Int64, newest: Int64)
}

extension LakeError {
    package var description: String {
        switch self {
        case .noStore(let path):
            "there is no store at \(path)"
        case .notAStore(let path, let hasSegments):
            hasSegments
                ? "\(path) is not a store any more: it has segments and no catalog.sqlite"
                : "\(path) is not a store: it holds other files and no catalog.sqlite; name an empty or a new folder"
        case .newerStore(let path, let found, let supported):
            "the store at \(path) is of version \(found), this program knows \(supported); install the newer program"
        case .locked(let path, let holder):
            "the store at \(path) is being written by \(holder); wait until it has ended and try again"
        case .watched(let serial, let holder):
            "gateway \(serial) is being watched by \(holder) already; end that watch first"
        case .gatewaySerial(let serial):
            "\(ControlledText.oneLine(String(serial.prefix(40)))) is no serial number of a gateway: it has other characters than digits and letters, or more than 32"
        case .notAFolder(let path):
            "\(path) is a link or no folder: the journal of a gateway lies in the store itself; move it away"
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(SystemCall.text(code))\(SystemCall.plainRemedy(code))"
        case .segment(let path, let error):
            "cannot read \(path): \(error)"
        case .segmentContent(let path, let column):
            "cannot read \(path): column \(column) is missing or holds an impossible value"
        case .rawDocument(let path):
            "cannot read back the kept document \(path): it is missing or damaged"
        case .keptDocument(let name, let reason):
            "\(name), which was imported before, cannot be read again: \(reason); undo that import, then import both"
        case .foreignWriter(let table, let what):
            "table \(table) was changed by another program (\(what)); undo that change there, then try again"
        case .noTable(let name, let known):
            "there is no table \(name); this store has \(known.joined(separator: ", "))"
        case .noImport(let id):
            "there is no import \(id)"
        case .alreadyUndone(let id, let by):
            "import \(id) was undone already, by \(by)"
        case .noSite(let name, let known):
            known.isEmpty
                ? "there is no site \(name) in this store"
                : "there is no site \(name); this store has \(known.joined(separator: ", "))"
        case .severalSites(let known):
            "the store has \(known.count) sites: \(known.prefix(20).joined(separator: ", "))\(known.count > 20 ? " …" : "")"
        case .emptyStore:
            "the store has no site yet"
        case .siteExists(let name):
            "site \(name) exists already with other facts"
        case .siteNameTaken(let name):
            "a site is called \(name) already; name another one"
        case .siteName(let name):
            name.utf8.count > 200
                ? "a site's name has at most 200 bytes, this one has \(name.utf8.count)"
                : "\(name.isEmpty ? "an empty text" : name) is no name for a site: it is blank or has control characters; name another one"
        case .notAnImport(let id, let kind):
            "entry \(id) of the journal is of kind \(kind): it changed no data, so there is nothing to undo"
        case .catalogue(let path, let reason):
            "the catalogue \(path) cannot be used: \(reason)"
        case .noState(let oldest):
            "the store knows no state of that time; its oldest is of \(oldest)"
        case .damagedCatalogue(let path):
            "the catalogue \(path) is damaged: its bytes are not those that were written"
        case .notABackup(let path):
            "\(path) holds other files than a backup of a store; name an empty or a new folder"
        case .noBackup(let path):
            "\(path) holds no backup of a store, or is not there; name the folder of one"
        case .notALock(let path):
            "\(path) is not the lock of a store but a link, a folder or a device; move it away"
        case .ownersFile(let path, let reason):
            "\(path): \(reason); correct it, or move it away"
        case .otherSegment(let path, let reason):
            "\(path) is not the segment that the catalogue names: \(reason)"
        case .notInPlace(let path, let old, let new):
            "no store lies at \(path) now: the old one lies at \(old), the new one at \(new); rename one of them to \(path)"
        case .noSnapshot(let id, let newest):
            "there is no snapshot \(id); the newest is \(newest)"
        }
    }
}

extension LakeError {
    package var remedy: Remedy? {
        switch self {
        case .noStore(let path): .makeStore(path: path)
        case .notAStore(_, let hasSegments): hasSegments ? .rebuildOrRestore : nil
        case .damagedCatalogue: .rebuildOrRestore
        case .system(_, _, let code): SystemCall.isOfPermission(code) ? .otherStore : nil
        case .segment, .segmentContent, .rawDocument, .catalogue, .otherSegment: .verify
        case .noImport, .notAnImport: .listImports
        case .severalSites(let known): .chooseSite(known: known)
        case .emptyStore: .makeSite(name: nil)
        case .noSite(let name, let known): known.isEmpty ? .makeSite(name: name) : .addSite(name: name)
        case .siteExists: .changeSite
        default: nil
        }
    }

    /// Stands for the catalogue's path where only its content is known; who opened it fills the path in.
    static let catalogueName = "catalog.sqlite"

    /// Tells that a file's bytes are at fault, and neither the system nor the catalogue.
    var isDamage: Bool {
        switch self {
        case .segment, .segmentContent, .otherSegment, .rawDocument: true
        default: false
        }
    }

    /// Returns the error with the catalogue's path.
    func naming(catalogue path: String) -> LakeError {
        if case .catalogue(LakeError.catalogueName, let reason) = self {
            return .catalogue(path: path, reason: reason)
        }
        return self
    }
}
