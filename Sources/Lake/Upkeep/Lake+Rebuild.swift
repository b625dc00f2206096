// A catalogue made anew from the segments alone: their footers tell table, period, bucket and import.

import Foundation
import GRDB
import Parquet
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Lake {
    /// What a rebuild found.
    package struct Rebuild: Sendable, Equatable {
        /// Segments that are live again.
        package var segments = 0
        /// Their rows.
        package var rows = 0
        /// Older states of months that newer segments cover; they are moved aside.
        package var passedOver: [String] = []
        /// Segments and documents that cannot be read; they are moved aside.
        package var damaged: [StoreRemark] = []
        /// Segments and documents that lay in the quarantine, whole, and are in the store again.
        package var takenBack: [String] = []
        /// Documents that stay kept, although no entry of the journal tells any more what they were.
        package var documents = 0
        /// Where the catalogue lies that was there before; nil where there was none.
        package var oldCatalogue: String?
        /// Sites whose name, zone and place are known no more.
        package var unknownSites: [String] = []
        /// What the owner should look at.
        package var remarks: [StoreRemark] = []
    }

    /// Makes the catalogue of a store anew. Of two segments that cover the same time the later import's is taken. Sites
    /// come from `sites.json`, which the store keeps beside the catalogue. The journal of imports and the findings are not
    /// in segments: imports start anew, and the next check finds what lasts. What was told, and messages that wait, are
    /// taken out of the catalogue that is there, where it can be read.
    ///
    /// What survives a crash: the new catalogue appears under its name only when it is whole, and no file is moved before.
    ///
    /// - Throws: `LakeError`; where the system would not read a file, nothing has changed.
    package static func rebuild(path: String, environment: LakeEnvironment) throws -> Rebuild {
        let root = absolutePath(path)
        guard try SystemCall.isFolder(root + "/data") else { throw LakeError.noStore(path: root) }
        let lock = try StoreLock.taken(of: root, environment)
        defer { withExtendedLifetime(lock) {} }
        var result = Rebuild()
        let sites = try SiteList(path: "\(root)/\(sitesFile)")
        if !sites.isAsWritten {
            result.remarks.append(
                StoreRemark("\(root)/\(sitesFile) is not as it was written", .lookAtSites)
            )
        }
        let quarantine = Quarantine(root: root, stamp: environment.nowMicroseconds())
        let zones = SystemZones(sites: sites.sites, environment: environment, defaultsToUTC: true)
        var job = CatalogueRebuild(root: root, zones: zones, aside: try quarantine.files())
        try job.findSegments(&result)
        try job.findDocuments(&result)
        let staged = try StagedRemains(of: root + "/catalog.sqlite", &result.remarks)
        let temporary = root + "/catalog.sqlite.rebuilt" + DurableFiles.temporarySuffix
        for suffix in ["", "-wal", "-shm", "-journal"] { try SystemCall.remove(temporary + suffix) }
        try writeEmptyCatalogue(temporary, dataPath: root + "/data/", environment: environment)
        let newest = try NewestChange.read(root)
        try fill(
            temporary,
            with: job,
            staged: staged,
            sites: sites,
            after: newest?.importID ?? 0,
            environment: environment,
            &result
        )
        for (zone, name) in zones.unknownZones.sorted(by: { $0.value < $1.value }) {
            result.remarks.append(
                StoreRemark(
                    "site \(name): there is no time zone \(zone), its days are those of UTC until it is corrected",
                    .correctZone(site: name)
                )
            )
        }
        try job.takeBack(&result)
        try exchange(root, temporary, quarantine, &result)
        // From here on the new state is in place: what cannot be moved now the next writer moves.
        for path in job.notNamed where !job.targets.contains(path) { _ = try? quarantine.take(path) }
        return result
    }

    /// Puts a catalogue in the place of the one that is there, which stays whole in the quarantine.
    private static func exchange(
        _ root: String,
        _ temporary: String,
        _ quarantine: Quarantine,
        _ result: inout Rebuild
    ) throws {
        let catalogue = root + "/catalog.sqlite"
        if try SystemCall.exists(catalogue) { result.oldCatalogue = try quarantine.keep(catalogue) }
        // A log belongs to the catalogue beside which it lies: the new one must not find it.
        var logs: [(from: String, to: String)] = []
        do {
            for name in [catalogue + "-wal", catalogue + "-shm", catalogue + "-journal"]
            where try SystemCall.exists(name) {
                logs.append((name, try quarantine.take(name)))
            }
            try SystemCall.rename(temporary, catalogue)
        } catch {
            for log in logs { try? SystemCall.rename(log.to, log.from) }
            throw error
        }
        // They were the old one's.
        for name in [root + "/catalog.seal", NewestChange.path(root)] { unlink(name) }
        // It is in place: what follows makes it durable, and is no reason to say that nothing has changed.
        do { try SystemCall.synchroniseDirectory(root) } catch { result.remarks.append(StoreRemark(error)) }
        try? seal(catalogue, as: root + "/catalog.seal")
    }

    /// Returns a name that no site has.
    fileprivate static func freeName(_ name: String, among names: [String]) -> String {
        var free = name
        while names.contains(free) { free += "-unknown" }
        return free
    }

    private static func fill(
        _ catalogue: String,
        with job: CatalogueRebuild,
        staged: StagedRemains,
        sites: SiteList,
        after lastImport: Int64,
        environment: LakeEnvironment,
        _ result: inout Rebuild
    ) throws {
        let database = try DatabaseQueue(path: catalogue)
        defer { try? database.close() }
        let systems = job.systems.union(staged.systems)
        let unknown = systems.subtracting(sites.sites.map(\.systemID)).sorted()
        result.unknownSites = unknown.map { freeName("site-\($0)", among: sites.sites.map(\.name)) }
        let last = max(job.segments.map(\.found.importID).max() ?? 0, lastImport)
        try database.write { database in
            for site in sites.sites { try insert(site, database) }
            for systemID in unknown {
                guard let place = Place(latitude: 0, longitude: 0) else { continue }
                try insert(
                    Site(
                        systemID: systemID,
                        name: Lake.freeName("site-\(systemID)", among: sites.sites.map(\.name)),
                        timeZone: "UTC",
                        place: place,
                        installed: nil,
                        battery: nil,
                        array: nil
                    ),
                    database
                )
            }
            try staged.insert(database)
            var change = try SnapshotChange(database, environment: environment)
            for segment in job.segments {
                let tableID =
                    try Int64.fetchOne(
                        database,
                        sql: "SELECT table_id FROM ducklake_table WHERE table_name = ?",
                        arguments: [segment.found.table.name]
                    ) ?? 0
                try change.add(segment.file, tableID: tableID)
            }
            try change.finish(message: "catalogue made anew", extra: nil)
            try JournalEntry(
                kind: "rebuild",
                text: "catalogue made anew from \(job.segments.count) segments",
                systemID: 0,
                snapshotID: change.snapshotID
            ).write(last + 1, environment, database)
            // Documents without an entry would be taken for what the catalogue does not know.
            for (index, document) in job.documents.sorted(by: { $0.key < $1.key }).enumerated() {
                let number = last + 2 + Int64(index)
                let entry = JournalEntry(
                    kind: "kept",
                    text: "document kept before the catalogue was made anew",
                    systemID: 0,
                    snapshotID: change.snapshotID
                )
                try entry.write(number, environment, database)
                try database.execute(
                    sql: "UPDATE sunvigil_import SET sha256 = ?, bytes = ? WHERE import_id = ?",
                    arguments: [document.key, document.value, number]
                )
            }
            if !job.zones.unknownZones.isEmpty { try noteDaysOfUTC(database) }
            try countChange(database)
        }
        try database.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}

/// The files of a store as they are found, and what becomes of each.
private struct CatalogueRebuild {
    /// A segment on the disk with what its footer says.
    struct Found {
        let table: LakeTable
        /// Where it lies.
        let place: String
        /// The path below the table's folder, where it belongs.
        let path: String
        let period: SegmentPeriod
        let bucket: Int64
        let importID: Int64
        let isAside: Bool
    }

    let root: String
    let zones: SystemZones
    /// Files in the quarantine.
    let aside: [String]
    /// Segments that will be live.
    private(set) var segments: [(found: Found, file: SnapshotChange.NewFile)] = []
    /// The systems that have rows.
    private(set) var systems: Set<Int64> = []
    /// Documents by digest, with their size.
    private(set) var documents: [String: Int64] = [:]
    /// Files of the store that the new catalogue does not name.
    private(set) var notNamed: [String] = []
    private var documentsAside: [(from: String, to: String)] = []

    init(root: String, zones: SystemZones, aside: [String]) {
        (self.root, self.zones, self.aside) = (root, zones, aside)
    }

    // MARK: Segments

    /// Finds which segments will be live: the later import stands for the time it covers; a merged segment for all that it
    /// was merged from. Those of the quarantine come behind those of the store.
    mutating func findSegments(_ result: inout Lake.Rebuild) throws {
        var found: [Found] = []
        for table in LakeTable.all {
            let folder = "\(root)/data/main/\(table.name)"
            for name in try SystemCall.files(below: folder) where name.hasSuffix(".parquet") {
                if let segment = try segment("\(folder)/\(name)", table, name, isAside: false, &result) {
                    found.append(segment)
                }
            }
            for path in aside {
                guard let range = path.range(of: "/data/main/\(table.name)/"), path.hasSuffix(".parquet")
                else {
                    continue
                }
                var nothing = Lake.Rebuild()
                let name = String(path[range.upperBound...])
                if let segment = try segment(path, table, name, isAside: true, &nothing) {
                    found.append(segment)
                }
            }
        }
        let ordered = found.sorted {
            ($0.importID, $1.isAside ? 1 : 0, $0.path, $0.place) > (
                $1.importID, $0.isAside ? 1 : 0, $1.path, $1.place
            )
        }
        for segment in ordered {
            let isCovered = segments.contains {
                $0.found.table.name == segment.table.name && $0.found.bucket == segment.bucket
                    && $0.found.period.months.overlaps(segment.period.months)
            }
            if isCovered {
                guard !segment.isAside else { continue }
                result.passedOver.append(segment.path)
                notNamed.append(segment.place)
            } else {
                try take(segment, &result)
            }
        }
        segments.sort { ($0.found.importID, $0.found.path) < ($1.found.importID, $1.found.path) }
    }

    /// Opens a segment; nil where its bytes are at fault.
    private mutating func segment(
        _ path: String,
        _ table: LakeTable,
        _ name: String,
        isAside: Bool,
        _ result: inout Lake.Rebuild
    ) throws -> Found? {
        do {
            let reader = try SegmentCodec.reader(path)
            guard let period = SegmentPeriod(reader.keyValues["sunvigil.month"] ?? ""),
                let bucket = Int64(reader.keyValues["sunvigil.bucket"] ?? ""),
                let importID = Int64(reader.keyValues["sunvigil.import_id"] ?? ""),
                StoredBounds.counts.contains(bucket), StoredBounds.counts.contains(importID),
                reader.keyValues["sunvigil.table"] == table.name,
                // No digest speaks for this footer any more: the name must say the same.
                name == "b\(Lake.padded(bucket, 4))/\(period)-\(Lake.padded(importID, 6)).parquet"
            else {
                result.damaged.append("\(path): its footer does not say what it holds")
                if !isAside { notNamed.append(path) }
                return nil
            }
            return Found(
                table: table,
                place: path,
                path: name,
                period: period,
                bucket: bucket,
                importID: importID,
                isAside: isAside
            )
        } catch let error as LakeError {
            // What the system would not read is no damage.
            if case .system = error { throw error }
            result.damaged.append(StoreRemark(error))
            if !isAside { notNamed.append(path) }
            return nil
        }
    }

    /// Reads a segment whole.
    private mutating func take(_ found: Found, _ result: inout Lake.Rebuild) throws {
        do {
            let (file, ids) = try newFile(found)
            systems.formUnion(ids)
            segments.append((found, file))
            result.segments += 1
            result.rows += file.rowCount
            if found.isAside { result.takenBack.append(found.path) }
        } catch let error as LakeError {
            if case .system = error { throw error }
            guard !found.isAside else { return }
            result.damaged.append(StoreRemark(error))
            notNamed.append(found.place)
        }
    }

    private func newFile(_ segment: Found) throws -> (SnapshotChange.NewFile, Set<Int64>) {
        let bytes = try SystemCall.readFile(segment.place)
        let reader = try SegmentCodec.reader(bytes: bytes, path: segment.place)
        let bounds: SegmentBounds
        var systems: Set<Int64> = []
        var rollups: [SnapshotChange.RollupRow] = []
        if segment.table.name == LakeTable.siteInterval.name {
            let rows = try SegmentCodec.decode(reader, path: segment.place)
            bounds = SegmentBounds(rows)
            systems = Set(rows.keys.map(\.systemID))
            rollups = try SegmentCodec.rollups(reader, segment.place, zones: zones)
        } else {
            let rows = try RecordCodec.decode(bytes, table: segment.table, path: segment.place)
            bounds = SegmentBounds(rows)
            systems = Set((0..<rows.rowCount).map { rows.systemID($0) })
        }
        guard
            systems.allSatisfy({
                StoredBounds.systemIDs.contains($0) && Lake.bucket(ofSystem: $0) == segment.bucket
            })
        else { throw LakeError.segmentContent(path: segment.place, column: "system_id") }
        let tail = try SegmentCodec.tailDigest(reader, byteCount: bytes.count) { Array(bytes[$0]) }
        return (
            SnapshotChange.NewFile(
                table: segment.table.name,
                path: segment.path,
                rowCount: reader.rowCount,
                byteCount: bytes.count,
                footerBytes: reader.footerBytes,
                bounds: bounds.columns.map {
                    SnapshotChange.ColumnBounds(
                        columnID: $0.columnID,
                        valueCount: reader.rowCount,
                        minimum: $0.minimum,
                        maximum: $0.maximum
                    )
                },
                importID: segment.importID,
                period: segment.period,
                bucket: segment.bucket,
                sha256: SHA256.hexDigest(of: bytes),
                tailDigest: tail,
                firstMicroseconds: bounds.firstMicroseconds,
                lastMicroseconds: bounds.lastMicroseconds,
                rollups: rollups
            ), systems
        )
    }

    // MARK: Documents

    /// Finds the documents whose bytes are those of their names, in the store and in the quarantine.
    mutating func findDocuments(_ result: inout Lake.Rebuild) throws {
        for name in try SystemCall.files(below: root + "/raw") {
            let path = "\(root)/raw/\(name)"
            guard let sha256 = CatalogueRebuild.digest(name) else { continue }
            if let byteCount = try byteCount(path, sha256) {
                documents[sha256] = byteCount
            } else {
                result.damaged.append("\(LakeError.rawDocument(path: path))")
                notNamed.append(path)
            }
        }
        for path in aside {
            guard let range = path.range(of: "/raw/"),
                let sha256 = CatalogueRebuild.digest(String(path[range.upperBound...])),
                documents[sha256] == nil, let byteCount = try byteCount(path, sha256)
            else { continue }
            documents[sha256] = byteCount
            documentsAside.append(
                (path, "\(root)/raw/\(sha256.prefix(2))/\((path as NSString).lastPathComponent)")
            )
        }
        result.documents = documents.count
    }

    private static func digest(_ name: String) -> String? {
        let last = (name as NSString).lastPathComponent
        let sha256 = last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
        return sha256.count == 64 && sha256.allSatisfy(\.isHexDigit) ? sha256 : nil
    }

    /// Returns the size of a document; nil where its bytes are at fault.
    private func byteCount(_ path: String, _ sha256: String) throws -> Int64? {
        var byteCount: Int64 = 0
        do {
            try Lake.readDocument(path, sha256: sha256) { byteCount += Int64($0.count) }
            return byteCount
        } catch LakeError.rawDocument {
            return nil
        }
    }

    // MARK: The new state

    /// Where what is taken back will lie.
    var targets: Set<String> {
        Set(documentsAside.map(\.to)).union(
            segments.filter(\.found.isAside).map {
                "\(root)/data/main/\($0.found.table.name)/\($0.found.path)"
            }
        )
    }

    /// Copies what lies whole in the quarantine to where it belongs.
    func takeBack(_ result: inout Lake.Rebuild) throws {
        var files = DurableFiles()
        for segment in segments where segment.found.isAside {
            let target = "\(root)/data/main/\(segment.found.table.name)/\(segment.found.path)"
            // What has its name lies in the way only where it is damaged.
            if try SystemCall.exists(target) { _ = try Quarantine(root: root, stamp: 0).keep(target) }
            try Lake.copyFile(segment.found.place, target, &files)
        }
        for document in documentsAside {
            if try SystemCall.exists(document.to) {
                _ = try Quarantine(root: root, stamp: 0).keep(document.to)
            }
            try Lake.copyFile(document.from, document.to, &files)
            result.takenBack.append((document.to as NSString).lastPathComponent)
        }
        try files.synchroniseDirectories()
    }
}
