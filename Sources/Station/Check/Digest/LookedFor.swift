// How much of all that can be found a site's data allow to look for. What is not looked for, and why, is told by the status and on
// every page.

import Analysis
import Lake
import Readings

/// How many kinds of findings were looked for.
package struct LookedFor: Equatable, Sendable {
    /// The kinds that the site's data allow to find.
    package let kinds: Int

    /// In words, for one who may ask for more.
    package var text: String {
        "looked for \(kinds) of \(FindingKind.allCases.count) kinds of findings; the others: sunvigil status"
    }

    /// Counts the kinds for a site's newest month; nil where all of them are looked for.
    ///
    /// - Parameter analysis: that of the whole site.
    package init?(
        of site: Site,
        in lake: any LakeReader,
        configuration: Configuration,
        analysis: SiteAnalysis
    )
        throws
    {
        let reports = try SiteReports(lake: lake, site: site, configuration: configuration)
        let month = analysis.dataEnd.map {
            reports.zone.interval(of: CivilMonth(reports.zone.wallClock(atUTCSeconds: $0 - 1).day))
        }
        let missing = try reports.notLookedFor(month, analysis)
        let lacking = Set(missing.flatMap(\.kinds)).count
        guard lacking > 0 else { return nil }
        kinds = FindingKind.allCases.count - lacking
    }
}
