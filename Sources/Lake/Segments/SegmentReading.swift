// Rows of a segment as they lie, for those who ask and for those who change. How bytes become rows is SegmentCodec's
// business.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// Returns a number with leading zeros.
    static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension LakeReader {
    /// Reads the rows of a system in a segment; only the row groups that hold the system are touched.
    ///
    /// - Parameter interval: pages without a start inside are not read; rows outside may come along.
    func rows(of systemID: Int64, in segment: Lake.Segment, interval: Interval? = nil) throws -> SegmentRows {
        let groups = try seriesPlaces(fileID: segment.fileID, systemID: systemID).map(\.rowGroup)
        if groups.isEmpty, try hasRollups(fileID: segment.fileID) { return [:] }
        return try SegmentCodec.decode(
            try reader(segment),
            rowGroups: groups.isEmpty ? nil : Set(groups).sorted(),
            systemID: systemID,
            interval: interval,
            path: segment.path
        )
    }

    /// Reads the rows of a segment of a table of records.
    func recordRows(_ table: LakeTable, in segment: Lake.Segment) throws -> RecordRows {
        try RecordCodec.decode(try SegmentCodec.bytes(segment), table: table, path: segment.path)
    }

    fileprivate func hasRollups(fileID: Int64) throws -> Bool {
        guard keepsRollups else { return false }
        return try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM sunvigil_rollup WHERE data_file_id = ?",
                arguments: [fileID]
            )
                != nil
        }
    }

    /// Returns in which row group of a segment each series begins and how many rows it has, of one system or all.
    func seriesPlaces(fileID: Int64, systemID: Int64? = nil) throws -> [(
        key: SeriesKey, rowGroup: Int, rowCount: Int
    )] {
        guard keepsRollups else { return [] }
        return try ask { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT system_id, source, seconds, row_group, \(storeVersion >= 6 ? "rows" : "-1 AS rows")
                    FROM sunvigil_rollup WHERE data_file_id = ? \(systemID == nil ? "" : "AND system_id = ?")
                    """,
                arguments: StatementArguments([fileID] + (systemID.map { [$0] } ?? []))
            )
            var result: [(key: SeriesKey, rowGroup: Int, rowCount: Int)] = []
            while let row = try rows.next() {
                result.append(
                    (
                        try seriesKey(row), try row.count("row_group"),
                        try row.integer("rows", in: -1...StoredBounds.counts.upperBound)
                    )
                )
            }
            return result
        }
    }

    fileprivate func seriesKey(_ row: Row) throws -> SeriesKey {
        guard let source = Source(rawValue: try row.integer("source")) else {
            throw LakeError.catalogue(
                path: LakeError.catalogueName,
                reason: "a rollup is of an unknown source"
            )
        }
        return SeriesKey(
            systemID: try row.systemID(),
            source: source,
            seconds: try row.integer("seconds", in: StoredBounds.steps)
        )
    }

    /// Returns the rollups of a segment as they are kept, of one system or all.
    func rollupRows(fileID: Int64, systemID: Int64? = nil) throws -> [SnapshotChange.RollupRow] {
        guard keepsRollups else { return [] }
        return try ask { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT system_id, source, seconds, row_group, days FROM sunvigil_rollup
                    WHERE data_file_id = ? \(systemID == nil ? "" : "AND system_id = ?")
                    ORDER BY system_id, source, seconds
                    """,
                arguments: StatementArguments([fileID] + (systemID.map { [$0] } ?? []))
            ).map(rollupRow)
        }
    }

    func rollupRow(_ row: Row) throws -> SnapshotChange.RollupRow {
        SnapshotChange.RollupRow(
            key: try seriesKey(row),
            rowGroup: try row.count("row_group"),
            days: try row.bytes("days")
        )
    }
}
