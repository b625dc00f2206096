// What a past night's check would have said: with the rows that had ended and arrived by then.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// A replay of past nights.
struct NightReplay {
    let lake: Lake
    let configuration: Configuration

    private static let night: Int64 = 86_400

    /// Tells of one night.
    ///
    /// - Returns: whether a warning or worse was new or lasted.
    func tell(_ sites: [Site], at instant: Int64) throws -> Bool {
        var needsAttention = false
        for site in sites {
            let (found, zone) = try findings(site, at: instant)
            let before = Set(try findings(site, at: instant - NightReplay.night).0.map(NightReplay.identity))
            let fresh = found.filter { !before.contains(NightReplay.identity($0)) }
            let lasting = found.filter { $0.end == nil && before.contains(NightReplay.identity($0)) }
            let time = Instant(utcSeconds: instant).iso8601
            Console.print("\(site.name) as of \(time): \(found.count) findings, \(fresh.count) new")
            for line in OwnerWords.lines(fresh, zone: zone) { Console.print("  \(line)") }
            for line in OwnerWords.lines(lasting, zone: zone) { Console.print("  still: \(line)") }
            needsAttention = needsAttention || (fresh + lasting).contains { $0.severity >= .warning }
        }
        return needsAttention
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
