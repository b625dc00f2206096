// One series of a site with what its detectors ask of it.

import Readings

/// A series, ready to be asked.
package struct SeriesContext: Sendable {
    /// The series.
    let presence: Presence
    /// The time for which it speaks; what begins outside is left to another series.
    let scope: Interval
    /// The site's zone.
    let zone: TimeZoneRules
    /// The sun over the site.
    let sun: SolarPosition
    /// Times for which another series has data, ascending and apart: there the site was not silent.
    let covered: [Interval]
}
