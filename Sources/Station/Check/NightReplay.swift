// What a past night's check would have said: with the rows that had ended and arrived by then.

import Analysis
import Foundation
import Lake
import Readings
import Report
import Words

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
        /// The site.
        package let site: Site
        /// The time, seconds UTC.
        package let instant: Int64
        /// How many findings there were.
        package let count: Int
        /// Those that were new, and those that lasted from before.
        package let fresh: [Finding]
        package let lasting: [Finding]
        package let zone: TimeZoneRules

        /// Tells whether a warning or worse was new or lasted.
        package var needsAttention: Bool { (fresh + lasting).contains { $0.severity >= .warning } }

        /// The night as a person reads it.
        package var text: String {
            let time = Instant(utcSeconds: instant).iso8601
            let lines =
                ["\(site.name) as of \(time): \(count) findings, \(fresh.count) new"]
                + OwnerWords.lines(fresh, zone: zone).map { "  \($0)" }
                + OwnerWords.lines(lasting, zone: zone).map { "  still: \($0)" }
            return lines.joined(separator: "\n")
        }
    }

    /// Returns what one night's check would have said of a site.
    package func night(_ site: Site, at instant: Int64) throws -> Night {
        let (found, zone) = try findings(site, at: instant)
        let before = Set(try findings(site, at: instant - NightReplay.night).0.map(NightReplay.identity))
        return Night(
            site: site,
            instant: instant,
            count: found.count,
            fresh: found.filter { !before.contains(NightReplay.identity($0)) },
            lasting: found.filter { $0.end == nil && before.contains(NightReplay.identity($0)) },
            zone: zone
        )
    }

    /// Returns what was to be found at an instant. A store that was there already is read as it was; one that is younger
    /// holds the history that was imported later.
    private func findings(_ site: Site, at instant: Int64) throws -> ([Finding], TimeZoneRules) {
        let snapshot = try lake.snapshot(atMicroseconds: instant * 1_000_000)
        let scope = SiteScope(asOf: instant, snapshot: snapshot)
        let (analysis, zone, _) = try lake.analyse(site, configuration, scope)
        return (analysis.findings, zone)
    }

    private static func identity(_ finding: Finding) -> String {
        "\(finding.kind.rawValue)|\(finding.device)|\(finding.start.utcSeconds)"
    }
}
