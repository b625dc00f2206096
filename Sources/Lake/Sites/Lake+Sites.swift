// The sites of a store.

import GRDB
import Readings

extension Lake {
    /// The number of systems that share a segment per month.
    static let systemsPerBucket: Int64 = 100

    /// Returns the bucket of a system.
    static func bucket(ofSystem systemID: Int64) -> Int64 { (systemID - 1) / systemsPerBucket }
}

extension LakeReader {
    /// Returns all sites by number.
    package func sites() throws -> [Site] {
        try ask { database in try Lake.sites(database, path: cataloguePath) }
    }

    /// Looks for one site, which in a fleet is cheaper than reading all.
    fileprivate func knownSite(_ name: String) throws -> Site? {
        try ask { database in try Lake.sites(database, path: cataloguePath, named: name).first }
    }
}

extension Lake {
    static func sites(_ database: Database, path: String, named name: String? = nil) throws -> [Site] {
        // A store of a version below 4 that is only read.
        let hasArrays = try database.columns(in: "sunvigil_system").contains { $0.name == "tilt_deg" }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT system_id, name, time_zone, latitude, longitude, installed_w, battery_wh,
                    \(hasArrays ? "tilt_deg, azimuth_deg" : "NULL AS tilt_deg, NULL AS azimuth_deg")
                FROM sunvigil_system WHERE ? IS NULL OR name = ? ORDER BY system_id
                """,
            arguments: [name, name]
        )
        return try rows.map { row in
            guard let place = Place(latitude: try row.real("latitude"), longitude: try row.real("longitude"))
            else {
                throw LakeError.catalogue(path: path, reason: "a site lies outside the globe")
            }
            return Site(
                systemID: try row.systemID(),
                name: try row.text("name"),
                timeZone: try row.text("time_zone"),
                place: place,
                installed: try row.integerIfAny("installed_w", in: StoredBounds.counts).map { Watts($0) },
                battery: try row.integerIfAny("battery_wh", in: StoredBounds.counts).map { WattHours($0) },
                array: try row.realIfAny("tilt_deg").flatMap { tilt in
                    try row.realIfAny("azimuth_deg").flatMap {
                        ArrayOrientation(tiltDegrees: tilt, azimuthDegrees: $0)
                    }
                }
            )
        }
    }
}

extension LakeReader {
    /// Returns the site of a name; without a name the only one.
    ///
    /// - Throws: `LakeError.noSite`, `.severalSites`, `.emptyStore`.
    package func site(named name: String?) throws -> Site {
        if let name, let site = try knownSite(name) { return site }
        let all = try sites()
        if let name {
            guard let site = all.first(where: { $0.name == name }) else {
                throw LakeError.noSite(name: name, known: all.map(\.name))
            }
            return site
        }
        guard all.count <= 1 else { throw LakeError.severalSites(known: all.map(\.name)) }
        guard let site = all.first else { throw LakeError.emptyStore }
        return site
    }
}

extension LakeWriter {
    /// Adds sites with the zone and place of another one, in one change.
    package func addSites(_ names: [String], like model: Site) throws {
        try begin()
        defer { end() }
        try write { database in
            var next = try Lake.nextSystemID(database)
            for name in names {
                try Lake.checkName(name)
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
    func keepSites() { try? SiteList(try sites()).write("\(path)/\(Lake.sitesFile)") }
}

extension Lake {
    /// Tells whether a site may be called so.
    package static func isSiteName(_ name: String) -> Bool { (try? checkName(name)) != nil }

    /// Refuses names that would steer a terminal or could not be told apart.
    ///
    /// - Throws: `LakeError.siteName`.
    static func checkName(_ name: String) throws(LakeError) {
        let isPlain = name.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
            default: true
            }
        }
        let isBlank = name.allSatisfy(\.isWhitespace)
        guard isPlain, !isBlank, name.utf8.count <= 200 else { throw .siteName(name: name) }
    }

    /// Returns the number of the next site: one that no site had, not even one that is gone and stands in the journal.
    fileprivate static func nextSystemID(_ database: Database) throws -> Int64 {
        let tables = ["sunvigil_system", "sunvigil_import", "sunvigil_finding"]
        let last =
            try tables.compactMap {
                try Int64.fetchOne(database, sql: "SELECT max(system_id) FROM \($0)")
            }.max() ?? 0
        guard (0..<StoredBounds.systemIDs.upperBound).contains(last) else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "system_id holds \(last)")
        }
        return last + 1
    }

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
}

extension LakeWriter {
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
        try begin()
        defer { end() }
        let existing = try knownSite(name)
        if existing == nil { try Lake.checkName(name) }
        let site = Site(
            systemID: try existing?.systemID ?? read { try Lake.nextSystemID($0) },
            name: name,
            timeZone: timeZone,
            place: place,
            installed: installed,
            battery: battery,
            array: array
        )
        // Days that a rebuild made without the zone's rules are made again at the owner's word.
        let hasDaysOfUTC = try existing != nil && isUpdate && read { try Lake.hasDaysOfUTC($0) }
        if let existing {
            if existing == site, !hasDaysOfUTC { return (site, false) }
            guard isUpdate else { throw LakeError.siteExists(name: name) }
        }
        let days =
            hasDaysOfUTC || existing.map { $0.timeZone != timeZone } ?? false ? try rollups(of: site) : []
        try write { database in
            try Lake.insert(site, database)
            for (fileID, rows) in days {
                try database.execute(
                    sql: "DELETE FROM sunvigil_rollup WHERE data_file_id = ? AND system_id = ?",
                    arguments: [fileID, site.systemID]
                )
                for row in rows { try SnapshotChange.insert(row, fileID: fileID, database) }
            }
        }
        keepSites()
        return (site, true)
    }
}

extension Lake {
    fileprivate static let daysOfUTCKey = "days_utc"

    fileprivate static func hasDaysOfUTC(_ database: Database) throws -> Bool {
        try String.fetchOne(
            database,
            sql: "SELECT value FROM sunvigil_meta WHERE key = ?",
            arguments: [daysOfUTCKey]
        ) != nil
    }

    /// Notes that days of sites whose zone is not known are those of UTC.
    static func noteDaysOfUTC(_ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO sunvigil_meta VALUES (?, '1')",
            arguments: [daysOfUTCKey]
        )
    }
}

extension LakeReader {
    /// Makes the days of a site in each segment anew, as its zone asks for now.
    fileprivate func rollups(of site: Site) throws -> [(fileID: Int64, rows: [SnapshotChange.RollupRow])] {
        let zone = try environment.loadZone(site.timeZone)
        let files = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT f.data_file_id, f.path FROM sunvigil_file f JOIN sunvigil_rollup r USING (data_file_id)
                    WHERE r.system_id = ?
                    """,
                arguments: [site.systemID]
            ).map { (fileID: try $0.count("data_file_id") as Int64, path: try $0.text("path")) }
        }
        return try files.filter { try !isLost($0.fileID) }.map { file in
            let path = dataPath + "main/" + file.path
            let groups = try rollupRows(fileID: file.fileID, systemID: site.systemID)
            let rows = try SegmentCodec.decode(
                try SegmentCodec.reader(path),
                rowGroups: Set(groups.map(\.rowGroup)).sorted(),
                systemID: site.systemID,
                path: path
            )
            return (
                file.fileID,
                try groups.map { group in
                    guard let columns = rows[group.key] else {
                        throw LakeError.otherSegment(path: path, reason: "it lacks rows of site \(site.name)")
                    }
                    return SnapshotChange.RollupRow(
                        key: group.key,
                        rowGroup: group.rowGroup,
                        days: DayRollup(columns, zone: zone).bytes
                    )
                }
            )
        }
    }
}
