// JSON of the web application and the API, and the description of a site, which is told and read in the same way: by the names
// of its outermost object. CloudShape.all says which names are whose.

import Readings

extension FormatFamily {
    /// JSON of the cloud.
    static let cloud = FormatFamily(
        formats: [
            .json(.siteDescription, title: "site description", source: .owner, page: "site-description.md"),
            .json(.webDailyEnergy, title: "Enlighten web daily_energy", source: .enlightenWeb),
            .json(.webToday, title: "Enlighten web today", source: .enlightenWeb),
            .json(.webLifetimeEnergy, title: "Enlighten web lifetime_energy", source: .enlightenWeb),
            .json(.webBatteryStatus, title: "Enlighten web battery_status", source: .enlightenWeb),
            .json(.webDevices, title: "Enlighten web devices", source: .enlightenWeb),
            .json(.webInverters, title: "Enlighten web inverters", source: .enlightenWeb),
            .json(.webEvents, title: "Enlighten web events", source: .enlightenWeb),
            .json(.webBackupHistory, title: "Enlighten web battery_backup_history", source: .enlightenWeb),
            .json(.webInverterEnergy, title: "Enlighten web inverter energy", source: .enlightenWeb),
            .json(.webInverterStatus, title: "Enlighten web inverter status", source: .enlightenWeb),
            .json(.webInverterSeries, title: "Enlighten web inverter time series", source: .enlightenWeb),
            .json(.apiV4, title: "API v4 body", source: .cloudAPI),
            .json(.apiLegacy, title: "API v2 or v1 body", source: .cloudAPI),
            .json(.apiError, title: "API error body", source: .cloudAPI),
        ],
        recognise: recognise
    )

    /// Tells which format a document has.
    @Sendable private static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let outline = JSONOutline(prefix)
        guard outline.first == UInt8(ascii: "{") || outline.first == UInt8(ascii: "[") else { return .no }
        var nearest: (shape: CloudShape, missing: [String], score: Int)?
        for shape in CloudShape.all {
            let missing = shape.missing(in: outline)
            if missing.isEmpty { return .yes(shape.format) }
            let score = shape.required.count - shape.required.count { !outline.contains($0) }
            if score > nearest?.score ?? 0 { nearest = (shape, missing, score) }
        }
        guard let nearest else { return .no }
        return .near(
            nearest.shape.format,
            missing: "for \(nearest.shape.endpoint) it lacks \(nearest.missing.joined(separator: ", "))",
            score: nearest.score
        )
    }
}

extension FormatFacts {
    /// A format of the cloud's JSON.
    fileprivate static func json(
        _ format: DocumentFormat,
        title: String,
        source: Source,
        page: String = "cloud-json.md"
    ) -> FormatFacts {
        FormatFacts(format, title: title, source: source, page: page) {
            CloudJSONParser(options: $0, zone: $1)
        }
    }
}
