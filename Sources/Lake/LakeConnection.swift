// An open catalogue and the segments that were opened through it: what snapshots and writers share. It may be asked from many
// threads at once; what it keeps is behind locks.

import Foundation
import GRDB
import Parquet
import Readings
import Synchronization

/// An open catalogue. A class, because it owns the connection.
package final class LakeConnection: Sendable {
    let path: String
    let database: DatabaseQueue
    let environment: LakeEnvironment
    /// The catalogue's pages held against its seal; nil for a writer, who looked at all of them, and without a seal.
    let sealedPages: SealedPages?
    /// A copy of the catalogue that is removed with the connection: for one that may only be read and has a log.
    let copy: TemporaryCopy?
    private let known = Mutex(Known())

    /// What was read before.
    private struct Known: Sendable {
        /// The version of our own tables, as they are now: a store that is only read is not brought up.
        var storeVersion = CatalogueSchema.storeVersion
        var readers: [(path: String, reader: ParquetReader)] = []
        /// The visible segments of a table at a snapshot by bucket: a fleet asks for them site by site.
        var segments: [Lake.SegmentList] = []
    }

    init(
        path: String,
        database: DatabaseQueue,
        environment: LakeEnvironment,
        sealedPages: SealedPages?,
        copy: TemporaryCopy?
    ) {
        self.path = path
        self.database = database
        self.environment = environment
        self.sealedPages = sealedPages
        self.copy = copy
    }

    deinit {
        try? database.close()
        // What is closed is small. Letting go of its queue would start a thread, which takes longer than a small question.
        _ = Unmanaged.passRetained(database)
    }

    var cataloguePath: String { path + "/catalog.sqlite" }

    var storeVersion: Int {
        get { known.withLock { $0.storeVersion } }
        set { known.withLock { $0.storeVersion = newValue } }
    }

    // MARK: What was read before

    /// Segments that are kept open: questions about many systems come to the same few files.
    private static let openSegments = 8
    /// Lists of segments that are kept: the tables at two states.
    private static let mostKnownLists = 16

    /// Opens a segment, or gives it again. It is held against what the catalogue says of it.
    ///
    /// - Throws: `LakeError.segment`, `.otherSegment` and `.system`.
    func reader(_ segment: Lake.Segment) throws -> ParquetReader {
        let open = known.withLock { known -> ParquetReader? in
            guard let index = known.readers.firstIndex(where: { $0.path == segment.path }) else { return nil }
            let entry = known.readers.remove(at: index)
            known.readers.append(entry)
            return entry.reader
        }
        if let open { return open }
        let reader = try SegmentCodec.reader(segment)
        known.withLock { known in
            if known.readers.count >= LakeConnection.openSegments { known.readers.removeFirst() }
            known.readers.append((segment.path, reader))
        }
        return reader
    }

    func knownSegments(where isWanted: (Lake.SegmentList) -> Bool) -> Lake.SegmentList? {
        known.withLock { $0.segments }.first(where: isWanted)
    }

    func keep(_ list: Lake.SegmentList) {
        known.withLock { known in
            if known.segments.count >= LakeConnection.mostKnownLists { known.segments.removeFirst() }
            known.segments.append(list)
        }
    }

    /// Forgets the lists of segments: the catalogue has changed.
    func forgetSegments() { known.withLock { $0.segments = [] } }

    // MARK: Questions

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
            throw LakeConnection.wrapped(error, cataloguePath)
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
}
