// Checks every byte of a store against the catalogue, and the catalogue against itself.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// What a verification found.
    package struct Verification: Sendable {
        /// Segments that were read, live and past.
        package var segmentCount = 0
        /// Rows that were decoded.
        package var rowCount = 0
        /// Documents that were read.
        package var documentCount = 0
        /// Each damage in one line: what, where.
        package var damages: [String] = []
        /// Segments with a damage, by number.
        var damagedFiles: Set<Int64> = []
        /// Documents that are missing or damaged.
        var damagedDocuments: Set<String> = []
        /// What is odd but harmless.
        package var remarks: [String] = []
    }

    /// Reads every page of every segment and every document, and holds the catalogue against them.
    ///
    /// - Parameter progress: is told how many of how many files are done.
    /// - Throws: only where the catalogue itself cannot be read at all.
    package func verify(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> Verification {
        var result = Verification()
        switch try sealState() {
        case .whole: break
        case .damaged:
            // What it says may be anything: nothing is held against it.
            result.damages.append(
                "\(cataloguePath): its bytes are not those that were written; segments and documents were not looked at, run: sunvigil rebuild"
            )
            return result
        case .unsealed:
            result.remarks.append(
                "\(cataloguePath): was changed since it was sealed last, by a crash or by another program; only its rules were checked"
            )
        }
        try verifyCatalogue(&result)
        let files = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT d.*, t.table_name, f.sha256, f.rows, f.\(keepsRollups ? "period" : "month AS period"), f.import_id, f.first_us, f.last_us, f.row_digest,
                        f.data_file_id AS own_id
                    FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)
                    LEFT JOIN sunvigil_file f USING (data_file_id) ORDER BY d.data_file_id
                    """
            )
        }
        let documents = try imports().filter { $0.sha256 != nil }
        let total = files.count + documents.count
        for (index, row) in files.enumerated() {
            try verifySegment(row, &result)
            progress(index + 1, total)
        }
        for (index, record) in documents.enumerated() {
            verifyDocument(record, &result)
            progress(files.count + index + 1, total)
        }
        for path in try strays() { result.remarks.append("\(path): no catalogue row knows this file") }
        return result
    }

    // MARK: Catalogue

    private func verifyCatalogue(_ result: inout Verification) throws {
        let findings = try read { database -> [String] in
            var found: [String] = []
            let answer = try String.fetchAll(database, sql: "PRAGMA integrity_check")
            if answer != ["ok"] { found.append("SQLite: \(answer.prefix(3).joined(separator: "; "))") }
            let tables = Set(
                try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            )
            for name in CatalogueSchema.duckLakeTableNames where !tables.contains(name) {
                found.append("table \(name) is missing")
            }
            guard found.isEmpty else { return found }
            for (what, sql) in Self.catalogueRules {
                let count = try Int64.fetchOne(database, sql: sql) ?? 0
                if count > 0 { found.append("\(what) (\(count))") }
            }
            return found
        }
        result.damages += findings.map { "\(cataloguePath): \($0)" }
    }

    /// Rules of the catalogue; each query counts what breaks the rule.
    private static let catalogueRules: [(String, String)] = [
        (
            "a month has more than one live segment",
            """
            SELECT count(*) FROM (SELECT 1 FROM ducklake_data_file d JOIN sunvigil_file f USING (data_file_id)
                WHERE d.end_snapshot IS NULL GROUP BY d.table_id, f.bucket, f.period HAVING count(*) > 1)
            """
        ),
        (
            "table statistics do not match the live segments",
            """
            SELECT count(*) FROM ducklake_table_stats s WHERE record_count <> (SELECT coalesce(sum(record_count), 0)
                FROM ducklake_data_file d WHERE d.table_id = s.table_id AND d.end_snapshot IS NULL)
                OR file_size_bytes <> (SELECT coalesce(sum(file_size_bytes), 0)
                FROM ducklake_data_file d WHERE d.table_id = s.table_id AND d.end_snapshot IS NULL)
            """
        ),
        (
            "segments without table statistics",
            """
            SELECT count(*) FROM ducklake_data_file
                WHERE table_id NOT IN (SELECT table_id FROM ducklake_table_stats)
            """
        ),
        (
            "row ids overlap or exceed the next one",
            """
            SELECT count(*) FROM ducklake_data_file a JOIN ducklake_table_stats s USING (table_id)
                WHERE a.row_id_start IS NULL OR a.row_id_start + a.record_count > s.next_row_id
                OR EXISTS (SELECT 1 FROM ducklake_data_file b WHERE b.table_id = a.table_id
                    AND b.data_file_id < a.data_file_id AND b.row_id_start < a.row_id_start + a.record_count
                    AND a.row_id_start < b.row_id_start + b.record_count)
            """
        ),
        ("table_column_stats is not empty", "SELECT count(*) FROM ducklake_table_column_stats"),
        (
            "a path belongs to two segments",
            "SELECT count(*) FROM (SELECT 1 FROM ducklake_data_file GROUP BY table_id, path HAVING count(*) > 1)"
        ),
        (
            "next_file_id did not grow with a change of data",
            """
            SELECT count(*) FROM ducklake_snapshot s JOIN ducklake_snapshot p ON p.snapshot_id = s.snapshot_id - 1
                WHERE s.next_file_id <= p.next_file_id AND EXISTS (SELECT 1 FROM ducklake_data_file d
                    WHERE d.begin_snapshot = s.snapshot_id OR d.end_snapshot = s.snapshot_id)
            """
        ),
        (
            "snapshot numbers have a hole",
            "SELECT count(*) FROM (SELECT max(snapshot_id) - min(snapshot_id) + 1 - count(*) AS n FROM ducklake_snapshot) WHERE n <> 0"
        ),
        (
            "segments or snapshots lie in the future of the newest snapshot",
            """
            SELECT count(*) FROM ducklake_data_file WHERE begin_snapshot > (SELECT max(snapshot_id) FROM ducklake_snapshot)
                OR end_snapshot > (SELECT max(snapshot_id) FROM ducklake_snapshot) OR end_snapshot <= begin_snapshot
            """
        ),
        (
            "segments of our own journal are missing in the catalogue",
            "SELECT count(*) FROM sunvigil_file WHERE data_file_id NOT IN (SELECT data_file_id FROM ducklake_data_file)"
        ),
        (
            "an import's month has no row in the journal",
            "SELECT count(*) FROM sunvigil_import_month WHERE import_id NOT IN (SELECT import_id FROM sunvigil_import)"
        ),
    ]

    // MARK: Segments

    private func verifySegment(_ row: Row, _ result: inout Verification) throws {
        let name: String = row["path"]
        let path = tablePath(row["table_name"]) + name
        guard (row["own_id"] as Int64?) != nil else {
            result.remarks.append("\(path): written by another program, its bytes have no digest here")
            return
        }
        let fileID: Int64 = row["data_file_id"]
        if try isLost(fileID) {
            result.remarks.append("\(path): belongs to a past state that a repair could not restore")
            return
        }
        result.segmentCount += 1
        func damage(_ text: String) {
            result.damages.append("\(path): \(text)")
            result.damagedFiles.insert(fileID)
        }
        if try read({ try RowDigest.of(fileID: fileID, $0) }) != row["row_digest"] {
            damage("its catalogue rows were changed since they were written")
        }
        guard let bytes = try? SystemCall.readFile(path) else {
            damage("the file is missing or cannot be read")
            return
        }
        if Int64(bytes.count) != row["file_size_bytes"] {
            damage("it has \(bytes.count) bytes, the catalogue says \(row["file_size_bytes"] as Int64)")
        }
        if SHA256.hexDigest(of: bytes) != row["sha256"] {
            damage("its SHA-256 is not the one it was written with")
        }
        do {
            try verifyContent(bytes, path: path, row, damage)
            result.rowCount += Int(row["record_count"] as Int64)
        } catch {
            damage("\(error)\(Lake.rows(of: error, bytes))")
        }
    }

    private func verifyContent(_ bytes: [UInt8], path: String, _ row: Row, _ damage: (String) -> Void) throws
    {
        let reader = try ParquetReader(bytes)
        if Int64(reader.rowCount) != row["record_count"] {
            damage("it has \(reader.rowCount) rows, the catalogue says \(row["record_count"] as Int64)")
        }
        if Int64(reader.footerBytes) != row["footer_size"] {
            damage("its footer length is not the catalogue's")
        }
        if reader.keyValues["sunvigil.month"] != row["period"] as String {
            damage("its footer names month \(reader.keyValues["sunvigil.month"] ?? "none")")
        }
        if reader.keyValues["sunvigil.import_id"] != "\(row["import_id"] as Int64)" {
            damage("its footer names import \(reader.keyValues["sunvigil.import_id"] ?? "none")")
        }
        // Decoding checks every page's CRC, every count, and that starts ascend.
        guard let table = LakeTable.named(row["table_name"]) else { return }
        let right = try Lake.bounds(bytes, table: table, path: path)
        let fileID: Int64 = row["data_file_id"]
        if table.name == LakeTable.siteInterval.name, keepsRollups {
            try verifyRollups(bytes, fileID: fileID, path: path, damage)
        }
        let bounds = try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM ducklake_file_column_stats WHERE data_file_id = ? ORDER BY column_id",
                arguments: [fileID]
            )
        }
        for bound in bounds {
            let column: Int64 = bound["column_id"]
            let stated = (bound["min_value"] as String? ?? "", bound["max_value"] as String? ?? "")
            if let own = right.columns.first(where: { $0.columnID == column }),
                (own.minimum, own.maximum) != stated
                    || bound["value_count"] as Int64? != Int64(reader.rowCount)
            {
                damage(
                    "the catalogue's bounds of column \(column) are \(stated.0) to \(stated.1), not \(own.minimum) to \(own.maximum)"
                )
            }
        }
        if bounds.count != right.columns.count { damage("the catalogue lacks bounds of the file") }
        if right.firstMicroseconds != row["first_us"] as Int64
            || right.lastMicroseconds != row["last_us"] as Int64
        {
            damage("its first or last row is not the journal's")
        }
    }

    /// Returns which rows a damaged page holds, as text behind an error; empty where that cannot be told.
    private static func rows(of error: any Error, _ bytes: [UInt8]) -> String {
        guard case LakeError.segment(_, .damaged(_, let place)) = error, let group = place.rowGroup,
            let page = place.page, let reader = try? ParquetReader(bytes), group < reader.rowGroupCount
        else { return "" }
        let before = (0..<group).reduce(0) { $0 + reader.rowCount(ofRowGroup: $1) }
        guard let column = reader.columns.firstIndex(where: { $0.name == place.column }),
            let rows = reader.rows(ofPage: page, columnIndex: column, rowGroup: group)
        else { return "; rows \(before) to \(before + reader.rowCount(ofRowGroup: group) - 1) of the file" }
        return "; rows \(before + rows.lowerBound) to \(before + rows.upperBound - 1) of the file"
    }

    /// Makes the rollups of a segment anew and compares them with those that are kept.
    private func verifyRollups(_ bytes: [UInt8], fileID: Int64, path: String, _ damage: (String) -> Void)
        throws
    {
        let kept = try rollupRows(fileID: fileID)
        let rowCounts = try seriesPlaces(fileID: fileID)
        let reader = try SegmentCodec.reader(bytes: bytes, path: path)
        var missing = Set(kept.map(\.key))
        if missing.count != kept.count { damage("a series has two day rollups in it") }
        for group in 0..<reader.rowGroupCount {
            for (key, columns) in try SegmentCodec.decode(reader, rowGroups: [group], path: path) {
                missing.remove(key)
                let name =
                    "day rollup of system \(key.systemID), source \(key.source.name), step \(key.seconds) s"
                guard let row = kept.first(where: { $0.key == key }), let days = DayRollup(bytes: row.days)
                else {
                    damage("its \(name) is missing or damaged")
                    continue
                }
                if row.rowGroup != group {
                    damage("its \(name) names row group \(row.rowGroup), not \(group)")
                }
                if storeVersion >= 6, rowCounts.first(where: { $0.key == key })?.rowCount != columns.rowCount
                {
                    damage("its \(name) counts other rows than its \(columns.rowCount)")
                }
                let right = DayRollup(columns, daysOf: days)
                guard right != days else { continue }
                let differing = zip(right.days, days.days).first { $0 != $1 }?.0 ?? right.days.last
                let day = differing.map { Instant(utcSeconds: $0.startUTCSeconds).iso8601 } ?? "its days"
                damage("its \(name) is not what its rows give, from \(day) on")
            }
        }
        for key in missing { damage("a day rollup of system \(key.systemID) has no rows in it") }
    }

    private static func bounds(_ bytes: [UInt8], table: LakeTable, path: String) throws -> SegmentBounds {
        if table.name == LakeTable.siteInterval.name {
            return SegmentBounds(
                try SegmentCodec.decode(try SegmentCodec.reader(bytes: bytes, path: path), path: path)
            )
        }
        return SegmentBounds(try RecordCodec.decode(bytes, table: table, path: path))
    }

    // MARK: Documents

    private func verifyDocument(_ record: ImportRecord, _ result: inout Verification) {
        guard let sha256 = record.sha256 else { return }
        result.documentCount += 1
        var byteCount: Int64 = 0
        do {
            try readRawDocument(sha256: sha256) { byteCount += Int64($0.count) }
            if byteCount != record.byteCount { result.damagedDocuments.insert(sha256) }
            if byteCount != record.byteCount {
                result.damages.append(
                    "\(keptPath(sha256) ?? packedPath(sha256)): it has \(byteCount) bytes, import \(record.importID) says \(record.byteCount)"
                )
            }
        } catch {
            result.damagedDocuments.insert(sha256)
            result.damages.append(
                "\(keptPath(sha256) ?? packedPath(sha256)): the document of import \(record.importID) is missing or damaged"
            )
        }
    }
}
