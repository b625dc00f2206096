// The clear sky over a site, the same for every page: taken from all rows once, kept, and taken again where that is due. How
// it is scaled stands in Analysis.

import Analysis
import Foundation
import Lake
import Readings

/// The name under which the store keeps the scale.
private let fitName = "sky_scale"

extension LakeReader {
    /// Returns the scale of the clear sky over a site: the kept one until a later one is due; nil where it has too few whole
    /// days.
    ///
    /// - Parameter analysis: of all rows of the site.
    package func skyScale(_ site: Site, _ zone: TimeZoneRules, by analysis: SiteAnalysis) throws -> SkyScale?
    {
        SkyScale.current(
            kept: try keptSkyScale(site),
            days: SkyDay.all(analysis, zone: zone),
            place: site.place,
            array: site.array
        )
    }

    /// Returns what each local day of a site was expected to give under a clear sky, in order.
    ///
    /// - Parameter analysis: of all rows of the site.
    package func expectedDays(_ site: Site, by analysis: SiteAnalysis) -> [ExpectedDay] {
        analysis.expectedDays
    }

    /// What was kept; nil where nothing was, or another program kept it in a form of its own.
    fileprivate func keptSkyScale(_ site: Site) throws -> SkyScale? {
        try fit(fitName, systemID: site.systemID).flatMap {
            try? JSONDecoder().decode(SkyScale.self, from: Data($0.compact.utf8))
        }
    }
}

extension LakeWriter {
    /// Keeps the scale, where it is one that lasts and another than the one that is kept.
    func keep(_ scale: SkyScale, of site: Site) throws {
        guard scale.isSeasonSeen, try keptSkyScale(site) != scale else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(scale), as: UTF8.self)
        try keep(fit: .raw(text), fitName, systemID: site.systemID)
    }
}
