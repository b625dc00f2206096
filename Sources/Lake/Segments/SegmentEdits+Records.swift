// Changes of the tables other than site_interval: a month of a table is read, exchanged and written whole.

import Foundation
import GRDB
import Parquet
import Readings

extension SegmentEdits {
    /// Returns the rows of a month of a table of records as they are with all changes so far: of the whole segment that
    /// covers the month.
    mutating func records(_ table: LakeTable, _ month: CivilMonth, bucket: Int64) throws -> RecordRows {
        let place = try recordPlace(table, month, bucket)
        return records[place]?.rows ?? RecordRows(table)
    }

    /// Puts rows of a table of records in place of those of the segment that covers a month.
    mutating func put(_ rows: RecordRows, _ month: CivilMonth, bucket: Int64) throws {
        let place = try recordPlace(rows.table, month, bucket)
        recordRowCount += rows.rowCount - (records[place]?.rows.rowCount ?? 0)
        records[place]?.rows = rows
        records[place]?.isChanged = true
    }

    /// Puts other records of a system in place of those of a month.
    ///
    /// - Returns: the system's records of the month before and after.
    mutating func exchange(_ place: TableMonth, of systemID: Int64, for others: RecordRows) throws -> (
        before: RecordRows, after: RecordRows
    ) {
        let bucket = Lake.bucket(ofSystem: systemID)
        let all = try records(others.table, place.month, bucket: bucket)
        let interval = place.month.utcInterval
        func isInside(_ row: Int) -> Bool {
            all.systemID(row) == systemID && interval.contains(all.startUTCSeconds(row))
        }
        let before = all.filter(isInside)
        guard before != others else { return (before, others) }
        try put(all.filter { !isInside($0) }.merged(withLater: others), place.month, bucket: bucket)
        return (before, others)
    }

    mutating func recordPlace(_ table: LakeTable, _ month: CivilMonth, _ bucket: Int64) throws
        -> RecordPlace
    {
        if let known = records.keys.first(where: {
            $0.table == table.name && $0.bucket == bucket && $0.period.months.contains(month)
        }) {
            return known
        }
        let segment = try lake.segments(table: table.name).first {
            $0.bucket == bucket && $0.period?.months.contains(month) ?? false
        }
        let place = RecordPlace(table: table.name, bucket: bucket, period: segment?.period ?? .month(month))
        let rows = try segment.map { try lake.recordRows(table, in: $0) } ?? RecordRows(table)
        recordRowCount += rows.rowCount
        records[place] = RecordUnit(rows: rows, segment: segment)
        return place
    }

    /// Writes the rows of segments of a table of records into one segment of a longer period.
    mutating func merge(_ segments: [Lake.Segment], table: LakeTable, into period: SegmentPeriod) throws {
        var rows = RecordRows(table)
        for segment in segments { rows.append(contentsOf: try lake.recordRows(table, in: segment)) }
        merged.append(
            SegmentReplacement(
                table: table,
                old: segments,
                new: try write(rows.sorted(), period: period, bucket: segments.first?.bucket ?? 0)
            )
        )
    }

    mutating func write(_ rows: RecordRows, period: SegmentPeriod, bucket: Int64) throws
        -> SnapshotChange.NewFile?
    {
        guard !rows.isEmpty else { return nil }
        let file = RecordCodec.encode(
            rows,
            keyValues: SegmentCodec.keyValues(
                table: rows.table,
                period: period,
                bucket: bucket,
                importID: importID
            ),
            createdBy: lake.environment.signature
        )
        let path = "b\(Lake.padded(bucket, 4))/\(period)-\(Lake.padded(importID, 6)).parquet"
        let digest = SHA256.hexDigest(of: file.bytes)
        if let expectedDigest, digest != expectedDigest { throw OtherBytes() }
        try files.write(file.bytes, to: lake.tablePath(rows.table.name) + path)
        let bounds = SegmentBounds(rows)
        return SnapshotChange.NewFile(
            table: rows.table.name,
            path: path,
            rowCount: file.rowCount,
            byteCount: file.bytes.count,
            footerBytes: file.footerBytes,
            bounds: bounds.columns.map {
                SnapshotChange.ColumnBounds(
                    columnID: $0.columnID,
                    valueCount: file.rowCount,
                    minimum: $0.minimum,
                    maximum: $0.maximum
                )
            },
            importID: importID,
            period: period,
            bucket: bucket,
            sha256: digest,
            tailDigest: try SegmentCodec.tailDigest(
                try ParquetReader(file.bytes),
                byteCount: file.bytes.count
            ) {
                Array(file.bytes[$0])
            },
            firstMicroseconds: bounds.firstMicroseconds,
            lastMicroseconds: bounds.lastMicroseconds,
            rollups: []
        )
    }
}
