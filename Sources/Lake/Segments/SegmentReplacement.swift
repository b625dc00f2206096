// A segment that takes the place of others, and its way into the catalogue.

import Foundation
import GRDB
import Parquet
import Readings

/// Segments that end, and the one that takes their place.
struct SegmentReplacement {
    let table: LakeTable
    let old: [Lake.Segment]
    let new: SnapshotChange.NewFile?

    /// Puts replacements into a snapshot of their own; without any the newest one stays.
    ///
    /// - Returns: the snapshot after which they are visible.
    static func commit(
        _ replacements: [SegmentReplacement],
        _ database: Database,
        lake: LakeWriter,
        message: String
    ) throws -> Int64 {
        guard !replacements.isEmpty else { return try Lake.newestSnapshot(database) }
        var change = try SnapshotChange(database, environment: lake.environment)
        for table in LakeTable.all {
            let own = replacements.filter { $0.table.name == table.name }
            guard !own.isEmpty else { continue }
            let tableID = try lake.tableID(table.name, database)
            try change.end(fileIDs: own.flatMap { $0.old.map(\.fileID) }, tableID: tableID)
            for replacement in own {
                if let new = replacement.new { try change.add(new, tableID: tableID) }
            }
        }
        try change.finish(message: message, extra: nil)
        return change.snapshotID
    }
}
