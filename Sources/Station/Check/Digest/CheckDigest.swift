// What a check tells its owner: what is new, what is over, what still stands; and the sign of life.

import Analysis
import Foundation
import Lake
import Readings
import Report
import Words

/// The digest of a check.
package struct CheckDigest {
    /// How long an ended finding still asks for attention, in seconds.
    private static let attentionSeconds: Int64 = 45 * 86_400

    private let outcome: CheckOutcome
    private let inbox: Inbox.Outcome
    private let now: Int64
    /// The findings of each site, and where its data end: a fleet has too many to look through for each.
    private let bySite: [Int64: [StoredFinding]]
    private let dataEnds: [Int64: Int64]

    package init(outcome: CheckOutcome, inbox: Inbox.Outcome, now: Int64) {
        self.outcome = outcome
        self.inbox = inbox
        self.now = now
        bySite = Dictionary(grouping: outcome.stored, by: \.systemID)
        var ends = bySite.compactMapValues { $0.map { ($0.end ?? $0.alert).utcSeconds }.max() }
        for (site, check) in outcome.sites {
            if let end = check.dataEnd { ends[site.systemID] = end }
        }
        dataEnds = ends
    }

    /// Tells whether the exit code is 1.
    package var needsAttention: Bool {
        let fresh = Set((outcome.changes.opened + outcome.changes.reopened).map(\.identity))
        return outcome.stored.contains { finding in
            guard finding.state == .open, !finding.isQuiet(atMicroseconds: now * 1_000_000),
                finding.severity >= .warning
            else { return false }
            if fresh.contains(finding.identity) || finding.end == nil { return true }
            let end = dataEnd(finding.systemID)
            return end - (finding.end?.utcSeconds ?? end) < CheckDigest.attentionSeconds
        }
    }

    /// The end of the data of a site: of this run, else of its newest finding.
    private func dataEnd(_ systemID: Int64) -> Int64 { dataEnds[systemID] ?? 0 }

    /// The summary line of the journal.
    package var line: String {
        let changes = outcome.changes
        let open = outcome.stored.filter { $0.state == .open && $0.end == nil }
        let critical = open.count { $0.severity == .critical }
        let took = inbox.imported > 0 ? "\(inbox.imported) imported, " : ""
        return
            "check \(changes.runID): \(took)\(changes.opened.count) opened, \(changes.reopened.count) reopened, \(changes.closed.count) closed, \(changes.known + changes.updated.count) known, \(open.count) last (\(critical) critical)"
    }

    /// Sites that could not be looked at, and what else failed.
    package var failures: [String] { outcome.errors }

    /// The documents of the inbox that were refused.
    package var refusals: [String] {
        inbox.refused.map { "cannot import \(ControlledText.oneLine($0.path)): \($0.reason)" }
    }

    /// The digest as a person reads it.
    package var text: String {
        let opened = Dictionary(grouping: outcome.changes.opened, by: \.systemID)
        let reopened = Dictionary(grouping: outcome.changes.reopened, by: \.systemID)
        let closed = Dictionary(grouping: outcome.changes.closed, by: \.systemID)
        var result: [String] = []
        let shown =
            outcome.sites.map { (site: $0.site, zone: $0.check.zone, dataEnd: $0.check.dataEnd) }
            + outcome.others.map { (site: $0.site, zone: $0.zone, dataEnd: nil) }
        for (site, zone, end) in shown {
            let own = (bySite[site.systemID] ?? []).filter { $0.state == .open }
            let fresh = opened[site.systemID] ?? []
            let again = reopened[site.systemID] ?? []
            result.append("\(ControlledText.oneLine(site.name)): \(own.count) findings, \(fresh.count) new")
            result += lines(fresh, zone, end).map { "  \($0)" }
            result += lines(again, zone, end).map { "  again: \($0)" }
            for finding in closed[site.systemID] ?? [] {
                guard let line = lines([finding], zone, end).first else { continue }
                result.append("  over: \(line)\(finding.closedBy?.text.map { " (\($0))" } ?? "")")
            }
            // What was told before and lasts is named again, so that one night's digest stands for itself.
            let told = Set((fresh + again).map(\.identity))
            let lasting = own.filter {
                $0.end == nil && !told.contains($0.identity) && !$0.isQuiet(atMicroseconds: now * 1_000_000)
            }
            result += lines(lasting, zone, end).map { "  still: \($0)" }
        }
        return result.map { $0 + "\n" }.joined()
    }

    /// The findings in the owner's words, the gravest first.
    private func lines(_ findings: [StoredFinding], _ zone: TimeZoneRules, _ end: Int64?) -> [String] {
        let known = findings.map { $0.known(to: Instant(utcSeconds: end ?? dataEnd($0.systemID))) }.sorted {
            ($1.severity, $0.start) < ($0.severity, $1.start)
        }
        return OwnerWords.lines(known, zone: zone)
    }

    // MARK: JSON

    package var json: JSONValue {
        let opened = Dictionary(grouping: outcome.changes.opened, by: \.systemID)
        let reopened = Dictionary(grouping: outcome.changes.reopened, by: \.systemID)
        let closed = Dictionary(grouping: outcome.changes.closed, by: \.systemID)
        return .object([
            ("run", .integer(outcome.changes.runID)),
            (
                "sites",
                .array(
                    (outcome.sites.map { (site: $0.site, dataEnd: $0.check.dataEnd) }
                        + outcome.others.map { (site: $0.site, dataEnd: nil) }).map { site, end in
                            .object([
                                ("site", .text(site.name)),
                                (
                                    "data_until",
                                    .optional(end.map { Instant(utcSeconds: $0).iso8601 })
                                ),
                                ("new", list(opened[site.systemID], site)),
                                ("reopened", list(reopened[site.systemID], site)),
                                ("closed", list(closed[site.systemID], site)),
                                (
                                    "open",
                                    .integer(
                                        Int64(
                                            (bySite[site.systemID] ?? []).count { $0.state == .open }
                                        )
                                    )
                                ),
                            ])
                        }
                )
            ),
            ("errors", .array(outcome.errors.map { .text($0) })),
            (
                "inbox",
                .object([
                    ("imported", .integer(Int64(inbox.imported))), ("rows", .integer(Int64(inbox.rows))),
                    (
                        "refused",
                        .array(
                            inbox.refused.map {
                                .object([("file", .text($0.path)), ("error", .text($0.reason))])
                            }
                        )
                    ),
                ])
            ),
        ])
    }

    private func list(_ findings: [StoredFinding]?, _ site: Site) -> JSONValue {
        .array((findings ?? []).map { StoredFindingJSON.value($0, site: site.name, now: now) })
    }
}

/// The file by which another program sees that the watch is awake.
package struct Heartbeat {
    package let path: String

    /// Says how the night was.
    ///
    /// - Parameter errors: what went wrong, each in one line.
    package func beat(now: Int64, code: Int32, _ digest: CheckDigest, errors: [String]) throws {
        var members: [(String, JSONValue)] = [
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(Int64(code))),
            ("summary", .text(digest.line)),
        ]
        if !errors.isEmpty { members.append(("errors", .array(errors.map { .text($0) }))) }
        try write(members)
    }

    package func fail(now: Int64, _ error: String) throws {
        try write([
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(2)),
            ("error", .text(error)),
        ])
    }

    private func write(_ members: [(String, JSONValue)]) throws {
        try Data(JSONValue.object(members).pretty.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
