// What a round of the live watch changes in the store: rows, findings, and how far the journal is in it, in one transaction.

import GRDB
import Readings

extension LakeWriter {
    /// Stages the rows of a round or of some, lays their findings over what is known, and notes how far the journal is in the store.
    ///
    /// Rows are laid over those of their keys that wait: a round that is staged twice is there once. What survives a crash: all
    /// of it or nothing, one transaction; the journal gives again what was not staged. A call writes some 40 kB whatever it
    /// brings: five rounds at once cost a fifth of five calls, and no finding need wait for that.
    ///
    /// - Parameters:
    ///   - systemID: the site.
    ///   - source: of records; rows of the site's series bear their own.
    ///   - findings: what live rules say; nothing that they do not name is closed.
    ///   - positions: the places behind the rounds, in order, as the journal's `append` gave them. Where an earlier round is
    ///     left out the journal gives that one and all later ones of its hour again.
    ///   - planner: says in the same transaction what is to be told, where something changed among the findings; nil to tell
    ///     nothing. What it throws undoes the transaction: the journal gives the rounds again.
    /// - Returns: what changed among the findings. Its run is 0 where that is nothing.
    /// - Throws: `LakeError.locked` at once where another process changes the store: the round is staged with a later one.
    package func stageLive(
        _ batches: [RowBatch],
        systemID: Int64,
        source: Source = .gateway,
        findings: LiveFindingUpdate = LiveFindingUpdate(),
        staged positions: [LivePosition] = [],
        telling planner: OutboxPlanner? = nil
    ) throws -> FindingChanges {
        let rows = batches.map { LakeBatch($0, systemID: systemID, source: source) }
        let now = environment.nowMicroseconds()
        return try change(patience: .zero) {
            try write(isSmall: true) { database in
                try stage(rows, database)
                for position in positions { try position.note(database) }
                guard !findings.isEmpty else { return FindingChanges() }
                let changes = try storeLive(findings, systemID: systemID, now: now, database)
                if changes.runID > 0 { try Lake.plan(planner, of: changes, database) }
                return changes
            }
        }
    }

    /// Looks whether the store is to be had.
    ///
    /// - Throws: `LakeError.locked` at once where another process changes it.
    package func reach() throws { try change(patience: .zero) {} }

    /// Seals what rounds left unsealed, at the end of a watch. Where another process changes the store, that one does it.
    package func sealLive() {
        try? change(patience: .zero) { try seal() }
    }

    private func storeLive(
        _ findings: LiveFindingUpdate,
        systemID: Int64,
        now: Int64,
        _ database: Database
    ) throws -> FindingChanges {
        let runID = (try Int64.fetchOne(database, sql: "SELECT max(run_id) FROM sunvigil_run") ?? 0) + 1
        let update = FindingUpdate(
            database: database,
            runID: runID,
            now: now,
            site: SiteFindings(systemID: systemID, findings: [])
        )
        var changes = FindingChanges()
        try update.run(findings, &changes)
        let changed = changes.opened + changes.updated + changes.reopened + changes.closed
        guard !changed.isEmpty else { return changes }
        changes.runID = runID
        try database.execute(
            sql: "INSERT INTO sunvigil_run VALUES (?, ?, ?, ?, 1, 0, ?)",
            arguments: [
                runID, now, Lake.liveKind, try Lake.newestSnapshot(database), environment.programVersion,
            ]
        )
        return changes
    }
}

extension LivePosition {
    /// Notes in the catalogue that the rows up to here are in the store; where those of a round before are not, the journal is
    /// to give all of them again.
    fileprivate func note(_ database: Database) throws {
        let known = try Int64.fetchOne(
            database,
            sql: "SELECT bytes FROM sunvigil_live_staged WHERE serial = ? AND hour = ?",
            arguments: [serial, hour]
        )
        guard startByte == 0 || startByte == known else { return }
        try database.execute(
            sql: "INSERT OR REPLACE INTO sunvigil_live_staged VALUES (?, ?, ?, ?, ?)",
            arguments: [serial, hour, byteCount, Int64(check), utcSeconds]
        )
    }
}

extension LakeReader {
    /// Returns how far each hour of a gateway's journal is in the store, by hour; for `LiveFolder.read`.
    ///
    /// A catalogue that was made anew knows of none: then the whole journal is staged again, which changes no row that is there.
    package func liveStaged(serial: String) throws -> [String: LivePosition] {
        guard storeVersion >= 10 else { return [:] }
        return try read { database in
            var found: [String: LivePosition] = [:]
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT hour, bytes, round_check, round_s FROM sunvigil_live_staged WHERE serial = ?",
                arguments: [serial]
            )
            for row in rows {
                let hour = try row.text("hour")
                found[hour] = LivePosition(
                    serial: serial,
                    hour: hour,
                    startByte: 0,
                    byteCount: try row.count("bytes"),
                    check: try row.integer("round_check"),
                    utcSeconds: try row.integer("round_s")
                )
            }
            return found
        }
    }

    /// Returns the time of the newest round whose rows are in the store, seconds UTC; nil where there is none.
    package func liveStagedUntil(serial: String) throws -> Int64? {
        try liveStaged(serial: serial).values.map(\.utcSeconds).max()
    }
}
