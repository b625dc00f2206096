// Rows that came through the vendor's cloud, as proof that the gateway reached it. What is made of them the detectors know.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Returns, behind each capture that shows a silence of the cloud, the start of the first interval with data that came
    /// through it; of days the end. All rows behind it are asked, whatever part of them a run reads.
    ///
    /// - Parameter asOf: rows that had ended by then, seconds UTC; nil for all.
    func cloudRows(_ site: Site, behind events: [SeenEvent], asOf: Int64?) throws -> [Int64] {
        let seen = Set(events.filter { $0.isCloudSilence }.map(\.seenUTCSeconds)).sorted()
        guard let first = seen.first else { return [] }
        let zone = try ZoneFiles.load(site.timeZone)
        let behind = Interval(startUTCSeconds: first, endUTCSeconds: max(first, asOf ?? 253_402_300_800))
        let rows = try readings(systemID: site.systemID, interval: behind).filter { $0.key.source.isCloud }
        return rows.flatMap { key, columns -> [Int64] in
            let presence = Presence(key: key, columns: columns, zone: zone)
            return seen.compactMap { presence.firstProof(behind: $0, asOf: asOf) }
        }.sorted()
    }
}

extension Source {
    /// Tells whether what it has was reported to the vendor's cloud.
    fileprivate var isCloud: Bool {
        switch self {
        case .enlightenCSV, .enlightenWeb, .cloudAPI: true
        case .gateway, .utility, .owner: false
        }
    }
}

extension Presence {
    /// The time of the first row behind an instant that holds data for certain.
    fileprivate func firstProof(behind instant: Int64, asOf: Int64?) -> Int64? {
        let row = columns.startUTCSeconds.indices.first { row in
            columns.startUTCSeconds[row] > instant && isPresent[row] && end(ofRow: row) <= asOf ?? .max
                && (isMetered || columns[.produced][row] > 0)
        }
        guard let row else { return nil }
        return key.seconds <= 3600 ? columns.startUTCSeconds[row] : end(ofRow: row)
    }
}
