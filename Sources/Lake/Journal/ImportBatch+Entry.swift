// What an import writes into the journal, and what is asked of it.

import Foundation
import GRDB
import Readings

extension ImportBatch.Entry {
    /// Writes the journal's rows.
    func write(snapshotID: Int64, lake: LakeWriter, _ database: Database) throws {
        let now = lake.environment.nowMicroseconds()
        if let replaced {
            try database.execute(
                sql: "UPDATE sunvigil_import SET undone_by = ? WHERE import_id = ?",
                arguments: [importID, replaced.importID]
            )
            try database.execute(
                sql: "DELETE FROM sunvigil_missing WHERE import_id = ?",
                arguments: [replaced.importID]
            )
        }
        try database.execute(
            sql: """
                INSERT INTO sunvigil_import
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)
                """,
            arguments: [
                importID, now, document.kind, document.sourceName, document.sha256, document.byteCount,
                document.systemID,
                document.capturedUTCSeconds * 1_000_000, document.options, document.summary,
                document.rowsRead,
                changes.new, changes.changed + changes.completed, changes.same, document.rowsRefused,
                document.rows.firstUTCSeconds.map { $0 * 1_000_000 },
                document.rows.lastUTCSeconds.map { $0 * 1_000_000 }, snapshotID,
                lake.environment.programVersion, changes.late,
            ]
        )
        try Lake.learn(document.identifiers, systemID: document.systemID, importID: importID, database)
        let insert = try database.cachedStatement(
            sql: "INSERT INTO sunvigil_import_month VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        for (place, rowCount) in coverage {
            try insert.execute(
                arguments: [
                    importID, document.systemID, place.table, place.source.rawValue, place.seconds,
                    "\(place.month)", rowCount,
                ]
            )
        }
        for (key, revision) in changes.revisions {
            try database.execute(
                sql: "INSERT INTO sunvigil_revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    importID, document.systemID, key.seconds, "\(key.day)", key.quantity, revision.rowCount,
                    revision.before.value, revision.after.value, revision.filledRows, revision.filled.value,
                ]
            )
        }
    }
}

extension LakeReader {
    /// Tells whether rows of a document that was imported are not in the store: fewer are there than it has, or none of a
    /// month. It costs no look at a segment.
    func lacksRows(of document: StagedDocument) throws -> Bool {
        let bucket = Lake.bucket(ofSystem: document.systemID)
        var wanted: [Int64: [SeriesKey: Int]] = [:]
        for (place, count) in document.rows.coverage {
            let all = try segments(table: place.table, systemID: document.systemID)
            // A segment of another program tells nothing without being read.
            if all.contains(where: { !$0.isOurs }) { return false }
            let own = all.first { $0.bucket == bucket && $0.period?.months.contains(place.month) ?? false }
            guard let own else { return true }
            guard place.table == LakeTable.siteInterval.name else { continue }
            let key = SeriesKey(systemID: document.systemID, source: place.source, seconds: place.seconds)
            wanted[own.fileID, default: [:]][key, default: 0] += count
        }
        for (fileID, counts) in wanted {
            var there: [SeriesKey: Int] = [:]
            for place in try seriesPlaces(fileID: fileID, systemID: document.systemID) {
                there[place.key, default: 0] += place.rowCount
            }
            if counts.contains(where: { there[$0.key] ?? 0 < $0.value }) { return true }
        }
        return false
    }

    /// Returns the last start of each series of a system, seconds UTC, by the days that are kept.
    func lastStarts(systemID: Int64) throws -> [SeriesKey: Int64] {
        var result: [SeriesKey: Int64] = [:]
        for segment in try segments(table: LakeTable.siteInterval.name, systemID: systemID) {
            for row in try rollupRows(fileID: segment.fileID, systemID: systemID) {
                guard let day = DayRollup(bytes: row.days)?.days.last else { continue }
                // Good to a day: rows of the last day itself count as new.
                result[row.key] = max(result[row.key] ?? .min, day.startUTCSeconds - 1)
            }
        }
        return result
    }
}

extension Lake {
    /// Returns `table|month` of all months of a document's system for which a later capture is in the store.
    static func monthsCapturedAfter(_ document: StagedDocument, _ database: Database) throws
        -> Set<String>
    {
        Set(
            try String.fetchAll(
                try database.cachedStatement(
                    sql: """
                        SELECT DISTINCT m.table_name || '|' || m.month FROM sunvigil_import_month m
                        JOIN sunvigil_import i USING (import_id)
                        WHERE m.system_id = ? AND i.undone_by IS NULL AND i.captured_us > ?
                        """
                ),
                arguments: [document.systemID, document.capturedUTCSeconds * 1_000_000]
            )
        ).intersection(document.rows.coverage.keys.map { "\($0.table)|\($0.month)" })
    }
}

extension ReadingColumns {
    /// Cuts rows at the bounds of containers.
    func byContainer(_ container: (CivilMonth) -> SegmentPeriod) -> [(SegmentPeriod, ReadingColumns)] {
        var parts: [(SegmentPeriod, ReadingColumns)] = []
        var row = 0
        while row < rowCount {
            let place = container(CivilMonth(utcSeconds: startUTCSeconds[row]))
            let end = firstRow(atOrAfter: place.utcInterval.endUTCSeconds)
            parts.append((place, row == 0 && end == rowCount ? self : slice(row..<end)))
            row = end
        }
        return parts
    }
}
