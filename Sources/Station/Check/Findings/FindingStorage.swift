// Findings between analysis and the store.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Returns a finding as the store keeps it, with what it brought about and the documents from which its rows come.
    package func stored(_ finding: Finding, _ site: Site) throws -> StoredFinding {
        var finding = finding
        finding.writeSideEffects()
        finding.evidence.documents = try imports(
            systemID: site.systemID,
            months: CivilMonth.utcMonths(of: finding.interval)
        ).compactMap(\.sha256)
        return StoredFinding(systemID: site.systemID, finding: finding)
    }

    /// Says of each finding of a site how it stands.
    ///
    /// - Parameters:
    ///   - findings: all findings of the site.
    ///   - dataEnd: the end of its data, seconds UTC; nil where it has none.
    ///   - now: the time, seconds UTC.
    /// - Throws: `StationError` where the log of cases cannot be read.
    package func standing(_ findings: [StoredFinding], _ site: Site, dataEnd: Int64?, now: Int64) throws
        -> [StoredFinding]
    {
        FindingStandings(
            findings,
            explained: try CaseBook.read(self).explained[site.name] ?? [],
            dataEnd: dataEnd,
            now: now
        ).told(findings)
    }
}
