// Mending a store: damaged segments are made again from the kept documents, and moved aside; a lost catalogue is made anew
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
        /// Segments and documents that were made again, and from what.
        package var restored: [String] = []
        /// What could not be mended, and what helps.
        package var lost: [String] = []
    }
}

extension LakeWriter {
    /// Mends what `verify` finds.
    ///
    /// What lies whole in `quarantine/` is taken back. A damaged live segment is made again from the documents of its systems
    /// that hold rows of its table; a document that cannot be read is left out, and what the segment still gives takes the
    /// place of its rows. Rows that stay missing are noted: `verify` tells them until their document is imported again. A
    /// damaged document is moved aside. Past states that need a damaged segment are lost.
    ///
    /// What survives a crash: a segment's successor and the change of the catalogue are one commit, and the damaged file
    /// lies in `quarantine/` before anything takes its name.
    ///
    /// - Throws: `LakeError`; where the system would not read a file, nothing has changed.
    package func repair(replay: Lake.Replay, progress: (Int, Int) -> Void = { _, _ in }) throws -> Lake.Repair
    {
        try begin()
        defer { end() }
        var found = try verify(progress: progress)
        if let failure = found.unreadable.first { throw failure }
        var result = Lake.Repair()
        if try takeBack(found, &result) {
            found = try verify(progress: progress)
            if let failure = found.unreadable.first { throw failure }
        }
        for table in LakeTable.all {
            for segment in try segments(table: table.name) where found.damagedFiles.contains(segment.fileID) {
                guard let period = segment.period else { continue }
                try mend(segment, table: table, period: period, replay: replay, &result)
            }
        }
        for sha256 in found.damagedDocuments.sorted() {
            let name = try imports().first { $0.sha256 == sha256 }?.sourceName ?? sha256
            for path in [packedPath(sha256), plainPath(sha256)]
            where try SystemCall.exists(path) && !Lake.isWhole(path, sha256: sha256) {
                result.quarantined.append(try quarantine.take(path))
            }
            result.lost.append("document \(name): import it again, and it is kept again")
        }
        for fileID in found.damagedFiles.sorted() where try !isLive(fileID) && !isLost(fileID) {
            result.lost.append("a past state of the store needs segment \(fileID), which is damaged")
            try noteLost(fileID)
        }
        try bringBackMissingRows(replay: replay, &result)
        result.lost += found.foreignDamages + found.beyondRepair
        for missing in try missingRowsOfDocuments() { result.lost.append(missing.text) }
        let list = try? SiteList(path: "\(path)/\(Lake.sitesFile)")
        let known = try sites()
        if list?.isAsWritten != true || list?.sites.sorted(by: { $0.systemID < $1.systemID }) != known {
            if try SystemCall.exists("\(path)/\(Lake.sitesFile)") {
                result.quarantined.append(try quarantine.keep("\(path)/\(Lake.sitesFile)"))
            }
            try SiteList(known).write("\(path)/\(Lake.sitesFile)")
            result.restored.append("\(Lake.sitesFile): from the catalogue")
        }
        return result
    }

    // MARK: What lies whole aside

    /// Takes segments and documents back that are missing or damaged, and of which `quarantine/` has the bytes.
    fileprivate func takeBack(_ found: Lake.Verification, _ result: inout Lake.Repair) throws -> Bool {
        var wanted: [(name: String, sha256: String)] = []
        for fileID in found.damagedFiles.sorted() {
            let row = try read {
                try Row.fetchOne(
                    $0,
                    sql: "SELECT path, sha256 FROM sunvigil_file WHERE data_file_id = ?",
                    arguments: [fileID]
                )
            }
            if let row { wanted.append(("data/main/" + (try row.text("path")), try row.text("sha256"))) }
        }
        for sha256 in found.damagedDocuments.sorted() {
            for name in [packedPath(sha256), plainPath(sha256)] {
                wanted.append((String(name.dropFirst(path.count + 1)), sha256))
            }
        }
        guard !wanted.isEmpty else { return false }
        let aside = try quarantine.files()
        var isAny = false
        for (name, sha256) in wanted {
            guard
                let whole = try aside.first(where: {
                    try $0.hasSuffix("/" + name) && Lake.isWhole($0, sha256: sha256)
                })
            else { continue }
            let target = "\(path)/\(name)"
            if try SystemCall.exists(target) { result.quarantined.append(try quarantine.keep(target)) }
            var files = DurableFiles()
            try Lake.copyFile(whole, target, &files)
            try files.synchroniseDirectories()
            result.restored.append("\(name): from \(whole)")
            isAny = true
        }
        return isAny
    }
}

extension Lake {
    /// Tells whether a file's bytes, or those that it packs, are those of a digest.
    static func isWhole(_ path: String, sha256: String) throws -> Bool {
        if !path.hasSuffix(".parquet") {
            do {
                try readDocument(path, sha256: sha256) { _ in }
                return true
            } catch LakeError.rawDocument {
                return false
            }
        }
        var hash = SHA256()
        try SystemCall.source(path).forEachPiece { hash.update($0) }
        return hash.hexDigest() == sha256
    }
}

extension LakeReader {
    fileprivate func isLive(_ fileID: Int64) throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: "SELECT 1 FROM ducklake_data_file WHERE data_file_id = ? AND end_snapshot IS NULL",
                arguments: [fileID]
            ) != nil
        }
    }
}

extension Lake {
    fileprivate static func lostKey(_ fileID: Int64) -> String { "lost_file_\(fileID)" }
}

extension LakeReader {
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
}

extension LakeWriter {
    fileprivate func noteLost(_ fileID: Int64) throws {
        try write { try Lake.noteLost(fileID, $0) }
    }
}

extension Lake {
    fileprivate static func noteLost(_ fileID: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO sunvigil_meta VALUES (?, 'damaged and not to be restored')",
            arguments: [lostKey(fileID)]
        )
    }
}

extension LakeWriter {
    // MARK: Segments

    fileprivate func mend(
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
    fileprivate func missingRows(
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
    fileprivate func bringBackMissingRows(replay: Lake.Replay, _ result: inout Lake.Repair) throws {
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
