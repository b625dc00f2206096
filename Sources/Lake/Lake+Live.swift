// Rows that come one by one: staged in the catalogue, seen by all readers, and flushed into segments.
//
// A flush keeps the rows as a document too, like any import: months that are made again from documents have them.

import Foundation
import GRDB
import Parquet
import Readings

extension Lake {
    /// The kind of journal entries that flushes write.
    static let liveKind = "live"

    /// Stages rows: a row of the same series and start is laid over the one that is staged.
    ///
    /// What survives a crash: one transaction.
    package func stage(_ rows: [SeriesKey: ReadingColumns]) throws {
        let now = environment.nowMicroseconds()
        let staged = try liveRows()
        try write { database in
            for (key, columns) in rows {
                let earlier = (staged[key] ?? ReadingColumns())
                let touched = Set(columns.startUTCSeconds)
                let merged = earlier.merged(withLater: columns)
                for row in 0..<merged.rowCount where touched.contains(merged.startUTCSeconds[row]) {
                    let energies = Channel.allCases.map { channel -> Int32? in
                        let value = merged[channel][row]
                        return value == ReadingColumns.missingWh ? nil : value
                    }
                    let state = merged.socPercent[row]
                    try database.execute(
                        sql:
                            "INSERT OR REPLACE INTO sunvigil_live_site_interval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        arguments: StatementArguments(
                            [
                                key.systemID, key.source.rawValue, key.seconds,
                                merged.startUTCSeconds[row] * 1_000_000,
                            ] + energies
                                + [
                                    state == ReadingColumns.missingSoC ? nil : state, merged.quality[row],
                                    now,
                                ] as [(any DatabaseValueConvertible)?]
                        )
                    )
                }
            }
        }
    }

    /// Returns the staged rows of a system or of all.
    func liveRows(systemID: Int64? = nil) throws -> [SeriesKey: ReadingColumns] {
        guard keepsRollups else { return [:] }
        return try ask { try Lake.liveRows($0, systemID: systemID) }
    }

    static func liveRows(_ database: Database, systemID: Int64?) throws -> [SeriesKey: ReadingColumns] {
        var result: [SeriesKey: ReadingColumns] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT * FROM sunvigil_live_site_interval \(systemID == nil ? "" : "WHERE system_id = ?")
                ORDER BY system_id, source, seconds, start_us
                """,
            arguments: systemID.map { [$0] } ?? []
        )
        while let row = try rows.next() {
            guard let source = Source(rawValue: row["source"]) else { continue }
            let key = SeriesKey(systemID: row["system_id"], source: source, seconds: row["seconds"])
            let energies = Channel.allCases.map {
                (row["\($0.name)_wh"] as Int32?) ?? ReadingColumns.missingWh
            }
            result[key, default: ReadingColumns()].append(
                startUTCSeconds: (row["start_us"] as Int64).flooredDivision(by: 1_000_000),
                energyWh: energies,
                socPercent: (row["soc_pct"] as Int16?) ?? ReadingColumns.missingSoC,
                quality: Quality(rawValue: row["quality"])
            )
        }
        return result
    }

    /// The number of staged rows.
    package func liveRowCount() throws -> Int {
        guard keepsRollups else { return 0 }
        return try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sunvigil_live_site_interval") ?? 0 }
    }

    /// Moves staged rows into segments: per system one document and one entry of the journal, all in one commit.
    ///
    /// What survives a crash: the rows are staged or in segments, never both, never neither.
    ///
    /// - Returns: how many rows were moved.
    package func flush(replay: @escaping Replay) throws -> Int {
        let staged = try liveRows()
        guard !staged.isEmpty else { return 0 }
        var batch = try ImportBatch(lake: self, replay: replay)
        var count = 0
        do {
            let systems = Dictionary(grouping: staged, by: \.key.systemID)
            for systemID in systems.keys.sorted() {
                let series = (systems[systemID] ?? []).sorted { $0.key < $1.key }
                count += series.reduce(0) { $0 + $1.value.rowCount }
                _ = try batch.add(try liveDocument(series, systemID: systemID))
            }
            batch.alsoDeletes(staged)
            _ = try batch.commit()
        } catch {
            batch.discard()
            throw error
        }
        return count
    }

    private func liveDocument(_ series: [(key: SeriesKey, value: ReadingColumns)], systemID: Int64) throws
        -> StagedDocument
    {
        let now = environment.nowMicroseconds()
        var writer = ParquetWriter(
            columns: LakeTable.siteInterval.parquetColumns,
            // The time makes two flushes of equal rows two documents.
            keyValues: [("sunvigil.live", "\(now)")],
            createdBy: environment.signature
        )
        writer.append(SegmentCodec.columnData(series))
        var staging = DocumentStaging(
            store: folders,
            sourceName: "live rows",
            systemID: systemID,
            capturedUTCSeconds: now.flooredDivision(by: 1_000_000)
        )
        try staging.keep(writer.finish().bytes[...])
        for (key, columns) in series { try staging.add(.series(key, columns), source: key.source) }
        var document = try staging.finish()
        document.kind = Lake.liveKind
        document.rowsRead = series.reduce(0) { $0 + $1.value.rowCount }
        return document
    }

    /// Reads the rows of a flush again.
    func replayLive(_ record: ImportRecord, _ sink: (LakeBatch) throws -> Void) throws {
        guard let sha256 = record.sha256 else { return }
        var bytes: [UInt8] = []
        try readRawDocument(sha256: sha256) { bytes += $0 }
        let path = keptPath(sha256) ?? packedPath(sha256)
        let rows = try SegmentCodec.decode(try SegmentCodec.reader(bytes: bytes, path: path), path: path)
        for (key, columns) in rows.sorted(by: { $0.key < $1.key }) { try sink(.series(key, columns)) }
    }

    /// Removes staged rows that have not changed since they were read.
    static func deleteLive(_ rows: [SeriesKey: ReadingColumns], _ database: Database) throws {
        let now = try liveRows(database, systemID: nil)
        for (key, columns) in rows {
            let current = now[key] ?? ReadingColumns()
            for row in 0..<columns.rowCount {
                let start = columns.startUTCSeconds[row]
                let place = current.firstRow(atOrAfter: start)
                guard place < current.rowCount,
                    current.slice(place..<(place + 1)) == columns.slice(row..<(row + 1))
                else { continue }
                try database.execute(
                    sql: """
                        DELETE FROM sunvigil_live_site_interval
                        WHERE system_id = ? AND source = ? AND seconds = ? AND start_us = ?
                        """,
                    arguments: [key.systemID, key.source.rawValue, key.seconds, start * 1_000_000]
                )
            }
        }
    }
}
