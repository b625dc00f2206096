// Findings between analysis and the store.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Returns a finding as the store keeps it, with what it brought about and the documents from which its rows come.
    package func stored(_ finding: Finding, _ site: Site) throws -> StoredFinding {
        var finding = finding
        if !finding.sideEffects.isEmpty { finding.evidence.sideEffects = finding.sideEffects }
        finding.evidence.documents = try imports(
            systemID: site.systemID,
            months: CivilMonth.utcMonths(of: finding.interval)
        ).compactMap(\.sha256)
        return StoredFinding(systemID: site.systemID, finding: finding)
    }

    /// The end of a site's interval rows, seconds UTC; nil where it has none.
    package func dataEnd(_ site: Site, _ zone: TimeZoneRules) throws -> Int64? {
        try readings(systemID: site.systemID).compactMap { key, columns in
            Presence(key: key, columns: columns, zone: zone).span?.endUTCSeconds
        }.max()
    }
}
