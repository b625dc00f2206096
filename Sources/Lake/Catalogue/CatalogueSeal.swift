// Digests of the catalogue's bytes beside it: SQLite notices no flipped bit by itself.
//
// The seal names the change after which it was made. A catalogue that was changed since, by a crash before the seal or
// by another program, is unsealed: then only the rules of `verify` speak. Besides the digest of the whole file it has one of
// each page, so that a reader holds against it just the pages that it reads. It ends in a digest of itself.

import CSealedPages
import Foundation
import GRDB

/// The seal of a catalogue.
struct CatalogueSeal: Equatable {
    /// The number of the change after which it was made, and the number and count of snapshots: another program that
    /// writes leaves the first as it is, but not the others.
    let change: String
    /// SHA-256 of the catalogue's file.
    let sha256: String
    /// The size of a page in bytes; 0 in a seal of an older program, which has no digests of pages.
    let pageBytes: Int
    /// The digest of each page.
    let pageDigests: [UInt64]

    /// What a look at a catalogue says.
    enum State: Equatable {
        /// The bytes are those that were sealed.
        case whole
        /// The bytes are not those that were sealed, although nothing was changed since.
        case damaged
        /// There is no seal of the newest change.
        case unsealed
        /// The seal itself is not as it was written: it says nothing.
        case brokenSeal
    }

    /// What lies in the place of a seal.
    enum Found: Equatable {
        case none
        case broken
        case seal(CatalogueSeal)
    }

    /// Reads what lies in the place of a seal.
    ///
    /// - Throws: `LakeError.system` where something lies there that cannot be read.
    static func read(_ path: String) throws(LakeError) -> Found {
        guard let bytes = try SystemCall.readFileIfAny(path) else { return .none }
        return CatalogueSeal(bytes).map { .seal($0) } ?? .broken
    }

    private init(change: String, sha256: String, pageBytes: Int, pageDigests: [UInt64]) {
        (self.change, self.sha256) = (change, sha256)
        (self.pageBytes, self.pageDigests) = (pageBytes, pageDigests)
    }

    private init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: 10) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 2 || words.count == 4, words[1].count == 64 else { return nil }
        var pageBytes = 0
        var digests: [UInt64] = []
        if words.count == 4 {
            guard let size = Int(words[2]), (512...65_536).contains(size), let count = Int(words[3]),
                count >= 0, count == (bytes.count - end - 1) / 8 - 1, (bytes.count - end - 1) % 8 == 0
            else { return nil }
            let checked = bytes.count - 8
            digests = bytes.withUnsafeBytes { buffer in
                (0...count).map {
                    UInt64(
                        littleEndian: buffer.loadUnaligned(fromByteOffset: end + 1 + 8 * $0, as: UInt64.self)
                    )
                }
            }
            guard digests.removeLast() == PageDigest.of(bytes[..<checked]) else { return nil }
            pageBytes = size
        } else if bytes.count != end + 1 {
            return nil
        }
        self.init(
            change: String(words[0]),
            sha256: String(words[1]),
            pageBytes: pageBytes,
            pageDigests: digests
        )
    }

    /// Makes a seal of a catalogue file.
    ///
    /// - Parameter file: hands on the bytes of the file, in pieces that are multiples of any page.
    static func of(
        _ file: ((ArraySlice<UInt8>) throws -> Void) throws -> Void,
        change: String
    ) throws -> CatalogueSeal {
        var hash = SHA256()
        var pageBytes = 0
        var digests: [UInt64] = []
        try file { piece in
            hash.update(piece)
            if digests.isEmpty {
                // The header tells the size of a page; 1 stands for the largest.
                let stated =
                    piece.count >= 18
                    ? Int(piece[piece.startIndex + 16]) << 8 | Int(piece[piece.startIndex + 17]) : 0
                pageBytes = stated == 1 ? 65_536 : stated
                if ![512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536].contains(pageBytes) {
                    pageBytes = 4096
                }
            }
            var place = piece.startIndex
            while place < piece.endIndex {
                let end = min(place + pageBytes, piece.endIndex)
                digests.append(PageDigest.of(piece[place..<end]))
                place = end
            }
        }
        return CatalogueSeal(
            change: change,
            sha256: hash.hexDigest(),
            pageBytes: max(512, pageBytes),
            pageDigests: digests
        )
    }

    /// Writes the seal. A seal that is lost says nothing; it needs no sync.
    func write(_ path: String) throws {
        var bytes = Array("\(change) \(sha256) \(pageBytes) \(pageDigests.count)\n".utf8)
        func append(_ digest: UInt64) {
            withUnsafeBytes(of: digest.littleEndian) { bytes.append(contentsOf: $0) }
        }
        pageDigests.forEach(append)
        append(PageDigest.of(bytes[...]))
        try SystemCall.replaceFile(path, with: bytes)
    }
}

/// A quick digest of a few bytes: it finds any damage, and protects against nobody.
enum PageDigest {
    /// Returns the digest of bytes.
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes {
            sealed_pages_digest($0.baseAddress ?? UnsafeRawPointer(bitPattern: 1), $0.count)
        }
    }

    /// Returns the digest of text as a number that SQLite can hold.
    static func number(of text: String) -> Int64 { Int64(bitPattern: of(Array(text.utf8)[...])) }
}

/// The pages of an open catalogue held against its seal while they are read. A class: it lets go of the digests at its end.
/// The shim guards its own state, so that it may be asked from any thread.
final class SealedPages: @unchecked Sendable {
    private let pages: OpaquePointer

    /// Expects the file to be opened next.
    ///
    /// - Returns: nil where there are no digests, or SQLite does not let itself be looked at.
    init?(of cataloguePath: String, seal: CatalogueSeal) {
        guard seal.pageBytes > 0, !seal.pageDigests.isEmpty, sealed_pages_install() == 0,
            let resolved = realpath(cataloguePath, nil)
        else { return nil }
        defer { free(resolved) }
        let made = sealed_pages_expect(
            resolved,
            UInt32(seal.pageBytes),
            UInt32(clamping: seal.pageDigests.count),
            seal.pageDigests
        )
        guard let made else { return nil }
        pages = made
    }

    deinit { sealed_pages_release(pages) }

    /// Tells whether a page was read that is not as it was sealed.
    var differ: Bool { sealed_pages_differ(pages) != 0 }

    /// Looks at no further page: the catalogue has been changed since.
    func stop() { sealed_pages_stop(pages) }
}

extension LakeConnection {
    var sealPath: String { path + "/catalog.seal" }

    func changeNumber() throws -> String? { try database.read { try Lake.changeNumber($0) } }

    private static let pieceBytes = 1 << 18

    /// Hands on the bytes of the catalogue's file through the descriptor that SQLite has. A process that closes another one
    /// loses the locks of all that it has open: then another process that ends takes the log away under this one's hands, and
    /// what is committed from there on is lost.
    func forEachPieceOfFile(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        try database.writeWithoutTransaction { database in
            func check(_ code: Int32) throws {
                guard code == 0 else {
                    throw LakeError.system(operation: "read", path: cataloguePath, code: code)
                }
            }
            let connection = database.sqliteConnection.map { UnsafeMutableRawPointer($0) }
            var size: Int64 = 0
            try check(sealed_pages_file_size(connection, &size))
            var place: Int64 = 0
            while place < size {
                let count = Int(min(Int64(LakeConnection.pieceBytes), size - place))
                var code: Int32 = 0
                let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    code = sealed_pages_read_file(connection, buffer.baseAddress, Int32(count), place)
                    filled = code == 0 ? count : 0
                }
                try check(code)
                try body(piece[...])
                place += Int64(count)
            }
        }
    }
}

extension LakeReader {
    var sealPath: String { connection.sealPath }
}

extension Lake {
    fileprivate static let changeKey = "change"

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

    static func changeNumber(_ database: Database) throws -> String? {
        try String.fetchOne(
            database,
            sql: """
                SELECT value || '/' || (SELECT max(snapshot_id) FROM ducklake_snapshot) || '/' ||
                    (SELECT count(*) FROM ducklake_snapshot) FROM sunvigil_meta WHERE key = ?
                """,
            arguments: [changeKey]
        )
    }

    /// The number of changes that the catalogue has seen.
    static func changeCount(_ database: Database) throws -> Int64 {
        let sql = "SELECT value FROM sunvigil_meta WHERE key = ?"
        return try String.fetchOne(database, sql: sql, arguments: [changeKey]).flatMap { Int64($0) } ?? 0
    }
}

extension LakeWriter {
    /// Seals the catalogue as it is now. Where readers keep the newest change from the file, it stays unsealed.
    func seal() throws {
        let isWhole = try database.writeWithoutTransaction { database in
            let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
            return (row?["busy"] as Int64?) == 0
                && (row?["log"] as Int64?) == (row?["checkpointed"] as Int64?)
        }
        guard isWhole, let change = try connection.changeNumber() else { return }
        try CatalogueSeal.of(connection.forEachPieceOfFile, change: change).write(sealPath)
    }
}

extension Lake {
    /// Seals a catalogue that nobody has open.
    static func seal(_ cataloguePath: String, as sealPath: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: cataloguePath, configuration: configuration)
        let change = try database.read { try changeNumber($0) }
        try database.close()
        guard let change else { return }
        try CatalogueSeal.of(SystemCall.source(cataloguePath).forEachPiece, change: change).write(sealPath)
    }
}

extension LakeReader {
    /// Tells whether the catalogue is as it was sealed.
    func sealState() throws -> CatalogueSeal.State { try connection.sealState() }
}

extension LakeConnection {
    /// Holds the catalogue against its seal.
    ///
    /// - Throws: `LakeError.system` where catalogue or seal cannot be read.
    func sealState() throws -> CatalogueSeal.State {
        // A writer may be at work: only what is the same before and after is believed.
        for _ in 0..<3 {
            let found = try CatalogueSeal.read(sealPath)
            guard case .seal(let before) = found else { return found == .broken ? .brokenSeal : .unsealed }
            guard before.change == (try? changeNumber()) else { return .unsealed }
            let now = try CatalogueSeal.of(forEachPieceOfFile, change: before.change)
            if now.sha256 == before.sha256 { return .whole }
            if try CatalogueSeal.read(sealPath) == found, before.change == (try? changeNumber()) {
                return .damaged
            }
        }
        return .unsealed
    }
}
