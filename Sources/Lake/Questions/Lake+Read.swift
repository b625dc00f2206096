// Reading rows: which segments are visible, and what they hold.

import GRDB
import Readings

extension Lake {
    /// A visible segment.
    package struct Segment: Sendable, Equatable {
        /// The number in the catalogue.
        package let fileID: Int64
        /// The absolute path.
        package let path: String
        /// The number of rows.
        package let rowCount: Int
        /// The size in bytes.
        package let byteCount: Int
        /// The digest of the file; empty for one of another program.
        package let sha256: String
        /// The time covered, UTC; nil for one of another program.
        package let period: SegmentPeriod?
        /// The import that wrote it; 0 for one of another program.
        package let importID: Int64
        let bucket: Int64
        /// The first start, microseconds UTC; 0 for one of another program.
        let firstMicroseconds: Int64
        /// The last start, microseconds UTC.
        let lastMicroseconds: Int64
        /// The digest of what lies behind its rows: page indices and footer; nil where none was kept.
        let tailDigest: Int64?
        /// The table.
        let table: String

        /// Tells whether this program wrote it.
        var isOurs: Bool { importID > 0 }
    }

    /// The SQL condition that a row lives at snapshot `at`, a column or parameter.
    fileprivate static func isVisible(_ at: String) -> String {
        "begin_snapshot <= \(at) AND (end_snapshot IS NULL OR \(at) < end_snapshot)"
    }
}

extension LakeReader {
    /// Returns the newest snapshot's number.
    package func newestSnapshot() throws -> Int64 {
        try read { database in try Lake.newestSnapshot(database) }
    }
}

extension Lake {
    static func newestSnapshot(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(snapshot_id) FROM ducklake_snapshot") ?? 0
    }

    static func oldestSnapshot(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT min(snapshot_id) FROM ducklake_snapshot") ?? 0
    }
}

extension LakeReader {
    /// Returns the segments of a table that are visible at a snapshot, by number.
    ///
    /// - Parameters:
    ///   - snapshot: nil for the newest.
    ///   - systemID: only segments whose bucket holds the system.
    ///   - interval: only segments that have a row inside.
    /// - Throws: `LakeError.noTable`, `.noSnapshot`, and `.foreignWriter` where rows exist that only another
    ///   program can read rightly.
    package func segments(
        table: String,
        snapshot: Int64? = nil,
        systemID: Int64? = nil,
        interval: Interval? = nil
    ) throws -> [Lake.Segment] {
        try read {
            try segments($0, table: table, snapshot: snapshot, systemID: systemID, interval: interval)
        }
    }

    func segments(
        _ database: Database,
        table: String,
        snapshot: Int64?,
        systemID: Int64?,
        interval: Interval? = nil
    ) throws -> [Lake.Segment] {
        let list = try segmentList(table, snapshot ?? pinnedSnapshot, database)
        let candidates = systemID.map { list.segments(ofBucket: Lake.bucket(ofSystem: $0)) } ?? list.all
        guard let interval else { return candidates }
        return candidates.filter { segment in
            guard segment.isOurs else { return true }
            return segment.firstMicroseconds.flooredDivision(by: 1_000_000) < interval.endUTCSeconds
                && segment.lastMicroseconds.flooredDivision(by: 1_000_000) >= interval.startUTCSeconds
        }
    }
}

extension Lake {
    /// The visible segments of a table at a snapshot.
    struct SegmentList {
        let table: String
        let snapshot: Int64
        /// By number.
        let all: [Segment]
        private let byBucket: [Int64: [Segment]]
        private let foreign: [Segment]

        init(table: String, snapshot: Int64, all: [Segment]) {
            (self.table, self.snapshot, self.all) = (table, snapshot, all)
            byBucket = Dictionary(grouping: all.filter(\.isOurs), by: \.bucket)
            foreign = all.filter { !$0.isOurs }
        }

        /// Those of a bucket, and those of another program, which may hold any system; by number.
        func segments(ofBucket bucket: Int64) -> [Segment] {
            let own = byBucket[bucket] ?? []
            return foreign.isEmpty ? own : (own + foreign).sorted { $0.fileID < $1.fileID }
        }
    }
}

extension LakeReader {
    /// Returns the segments of a table: as they are known where nothing has been committed since.
    fileprivate func segmentList(_ table: String, _ snapshot: Int64?, _ database: Database) throws
        -> Lake.SegmentList
    {
        let newest = try Lake.newestSnapshot(database)
        let known = connection.knownSegments { $0.table == table && $0.snapshot == snapshot ?? newest }
        if let known { return known }
        let state = try state(of: table, snapshot, database)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT d.data_file_id, d.path, d.path_is_relative, d.record_count, d.file_size_bytes, f.sha256,
                    f.\(keepsRollups ? "period" : "month AS period"), f.import_id, f.bucket, f.first_us, f.last_us,
                    \(storeVersion >= 7 ? "f.tail_digest" : "NULL AS tail_digest")
                FROM ducklake_data_file d LEFT JOIN sunvigil_file f USING (data_file_id)
                WHERE d.table_id = :table AND \(Lake.isVisible(":at")) ORDER BY d.data_file_id
                """,
            arguments: ["table": state.tableID, "at": state.snapshot]
        )
        let list = Lake.SegmentList(
            table: table,
            snapshot: state.snapshot,
            all: try rows.map { try segment($0, table: table) }
        )
        connection.keep(list)
        return list
    }
}

extension LakeReader {
    fileprivate func segment(_ row: Row, table: String) throws -> Lake.Segment {
        let name = try row.text("path")
        let isRelative: Int64 = try row.integerIfAny("path_is_relative") ?? 1
        let period = try row.textIfAny("period")
        let isOurs = period != nil
        let known = period.flatMap { SegmentPeriod($0) }
        guard !isOurs || known != nil else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "a period is none")
        }
        return Lake.Segment(
            fileID: try row.count("data_file_id"),
            path: isRelative == 1 ? tablePath(table) + name : name,
            rowCount: try row.count("record_count"),
            byteCount: try row.count("file_size_bytes"),
            sha256: try row.textIfAny("sha256") ?? "",
            period: known,
            importID: isOurs ? try row.integer("import_id", in: 1...StoredBounds.counts.upperBound) : 0,
            bucket: isOurs ? try row.count("bucket") : -1,
            firstMicroseconds: isOurs ? try row.instant("first_us") : 0,
            lastMicroseconds: isOurs ? try row.instant("last_us") : .max,
            tailDigest: try row.integerIfAny("tail_digest"),
            table: table
        )
    }

    func tableID(_ name: String, _ database: Database) throws -> Int64 {
        let sql = "SELECT table_id FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL"
        guard let tableID = try Int64.fetchOne(database, sql: sql, arguments: [name]) else {
            let known = try String.fetchAll(
                database,
                sql: "SELECT table_name FROM ducklake_table WHERE end_snapshot IS NULL ORDER BY table_name"
            )
            throw LakeError.noTable(name: name, known: known)
        }
        return tableID
    }

    /// Finds a table and the snapshot at which it is read.
    ///
    /// - Throws: `LakeError.noTable`, `.noSnapshot`, and `.foreignWriter` where rows are visible that only another program can
    ///   read rightly.
    fileprivate func state(of table: String, _ snapshot: Int64?, _ database: Database) throws -> (
        tableID: Int64, snapshot: Int64
    ) {
        let row = try Row.fetchOne(
            database,
            sql: """
                WITH s AS (SELECT max(snapshot_id) AS newest, min(snapshot_id) AS oldest,
                    coalesce(:snapshot, max(snapshot_id)) AS at FROM ducklake_snapshot)
                SELECT newest, oldest, at, t.table_id,
                    (SELECT count(*) FROM ducklake_delete_file
                        WHERE table_id = t.table_id AND \(Lake.isVisible("at"))) AS deleted,
                    (SELECT count(*) FROM ducklake_inlined_data_tables WHERE table_id = t.table_id) AS inlined,
                    (SELECT count(*) FROM ducklake_data_file WHERE table_id = t.table_id AND \(Lake.isVisible("at"))
                        AND (encryption_key IS NOT NULL OR mapping_id IS NOT NULL OR coalesce(partial_max, 0) > at)) AS unreadable
                FROM s LEFT JOIN ducklake_table t ON t.table_name = :table AND t.end_snapshot IS NULL
                """,
            arguments: ["table": table, "snapshot": snapshot ?? pinnedSnapshot]
        )
        guard let row, let newest: Int64 = try row.integerIfAny("newest", in: StoredBounds.counts),
            let oldest: Int64 = try row.integerIfAny("oldest", in: StoredBounds.counts)
        else {
            throw LakeError.catalogue(path: LakeError.catalogueName, reason: "it has no snapshot")
        }
        let at: Int64 = try row.integer("at")
        guard oldest <= at, at <= newest else { throw LakeError.noSnapshot(id: at, newest: newest) }
        // Where there is no such table, its number is asked for once more: that names those which there are.
        let tableID = try row.integerIfAny("table_id") ?? tableID(table, database)
        let foreign = [
            ("deleted", "deleted rows"), ("inlined", "inlined rows"),
            ("unreadable", "encrypted, mapped or partly newer files"),
        ]
        for (column, what) in foreign where try row.integer(column) > 0 {
            throw LakeError.foreignWriter(table: table, what: what)
        }
        return (tableID, at)
    }

    /// Returns the staged rows and the segments of one state: rows that are flushed meanwhile are in one of both places.
    /// Staged rows belong to the newest state, not to past ones.
    func stagedRowsAndSegments(_ systemID: Int64?, _ snapshot: Int64?, _ interval: Interval? = nil) throws
        -> (
            staged: [SeriesKey: ReadingColumns], segments: [Lake.Segment]
        )
    {
        let isNewest = keepsRollups && snapshot == nil && pinnedSnapshot == nil
        return try read { database in
            (
                isNewest ? try liveRows(database, systemID: systemID) : [:],
                try segments(
                    database,
                    table: LakeTable.siteInterval.name,
                    snapshot: snapshot,
                    systemID: systemID,
                    interval: interval
                )
            )
        }
    }

    /// Returns the rows of a site, by series.
    ///
    /// - Parameters:
    ///   - interval: the starts wanted; nil for all.
    ///   - snapshot: nil for the newest.
    /// - Throws: `LakeError`. Costs time and memory in proportion to the months touched.
    package func readings(
        systemID: Int64,
        interval: Interval? = nil,
        snapshot: Int64? = nil
    ) throws -> [SeriesKey: ReadingColumns] {
        let (live, files) = try stagedRowsAndSegments(systemID, snapshot, interval)
        var parts: [SeriesKey: [ReadingColumns]] = [:]
        for file in files {
            for (key, columns) in try rows(of: systemID, in: file, interval: interval) {
                let wanted = interval.map { columns.rows(in: $0) } ?? columns
                if !wanted.isEmpty { parts[key, default: []].append(wanted) }
            }
        }
        var joined = parts.mapValues { pieces in
            var joined = ReadingColumns()
            for piece in pieces.sorted(by: { $0.startUTCSeconds[0] < $1.startUTCSeconds[0] }) {
                joined.append(contentsOf: piece)
            }
            return joined
        }
        // Rows that are staged are seen like all others, but belong to no past state.
        for (key, columns) in live {
            let wanted = interval.map { columns.rows(in: $0) } ?? columns
            if !wanted.isEmpty {
                joined[key] = (joined[key] ?? ReadingColumns()).merged(withLater: wanted)
            }
        }
        return joined
    }
}

extension Lake {
    /// Rows of a site beyond which they are handed on part by part: ten years of quarter hours.
    fileprivate static let mostRowsAtOnce = 350_000
}

extension LakeReader {
    /// Hands on the rows of a site series by series, each in the order of time, in as many parts as memory asks for.
    ///
    /// - Parameter interval: the starts wanted; nil for all.
    /// - Throws: `LakeError`, and what the body throws. Memory holds the rows of one segment.
    package func forEachSeries(
        systemID: Int64,
        interval: Interval? = nil,
        _ body: (SeriesKey, ReadingColumns) throws -> Void
    ) throws {
        let (live, files) = try stagedRowsAndSegments(systemID, nil, interval)
        var rowCounts: [SeriesKey: Int] = [:]
        var isKnown = live.isEmpty
        for file in files {
            // A segment of another program, or of an older store, tells nothing without being read.
            let places = try seriesPlaces(fileID: file.fileID, systemID: systemID)
            if places.contains(where: { $0.rowCount < 0 }) || !file.isOurs || !keepsRollups {
                isKnown = false
            }
            for place in places { rowCounts[place.key, default: 0] += place.rowCount }
        }
        guard isKnown, rowCounts.values.reduce(0, +) > Lake.mostRowsAtOnce else {
            let all = try readings(systemID: systemID, interval: interval)
            for (key, columns) in all.sorted(by: { $0.key < $1.key }) { try body(key, columns) }
            return
        }
        let ordered = files.sorted { $0.firstMicroseconds < $1.firstMicroseconds }
        for key in rowCounts.keys.sorted() {
            for file in ordered {
                guard let columns = try rows(of: systemID, in: file, interval: interval)[key] else {
                    continue
                }
                let wanted = interval.map { columns.rows(in: $0) } ?? columns
                if !wanted.isEmpty { try body(key, wanted) }
            }
        }
    }

    /// Returns the start of the first row of a site that a rule accepts, of all series; nil where there is none.
    ///
    /// - Parameter first: returns the first accepted start of some rows of a series.
    /// - Throws: `LakeError`. Reads segments in the order of time, and none behind the first that decides.
    package func firstStart(
        systemID: Int64,
        _ first: (SeriesKey, ReadingColumns) throws -> Int64?
    ) throws -> Int64? {
        let (live, files) = try stagedRowsAndSegments(systemID, nil)
        var found: Int64?
        for (key, columns) in live {
            if let start = try first(key, columns) { found = min(found ?? .max, start) }
        }
        for file in files.sorted(by: { $0.firstMicroseconds < $1.firstMicroseconds }) {
            if let found, file.isOurs, file.firstMicroseconds.flooredDivision(by: 1_000_000) >= found {
                break
            }
            for (key, columns) in try rows(of: systemID, in: file) {
                if let start = try first(key, columns) { found = min(found ?? .max, start) }
            }
        }
        return found
    }
}
