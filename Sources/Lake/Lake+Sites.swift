// The sites of a store.

import GRDB
import Readings

extension Lake {
    /// The number of systems that share a segment per month.
    static let systemsPerBucket: Int64 = 100

    /// Returns the bucket of a system.
    static func bucket(ofSystem systemID: Int64) -> Int64 { (systemID - 1) / systemsPerBucket }

    /// Returns all sites by number.
    package func sites() throws -> [Site] {
        try ask { database in try Lake.sites(database, path: cataloguePath) }
    }

    /// Looks for one site, which in a fleet is cheaper than reading all.
    private func knownSite(_ name: String) throws -> Site? {
        try ask { database in try Lake.sites(database, path: cataloguePath, named: name).first }
    }

    static func sites(_ database: Database, path: String, named name: String? = nil) throws -> [Site] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT * FROM sunvigil_system WHERE ? IS NULL OR name = ? ORDER BY system_id",
            arguments: [name, name]
        )
        return try rows.map { row in
            guard let place = Place(latitude: row["latitude"], longitude: row["longitude"]) else {
                throw LakeError.catalogue(path: path, reason: "a site lies outside the globe")
            }
            return Site(
                systemID: row["system_id"],
                name: row["name"],
                timeZone: row["time_zone"],
                place: place,
                installed: (row["installed_w"] as Int64?).map { Watts($0) },
                battery: (row["battery_wh"] as Int64?).map { WattHours($0) },
                array: (row["tilt_deg"] as Double?).flatMap { tilt in
                    (row["azimuth_deg"] as Double?).flatMap {
                        ArrayOrientation(tiltDegrees: tilt, azimuthDegrees: $0)
                    }
                }
            )
        }
    }

    /// Returns the site of a name; without a name the only one.
    ///
    /// - Throws: `LakeError.noSite`.
    package func site(named name: String?) throws -> Site {
        if let name, let site = try knownSite(name) { return site }
        let all = try sites()
        if let name {
            guard let site = all.first(where: { $0.name == name }) else {
                throw LakeError.noSite(name: name, known: all.map(\.name))
            }
            return site
        }
        guard all.count == 1 else { throw LakeError.noSite(name: "(none named)", known: all.map(\.name)) }
        return all[0]
    }

    /// Adds sites with the zone and place of another one, in one change.
    package func addSites(_ names: [String], like model: Site) throws {
        try write { database in
            var next =
                (try Int64.fetchOne(database, sql: "SELECT max(system_id) FROM sunvigil_system") ?? 0) + 1
            for name in names {
                try database.execute(
                    sql: """
                        INSERT INTO sunvigil_system(system_id, name, time_zone, latitude, longitude, bucket)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        next, name, model.timeZone, model.place.latitude, model.place.longitude,
                        Lake.bucket(ofSystem: next),
                    ]
                )
                next += 1
            }
        }
        keepSites()
    }

    /// Writes the sites beside the catalogue, should it be lost. A file that cannot be written loses nothing now.
    private func keepSites() { try? SiteList(try sites()).write(path + "/sites.json") }

    static func insert(_ site: Site, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO sunvigil_system(system_id, name, time_zone, latitude, longitude, installed_w,
                    battery_wh, bucket, tilt_deg, azimuth_deg) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                site.systemID, site.name, site.timeZone, site.place.latitude, site.place.longitude,
                site.installed?.value, site.battery?.value, Lake.bucket(ofSystem: site.systemID),
                site.array?.tiltDegrees, site.array?.azimuthDegrees,
            ]
        )
    }

    /// Adds a site, or changes the facts of one.
    ///
    /// - Parameter isUpdate: allows to change a site that exists.
    /// - Returns: the site, and whether anything changed.
    /// - Throws: `LakeError.siteExists` where other facts are known and `isUpdate` is false.
    package func putSite(
        name: String,
        timeZone: String,
        place: Place,
        installed: Watts?,
        battery: WattHours?,
        array: ArrayOrientation? = nil,
        isUpdate: Bool
    ) throws -> (site: Site, isChanged: Bool) {
        let known = try sites()
        let existing = known.first { $0.name == name }
        let site = Site(
            systemID: existing?.systemID ?? (known.map(\.systemID).max() ?? 0) + 1,
            name: name,
            timeZone: timeZone,
            place: place,
            installed: installed,
            battery: battery,
            array: array
        )
        if let existing {
            if existing == site { return (site, false) }
            guard isUpdate else { throw LakeError.siteExists(name: name) }
        }
        try write { database in try Lake.insert(site, database) }
        keepSites()
        return (site, true)
    }
}
