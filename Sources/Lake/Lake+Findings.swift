// Findings and runs of the check, kept across runs.

import GRDB
import Readings

/// A finding as it lies in the store. What it means is Analysis' business.
package struct StoredFinding: Sendable, Equatable {
    /// The site's number.
    package let systemID: Int64
    /// A serial number, or `site`, `micros`, `pack`, `meter_prod`, `meter_net`.
    package let device: String
    /// The kind, in the words of docs/contract.md.
    package let kind: String
    /// The first second of what was found.
    package let start: Instant
    /// The second behind it; nil while it lasts.
    package let end: Instant?
    /// The first instant at which the rule held.
    package let alert: Instant
    /// `open` or `closed`.
    package let state: String
    /// `notice`, `warning` or `critical`.
    package let severity: String
    /// The rule and its parameters, as JSON.
    package let rule: String
    /// The evidence, as JSON.
    package let evidence: String
    /// What stays the same over runs: site, device, kind and start.
    package var identity: String { "\(systemID)|\(device)|\(kind)|\(start.utcSeconds)" }

    /// The run that first found it; 0 before it is stored.
    package let openedRun: Int64

    /// Describes a finding.
    package init(
        systemID: Int64,
        device: String,
        kind: String,
        start: Instant,
        end: Instant?,
        alert: Instant,
        state: String,
        severity: String,
        rule: String,
        evidence: String,
        openedRun: Int64 = 0
    ) {
        self.systemID = systemID
        self.device = device
        self.kind = kind
        self.start = start
        self.end = end
        self.alert = alert
        self.state = state
        self.severity = severity
        self.rule = rule
        self.evidence = evidence
        self.openedRun = openedRun
    }
}

/// What a run changed among the findings.
package struct FindingChanges: Sendable, Equatable {
    /// The run's number.
    package var runID: Int64 = 0
    /// Findings that were not known before.
    package var opened = 0
    /// Findings that were closed and hold again.
    package var reopened = 0
    /// Findings that no longer hold.
    package var closed = 0
    /// Findings that were known before.
    package var known = 0

    /// Makes an empty account.
    package init() {}
}

extension Lake {
    /// Returns findings by site, start and kind.
    ///
    /// - Parameter systemID: nil for all sites.
    package func findings(systemID: Int64? = nil) throws -> [StoredFinding] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM sunvigil_finding WHERE :system IS NULL OR system_id = :system
                    ORDER BY system_id, first_us, kind, device
                    """,
                arguments: ["system": systemID]
            ).map { row in
                func instant(_ microseconds: Int64) -> Instant {
                    Instant(utcSeconds: microseconds / 1_000_000)
                }
                return StoredFinding(
                    systemID: row["system_id"],
                    device: row["device"],
                    kind: row["kind"],
                    start: instant(row["first_us"]),
                    end: (row["last_us"] as Int64?).map(instant),
                    alert: instant(row["alert_us"]),
                    state: row["state"],
                    severity: row["severity"],
                    rule: row["rule"],
                    evidence: row["evidence"],
                    openedRun: row["opened_run"]
                )
            }
        }
    }

    /// Replaces what is known about some sites by what a run found. A finding keeps its identity (site, device, kind,
    /// start); one that is no longer found is closed, not removed.
    ///
    /// - Parameters:
    ///   - kind: the run's kind, as `check`.
    ///   - milliseconds: how long the analysis took.
    package func store(
        findings: [StoredFinding],
        systemIDs: [Int64],
        kind: String,
        milliseconds: Int64
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
            var seen: Set<Int64> = []
            for finding in findings {
                seen.insert(try Lake.upsert(finding, runID: runID, &changes, database))
            }
            for systemID in systemIDs {
                let open = try Int64.fetchAll(
                    database,
                    sql: "SELECT finding_id FROM sunvigil_finding WHERE system_id = ? AND state = 'open'",
                    arguments: [systemID]
                )
                for findingID in open where !seen.contains(findingID) {
                    try database.execute(
                        sql:
                            "UPDATE sunvigil_finding SET state = 'closed', closed_run = ? WHERE finding_id = ?",
                        arguments: [runID, findingID]
                    )
                    changes.closed += 1
                }
            }
            return changes
        }
    }

    private static func upsert(
        _ finding: StoredFinding,
        runID: Int64,
        _ changes: inout FindingChanges,
        _ database: Database
    ) throws -> Int64 {
        let first = finding.start.utcSeconds * 1_000_000
        let last = finding.end.map { $0.utcSeconds * 1_000_000 }
        let alert = finding.alert.utcSeconds * 1_000_000
        let existing = try Row.fetchOne(
            database,
            sql: """
                SELECT finding_id, state FROM sunvigil_finding
                WHERE system_id = ? AND device = ? AND kind = ? AND first_us = ?
                """,
            arguments: [finding.systemID, finding.device, finding.kind, first]
        )
        guard let existing else {
            try database.execute(
                sql: """
                    INSERT INTO sunvigil_finding(system_id, device, kind, first_us, last_us, alert_us, state, severity,
                        rule, evidence, opened_run, closed_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    finding.systemID, finding.device, finding.kind, first, last, alert, finding.state,
                    finding.severity, finding.rule, finding.evidence, runID,
                    finding.state == "closed" ? runID : nil,
                ]
            )
            changes.opened += 1
            return database.lastInsertedRowID
        }
        let findingID: Int64 = existing["finding_id"]
        let was: String = existing["state"]
        try database.execute(
            sql: """
                UPDATE sunvigil_finding SET last_us = ?, alert_us = ?, state = ?, severity = ?, rule = ?, evidence = ?,
                    closed_run = CASE WHEN ? = 'open' THEN NULL ELSE coalesce(closed_run, ?) END
                WHERE finding_id = ?
                """,
            arguments: [
                last, alert, finding.state, finding.severity, finding.rule, finding.evidence, finding.state,
                runID,
                findingID,
            ]
        )
        if was == "closed" && finding.state == "open" { changes.reopened += 1 } else { changes.known += 1 }
        return findingID
    }

    /// When the last run ended, and how many there were; nil before the first.
    package func lastRun() throws -> (runID: Int64, atMicroseconds: Int64)? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT run_id, at_us FROM sunvigil_run ORDER BY run_id DESC LIMIT 1"
            )
            .map { ($0["run_id"], $0["at_us"]) }
        }
    }
}
