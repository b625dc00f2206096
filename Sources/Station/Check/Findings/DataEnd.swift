// Where a site's data end: the newest thing that its own system reported, by source. Not the end of a report's series.

import Analysis
import Lake
import Readings

/// What the newest rows of a source tell.
package struct SourceEnd: Equatable, Sendable {
    /// The end of the newest row, seconds UTC.
    package var end: Int64
    /// The days, counted from 1970, of the gateway's own times in the last two weeks.
    package var captureDays: Set<Int64> = []
}

extension LakeReader {
    /// The end of the newest thing that a site's own system reported, seconds UTC; nil where it has no row.
    ///
    /// - Parameter asOf: only rows that had ended by this instant, seconds UTC; nil for all.
    package func dataEnd(_ site: Site, _ zone: TimeZoneRules, asOf: Int64? = nil) throws -> Int64? {
        try dataEnds(site, zone, asOf: asOf).values.map(\.end).max()
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
        for (month, source) in months where ends[source] == nil && looked.insert(month).inserted {
            for (source, end) in try dataEnds(site, zone, in: month.utcInterval, known: known)
            where ends[source] == nil { ends[source] = end }
        }
        return ends
    }

    /// The ends of the sources' rows in a time.
    private func dataEnds(_ site: Site, _ zone: TimeZoneRules, in interval: Interval, known: Int64) throws
        -> [Source: SourceEnd]
    {
        var ends: [Source: SourceEnd] = [:]
        func note(_ source: Source, _ end: Int64) {
            guard end <= known else { return }
            ends[source] = SourceEnd(end: max(ends[source]?.end ?? end, end))
        }
        let devices = try deviceSeries(systemID: site.systemID, interval: interval)
        let delays = known == .max ? [:] : DeviceSeries.delays(devices)
        for (key, columns) in try readings(systemID: site.systemID, interval: interval) {
            let presence = Presence(key: key, columns: columns, zone: zone)
            let starts = presence.columns.startUTCSeconds
            let newest = starts.indices.last { row in
                presence.end(ofRow: row) <= known - (delays[starts[row]] ?? 0)
            }
            if let newest { note(key.source, presence.end(ofRow: newest)) }
        }
        for series in devices {
            let own = known == .max ? series : series.known(at: known)
            if let start = own.startUTCSeconds.last { note(series.source, start + Int64(series.seconds)) }
        }
        for reading in try deviceReadings(systemID: site.systemID, interval: interval)
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
