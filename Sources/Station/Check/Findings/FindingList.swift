// The findings of a store as lists show them: those that are kept, or those that a first check would keep.

import Analysis
import Lake
import Readings

/// The findings of some sites.
package struct FindingList {
    /// The sites, each with its findings by start.
    package let sites: [(view: SiteView, findings: [StoredFinding])]
    /// Tells whether a check has run; if not, the findings are those that it would keep.
    package let isChecked: Bool

    /// Reads the findings.
    ///
    /// - Parameters:
    ///   - name: only this site; nil for all.
    ///   - now: the time, seconds UTC.
    package init(_ lake: any LakeReader, site name: String?, now: Int64) throws {
        let isChecked = try lake.lastRun() != nil
        let configuration = try Configuration.load(lake)
        let nights = isChecked ? [:] : try Inbox.nights(lake)
        self.isChecked = isChecked
        sites = try lake.chosenSites(name).map { site in
            let zone = try ZoneFiles.load(site.timeZone)
            let found: [StoredFinding]
            let end: SiteEnd
            if isChecked {
                found = try lake.findings(systemID: site.systemID)
                end = try lake.siteEnd(site, zone)
            } else {
                let watch = SiteWatch(
                    lake: lake,
                    site: site,
                    zone: zone,
                    configuration: configuration,
                    nights: nights
                )
                let missing = try watch.look(now: now)
                let analysis = try lake.analyse(site, configuration).analysis
                // What a watch found is kept already, and is not told a second time.
                let live = try lake.findings(systemID: site.systemID).filter { $0.rule.isLive }
                let others = (analysis.findings + missing.findings).filter { other in
                    !live.contains {
                        $0.kind == other.kind && $0.device == other.device
                            && $0.start <= other.knownEnd && ($0.end.map { other.start <= $0 } ?? true)
                    }
                }
                found = try live + others.map { try lake.stored($0, site) }
                end = missing.end
            }
            return (
                SiteView(site: site, zone: zone, end: end, now: now),
                try lake.standing(found, site, dataEnd: end.rows, now: now)
            )
        }
    }

    /// Returns the finding of a number with its site; nil where there is none.
    package func finding(_ number: Int64) -> (view: SiteView, finding: StoredFinding)? {
        for (view, findings) in sites {
            if let found = findings.first(where: { $0.findingID == number }) { return (view, found) }
        }
        return nil
    }
}
