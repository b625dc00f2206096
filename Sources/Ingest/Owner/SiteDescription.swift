// The description of a site as JSON, a form of our own: zone, place, devices, ratings, log of settings and bills.
// Members and units: docs/sources/site-description.md.

import Readings

/// The facts of a site as its description gives them.
package struct SiteDescription: Codable, Equatable, Sendable {
    /// The identifier of the time zone.
    package var timeZone: String
    /// Degrees north.
    package var latitude: Double
    /// Degrees east.
    package var longitude: Double
    /// The rated power of the array, W; nil where none is given.
    package var installedW: Int64?
    /// The usable capacity of all batteries, Wh; nil where none is given.
    package var batteryWh: Int64?

    private static let origin = "site description"

    /// Reads the facts alone, from the first bytes of a document that was recognised as a description.
    ///
    /// - Throws: `IngestError` where it is no JSON or lacks zone or place.
    package init(document bytes: [UInt8]) throws {
        self = try SiteDescription.facts(try JSONDocument(bytes).root)
    }

    private init(
        timeZone: String,
        latitude: Double,
        longitude: Double,
        installedW: Int64?,
        batteryWh: Int64?
    ) {
        self.timeZone = timeZone
        self.latitude = latitude
        self.longitude = longitude
        self.installedW = installedW
        self.batteryWh = batteryWh
    }

    private static func facts(_ root: JSONNode) throws -> SiteDescription {
        guard let zone = root["tz"]?.string, zone.utf8.count <= 60, let latitude = root["lat"]?.double,
            let longitude = root["lon"]?.double,
            Place(latitude: latitude, longitude: longitude) != nil
        else {
            throw IngestError.content(
                format: .siteDescription,
                place: "the outermost object",
                found: "has no zone \"tz\" with a place \"lat\", \"lon\" on the globe",
                remedy: "correct them"
            )
        }
        func amount(_ value: Double?) -> Int64? {
            value.flatMap { (1...1e8).contains($0) ? Int64($0.rounded()) : nil }
        }
        let batteries = root["batteries"]?.count ?? 0
        return SiteDescription(
            timeZone: zone,
            latitude: latitude,
            longitude: longitude,
            installedW: amount(root["nameplate_w"]?.double),
            batteryWh: amount(root["battery_wh"]?.double.map { $0 * Double(max(1, batteries)) })
        )
    }

    /// Reads a description: facts into the summary, the log of settings as states of the site, and bills.
    static func read(_ root: JSONNode, _ reading: inout CloudReading) throws {
        reading.summary.site = try facts(root)
        for entry in root["settings"]?.elements ?? JSONNode.none {
            guard let at = CloudValue.time(entry["t"]) else {
                reading.summary.warn("a setting without its time \"t\" was left out")
                continue
            }
            let reserve = entry["reserve"]?.double.flatMap { (0...100).contains($0) ? $0 : nil }
            try reading.state(
                .site,
                at: at,
                origin: origin,
                [
                    .reserve: reserve.map { JSONValue.fixed($0, decimals: 0) },
                    .stormGuard: entry["storm_guard"]?.boolean.map { $0 ? "true" : "false" },
                ]
            )
        }
        try readBills(root, &reading)
    }

    /// Bills give their starts; each ends where the next begins, so the last one is left out.
    private static func readBills(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let entries = (root["bills"]?.elements ?? JSONNode.none).compactMap { node in
            CloudValue.time(node["start"]).map { (start: $0, end: CloudValue.time(node["end"]), node: node) }
        }
        for (index, entry) in entries.enumerated() {
            let next = index + 1 < entries.count ? entries[index + 1].start : nil
            guard let end = entry.end ?? next, end > entry.start else {
                reading.summary.warn("a bill without an end was left out")
                continue
            }
            func wattHours(_ name: String) -> Int64? {
                entry.node[name]?.double.flatMap { abs($0) < 1e9 ? Int64(($0 * 1000).rounded()) : nil }
            }
            try reading.add(
                Bill(
                    meter: "",
                    start: reading.zone.wallClock(atUTCSeconds: entry.start).day,
                    end: reading.zone.wallClock(atUTCSeconds: end).day,
                    importWh: wattHours("import_kwh"),
                    exportWh: wattHours("export_kwh")
                )
            )
        }
    }
}
