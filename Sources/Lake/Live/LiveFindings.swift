// What the live watch says of findings, laid over what is known. It names what changed; what it does not name stays as it is.

import Readings

/// What live rules say of findings after a round.
package struct LiveFindingUpdate: Sendable {
    /// Findings that ended, each with its end.
    package var ended: [Finding]
    /// Findings that are known and grew worse, or whose evidence changed.
    package var updated: [Finding]
    /// Findings that began.
    package var opened: [Finding]

    /// Gathers what changed. It is laid over what is known in this order: what ended, what changed, what began.
    package init(ended: [Finding] = [], updated: [Finding] = [], opened: [Finding] = []) {
        (self.ended, self.updated, self.opened) = (ended, updated, opened)
    }

    /// Tells that nothing changed.
    package var isEmpty: Bool { ended.isEmpty && updated.isEmpty && opened.isEmpty }
}

extension FindingUpdate {
    /// Lays what live rules say over what is known.
    ///
    /// A finding keeps its number: it is known by device, kind and a start within a quarter of an hour, or by overlapping. One
    /// that a nightly rule has taken over keeps that rule and its evidence, and gets its end only.
    func run(_ live: LiveFindingUpdate, _ changes: inout FindingChanges) throws {
        for finding in live.ended { try take(finding, isOver: true, &changes) }
        for finding in live.updated + live.opened { try take(finding, isOver: false, &changes) }
    }

    private func take(_ finding: Finding, isOver: Bool, _ changes: inout FindingChanges) throws {
        var own = StoredFinding(systemID: site.systemID, finding: finding)
        if isOver { own.liveEnd = finding.end }
        guard let before = try known(own) else {
            let opened = try open(own)
            try note(liveEnd: own.liveEnd, of: opened)
            changes.opened.append(opened)
            return
        }
        guard let after = FindingUpdate.laid(own, over: before, isOver: isOver) else {
            try note(liveEnd: own.liveEnd, of: before)
            changes.known += 1
            return
        }
        let isReopened = before.state == .open && before.end != nil && after.end == nil
        try update(before, with: after, &changes, as: isReopened ? .reopened : isOver ? .ended : .updated)
        try note(liveEnd: own.liveEnd, of: before)
    }

    /// Returns the row of a finding: the one of its identity, then one that lasts, then one that is over.
    private func known(_ finding: StoredFinding) throws -> StoredFinding? {
        let all = try Lake.findings(database, ("WHERE system_id = ?", [site.systemID]))
        if let same = all.first(where: { $0.identity == finding.identity }) { return same }
        // What rows have ended before this began is another one.
        let alike = all.filter { known in
            let isPast = !known.rule.endsItself && known.end.map { $0 <= finding.start } ?? false
            return !isPast && FindingUpdate.isSame(known, finding)
        }
        func isLasting(_ one: StoredFinding) -> Bool { one.state == .open && one.end == nil }
        func distance(_ one: StoredFinding) -> UInt64 {
            one.start.utcSeconds.subtractingReportingOverflow(finding.start.utcSeconds).partialValue.magnitude
        }
        let lasting = alike.filter(isLasting)
        return (lasting.isEmpty ? alike : lasting).min { distance($0) < distance($1) }
    }

    /// Returns a finding as it is to be kept; nil where what is known stays as it is.
    private static func laid(_ own: StoredFinding, over before: StoredFinding, isOver: Bool) -> StoredFinding?
    {
        let isTakenOver = before.state == .open && !before.rule.endsItself
        // Its start is what names it: it stays.
        var found = isTakenOver ? before.finding : own.finding
        found.start = before.state == .open ? before.start : min(before.start, own.start)
        if isTakenOver {
            // Rows that go beyond what the watch saw as its end know better; so does an end that rows gave.
            guard isOver, before.end == nil else { return nil }
            found.end = own.end
        }
        found.knownEnd = found.end ?? found.knownEnd
        // What the watch ended and rows show no more is no news.
        if isOver && before.state != .open { return nil }
        var after = own.with(found)
        after.liveEnd = own.liveEnd
        return after
    }

    /// Notes when the watch saw the end of a finding; nil lifts what it said.
    private func note(liveEnd: Instant?, of finding: StoredFinding) throws {
        try database.execute(
            sql: "UPDATE sunvigil_finding SET live_end_us = ? WHERE finding_id = ?",
            arguments: [liveEnd.map { $0.utcSeconds * 1_000_000 }, finding.findingID]
        )
    }
}
