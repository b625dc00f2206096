// The sites of a store as a file beside the catalogue: what segments do not tell.

import Foundation
import Readings

/// The sites of a store as `sites.json`: a list, and a digest by which a change of a single character is seen.
struct SiteList {
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

        /// All facts in one line, as the digest takes them.
        var line: String {
            let numbers = [latitude, longitude] + [tilt_deg, azimuth_deg].map { $0 ?? .infinity }
            let whole = [system_id, installed_w ?? -1, battery_wh ?? -1]
            return "\(whole)|\(numbers)|\(time_zone)|\(name)"
        }
    }

    private struct File: Codable {
        var digest: String
        var sites: [Entry]
    }

    private var entries: [Entry] = []
    /// Tells whether the file is as it was written; one of an older program has no digest and passes.
    private(set) var isAsWritten = true

    /// Reads the file; no sites only where there is none.
    ///
    /// - Throws: `LakeError.system`, `.ownersFile` where it is no list of sites, or a site cannot be.
    init(path: String) throws {
        guard let bytes = try SystemCall.readFileIfAny(path) else { return }
        let decoder = JSONDecoder()
        if let file = try? decoder.decode(File.self, from: Data(bytes)) {
            entries = file.sites
            isAsWritten = file.digest == SiteList.digest(entries)
        } else if let plain = try? decoder.decode([Entry].self, from: Data(bytes)) {
            entries = plain
        } else {
            throw LakeError.ownersFile(path: path, reason: "it is no list of sites")
        }
        for entry in entries {
            guard StoredBounds.systemIDs.contains(entry.system_id) else {
                throw LakeError.ownersFile(path: path, reason: "a site has the number \(entry.system_id)")
            }
            guard
                [entry.installed_w, entry.battery_wh].allSatisfy({
                    $0.map { StoredBounds.counts.contains($0) } ?? true
                }),
                Lake.isSiteName(entry.name)
            else {
                throw LakeError.ownersFile(
                    path: path,
                    reason: "site \(entry.name) has a power, a capacity or a name that cannot be"
                )
            }
            guard Place(latitude: entry.latitude, longitude: entry.longitude) != nil else {
                throw LakeError.ownersFile(path: path, reason: "site \(entry.name) lies outside the globe")
            }
        }
        guard Set(entries.map(\.system_id)).count == entries.count,
            Set(entries.map(\.name)).count == entries.count
        else { throw LakeError.ownersFile(path: path, reason: "two sites have one number or one name") }
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

    private static func digest(_ entries: [Entry]) -> String {
        String(SHA256.hexDigest(of: Array(entries.map(\.line).joined(separator: "\n").utf8)).prefix(16))
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
        var files = DurableFiles()
        let file = File(digest: SiteList.digest(entries), sites: entries)
        try files.write([UInt8](try encoder.encode(file)) + [10], to: path)
        try files.synchroniseDirectories()
    }
}
