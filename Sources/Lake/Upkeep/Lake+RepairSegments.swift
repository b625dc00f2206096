// Damaged segments made again from the kept documents, and what their own bytes still give.

import Foundation
import GRDB
import Parquet
import Readings

extension LakeWriter {
    // MARK: Segments

    func mend(
        _ segment: Lake.Segment,
        table: LakeTable,
        period: SegmentPeriod,
        replay: Lake.Replay,
        _ result: inout Lake.Repair
    ) throws {
        let months = Set((0..<period.monthCount).map { period.first.advanced(by: $0) })
        var rebuilt: [Int64: MonthlyRows] = [:]
        var failed: [(record: ImportRecord, text: String)] = []
        for site in try sites() where Lake.bucket(ofSystem: site.systemID) == segment.bucket {
            let records = try contributors(
                systemID: site.systemID,
                months: months,
                without: [],
                tables: [table.name]
            )
            rebuilt[site.systemID] = try rebuild(
                months: months,
                from: records,
                current: nil,
                replay: replay,
                failed: { record, error in failed.append((record, "\(site.name): \(error)")) }
            )
        }
        // What the segment still gives is newer than what documents say: it was made of all of them.
        var rows = MendedRows(table: table, rebuilt: rebuilt)
        let savedCount = try failed.isEmpty && rows.rowCount >= segment.rowCount ? 0 : salvage(segment, &rows)
        let isThere = try SystemCall.exists(segment.path)
        if isThere { result.quarantined.append(try quarantine.keep(segment.path)) }
        let isAsItWas = try restoreAsItWas(segment, period: period, rows)
        if !isAsItWas {
            let missing = missingRows(failed.map(\.record), segment, table, period, rowCount: rows.rowCount)
            try replace(segment, table: table, period: period, rows, missing)
            // It lies in the quarantine besides; under its own name it would be found damaged for ever.
            if isThere { try SystemCall.remove(segment.path) }
        }
        result.restored.append(
            "\(table.name) \(period): from documents\(savedCount > 0 ? ", and \(savedCount) rows of the damaged segment" : "")"
        )
        guard !isAsItWas else { return }
        for failure in failed {
            result.lost.append("\(table.name) \(period), \(failure.text)")
        }
    }
}

extension Lake {
    /// Rows of documents that are not in the store.
    struct LostRows {
        /// The import; 0 where the journal does not tell which documents they were of.
        let importID: Int64
        let table: String
        let period: String
        let bucket: Int64
        /// The number of rows that the segment had.
        let rowCount: Int
        /// The name of the document.
        var name = ""

        /// What is missing, and what helps.
        var text: String {
            importID > 0
                ? "rows of import \(importID), \(name), are missing in \(table) \(period): import the document again"
                : "rows are missing in \(table) \(period), which had \(rowCount): import its documents again"
        }
    }
}

extension LakeReader {
    func missingRows(
        _ failed: [ImportRecord],
        _ segment: Lake.Segment,
        _ table: LakeTable,
        _ period: SegmentPeriod,
        rowCount: Int
    ) -> [Lake.LostRows] {
        // Whatever the count: older values may stand where a document's own are missing.
        let imports = Set(failed.map(\.importID)).sorted()
        guard !imports.isEmpty || rowCount < segment.rowCount else { return [] }
        return (imports.isEmpty ? [0] : imports).map {
            Lake.LostRows(
                importID: $0,
                table: table.name,
                period: "\(period)",
                bucket: segment.bucket,
                rowCount: segment.rowCount
            )
        }
    }

    /// Returns what repairs could not make again and no import has brought back.
    func missingRowsOfDocuments() throws -> [Lake.LostRows] {
        guard storeVersion >= 7 else { return [] }
        let all = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT m.import_id, m.table_name, m.period, m.bucket, m.rows, i.source_name, i.undone_by
                    FROM sunvigil_missing m LEFT JOIN sunvigil_import i USING (import_id)
                    ORDER BY m.import_id, m.table_name, m.period
                    """
            )
        }
        return try all.compactMap { row in
            let missing = Lake.LostRows(
                importID: try row.count("import_id"),
                table: try row.text("table_name"),
                period: try row.text("period"),
                bucket: try row.count("bucket"),
                rowCount: try row.count("rows"),
                name: try row.textIfAny("source_name") ?? ""
            )
            let undoneBy: Int64? = try row.integerIfAny("undone_by")
            if undoneBy != nil { return nil }
            // A count tells nothing of one document's rows: other sites and other documents share the segment.
            if missing.importID > 0 { return missing }
            guard let period = SegmentPeriod(missing.period) else { return missing }
            let there = try segments(table: missing.table).filter {
                $0.bucket == missing.bucket && $0.period?.months.overlaps(period.months) ?? false
            }
            // Of a longer segment that was made since nothing can be told.
            if there.contains(where: { $0.period != period }) { return nil }
            return there.reduce(0) { $0 + $1.rowCount } >= missing.rowCount ? nil : missing
        }
    }
}

extension LakeWriter {
    /// Tries again what an earlier repair could not read: a document may have come back since.
    func bringBackMissingRows(replay: Lake.Replay, _ result: inout Lake.Repair) throws {
        for missing in try missingRowsOfDocuments() where missing.importID > 0 {
            guard let record = try imports().first(where: { $0.importID == missing.importID }),
                let sha256 = record.sha256, try keptPath(sha256) != nil,
                let table = LakeTable.named(missing.table),
                let period = SegmentPeriod(missing.period)
            else { continue }
            let months = Set((0..<period.monthCount).map { period.first.advanced(by: $0) })
            var failures = 0
            let rows = try rebuild(
                months: months,
                from: try contributors(
                    systemID: record.systemID,
                    months: months,
                    without: [],
                    tables: [table.name]
                ),
                current: nil,
                replay: replay,
                failed: { _, _ in failures += 1 }
            )
            guard failures == 0 else { continue }
            let entry = try nextImportID()
            var edits = try SegmentEdits(lake: self, importID: entry)
            do {
                for month in months.sorted() {
                    if table.name == LakeTable.siteInterval.name {
                        _ = try edits.exchange(month, of: record.systemID, for: rows.series[month] ?? [:])
                    } else {
                        let place = TableMonth(table: table.name, month: month)
                        _ = try edits.exchange(
                            place,
                            of: record.systemID,
                            for: rows.records[place] ?? RecordRows(table)
                        )
                    }
                }
                let replacements = try edits.finish()
                let message = "repair of \(table.name) \(period): rows of import \(record.importID)"
                try commit(replacements, as: entry, kind: "repair", message: message) { database in
                    try database.execute(
                        sql:
                            "DELETE FROM sunvigil_missing WHERE import_id = ? AND table_name = ? AND period = ?",
                        arguments: [missing.importID, missing.table, missing.period]
                    )
                }
                edits.release()
            } catch {
                edits.discard()
                throw error
            }
            result.restored.append("\(table.name) \(period): rows of \(record.sourceName)")
        }
    }

    /// Writes the segment once more under its own name: equal rows give equal bytes, and all of the past is whole again.
    ///
    /// - Returns: false where the bytes are not those that the catalogue names; then nothing is left of the attempt.
    fileprivate func restoreAsItWas(_ segment: Lake.Segment, period: SegmentPeriod, _ rows: MendedRows) throws
        -> Bool
    {
        var edits = try SegmentEdits(lake: self, importID: segment.importID)
        edits.expectedDigest = segment.sha256
        do {
            try rows.write(in: segment, period: period, &edits)
            let replacements = try edits.finish()
            let isWritten = replacements.count == 1 && replacements[0].new?.sha256 == segment.sha256
            if isWritten { edits.release() } else { edits.discard() }
            return isWritten
        } catch is SegmentEdits.OtherBytes {
            edits.discard()
            return false
        } catch {
            // What stands under the segment's own name may be its mended bytes: it stays.
            edits.release()
            edits.discard()
            throw error
        }
    }

    fileprivate func replace(
        _ segment: Lake.Segment,
        table: LakeTable,
        period: SegmentPeriod,
        _ rows: MendedRows,
        _ missing: [Lake.LostRows]
    ) throws {
        let entry = try nextImportID()
        var edits = try SegmentEdits(lake: self, importID: entry)
        do {
            try rows.write(in: segment, period: period, &edits)
            let replacements = try edits.finish()
            let message = "repair of \(table.name) \(period), bucket \(segment.bucket)"
            try commit(replacements, as: entry, kind: "repair", message: message) { database in
                try Lake.noteLost(segment.fileID, database)
                for one in missing {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO sunvigil_missing VALUES (?, ?, ?, ?, ?)",
                        arguments: [one.importID, one.table, one.period, one.bucket, one.rowCount]
                    )
                }
            }
            edits.release()
        } catch {
            edits.discard()
            throw error
        }
    }

    /// Reads what a damaged segment still gives, and lays it over what documents gave.
    ///
    /// - Returns: the number of its rows.
    fileprivate func salvage(_ segment: Lake.Segment, _ rows: inout MendedRows) throws -> Int {
        guard try SystemCall.exists(segment.path) else { return 0 }
        let bytes = try SystemCall.readFile(segment.path)
        guard let reader = try? ParquetReader(bytes), let period = segment.period else { return 0 }
        // No checksum of a page speaks for the footer: a damaged one could say that a column has no values.
        if let digest = segment.tailDigest {
            let found = try? SegmentCodec.tailDigest(reader, byteCount: bytes.count) { Array(bytes[$0]) }
            guard found == digest else { return 0 }
        }
        let stated = SegmentCodec.keyValues(
            table: rows.table,
            period: period,
            bucket: segment.bucket,
            importID: segment.importID
        )
        // The segment of another month in its place gives nothing.
        guard stated.allSatisfy({ reader.keyValues[$0.0] == $0.1 }) else { return 0 }
        if rows.table.name != LakeTable.siteInterval.name {
            guard let found = try? RecordCodec.decode(bytes, table: rows.table, path: segment.path) else {
                return 0
            }
            rows.overlay(found)
            return found.rowCount
        }
        var count = 0
        for group in 0..<reader.rowGroupCount {
            let found = try? SegmentCodec.decode(reader, rowGroups: [group], path: segment.path)
            for (key, columns) in found ?? [:] {
                rows.overlay(key, columns)
                count += columns.rowCount
            }
        }
        return count
    }
}

/// The rows that take the place of a damaged segment's.
private struct MendedRows {
    let table: LakeTable
    private var series: [Int64: SegmentRows] = [:]
    private var records: RecordRows

    init(table: LakeTable, rebuilt: [Int64: MonthlyRows]) {
        self.table = table
        records = RecordRows(table)
        for (systemID, rows) in rebuilt.sorted(by: { $0.key < $1.key }) {
            for part in rows.series.sorted(by: { $0.key < $1.key }) {
                for (key, columns) in part.value where !columns.isEmpty {
                    series[systemID, default: [:]][key, default: ReadingColumns()].append(contentsOf: columns)
                }
            }
            for (place, part) in rows.records.sorted(by: { $0.key < $1.key }) where place.table == table.name
            {
                records.append(contentsOf: part)
            }
        }
        records = records.sorted()
    }

    var rowCount: Int {
        series.values.flatMap(\.values).reduce(0) { $0 + $1.rowCount } + records.rowCount
    }

    mutating func overlay(_ key: SeriesKey, _ columns: ReadingColumns) {
        let earlier = series[key.systemID]?[key] ?? ReadingColumns()
        series[key.systemID, default: [:]][key] = earlier.merged(withLater: columns)
    }

    mutating func overlay(_ rows: RecordRows) { records = records.merged(withLater: rows) }

    func write(in segment: Lake.Segment, period: SegmentPeriod, _ edits: inout SegmentEdits) throws {
        if table.name == LakeTable.siteInterval.name {
            try edits.replace(segment, period: period, bySystem: series)
        } else {
            try edits.replace(segment, period: period, with: records)
        }
    }
}
