// Checks every byte of a store against the catalogue, and the catalogue against itself.

import Foundation
import GRDB
import Parquet
import Readings

extension LakeReader {
    /// Reads every page of every segment and every document, and holds the catalogue against them.
    ///
    /// - Parameter progress: is told how many of how many files are done.
    /// - Throws: only where the catalogue itself cannot be read at all.
    package func verify(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws
        -> Lake.Verification
    {
        var result = Lake.Verification()
        switch try sealState() {
        case .whole: break
        case .damaged:
            // What it says may be anything: nothing is held against it.
            result.damages.append(
                StoreRemark(
                    "\(cataloguePath): its bytes are not those that were written; segments and documents were not looked at",
                    .rebuild
                )
            )
            return result
        case .unsealed:
            result.remarks.append(
                "\(cataloguePath): was changed since it was sealed last, by a crash or by another program; only its rules were checked"
            )
        case .brokenSeal:
            result.remarks.append(
                "\(sealPath): the seal itself is damaged, the next change writes it anew; only the catalogue's rules were checked"
            )
        }
        func tell(_ damage: StoreRemark) {
            result.damages.append(damage)
            result.beyondRepair.append(damage)
        }
        for broken in try brokenRules() { tell("\(cataloguePath): \(broken)") }
        if let older = try missingChanges() {
            tell(
                StoreRemark(
                    "\(cataloguePath): it is older than the store: it ends with entry \(older.known.importID) of the journal and snapshot \(older.known.snapshotID), the newest were \(older.newest.importID) and \(older.newest.snapshotID)",
                    .putBackOrRebuild
                )
            )
        }
        let files = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT d.data_file_id, d.path, d.path_is_relative, d.record_count, d.file_size_bytes, d.footer_size,
                        t.table_name, f.sha256, f.\(keepsRollups ? "period" : "month AS period"), f.import_id, f.bucket,
                        f.first_us, f.last_us, f.row_digest, f.data_file_id AS own_id
                    FROM ducklake_data_file d JOIN ducklake_table t USING (table_id)
                    LEFT JOIN sunvigil_file f USING (data_file_id) ORDER BY d.data_file_id
                    """
            )
        }
        let documents: [ImportRecord]
        do {
            documents = try imports().filter { $0.sha256 != nil }
        } catch LakeError.catalogue(_, let reason) {
            tell(StoreRemark("\(cataloguePath): \(reason)", .rebuild))
            return result
        }
        let total = files.count + documents.count
        for (index, row) in files.enumerated() {
            do {
                try verifySegment(row, &result)
            } catch LakeError.catalogue(_, let reason) {
                result.damages.append("\(cataloguePath): \(reason)")
            }
            progress(index + 1, total)
        }
        for (index, record) in documents.enumerated() {
            verifyDocument(record, &result)
            progress(files.count + index + 1, total)
        }
        try verifyStaged(&result)
        try verifyMissing(&result)
        try verifyOwnersFiles(&result)
        try verifyLive(&result)
        try tellStrays(&result)
        return result
    }

    /// Files that no row of the catalogue names, and what was moved aside.
    private func tellStrays(_ result: inout Lake.Verification) throws {
        let strays = try strays()
        for path in strays.segments + strays.temporary {
            result.remarks.append("\(path): no catalogue row knows this file")
        }
        for path in strays.documents {
            result.remarks.append("\(path): no catalogue row knows this document; import it again")
        }
        let aside = try quarantine.files().count
        if aside > 0 { result.remarks.append("\(quarantine.folder): \(aside) files were moved aside") }
    }

    /// Rows that a repair could not make again.
    fileprivate func verifyMissing(_ result: inout Lake.Verification) throws {
        for missing in try missingRowsOfDocuments() {
            result.damages.append("\(tablePath(missing.table)): \(missing.text)")
        }
    }

    /// The owner's files beside the catalogue: each is whole JSON, and the sites are those of the catalogue.
    fileprivate func verifyOwnersFiles(_ result: inout Lake.Verification) throws {
        for name in Lake.ownersFiles {
            guard let bytes = try ownersFile(name) else { continue }
            if (try? JSONSerialization.jsonObject(with: Data(bytes))) == nil {
                let damage: StoreRemark = "\(path)/\(name): it is no JSON; correct it, or move it away"
                result.damages.append(damage)
                if name != Lake.sitesFile { result.beyondRepair.append(damage) }
            }
        }
        let sitesPath = "\(path)/\(Lake.sitesFile)"
        guard try SystemCall.exists(sitesPath) else { return }
        do {
            let list = try SiteList(path: sitesPath)
            let known = try sites()
            if !list.isAsWritten
                || Dictionary(grouping: list.sites, by: \.systemID)
                    != Dictionary(grouping: known, by: \.systemID)
            {
                result.damages.append(
                    StoreRemark("\(sitesPath): its sites are not those of the catalogue", .repairWritesIt)
                )
            }
        } catch LakeError.ownersFile(_, let reason) {
            result.damages.append(StoreRemark("\(sitesPath): \(reason)", .repairWritesIt))
        }
    }

    // MARK: Catalogue

    /// Returns which rules the catalogue breaks.
    func brokenRules() throws -> [String] {
        try read { database -> [String] in
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
            for (what, sql) in Lake.catalogueRules {
                let own = keepsRollups ? sql : sql.replacing("f.period", with: "f.month")
                let count = try Int64.fetchOne(database, sql: own) ?? 0
                if count > 0 { found.append("\(what) (\(count))") }
            }
            let files = try Row.fetchAll(
                database,
                sql: "SELECT data_file_id, path, row_digest FROM sunvigil_file"
            )
            for row in files {
                let fileID: Int64 = try row.count("data_file_id")
                if try RowDigest.of(fileID: fileID, database) != row.text("row_digest") {
                    found.append("the rows of \(try row.text("path")) were changed since they were written")
                }
            }
            if storeVersion >= Lake.firstOutboxVersion { found += try OutboxRemains(database).damages }
            return found
        }
    }
}

extension LakeReader {
    /// Reads the rows that wait: their own checks are all that speaks for them.
    private func verifyStaged(_ result: inout Lake.Verification) throws {
        do {
            try read { database in
                if keepsRollups { _ = try liveRows(database, systemID: nil) }
                for table in LakeTable.recordTables { _ = try stagedRecords(table, database) }
            }
        } catch LakeError.catalogue(_, let reason) {
            result.damages.append("\(cataloguePath): \(reason)")
        }
    }
}

extension Lake {
    /// Rules of the catalogue; each query counts what breaks the rule.
    fileprivate static let catalogueRules: [(String, String)] = [
        (
            "a file waits to be removed that a segment names",
            """
            SELECT count(*) FROM ducklake_files_scheduled_for_deletion s WHERE s.path IN
                (SELECT 'main/' || t.table_name || '/' || d.path FROM ducklake_data_file d JOIN ducklake_table t USING (table_id))
            """
        ),
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
}

extension LakeReader {
    // MARK: Segments

    fileprivate func verifySegment(_ row: Row, _ result: inout Lake.Verification) throws {
        let name = try row.text("path")
        let table = try row.text("table_name")
        let isRelative: Int64 = try row.integerIfAny("path_is_relative") ?? 1
        let path = isRelative == 1 ? tablePath(table) + name : name
        guard let fileID: Int64 = try row.integerIfAny("own_id", in: StoredBounds.counts) else {
            verifyForeign(path, table: table, &result)
            return
        }
        if try isLost(fileID) {
            result.remarks.append("\(path): belongs to a past state that a repair could not restore")
            return
        }
        result.segmentCount += 1
        func damage(_ text: String) {
            result.damages.append("\(path): \(text)")
            result.damagedFiles.insert(fileID)
        }
        let bytes: [UInt8]
        do {
            bytes = try SystemCall.readFile(path)
        } catch LakeError.system(_, _, let code) where code == ENOENT {
            damage("the file is missing")
            return
        } catch {
            result.damages.append(StoreRemark(error))
            result.unreadable.append(error)
            return
        }
        if Int64(bytes.count) != (try row.count("file_size_bytes")) {
            damage(
                "it has \(bytes.count) bytes, the catalogue says \(try row.count("file_size_bytes") as Int64)"
            )
        }
        if SHA256.hexDigest(of: bytes) != (try row.text("sha256")) {
            damage("its SHA-256 is not the one it was written with")
        }
        do {
            try verifyContent(bytes, path: path, row, damage)
            result.rowCount += try row.count("record_count") as Int
        } catch let error as LakeError {
            if case .catalogue = error { throw error }
            damage("\(error)\(Lake.rows(of: error, bytes))")
        } catch let error as ParquetError {
            damage("\(error)")
        }
    }

    /// A segment of another program has no digest here: it is read, and nothing more is known of it.
    fileprivate func verifyForeign(_ path: String, table: String, _ result: inout Lake.Verification) {
        do {
            let bytes = try SystemCall.readFile(path)
            if let table = LakeTable.named(table) { _ = try Lake.bounds(bytes, table: table, path: path) }
            result.remarks.append("\(path): written by another program, its bytes have no digest here")
        } catch {
            let text: StoreRemark = "\(path): written by another program, and it cannot be read: \(error)"
            result.damages.append(text)
            result.foreignDamages.append(text)
        }
    }

    fileprivate func verifyContent(_ bytes: [UInt8], path: String, _ row: Row, _ damage: (String) -> Void)
        throws
    {
        let reader = try ParquetReader(bytes)
        if reader.rowCount != (try row.count("record_count")) {
            damage(
                "it has \(reader.rowCount) rows, the catalogue says \(try row.count("record_count") as Int64)"
            )
        }
        if reader.footerBytes != (try row.count("footer_size")) {
            damage("its footer length is not the catalogue's")
        }
        if reader.keyValues["sunvigil.month"] != (try row.text("period")) {
            damage("its footer names month \(reader.keyValues["sunvigil.month"] ?? "none")")
        }
        if reader.keyValues["sunvigil.bucket"] != "\(try row.count("bucket") as Int64)" {
            damage("its footer names bucket \(reader.keyValues["sunvigil.bucket"] ?? "none")")
        }
        if reader.keyValues["sunvigil.import_id"] != "\(try row.count("import_id") as Int64)" {
            damage("its footer names import \(reader.keyValues["sunvigil.import_id"] ?? "none")")
        }
        // Decoding checks every page's CRC, every count, and that starts ascend.
        guard let table = LakeTable.named(try row.text("table_name")) else { return }
        let right = try Lake.bounds(bytes, table: table, path: path)
        let fileID: Int64 = try row.count("data_file_id")
        if table.name == LakeTable.siteInterval.name, keepsRollups {
            try verifyRollups(bytes, fileID: fileID, path: path, damage)
        }
        let bounds = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT column_id, value_count, min_value, max_value FROM ducklake_file_column_stats
                    WHERE data_file_id = ? ORDER BY column_id
                    """,
                arguments: [fileID]
            )
        }
        for bound in bounds {
            let column: Int64 = try bound.integer("column_id")
            let stated = (try bound.textIfAny("min_value") ?? "", try bound.textIfAny("max_value") ?? "")
            if let own = right.columns.first(where: { $0.columnID == column }),
                try (own.minimum, own.maximum) != stated
                    || bound.integerIfAny("value_count") != reader.rowCount
            {
                damage(
                    "the catalogue's bounds of column \(column) are \(stated.0) to \(stated.1), not \(own.minimum) to \(own.maximum)"
                )
            }
        }
        if bounds.count != right.columns.count { damage("the catalogue lacks bounds of the file") }
        if try right.firstMicroseconds != row.instant("first_us")
            || right.lastMicroseconds != row.instant("last_us")
        {
            damage("its first or last row is not the journal's")
        }
    }
}

extension Lake {
    /// Returns which rows a damaged page holds, as text behind an error; empty where that cannot be told.
    fileprivate static func rows(of error: any Error, _ bytes: [UInt8]) -> String {
        guard case LakeError.segment(_, .damaged(_, let place)) = error, let group = place.rowGroup,
            let page = place.page, let reader = try? ParquetReader(bytes), group < reader.rowGroupCount
        else { return "" }
        let before = (0..<group).reduce(0) { $0 + reader.rowCount(ofRowGroup: $1) }
        guard let column = reader.columns.firstIndex(where: { $0.name == place.column }),
            let rows = reader.rows(ofPage: page, columnIndex: column, rowGroup: group)
        else { return "; rows \(before) to \(before + reader.rowCount(ofRowGroup: group) - 1) of the file" }
        return "; rows \(before + rows.lowerBound) to \(before + rows.upperBound - 1) of the file"
    }
}

extension LakeReader {
    /// Makes the rollups of a segment anew and compares them with those that are kept.
    fileprivate func verifyRollups(_ bytes: [UInt8], fileID: Int64, path: String, _ damage: (String) -> Void)
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
}

extension Lake {
    fileprivate static func bounds(_ bytes: [UInt8], table: LakeTable, path: String) throws -> SegmentBounds {
        if table.name == LakeTable.siteInterval.name {
            return SegmentBounds(
                try SegmentCodec.decode(try SegmentCodec.reader(bytes: bytes, path: path), path: path)
            )
        }
        return SegmentBounds(try RecordCodec.decode(bytes, table: table, path: path))
    }
}

extension LakeReader {
    // MARK: Documents

    fileprivate func verifyDocument(_ record: ImportRecord, _ result: inout Lake.Verification) {
        guard let sha256 = record.sha256 else { return }
        result.documentCount += 1
        var byteCount: Int64 = 0
        do {
            try readRawDocument(sha256: sha256) { byteCount += Int64($0.count) }
            if byteCount != record.byteCount { result.damagedDocuments.insert(sha256) }
            if byteCount != record.byteCount {
                result.damages.append(
                    "\(packedPath(sha256)): it has \(byteCount) bytes, import \(record.importID) says \(record.byteCount)"
                )
            }
        } catch let error as LakeError {
            guard case .rawDocument(let path) = error else {
                result.damages.append(StoreRemark(error))
                result.unreadable.append(error)
                return
            }
            result.damagedDocuments.insert(sha256)
            result.damages.append(
                StoreRemark(
                    "\(path): the document of import \(record.importID), \(record.sourceName), is missing or damaged",
                    .repairThenImport
                )
            )
        } catch {
            result.damages.append("\(packedPath(sha256)): \(error)")
        }
    }
}
