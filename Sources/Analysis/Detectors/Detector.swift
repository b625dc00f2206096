// What a detector is: its profile, and its findings about a home, a series or records. Which detectors there are is the
// business of Detectors.

import Readings

/// A rule that makes findings.
package protocol ProfiledRule: Sendable {
    /// What may be found, by what, and where it is told.
    static var profile: DetectorProfile { get }
}

/// A rule about a home's devices and meters, on one grid of slots.
package protocol Detector: ProfiledRule {
    /// Returns the findings in any order; one that reaches the last known slot lasts.
    static func findings(_ home: HomeContext) -> [Finding]
}

/// A rule about one series of the site, without its devices.
package protocol SeriesDetector: ProfiledRule {
    /// Returns the findings in the stretch of time for which the series speaks.
    static func findings(_ series: SeriesContext) -> [Finding]
}

/// A rule about what was reported of single moments, and by the utility.
package protocol RecordDetector: ProfiledRule {
    /// Returns the findings; every run reads all records.
    static func findings(_ records: SiteRecords) -> [Finding]
}
