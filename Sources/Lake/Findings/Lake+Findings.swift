// Findings and runs of the check, kept across runs with their history.

import GRDB
import Readings

extension LakeReader {
    /// Returns findings by site, start and kind.
    ///
    /// - Parameter systemID: nil for all sites.
    package func findings(systemID: Int64? = nil) throws -> [StoredFinding] {
        try read { database in
            try Lake.findings(
                database,
                systemID.map { ("WHERE system_id = ?", [$0]) } ?? ("", []),
                ofVersion: storeVersion
            )
        }
    }
}

extension Lake {
    /// The columns of a finding; a store of a version below 3 that is only read has less of them.
    private static func findingColumns(ofVersion version: Int) -> String {
        let later =
            ["sureness", "closed_by", "acknowledged_us", "note", "muted_until_us"].map { ($0, since: 3) }
            + [("live_end_us", since: 10), ("acknowledged_wh", since: 11)]
        return """
            finding_id, system_id, device, kind, first_us, last_us, alert_us, state, severity, rule, evidence, opened_run,
                \(later.map { version >= $1 ? $0 : "NULL AS \($0)" }.joined(separator: ", "))
            """
    }

    static func findings(
        _ database: Database,
        _ wanted: (sql: String, arguments: [Int64]),
        ofVersion version: Int = CatalogueSchema.storeVersion
    ) throws -> [StoredFinding] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT \(findingColumns(ofVersion: version)) FROM sunvigil_finding \(wanted.sql)
                ORDER BY system_id, first_us, kind, device
                """,
            arguments: StatementArguments(wanted.arguments)
        ).compactMap(Lake.storedFinding)
    }

    static func storedFinding(_ row: Row) throws -> StoredFinding? {
        func instant(_ microseconds: Int64) -> Instant {
            Instant(utcSeconds: microseconds.flooredDivision(by: 1_000_000))
        }
        // A kind that another program knows is left as it lies.
        guard let kind = FindingKind(rawValue: try row.text("kind")),
            let severity = Severity(rawValue: try row.text("severity"))
        else { return nil }
        let start = instant(try row.instant("first_us"))
        let end = try row.instantIfAny("last_us").map(instant)
        var found = Finding(
            device: try row.text("device"),
            kind: kind,
            start: start,
            end: end,
            alert: instant(try row.instant("alert_us")),
            severity: severity,
            sureness: try row.textIfAny("sureness").map { Sureness(rawValue: $0) ?? .likely } ?? .sure,
            rule: FindingRule(kept: try row.text("rule")),
            evidence: Evidence(kept: try row.text("evidence")),
            knownEnd: end ?? start
        )
        found.readSideEffects()
        var finding = StoredFinding(systemID: try row.systemID(), finding: found)
        finding.state = try row.text("state") == FindingState.open.rawValue ? .open : .closed
        finding.findingID = try row.count("finding_id")
        finding.openedRun = try row.count("opened_run")
        finding.closedBy = try row.textIfAny("closed_by").map { ClosingReason(kept: $0) }
        finding.acknowledgedMicroseconds = try row.instantIfAny("acknowledged_us")
        finding.acknowledgedCostWh = try row.integerIfAny("acknowledged_wh", in: StoredBounds.counts)
        finding.note = try row.textIfAny("note")
        finding.mutedUntilMicroseconds = try row.instantIfAny("muted_until_us")
        finding.liveEnd = try row.instantIfAny("live_end_us").map(instant)
        return finding
    }
}

extension LakeReader {
    /// Returns what happened to a finding, in order.
    ///
    /// A store of a version below 3 has no such record.
    package func history(findingID: Int64) throws -> [FindingEvent] {
        guard storeVersion >= 3 else { return [] }
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT finding_id, run_id, at_us, change, detail FROM sunvigil_finding_event
                    WHERE finding_id = ? ORDER BY event_id
                    """,
                arguments: [findingID]
            ).compactMap { row in
                try FindingEvent.Change(rawValue: try row.text("change")).map {
                    FindingEvent(
                        findingID: try row.count("finding_id"),
                        runID: try row.count("run_id"),
                        atMicroseconds: try row.instant("at_us"),
                        change: $0,
                        detail: try row.text("detail")
                    )
                }
            }
        }
    }
}

extension LakeWriter {
    // MARK: Runs

    /// Replaces what is known about some sites by what a run found, in one transaction. A finding keeps its identity (site,
    /// device, kind, start); one that is no longer found is closed, not removed.
    ///
    /// - Parameters:
    ///   - kind: the run's kind, as `check`.
    ///   - milliseconds: how long the analysis took.
    ///   - planner: says in the same transaction, behind the findings, what is to be told of them; nil to tell nothing.
    /// - Throws: `LakeError`, and what the planner throws; then nothing has changed.
    package func store(
        _ sites: [SiteFindings],
        kind: String,
        milliseconds: Int64,
        telling planner: OutboxPlanner? = nil
    ) throws -> FindingChanges {
        let now = environment.nowMicroseconds()
        return try write { database in
            var changes = FindingChanges()
            let runID = (try Int64.fetchOne(database, sql: "SELECT max(run_id) FROM sunvigil_run") ?? 0) + 1
            changes.runID = runID
            try database.execute(
                sql: "INSERT INTO sunvigil_run VALUES (?, ?, ?, ?, 1, ?, ?)",
                arguments: [
                    runID, now, kind, try Lake.newestSnapshot(database), milliseconds,
                    environment.programVersion,
                ]
            )
            for site in sites {
                try FindingUpdate(database: database, runID: runID, now: now, site: site).run(&changes)
                guard let mark = site.mark else { continue }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO sunvigil_analysis VALUES (?, ?, ?, ?)",
                    arguments: [site.systemID, mark.snapshotID, mark.rules, runID]
                )
            }
            try Lake.plan(planner, of: changes, database)
            return changes
        }
    }
}

extension Lake {
    /// The key under which the last run lies that the owner was told.
    fileprivate static let toldKey = "told_run"

    /// What is told of findings, in the words of their events.
    private static let news: [FindingEvent.Change] = [.opened, .reopened, .closed, .ended]

    /// Returns what runs between two told of findings, by their numbers: all that happened to each, in order.
    fileprivate static func news(after told: Int64, before runID: Int64, _ database: Database) throws
        -> [Int64: [FindingEvent.Change]]
    {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT finding_id, change FROM sunvigil_finding_event WHERE run_id > ? AND run_id < ? ORDER BY event_id
                """,
            arguments: [told, runID]
        )
        var found: [Int64: [FindingEvent.Change]] = [:]
        for row in rows {
            guard let change = FindingEvent.Change(rawValue: try row.text("change")), news.contains(change)
            else { continue }
            found[try row.count("finding_id"), default: []].append(change)
        }
        return found
    }
}

extension LakeReader {
    /// Returns what runs changed that the owner was not told of: rounds of the live watch, and checks that were cut off before
    /// they told it. Of each finding that was opened, reopened, ended or closed then and is still so, the last state.
    ///
    /// - Parameter runID: the run that is about to tell.
    package func untoldChanges(before runID: Int64) throws -> FindingChanges {
        try read { database in
            var changes = FindingChanges()
            let told = try String.fetchOne(
                database,
                sql: "SELECT value FROM sunvigil_meta WHERE key = ?",
                arguments: [Lake.toldKey]
            ).flatMap { Int64($0) }
            // A store of an older program did not say: its last run was told.
            guard let told, told < runID - 1 else { return changes }
            let news = try Lake.news(after: told, before: runID, database)
            guard !news.isEmpty else { return changes }
            for finding in try Lake.findings(database, ("", [])) {
                guard let what = news[finding.findingID] else { continue }
                switch (finding.state, what.first, what.last) {
                case (.open, .opened, _): changes.opened.append(finding)
                // The live watch saw it end: it is over, although the data still show it. Where they go on, it is not.
                case (.open, _, .ended): if finding.end != nil { changes.closed.append(finding) }
                case (.open, _, _): changes.reopened.append(finding)
                // What came and went untold is over and was never news.
                case (_, .closed, _), (_, .ended, _): changes.closed.append(finding)
                default: break
                }
            }
            return changes
        }
    }
}

extension LakeWriter {
    /// Notes that the owner was told what a run found.
    package func noteTold(runID: Int64) throws {
        try write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO sunvigil_meta VALUES (?, ?)",
                arguments: [Lake.toldKey, "\(runID)"]
            )
        }
    }
}

extension LakeReader {
    /// Returns how far the analysis of a site has come; nil before the first run. A store of a version below 3 has none.
    package func analysisMark(systemID: Int64) throws -> AnalysisMark? {
        guard storeVersion >= 3 else { return nil }
        return try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT snapshot_id, rules FROM sunvigil_analysis WHERE system_id = ?",
                arguments: [systemID]
            ).map { AnalysisMark(snapshotID: try $0.count("snapshot_id"), rules: try $0.text("rules")) }
        }
    }

    /// When the last check ended, and how many runs there were; nil before the first. Rounds of the live watch are none.
    package func lastRun() throws -> (runID: Int64, atMicroseconds: Int64)? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT run_id, at_us FROM sunvigil_run WHERE kind <> ? ORDER BY run_id DESC LIMIT 1",
                arguments: [Lake.liveKind]
            )
            .map { (try $0.count("run_id"), try $0.instant("at_us")) }
        }
    }

    /// Returns the newest snapshot that was there at an instant; nil where the store is younger.
    ///
    /// The catalogue's own times never go back. Where a clock was ahead once, what its snapshots say is bounded by what the
    /// clock said when later ones were written.
    package func snapshot(atMicroseconds instant: Int64) throws -> Int64? {
        let hasClock = storeVersion >= 7
        return try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT s.snapshot_id, s.snapshot_time, \(hasClock ? "c.at_us" : "NULL AS at_us") FROM ducklake_snapshot s
                    \(hasClock ? "LEFT JOIN sunvigil_clock c USING (snapshot_id)" : "") ORDER BY s.snapshot_id DESC
                    """
            )
            var later = Int64.max
            while let row = try rows.next() {
                let written =
                    try row.instantIfAny("at_us") ?? CatalogueTime.microseconds(try row.text("snapshot_time"))
                later = min(later, written ?? .max)
                if later <= instant { return try row.count("snapshot_id") }
            }
            return nil
        }
    }

    /// Returns the months of a site whose rows changed behind a snapshot, the earliest first; minutes are no such rows.
    package func changedMonths(systemID: Int64, since snapshotID: Int64) throws -> [CivilMonth] {
        try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT m.month FROM sunvigil_import_month m JOIN sunvigil_import i USING (import_id)
                    LEFT JOIN sunvigil_import u ON u.import_id = i.undone_by
                    WHERE m.system_id = :system AND (i.snapshot_id > :since OR u.snapshot_id > :since)
                        AND m.table_name <> :evidence
                    ORDER BY m.month
                    """,
                arguments: [
                    "system": systemID, "since": snapshotID, "evidence": LakeTable.siteMinute.name,
                ]
            ).compactMap { CivilMonth($0) }
        }
    }
}

extension LakeWriter {
    // MARK: The owner's word

    /// Notes that the owner knows of a finding, and what it has cost until then: when it grows worse he is told again.
    ///
    /// - Returns: false where there is no such finding.
    package func acknowledge(findingID: Int64, note: String?) throws -> Bool {
        try change(
            findingID,
            sql: """
                UPDATE sunvigil_finding SET acknowledged_us = :value, acknowledged_wh = :cost, note = :note
                WHERE finding_id = :id
                """,
            arguments: { [now = environment.nowMicroseconds()] database in
                let finding = try Lake.findings(database, ("WHERE finding_id = ?", [findingID])).first
                return ["value": now, "cost": finding?.costWh, "note": note, "id": findingID]
            },
            event: .acknowledged,
            detail: JSONValue.object([("note", .optional(note))]).compact
        )
    }

    /// Says nothing of a finding until a time; nil lifts that.
    ///
    /// - Returns: false where there is no such finding.
    package func mute(findingID: Int64, untilMicroseconds: Int64?) throws -> Bool {
        let until = untilMicroseconds.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 }
        return try change(
            findingID,
            sql: "UPDATE sunvigil_finding SET muted_until_us = :value WHERE finding_id = :id",
            arguments: { _ in ["value": untilMicroseconds, "id": findingID] },
            event: untilMicroseconds == nil ? .unmuted : .muted,
            detail: JSONValue.object([("until", .optional(until))]).compact
        )
    }

    fileprivate func change(
        _ findingID: Int64,
        sql: String,
        arguments: (Database) throws -> StatementArguments,
        event: FindingEvent.Change,
        detail: String
    ) throws -> Bool {
        let now = environment.nowMicroseconds()
        return try write { database in
            try database.execute(sql: sql, arguments: try arguments(database))
            guard database.changesCount > 0 else { return false }
            try FindingUpdate.note(findingID, runID: 0, at: now, event, detail, database)
            return true
        }
    }
}
