// Mending a store: damaged segments are moved aside and made again from the kept documents; a lost catalogue is made anew
// from the segments. Nothing is ever deleted.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// What a repair did.
    package struct Repair: Sendable, Equatable {
        /// Damaged files that were moved aside.
        package var quarantined: [String] = []
        /// Segments that were made again, and from what.
        package var restored: [String] = []
        /// What could not be mended, and what helps.
        package var lost: [String] = []
    }

    var quarantinePath: String { path + "/quarantine/" }

    /// Mends what `verify` finds.
    ///
    /// A damaged live segment is moved to `quarantine/`, and its rows are made again from the documents of its systems;
    /// where a document is damaged too, what the segment still gives is kept. A damaged document is moved aside: its next
    /// import restores it. Past states that need a damaged segment are lost.
    ///
    /// What survives a crash: the segment's successor and the change of the catalogue are one commit; a file that was
    /// moved aside before a crash is missing at the next repair, which goes on.
    ///
    /// - Throws: `LakeError`.
    package func repair(replay: Replay, progress: (Int, Int) -> Void = { _, _ in }) throws -> Repair {
        let found = try verify(progress: progress)
        var result = Repair()
        for sha256 in found.damagedDocuments.sorted() {
            let name = try imports().first { $0.sha256 == sha256 }?.sourceName ?? sha256
            if let path = keptPath(sha256) { result.quarantined.append(try quarantine(path)) }
            result.lost.append("document \(name): import it again, and it is kept again")
        }
        for table in LakeTable.all {
            for segment in try segments(table: table.name) where found.damagedFiles.contains(segment.fileID) {
                guard let period = segment.period else { continue }
                try mend(segment, table: table, period: period, replay: replay, &result)
            }
        }
        for fileID in found.damagedFiles.sorted() where try !isLive(fileID) && !isLost(fileID) {
            result.lost.append("a past state of the store needs segment \(fileID), which is damaged")
            try noteLost(fileID)
        }
        return result
    }

    private func isLive(_ fileID: Int64) throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM ducklake_data_file WHERE data_file_id = ? AND end_snapshot IS NULL",
                arguments: [fileID]
            ) != nil
        }
    }

    private static func lostKey(_ fileID: Int64) -> String { "lost_file_\(fileID)" }

    /// Tells whether a segment of a past state is known to be lost: verify does not tell it anew.
    func isLost(_ fileID: Int64) throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM sunvigil_meta WHERE key = ?",
                arguments: [Lake.lostKey(fileID)]
            ) != nil
        }
    }

    private func noteLost(_ fileID: Int64) throws {
        try write { try Lake.noteLost(fileID, $0) }
    }

    private static func noteLost(_ fileID: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO sunvigil_meta VALUES (?, 'damaged and not to be restored')",
            arguments: [lostKey(fileID)]
        )
    }

    /// Moves a file aside and returns where it lies now.
    private func quarantine(_ file: String) throws -> String {
        for changed in try SystemCall.makeDirectories(String(quarantinePath.dropLast())) {
            try SystemCall.synchroniseDirectory(changed)
        }
        let stamp = environment.nowMicroseconds()
        let target = "\(quarantinePath)\(stamp)-\((file as NSString).lastPathComponent)"
        try SystemCall.rename(file, target)
        try SystemCall.synchroniseDirectory(String(quarantinePath.dropLast()))
        return target
    }

    private func mend(
        _ segment: Segment,
        table: LakeTable,
        period: SegmentPeriod,
        replay: Replay,
        _ result: inout Repair
    ) throws {
        let months = Set((0..<period.monthCount).map { period.first.advanced(by: $0) })
        var rebuilt: [Int64: MonthlyRows] = [:]
        var failed: [String] = []
        for site in try sites() where Lake.bucket(ofSystem: site.systemID) == segment.bucket {
            let records = try contributors(systemID: site.systemID, months: months, without: 0)
            do {
                rebuilt[site.systemID] = try rebuild(
                    months: months,
                    from: records,
                    current: nil,
                    replay: replay
                )
            } catch {
                failed.append("\(site.name): \(error)")
            }
        }
        let saved = try salvage(segment, table: table, without: Set(rebuilt.keys))
        let rows = MendedRows(saved: saved, rebuilt: rebuilt, table: table)
        if FileManager.default.fileExists(atPath: segment.path) {
            result.quarantined.append(try quarantine(segment.path))
        }
        if try !restoreAsItWas(segment, period: period, rows) {
            try replace(segment, table: table, period: period, rows)
        }
        result.restored.append(
            "\(table.name) \(period): from documents\(rows.savedCount > 0 ? ", and \(rows.savedCount) rows of the damaged segment" : "")"
        )
        for failure in failed {
            result.lost.append("\(table.name) \(period), \(failure); rows that only it had may be missing")
        }
    }

    /// Writes the segment once more under its own name: equal rows give equal bytes, and all of the past is whole again.
    ///
    /// - Returns: false where the bytes are not those that the catalogue names; then nothing is left of the attempt.
    private func restoreAsItWas(_ segment: Segment, period: SegmentPeriod, _ rows: MendedRows) throws -> Bool
    {
        var edits = try SegmentEdits(lake: self, importID: segment.importID)
        do {
            try rows.write(in: segment, period: period, &edits)
            let replacements = try edits.finish()
            if replacements.count == 1, replacements[0].new?.sha256 == segment.sha256 {
                edits.release()
                return true
            }
            edits.discard()
            return false
        } catch {
            edits.discard()
            throw error
        }
    }

    private func replace(_ segment: Segment, table: LakeTable, period: SegmentPeriod, _ rows: MendedRows)
        throws
    {
        let entry = try read { try Lake.nextImportID($0) }
        var edits = try SegmentEdits(lake: self, importID: entry)
        do {
            try rows.write(in: segment, period: period, &edits)
            let replacements = try edits.finish()
            let message = "repair of \(table.name) \(period), bucket \(segment.bucket)"
            try commit(replacements, as: entry, kind: "repair", message: message) { database in
                try Lake.noteLost(segment.fileID, database)
            }
            edits.release()
        } catch {
            edits.discard()
            throw error
        }
    }

    /// Reads what a damaged segment still gives of systems whose documents cannot be read.
    private func salvage(_ segment: Segment, table: LakeTable, without known: Set<Int64>) throws
        -> MendedRows.Saved
    {
        if table.name != LakeTable.siteInterval.name {
            guard let rows = try? recordRows(table, in: segment) else { return .records(RecordRows(table)) }
            return .records(rows.filter { !known.contains(rows.systemID($0)) })
        }
        var saved: [Int64: SegmentRows] = [:]
        if let reader = try? SegmentCodec.reader(segment.path) {
            for group in 0..<reader.rowGroupCount {
                let rows = try? SegmentCodec.decode(reader, rowGroups: [group], path: segment.path)
                for (key, columns) in rows ?? [:] where !known.contains(key.systemID) {
                    saved[key.systemID, default: [:]][key] = columns
                }
            }
        }
        return .series(saved)
    }
}

/// The rows that take the place of a damaged segment's.
private struct MendedRows {
    /// What the damaged segment still gave.
    enum Saved {
        case series([Int64: SegmentRows])
        case records(RecordRows)
    }

    let saved: Saved
    let rebuilt: [Int64: MonthlyRows]
    let table: LakeTable

    var savedCount: Int {
        switch saved {
        case .series(let rows): rows.values.flatMap(\.values).reduce(0) { $0 + $1.rowCount }
        case .records(let rows): rows.rowCount
        }
    }

    func write(in segment: Lake.Segment, period: SegmentPeriod, _ edits: inout SegmentEdits) throws {
        switch saved {
        case .series(var all):
            for (systemID, rows) in rebuilt {
                for part in rows.series.sorted(by: { $0.key < $1.key }) {
                    for (key, columns) in part.value where !columns.isEmpty {
                        all[systemID, default: [:]][key, default: ReadingColumns()].append(
                            contentsOf: columns
                        )
                    }
                }
            }
            try edits.replace(segment, period: period, bySystem: all)
        case .records(var all):
            for rows in rebuilt.sorted(by: { $0.key < $1.key }) {
                for (place, part) in rows.value.records where place.table == table.name {
                    all.append(contentsOf: part)
                }
            }
            try edits.replace(segment, period: period, with: all.sorted())
        }
    }
}
