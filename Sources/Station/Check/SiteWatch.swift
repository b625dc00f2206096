// The watch over a site's feeds: what should have come and did not. The rule itself stands in Analysis.

import Analysis
import Lake
import Readings

/// The watch over the feeds of one site.
package struct SiteWatch {
    package let lake: any LakeReader
    package let site: Site
    package let zone: TimeZoneRules
    /// When new data are expected.
    package let expectation: WatchRules.Expectation
    /// When the inbox brought the site's sources, seconds UTC.
    package let inbox: [String: [Int64]]

    /// How many days of the last two weeks of a source have captures where it comes by itself.
    private static let regularDays = 3

    /// Describes the watch.
    ///
    /// - Parameter nights: those of the inbox, by site and source.
    package init(
        lake: any LakeReader,
        site: Site,
        zone: TimeZoneRules,
        configuration: Configuration,
        nights: [String: [String: [Int64]]]
    ) {
        self.lake = lake
        self.site = site
        self.zone = zone
        expectation = configuration.newData
        inbox = nights[site.name] ?? [:]
    }

    /// Returns what did not come, and where the data end.
    ///
    /// - Parameters:
    ///   - now: the time, seconds UTC.
    ///   - asOf: only what had come by this instant; nil for all.
    ///   - emptySince: when the site was first seen without a row, seconds UTC; nil where it was not.
    package func look(now: Int64, asOf: Int64? = nil, emptySince: Int64? = nil) throws -> (
        findings: [Finding], end: SiteEnd
    ) {
        let ends = try lake.dataEnds(site, zone, asOf: asOf)
        guard !ends.isEmpty else {
            let isExpected = expectation != .nothing
            return (isExpected ? [WatchRules.noData(since: emptySince ?? now, now: now)] : [], SiteEnd(ends))
        }
        let feeds = try ends.map { source, end in
            WatchRules.Feed(source, end: end.end, isAutomatic: try isAutomatic(source, end, at: now))
        }
        return (WatchRules.noNewData(feeds, now: now, expecting: expectation), SiteEnd(ends))
    }

    /// Tells whether a source comes by itself: a program brings it, the inbox did on two nights, or its captures are of several
    /// days of the last two weeks.
    private func isAutomatic(_ source: Source, _ end: SourceEnd, at now: Int64) throws -> Bool {
        if (inbox[source.name] ?? []).count(where: { $0 <= now }) >= 2 { return true }
        func captures(byProgram: Bool) throws -> [Int64] {
            try lake.captures(systemID: site.systemID, source: source, onlyByProgram: byProgram)
                .map { $0.flooredDivision(by: 1_000_000) }.filter { $0 <= now }
        }
        if try !captures(byProgram: true).isEmpty { return true }
        switch source {
        case .gateway: return end.captureDays.count >= SiteWatch.regularDays
        case .cloudAPI:
            let times = try captures(byProgram: false)
            let newest = times.last ?? 0
            let days = Set(times.filter { $0 > newest - 14 * 86_400 }.map { $0.flooredDivision(by: 86_400) })
            return days.count >= SiteWatch.regularDays
        default: return false
        }
    }
}
