// The clear sky over a site, the same for every page. How it is scaled stands in Analysis.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Returns the scale of the clear sky over a site, from all of its rows; nil where it has too few whole days.
    package func skyScale(_ site: Site, _ zone: TimeZoneRules, by analysis: SiteAnalysis) throws -> SkyScale?
    {
        SkyScale.current(
            kept: nil,
            days: SkyDay.all(analysis, zone: zone),
            place: site.place,
            array: site.array
        )
    }
}
