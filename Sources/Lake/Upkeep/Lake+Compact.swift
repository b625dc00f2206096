// Making few long segments of many short ones, and packing documents.

import Foundation
import GRDB
import Readings

extension Lake {
    /// What a compaction did.
    package struct Compaction: Sendable {
        /// Segments that were merged.
        package var mergedSegments = 0
        /// Segments that took their place.
        package var newSegments = 0
        /// Documents that were compressed.
        package var packedDocuments = 0
        /// Bytes by which the store's live files became smaller.
        package var savedBytes: Int64 = 0
        /// What could not be merged or compressed because it is damaged, each in one line.
        package var left: [any Error] = []
    }

    /// Rows of a table of records beyond which months stay apart: they are merged in memory.
    fileprivate static let mergedRecordRows = 400_000
}

extension LakeWriter {
    /// Merges the months of years that are over, and the years of blocks that are over, and compresses documents that
    /// lie as they came. Rows stay as they are; past states of the store stay readable.
    ///
    /// What survives a crash: each bucket of each table is one commit.
    ///
    /// - Parameters:
    ///   - packsDocuments: also compresses documents.
    ///   - progress: is told what is being done.
    /// - Throws: `LakeError`.
    package func compact(packsDocuments: Bool = true, progress: (String) -> Void = { _ in }) throws
        -> Lake.Compaction
    {
        try begin()
        defer { end() }
        var result = Lake.Compaction()
        for table in LakeTable.all {
            let segments = try segments(table: table.name)
            for bucket in Set(segments.map(\.bucket)).sorted() where bucket >= 0 {
                progress("\(table.name), bucket \(bucket)")
                let groups = groups(segments.filter { $0.bucket == bucket }, table: table)
                guard !groups.isEmpty else { continue }
                do {
                    try merge(groups, table: table, bucket: bucket, &result)
                } catch let error as LakeError {
                    // What is damaged stays as it is; the others are merged all the same.
                    guard error.isDamage else { throw error }
                    result.left.append(error)
                }
            }
        }
        guard packsDocuments else { return result }
        let documents = Set(try imports().compactMap(\.sha256)).sorted()
        for (index, sha256) in documents.enumerated() {
            progress("document \(index + 1) of \(documents.count)")
            do {
                let saved = try packDocument(sha256)
                if saved != 0 { result.packedDocuments += 1 }
                result.savedBytes += saved
            } catch let error as LakeError {
                guard error.isDamage else { throw error }
                result.left.append(error)
            }
        }
        return result
    }
}

extension LakeReader {
    /// Returns which segments belong together: those of one container whose years are all over.
    fileprivate func groups(_ segments: [Lake.Segment], table: LakeTable) -> [(SegmentPeriod, [Lake.Segment])]
    {
        let now = Instant(utcSeconds: environment.nowMicroseconds().flooredDivision(by: 1_000_000))
        let currentYear = CivilMonth(utcSeconds: now.utcSeconds).year
        func grouped(_ container: (CivilMonth) -> SegmentPeriod) -> [SegmentPeriod: [Lake.Segment]] {
            Dictionary(grouping: segments.filter { $0.period != nil }) {
                container($0.period?.first ?? CivilMonth(utcSeconds: 0))
            }.filter { $0.key.lastYear < currentYear && $0.value.count > 1 }
        }
        func isSmall(_ group: [Lake.Segment]) -> Bool {
            table.name == LakeTable.siteInterval.name
                || group.reduce(0) { $0 + $1.rowCount } <= Lake.mergedRecordRows
        }
        let blocks = grouped { SegmentPeriod.container(of: $0, currentYear: currentYear) }.filter {
            isSmall($0.value)
        }
        let years = grouped { SegmentPeriod.year(of: $0) }.filter { year, group in
            isSmall(group) && !blocks.keys.contains { $0.months.overlaps(year.months) }
        }
        return blocks.merging(years) { block, _ in block }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.sorted { $0.fileID < $1.fileID }) }
    }
}

extension LakeWriter {
    fileprivate func merge(
        _ groups: [(SegmentPeriod, [Lake.Segment])],
        table: LakeTable,
        bucket: Int64,
        _ result: inout Lake.Compaction
    ) throws {
        let entry = try nextImportID()
        var edits = try SegmentEdits(lake: self, importID: entry)
        do {
            for (period, segments) in groups {
                if table.name == LakeTable.siteInterval.name {
                    try edits.merge(segments, bucket: bucket, into: period)
                } else {
                    try edits.merge(segments, table: table, into: period)
                }
            }
            let replacements = try edits.finish()
            let message = "compaction of \(table.name), bucket \(bucket)"
            try commit(replacements, as: entry, kind: "compact", message: message)
            edits.release()
            for replacement in replacements {
                result.mergedSegments += replacement.old.count
                result.newSegments += replacement.new == nil ? 0 : 1
                result.savedBytes += replacement.old.reduce(0) { $0 + Int64($1.byteCount) }
                result.savedBytes -= Int64(replacement.new?.byteCount ?? 0)
            }
        } catch {
            edits.discard()
            throw error
        }
    }

    /// Commits segments that no import brought, with their entry of the journal.
    ///
    /// - Parameters:
    ///   - entry: the entry's number.
    ///   - also: what else belongs into the transaction.
    func commit(
        _ replacements: [SegmentReplacement],
        as entry: Int64,
        kind: String,
        message: String,
        also: (Database) throws -> Void = { _ in }
    ) throws {
        try write { database in
            let snapshotID = try SegmentReplacement.commit(
                replacements,
                database,
                lake: self,
                message: message
            )
            try JournalEntry(kind: kind, text: message, systemID: 0, snapshotID: snapshotID)
                .write(entry, environment, database)
            try also(database)
        }
    }
}

/// An entry of the journal that is no import.
struct JournalEntry {
    let kind: String
    let text: String
    let systemID: Int64
    let snapshotID: Int64

    /// Writes the entry under a number.
    func write(_ number: Int64, _ environment: LakeEnvironment, _ database: Database) throws {
        let now = environment.nowMicroseconds()
        try database.execute(
            sql: """
                INSERT INTO sunvigil_import
                VALUES (?, ?, ?, ?, NULL, 0, ?, ?, '{}', '{}', 0, 0, 0, 0, 0, NULL, NULL, ?, NULL, ?, 0)
                """,
            arguments: [number, now, kind, text, systemID, now, snapshotID, environment.programVersion]
        )
    }
}
