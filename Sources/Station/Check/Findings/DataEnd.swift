// Where a site's data end: the newest thing that its own system reported, by source. Not the end of a report's series.

import Analysis
import Lake
import Readings

/// What the newest rows of a source tell.
package struct SourceEnd: Equatable, Sendable {
    /// The end of the newest row, seconds UTC: up to there the site is known.
    package var end: Int64
    /// The end of the newest row that stands for data, seconds UTC; nil where that lies longer ago than was looked.
    package var data: Int64?
    /// The days, counted from 1970, of the gateway's own times in the last two weeks.
    package var captureDays: Set<Int64> = []
}

/// Where the rows of a site end.
package struct SiteEnd: Equatable, Sendable {
    /// The end of the newest row, seconds UTC: up to there the site is known; nil where there is no row.
    package let rows: Int64?
    /// The end of the newest row that stands for data, seconds UTC: a report may go on in zeros.
    package let data: Int64?

    /// Puts together what the sources tell.
    package init(_ ends: [Source: SourceEnd]) {
        rows = ends.values.map(\.end).max()
        data = ends.values.compactMap(\.data).max()
    }
}

extension LakeReader {
    /// The end of the newest thing that a site's own system reported, seconds UTC; nil where it has no row.
    ///
    /// - Parameter asOf: only rows that had ended by this instant, seconds UTC; nil for all.
    package func dataEnd(_ site: Site, _ zone: TimeZoneRules, asOf: Int64? = nil) throws -> Int64? {
        try siteEnd(site, zone, asOf: asOf).rows
    }

    /// The same, and apart from it where the rows end that stand for data.
    package func siteEnd(_ site: Site, _ zone: TimeZoneRules, asOf: Int64? = nil) throws -> SiteEnd {
        SiteEnd(try dataEnds(site, zone, asOf: asOf))
    }

    /// The same for each source that reports the system itself: neither the utility nor what others say of the weather.
    package func dataEnds(_ site: Site, _ zone: TimeZoneRules, asOf: Int64? = nil) throws -> [Source:
        SourceEnd]
    {
        let known = asOf ?? .max
        let latest = asOf.map { CivilMonth(utcSeconds: $0) }
        let months = try fedMonths(systemID: site.systemID).filter {
            $0.source != .utility && $0.month <= latest ?? $0.month
        }
        var ends: [Source: SourceEnd] = [:]
        var looked: Set<CivilMonth> = []
        // The newest month of each source, and older ones where it holds nothing that counts.
        for (month, source) in months where ends[source]?.data == nil && looked.insert(month).inserted {
            for (source, end) in try dataEnds(site, zone, in: month.utcInterval, known: known) {
                var known = ends[source] ?? end
                known.data = known.data ?? end.data
                ends[source] = known
            }
        }
        return ends
    }

    /// The ends of the sources' rows in a time.
    private func dataEnds(_ site: Site, _ zone: TimeZoneRules, in interval: Interval, known: Int64) throws
        -> [Source: SourceEnd]
    {
        var ends: [Source: SourceEnd] = [:]
        func note(_ source: Source, _ end: Int64, isData: Bool = true) {
            guard end <= known else { return }
            var own = ends[source] ?? SourceEnd(end: end)
            own.end = max(own.end, end)
            if isData { own.data = max(own.data ?? end, end) }
            ends[source] = own
        }
        // Of a past night only what had arrived by then counts.
        let devices = known == .max ? [] : try deviceSeries(systemID: site.systemID, interval: interval)
        let delays = DeviceSeries.delays(devices)
        for (key, columns) in try readings(systemID: site.systemID, interval: interval) {
            let presence = Presence(key: key, columns: columns, zone: zone)
            let starts = presence.columns.startUTCSeconds
            func isKnown(_ row: Int) -> Bool {
                presence.end(ofRow: row) <= known - (delays[starts[row]] ?? 0)
            }
            guard let newest = starts.indices.last(where: isKnown) else { continue }
            note(key.source, presence.end(ofRow: newest), isData: false)
            if let row = starts.indices.last(where: { presence.isPresent[$0] && isKnown($0) }) {
                note(key.source, presence.end(ofRow: row))
            }
        }
        if known == .max {
            // What covers what is cheaper to ask than the rows themselves.
            for record in try recordCoverage(systemID: site.systemID, interval: interval)
            where record.table == Lake.deviceReadingTable {
                note(record.source, record.lastUTCSeconds + Int64(record.seconds ?? 0))
            }
        }
        for series in devices {
            guard let start = series.known(at: known).startUTCSeconds.last else { continue }
            note(series.source, start + Int64(series.seconds))
        }
        for reading in known == .max ? [] : try deviceReadings(systemID: site.systemID, interval: interval)
        where reading.record.seconds == 0 { note(reading.source, reading.record.startUTCSeconds) }
        let states = try deviceStates(systemID: site.systemID, interval: interval)
        for state in states {
            // A capture proves that the gateway was there; other documents bear the time of their download.
            if let last = state.record.lastReportUTCSeconds { note(state.source, last) }
            if state.source == .gateway { note(state.source, state.record.atUTCSeconds) }
        }
        if let end = ends[.gateway]?.end {
            let days = states.filter { $0.source == .gateway && $0.record.atUTCSeconds <= known }
                .map(\.record.atUTCSeconds).filter { $0 > end - 14 * 86_400 }
            ends[.gateway]?.captureDays = Set(days.map { $0.flooredDivision(by: 86_400) })
        }
        return ends
    }
}
