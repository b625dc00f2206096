// What the import asks of rows that are in the store already.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Import minus export per half hour as the monitor measured it, Wh; of the series that reports use.
    package func netSlots(_ site: Site, _ interval: Interval) throws -> ClockCheck.Slots {
        var slots: ClockCheck.Slots = [:]
        let series = try readings(systemID: site.systemID, interval: interval).filter {
            $0.key.seconds <= 3600 && $0.value.hasChannel(.imported) && $0.value.hasChannel(.exported)
        }
        let order = SiteAnalysis.precedence(
            series,
            captures: try newestCaptures(systemID: site.systemID)
        )
        guard let key = order.first, let rows = series[key] else { return [:] }
        let presence = Presence(
            key: key,
            columns: rows,
            zone: try ZoneFiles.load(site.timeZone),
            hasBattery: site.battery != nil
        )
        let columns = presence.columns
        for row in 0..<columns.rowCount where presence.isPresent[row] {
            let imported = columns[.imported][row]
            let exported = columns[.exported][row]
            guard imported != ReadingColumns.missingWh, exported != ReadingColumns.missingWh else { continue }
            ClockCheck.add(
                Double(imported) - Double(exported),
                from: columns.startUTCSeconds[row],
                seconds: Int64(key.seconds),
                to: &slots
            )
        }
        return slots
    }

    /// The first interval of the site with energy; nil before any.
    package func operatingSince(_ site: Site) throws -> Int64? {
        let zone = try ZoneFiles.load(site.timeZone)
        return try firstStart(systemID: site.systemID) { key, columns in
            let presence = Presence(key: key, columns: columns, zone: zone)
            return presence.firstPresentRow.map { presence.columns.startUTCSeconds[$0] }
        }
    }
}
