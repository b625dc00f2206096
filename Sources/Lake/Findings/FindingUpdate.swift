// The findings of a run laid over what is known: what is new, what changed, what is over.

import GRDB
import Readings

/// One site's findings of a run, laid over what is known.
struct FindingUpdate {
    let database: Database
    let runID: Int64
    let now: Int64
    let site: SiteFindings

    func run(_ changes: inout FindingChanges) throws {
        let known = try Lake.findings(database, ("WHERE system_id = ?", [site.systemID]))
        var byIdentity: [String: StoredFinding] = [:]
        for finding in known { byIdentity[finding.identity] = finding }
        let wanted = Set(site.findings.map(\.identity))
        var seen: Set<Int64> = []
        // A finding whose start moved a little is still the same: its own identity goes first, then what overlaps it.
        for finding in site.findings {
            let before =
                byIdentity[finding.identity]
                ?? known.first {
                    !seen.contains($0.findingID) && !wanted.contains($0.identity)
                        && FindingUpdate.isSame($0, finding)
                }
            if let before {
                seen.insert(before.findingID)
                try update(before, with: finding.endingAsSeen(before.liveEnd), &changes)
            } else {
                changes.opened.append(try open(finding))
            }
        }
        for finding in known where finding.state == .open && !seen.contains(finding.findingID) {
            // What the live watch found it ends itself, and so does who sends messages: other runs do not see it at all.
            guard !finding.rule.endsItself, site.isInScope(finding) else { continue }
            changes.closed.append(try close(finding))
        }
    }

    /// How far the starts of one finding may lie apart, as the live watch and as the rows of a night tell them, seconds.
    private static let liveStartSeconds: Int64 = 900

    /// Tells whether a finding is one that is known: it overlaps it, or began about when the live watch saw that begin.
    static func isSame(_ left: StoredFinding, _ right: StoredFinding) -> Bool {
        guard left.kind == right.kind, left.device == right.device else { return false }
        let (distance, overflows) = left.start.utcSeconds.subtractingReportingOverflow(
            right.start.utcSeconds
        )
        if left.rule.isLive || right.rule.isLive, !overflows, distance.magnitude <= liveStartSeconds {
            return true
        }
        let leftEnd = left.end ?? Instant(utcSeconds: .max)
        let rightEnd = right.end ?? Instant(utcSeconds: .max)
        return left.start < rightEnd && right.start < leftEnd
    }

    func open(_ finding: StoredFinding) throws -> StoredFinding {
        try database.execute(
            sql: """
                INSERT INTO sunvigil_finding(system_id, device, kind, first_us, last_us, alert_us, state, severity,
                    sureness, rule, evidence, opened_run) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)
                """,
            arguments: [
                finding.systemID, finding.device, finding.kind.rawValue, finding.start.microseconds,
                finding.end?.microseconds, finding.alert.microseconds, finding.severity.rawValue,
                finding.sureness.rawValue, finding.rule.json.compact, finding.evidence.json.compact, runID,
            ]
        )
        var opened = finding
        opened.findingID = database.lastInsertedRowID
        opened.openedRun = runID
        try note(opened.findingID, .opened, detail(finding))
        return opened
    }

    /// Lays a finding over the one that is known.
    ///
    /// - Parameter change: what happened to it, where it was open and is not as it was.
    func update(
        _ before: StoredFinding,
        with finding: StoredFinding,
        _ changes: inout FindingChanges,
        as change: FindingEvent.Change = .updated
    ) throws {
        let isReopened = before.state != .open || change == .reopened
        let isChanged =
            before.end != finding.end || before.severity != finding.severity || before.start != finding.start
            || before.alert != finding.alert
        var after = finding
        after.findingID = before.findingID
        after.openedRun = before.openedRun
        after.note = before.note
        after.acknowledgedMicroseconds = before.acknowledgedMicroseconds
        after.mutedUntilMicroseconds = before.mutedUntilMicroseconds
        after.liveEnd = isReopened ? nil : finding.liveEnd ?? before.liveEnd
        var isAlarming = false
        if before.acknowledgedMicroseconds != nil {
            after.acknowledgedCostWh = before.acknowledgedCostWh ?? before.costWh ?? finding.costWh
            // What grew worse is told again, though the owner knew of its beginnings.
            isAlarming = FindingUpdate.isWorse(after, than: before)
            if isReopened || isAlarming {
                (after.acknowledgedMicroseconds, after.acknowledgedCostWh) = (nil, nil)
            }
        }
        try database.execute(
            sql: """
                UPDATE sunvigil_finding SET first_us = ?, last_us = ?, alert_us = ?, state = 'open', severity = ?,
                    sureness = ?, rule = ?, evidence = ?, closed_run = NULL, closed_by = NULL, acknowledged_us = ?,
                    acknowledged_wh = ? WHERE finding_id = ?
                """,
            arguments: [
                finding.start.microseconds, finding.end?.microseconds, finding.alert.microseconds,
                finding.severity.rawValue, finding.sureness.rawValue, finding.rule.json.compact,
                finding.evidence.json.compact,
                after.acknowledgedMicroseconds, after.acknowledgedCostWh, before.findingID,
            ]
        )
        if before.identity != after.identity {
            try Lake.renameTold(site.systemID, from: before.identity, to: after.identity, database)
        }
        if isReopened {
            changes.reopened.append(after)
            try note(before.findingID, .reopened, detail(finding))
        } else if isChanged || isAlarming {
            if change == .ended { changes.closed.append(after) } else { changes.updated.append(after) }
            try note(before.findingID, change, detail(finding))
        } else {
            changes.known += 1
        }
    }

    /// Tells whether what its owner acknowledged is worse now: graver, or much dearer than it was then.
    private static func isWorse(_ after: StoredFinding, than before: StoredFinding) -> Bool {
        if after.severity > before.severity { return true }
        guard let cost = after.costWh, let known = after.acknowledgedCostWh else { return false }
        return Finding.isWorse(cost, than: known)
    }

    private func close(_ finding: StoredFinding) throws -> StoredFinding {
        let reason = site.reason(finding)
        try database.execute(
            sql:
                "UPDATE sunvigil_finding SET state = 'closed', closed_run = ?, closed_by = ? WHERE finding_id = ?",
            arguments: [runID, reason.json.compact, finding.findingID]
        )
        try note(finding.findingID, .closed, reason.json.compact)
        var closed = finding
        closed.closedBy = reason
        return closed
    }

    private func detail(_ finding: StoredFinding) -> String {
        JSONValue.object([
            ("start", .text(finding.start.iso8601)), ("end", .optional(finding.end?.iso8601)),
            ("severity", .text(finding.severity.rawValue)),
        ]).compact
    }

    private func note(_ findingID: Int64, _ change: FindingEvent.Change, _ detail: String) throws {
        try FindingUpdate.note(findingID, runID: runID, at: now, change, detail, database)
    }

    static func note(
        _ findingID: Int64,
        runID: Int64,
        at now: Int64,
        _ change: FindingEvent.Change,
        _ detail: String,
        _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO sunvigil_finding_event(finding_id, run_id, at_us, change, detail) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [findingID, runID, now, change.rawValue, detail]
        )
    }
}

extension Instant {
    fileprivate var microseconds: Int64 { utcSeconds * 1_000_000 }
}
