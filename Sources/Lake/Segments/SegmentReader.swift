// A segment of site_interval read system by system, in rising order: each row group is decoded once.

import Parquet
import Readings

/// An open segment. A class: it keeps the row group that was decoded last.
final class SegmentReader {
    private let segment: Lake.Segment
    private let reader: ParquetReader
    private let groups: [Int64: Set<Int>]
    private var decoded: [Int: SegmentRows] = [:]

    /// Opens a segment.
    ///
    /// - Throws: `LakeError`.
    init(_ lake: LakeWriter, _ segment: Lake.Segment) throws {
        self.segment = segment
        reader = try SegmentCodec.reader(segment)
        var groups: [Int64: Set<Int>] = [:]
        for row in try lake.rollupRows(fileID: segment.fileID) {
            groups[row.key.systemID, default: []].insert(row.rowGroup)
        }
        if groups.isEmpty {
            // A segment of another program has no rollups: all of it is read.
            let rows = try SegmentCodec.decode(reader, path: segment.path)
            for key in rows.keys { groups[key.systemID] = [-1] }
            decoded[-1] = rows
        }
        self.groups = groups
    }

    /// The systems that have rows.
    var systems: Set<Int64> { Set(groups.keys) }

    /// Returns the rows of a system.
    func rows(of systemID: Int64) throws -> SegmentRows {
        var result: SegmentRows = [:]
        let wanted = groups[systemID] ?? []
        for group in decoded.keys where group >= 0 && group < wanted.min() ?? .max { decoded[group] = nil }
        for group in wanted.sorted() {
            let all =
                try decoded[group] ?? SegmentCodec.decode(reader, rowGroups: [group], path: segment.path)
            decoded[group] = all
            for (key, columns) in all where key.systemID == systemID { result[key] = columns }
        }
        return result
    }
}
