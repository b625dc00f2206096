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

extension SeriesContext {
    /// Hands on the local days of the series with their rows, in order.
    func forEachDay(_ body: (CivilDate, Range<Int>) -> Void) {
        let starts = presence.columns.startUTCSeconds
        var row = 0
        while row < starts.count {
            let day = zone.wallClock(atUTCSeconds: starts[row]).day
            let end = max(row + 1, presence.columns.firstRow(atOrAfter: zone.interval(of: day).endUTCSeconds))
            body(day, row..<end)
            row = end
        }
    }
}
