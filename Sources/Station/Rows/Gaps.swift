// Where a site's series have no data: rows that are not there, and rows of zeros that stand for none. The rule is that of coverage.

import Analysis
import Lake
import Readings

/// A run of intervals without data.
package struct DataGap: Equatable, Sendable {
    package let key: SeriesKey
    /// The run, seconds UTC.
    package let interval: Interval
    /// Intervals without data in it.
    package let rowCount: Int64
    /// Those of them that have a row, of zeros.
    package let zeroRows: Int64

    package init(key: SeriesKey, interval: Interval, rowCount: Int64, zeroRows: Int64) {
        self.key = key
        self.interval = interval
        self.rowCount = rowCount
        self.zeroRows = zeroRows
    }
}

extension LakeReader {
    /// Returns the runs of intervals without data of each series of a site with a step below a day, in order.
    package func dataGaps(_ site: Site) throws -> [DataGap] {
        let zone = try ZoneFiles.load(site.timeZone)
        return try readings(systemID: site.systemID).filter { $0.key.seconds < SeriesKey.day }
            .sorted { $0.key < $1.key }.flatMap { key, columns in
                Presence(key: key, columns: columns, zone: zone).absentRuns().map { run in
                    DataGap(
                        key: key,
                        interval: Interval(
                            startUTCSeconds: run.startUTCSeconds,
                            endUTCSeconds: run.endUTCSeconds
                        ),
                        rowCount: Int64(run.zeroRows + run.missingRows),
                        zeroRows: Int64(run.zeroRows)
                    )
                }
            }
    }
}
