// What a past night's check would have said: with the rows that had ended and arrived by then.

import Analysis
import Foundation
import Lake
import Readings

/// A replay of past nights.
package struct NightReplay {
    package let lake: any LakeReader
    package let configuration: Configuration

    private static let night: Int64 = 86_400

    package init(lake: any LakeReader, configuration: Configuration) {
        self.lake = lake
        self.configuration = configuration
    }

    /// What a night's check would have said of a site.
    package struct Night {
        /// What it is worded with: the site, its zone, where its data ended then, and the time.
        package let view: SiteView
        /// All that was to be found, each with its standing.
        package let findings: [StoredFinding]
        /// Those that the night before did not find.
        package let fresh: [StoredFinding]

        /// Tells whether the exit code would have been 1.
        package var needsAttention: Bool { findings.contains(where: SiteView.needsAttention) }

        /// The night as a person reads it.
        package var text: String {
            let time = Instant(utcSeconds: view.now).iso8601
            let name = ControlledText.oneLine(view.site.name)
            let told = DigestLines(view, open: findings, fresh: fresh)
            var lines = ["\(name) as of \(time): \(view.age); \(told.count)"]
            lines += (told.news + told.standing).map { "  \($0)" }
            return lines.joined(separator: "\n")
        }
    }

    /// Returns what one night's check would have said of a site.
    package func night(_ site: Site, at instant: Int64) throws -> Night {
        let zone = try ZoneFiles.load(site.timeZone)
        var (found, end) = try findings(site, zone, at: instant)
        // They are in no store: numbers that nobody sees tell them apart.
        for index in found.indices { found[index].findingID = -Int64(index) - 1 }
        let before = Set(try findings(site, zone, at: instant - NightReplay.night).0.map(\.identity))
        return Night(
            view: SiteView(site: site, zone: zone, end: end, now: instant),
            findings: found,
            fresh: found.filter { !before.contains($0.identity) }
        )
    }

    /// Returns what was to be found at an instant, and where the data ended. A store that was there already is read as it was; one
    /// that is younger holds the history that was imported later.
    private func findings(_ site: Site, _ zone: TimeZoneRules, at instant: Int64) throws -> (
        [StoredFinding], SiteEnd
    ) {
        let snapshot = try lake.snapshot(atMicroseconds: instant * 1_000_000)
        let scope = SiteScope(asOf: instant, snapshot: snapshot)
        let analysis = try lake.analyse(site, configuration, scope: scope).analysis
        let watch = SiteWatch(
            lake: lake,
            site: site,
            zone: zone,
            configuration: configuration,
            nights: try Inbox.nights(lake)
        )
        // Since when a site had been without a row nobody noted: it is the same of any night.
        let (missing, end) = try watch.look(now: instant, asOf: instant, emptySince: 0)
        let found = (analysis.findings + missing).map { StoredFinding(systemID: site.systemID, finding: $0) }
        return (try lake.standing(found, site, dataEnd: end.rows, now: instant), end)
    }
}
