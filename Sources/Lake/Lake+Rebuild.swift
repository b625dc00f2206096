// A catalogue made anew from the segments alone: their footers tell table, period, bucket and import.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// What a rebuild found.
    package struct Rebuild: Sendable, Equatable {
        /// Segments that are live again.
        package var segments = 0
        /// Their rows.
        package var rows = 0
        /// Older states of months that newer segments cover; they are moved aside.
        package var passedOver: [String] = []
        /// Segments and documents that cannot be read.
        package var damaged: [String] = []
        /// Documents that stay kept, although no entry of the journal tells any more what they were.
        package var documents = 0
        /// Where the catalogue lies that was there before; nil where there was none.
        package var oldCatalogue: String?
        /// Sites whose name, zone and place are known no more.
        package var unknownSites: [String] = []
    }

    /// Makes the catalogue of a store anew. Of two segments that cover the same time the later import's is taken. Sites
    /// come from `sites.json`, which the store keeps beside the catalogue. The journal of imports and the findings are not
    /// in segments: imports start anew, and the next check finds what lasts.
    ///
    /// What survives a crash: the new catalogue appears under its name only when it is whole.
    ///
    /// - Throws: `LakeError`.
    package static func rebuild(path: String, environment: LakeEnvironment) throws -> Rebuild {
        let root = absolutePath(path)
        guard FileManager.default.fileExists(atPath: root + "/data") else {
            throw LakeError.noStore(path: root)
        }
        let lock = try StoreLock(storePath: root, path: root + "/lock")
        _ = lock
        var result = Rebuild()
        let found = try findSegments(root, &result)
        let sites = SiteList(path: root + "/sites.json")
        let kept = keptDocuments(root, &result)
        let temporary = root + "/catalog.sqlite.rebuilt" + DurableFiles.temporarySuffix
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: temporary + suffix) }
        try writeEmptyCatalogue(temporary, dataPath: root + "/data/", environment: environment)
        try fill(temporary, with: found, kept: kept, sites: sites, environment: environment, &result)
        let catalogue = root + "/catalog.sqlite"
        if FileManager.default.fileExists(atPath: catalogue) {
            let aside = "\(root)/quarantine/\(environment.nowMicroseconds())-catalog.sqlite"
            for changed in try SystemCall.makeDirectories(root + "/quarantine") {
                try SystemCall.synchroniseDirectory(changed)
            }
            for suffix in ["", "-wal", "-shm"]
            where FileManager.default.fileExists(atPath: catalogue + suffix) {
                try SystemCall.rename(catalogue + suffix, aside + suffix)
            }
            result.oldCatalogue = aside
        }
        try SystemCall.rename(temporary, catalogue)
        try SystemCall.synchroniseDirectory(root)
        try? FileManager.default.removeItem(atPath: root + "/catalog.seal")
        return result
    }

    /// A segment on the disk with what its footer says.
    private struct FoundSegment {
        let table: LakeTable
        let path: String
        let period: SegmentPeriod
        let bucket: Int64
        let importID: Int64
    }

    /// Returns the kept documents whose bytes are those of their names.
    private static func keptDocuments(_ root: String, _ result: inout Rebuild) -> [(
        sha256: String, byteCount: Int64
    )] {
        let folder = root + "/raw/"
        let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
        var found: [String: Int64] = [:]
        for name in names {
            let last = (name as NSString).lastPathComponent
            let sha256 = last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
            guard sha256.count == 64, sha256.allSatisfy(\.isHexDigit), found[sha256] == nil else { continue }
            var byteCount: Int64 = 0
            do {
                try readDocument(folder + name, sha256: sha256) { byteCount += Int64($0.count) }
                found[sha256] = byteCount
            } catch {
                result.damaged.append("\(error)")
                setAside(folder + name, root)
            }
        }
        result.documents = found.count
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Moves a file that the new catalogue does not name out of the way, so that it is not cleared away.
    private static func setAside(_ path: String, _ root: String) {
        let name = path.dropFirst(root.count + 1).replacing("/", with: "_")
        guard (try? SystemCall.makeDirectories(root + "/quarantine")) != nil else { return }
        try? SystemCall.rename(path, "\(root)/quarantine/\(name)")
    }

    private static func findSegments(_ root: String, _ result: inout Rebuild) throws -> [FoundSegment] {
        var found: [FoundSegment] = []
        for table in LakeTable.all {
            let folder = "\(root)/data/main/\(table.name)/"
            let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? [])
                .sorted()
            for name in names where name.hasSuffix(".parquet") {
                do {
                    let reader = try SegmentCodec.reader(folder + name)
                    guard let period = SegmentPeriod(reader.keyValues["sunvigil.month"] ?? ""),
                        let bucket = Int64(reader.keyValues["sunvigil.bucket"] ?? ""),
                        let importID = Int64(reader.keyValues["sunvigil.import_id"] ?? ""),
                        reader.keyValues["sunvigil.table"] == table.name
                    else {
                        result.damaged.append(folder + name + ": its footer does not say what it holds")
                        setAside(folder + name, root)
                        continue
                    }
                    found.append(
                        FoundSegment(
                            table: table,
                            path: name,
                            period: period,
                            bucket: bucket,
                            importID: importID
                        )
                    )
                } catch {
                    result.damaged.append("\(error)")
                    setAside(folder + name, root)
                }
            }
        }
        // The later import stands for the time it covers; a merged segment for all that it was merged from.
        var live: [FoundSegment] = []
        for segment in found.sorted(by: { ($0.importID, $0.path) > ($1.importID, $1.path) }) {
            let isCovered = live.contains {
                $0.table.name == segment.table.name && $0.bucket == segment.bucket
                    && $0.period.months.overlaps(segment.period.months)
            }
            if isCovered {
                result.passedOver.append(segment.path)
                setAside("\(root)/data/main/\(segment.table.name)/\(segment.path)", root)
            } else {
                live.append(segment)
            }
        }
        return live.sorted { ($0.importID, $0.path) < ($1.importID, $1.path) }
    }

    private static func fill(
        _ catalogue: String,
        with segments: [FoundSegment],
        kept: [(sha256: String, byteCount: Int64)],
        sites: SiteList,
        environment: LakeEnvironment,
        _ result: inout Rebuild
    ) throws {
        let database = try DatabaseQueue(path: catalogue)
        let root = (catalogue as NSString).deletingLastPathComponent
        let zones = SystemZones(sites: sites.sites, environment: environment)
        var files: [(FoundSegment, SnapshotChange.NewFile)] = []
        var systems: Set<Int64> = []
        for segment in segments {
            do {
                let (file, ids) = try newFile(segment, root: root, zones: zones)
                systems.formUnion(ids)
                files.append((segment, file))
                result.segments += 1
                result.rows += file.rowCount
            } catch {
                result.damaged.append("\(error)")
                setAside("\(root)/data/main/\(segment.table.name)/\(segment.path)", root)
            }
        }
        let unknown = systems.subtracting(sites.sites.map(\.systemID)).sorted()
        result.unknownSites = unknown.map { "site-\($0)" }
        let all = files
        try database.write { database in
            for site in sites.sites { try insert(site, database) }
            for systemID in unknown {
                guard let place = Place(latitude: 0, longitude: 0) else { continue }
                try insert(
                    Site(
                        systemID: systemID,
                        name: "site-\(systemID)",
                        timeZone: "UTC",
                        place: place,
                        installed: nil,
                        battery: nil,
                        array: nil
                    ),
                    database
                )
            }
            var change = try SnapshotChange(database, environment: environment)
            for (segment, file) in all {
                let tableID =
                    try Int64.fetchOne(
                        database,
                        sql: "SELECT table_id FROM ducklake_table WHERE table_name = ?",
                        arguments: [segment.table.name]
                    ) ?? 0
                try change.add(file, tableID: tableID)
            }
            try change.finish(message: "catalogue made anew", extra: nil)
            let last = all.map(\.0.importID).max() ?? 0
            try JournalEntry(
                kind: "rebuild",
                text: "catalogue made anew from \(all.count) segments",
                systemID: 0,
                snapshotID: change.snapshotID
            ).write(last + 1, environment, database)
            // Documents without an entry would be cleared away as leftovers of a crash.
            for (index, document) in kept.enumerated() {
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
                    arguments: [document.sha256, document.byteCount, number]
                )
            }
            try countChange(database)
        }
        try database.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try database.close()
    }

    private static func newFile(_ segment: FoundSegment, root: String, zones: SystemZones) throws -> (
        SnapshotChange.NewFile, Set<Int64>
    ) {
        let path = "\(root)/data/main/\(segment.table.name)/\(segment.path)"
        let bytes = try SystemCall.readFile(path)
        let reader = try SegmentCodec.reader(bytes: bytes, path: path)
        let bounds: SegmentBounds
        var systems: Set<Int64> = []
        var rollups: [SnapshotChange.RollupRow] = []
        if segment.table.name == LakeTable.siteInterval.name {
            let rows = try SegmentCodec.decode(reader, path: path)
            bounds = SegmentBounds(rows)
            systems = Set(rows.keys.map(\.systemID))
            rollups = try SegmentCodec.rollups(path, zones: zones)
        } else {
            let rows = try RecordCodec.decode(bytes, table: segment.table, path: path)
            bounds = SegmentBounds(rows)
            systems = Set((0..<rows.rowCount).map { rows.systemID($0) })
        }
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
                firstMicroseconds: bounds.firstMicroseconds,
                lastMicroseconds: bounds.lastMicroseconds,
                rollups: rollups
            ), systems
        )
    }
}

/// The sites of a store as a file beside the catalogue: what segments do not tell.
struct SiteList: Codable {
    private struct Entry: Codable {
        var system_id: Int64
        var name: String
        var time_zone: String
        var latitude: Double
        var longitude: Double
        var installed_w: Int64?
        var battery_wh: Int64?
        var tilt_deg: Double?
        var azimuth_deg: Double?
    }

    private var entries: [Entry]

    /// Reads the file; no sites where it is missing or damaged.
    init(path: String) {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        entries = (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
    }

    init(_ sites: [Site]) {
        entries = sites.map {
            Entry(
                system_id: $0.systemID,
                name: $0.name,
                time_zone: $0.timeZone,
                latitude: $0.place.latitude,
                longitude: $0.place.longitude,
                installed_w: $0.installed?.value,
                battery_wh: $0.battery?.value,
                tilt_deg: $0.array?.tiltDegrees,
                azimuth_deg: $0.array?.azimuthDegrees
            )
        }
    }

    /// The sites.
    var sites: [Site] {
        entries.compactMap { entry in
            guard let place = Place(latitude: entry.latitude, longitude: entry.longitude) else { return nil }
            return Site(
                systemID: entry.system_id,
                name: entry.name,
                timeZone: entry.time_zone,
                place: place,
                installed: entry.installed_w.map { Watts($0) },
                battery: entry.battery_wh.map { WattHours($0) },
                array: entry.tilt_deg.flatMap { tilt in
                    entry.azimuth_deg.flatMap { ArrayOrientation(tiltDegrees: tilt, azimuthDegrees: $0) }
                }
            )
        }
    }

    /// Writes the file, whole or not at all.
    func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try encoder.encode(entries).write(to: URL(filePath: path), options: .atomic)
    }
}
