// What a check tells its owner: what is new, what is over, what still stands; and the sign of life.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// The digest of a check.
struct CheckDigest {
    /// How long an ended finding still asks for attention, in seconds.
    private static let attentionSeconds: Int64 = 45 * 86_400

    private let outcome: CheckCommand.Outcome
    private let inbox: Inbox.Outcome
    private let now: Int64

    init(outcome: CheckCommand.Outcome, inbox: Inbox.Outcome, now: Int64) {
        self.outcome = outcome
        self.inbox = inbox
        self.now = now
    }

    /// Tells whether the exit code is 1.
    var needsAttention: Bool {
        let fresh = Set((outcome.changes.opened + outcome.changes.reopened).map(\.identity))
        return outcome.stored.contains { finding in
            guard finding.state == "open", !finding.isQuiet(atMicroseconds: now * 1_000_000),
                let severity = Severity(rawValue: finding.severity), severity >= .warning
            else { return false }
            if fresh.contains(finding.identity) || finding.end == nil { return true }
            let end = dataEnd(finding.systemID)
            return end - (finding.end?.utcSeconds ?? end) < CheckDigest.attentionSeconds
        }
    }

    /// The end of the data of a site: of this run, else of its newest finding.
    private func dataEnd(_ systemID: Int64) -> Int64 {
        outcome.sites.first { $0.site.systemID == systemID }?.check.dataEnd
            ?? outcome.stored.filter { $0.systemID == systemID }.map {
                ($0.end ?? $0.alert).utcSeconds
            }.max() ?? 0
    }

    /// The summary line of the journal.
    var line: String {
        let changes = outcome.changes
        let open = outcome.stored.filter { $0.state == "open" && $0.end == nil }
        let critical = open.count { $0.severity == Severity.critical.rawValue }
        let took = inbox.imported > 0 ? "\(inbox.imported) imported, " : ""
        return
            "check \(changes.runID): \(took)\(changes.opened.count) opened, \(changes.reopened.count) reopened, \(changes.closed.count) closed, \(changes.known + changes.updated.count) known, \(open.count) last (\(critical) critical)"
    }

    func print(asJSON isJSON: Bool) {
        if isJSON {
            Console.print(json.pretty, terminator: "")
            return
        }
        for (path, reason) in inbox.refused { Console.error("cannot import \(path): \(reason)") }
        for (site, check) in outcome.sites {
            let own = outcome.stored.filter { $0.systemID == site.systemID && $0.state == "open" }
            let fresh = part(outcome.changes.opened, site)
            Console.print("\(site.name): \(own.count) findings, \(fresh.count) new")
            for line in lines(fresh, check) { Console.print("  \(line)") }
            for line in lines(part(outcome.changes.reopened, site), check) {
                Console.print("  again: \(line)")
            }
            for finding in part(outcome.changes.closed, site) {
                guard let line = lines([finding], check).first else { continue }
                Console.print("  over: \(line)\(finding.closedReason.map { " (\($0))" } ?? "")")
            }
            // What was told before and lasts is named again, so that one night's digest stands for itself.
            let told = Set((fresh + part(outcome.changes.reopened, site)).map(\.identity))
            let lasting = own.filter {
                $0.end == nil && !told.contains($0.identity) && !$0.isQuiet(atMicroseconds: now * 1_000_000)
            }
            for line in lines(lasting, check) { Console.print("  still: \(line)") }
        }
    }

    private func part(_ findings: [StoredFinding], _ site: Site) -> [StoredFinding] {
        findings.filter { $0.systemID == site.systemID }
    }

    /// The findings in the owner's words, the gravest first.
    private func lines(_ findings: [StoredFinding], _ check: SiteCheck.Outcome) -> [String] {
        let known = findings.compactMap { Finding($0, dataEnd: check.dataEnd ?? dataEnd($0.systemID)) }.sorted
        {
            ($1.severity, $0.start) < ($0.severity, $1.start)
        }
        return OwnerWords.lines(known, zone: check.zone)
    }

    // MARK: JSON

    var json: JSONValue {
        .object([
            ("run", .integer(outcome.changes.runID)),
            (
                "sites",
                .array(
                    outcome.sites.map { site, check in
                        .object([
                            ("site", .text(site.name)),
                            (
                                "data_until",
                                .optional(check.dataEnd.map { Instant(utcSeconds: $0).iso8601 })
                            ),
                            ("new", list(outcome.changes.opened, site)),
                            ("reopened", list(outcome.changes.reopened, site)),
                            ("closed", list(outcome.changes.closed, site)),
                            (
                                "open",
                                .integer(
                                    Int64(
                                        outcome.stored.count {
                                            $0.systemID == site.systemID && $0.state == "open"
                                        }
                                    )
                                )
                            ),
                        ])
                    }
                )
            ),
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

    private func list(_ findings: [StoredFinding], _ site: Site) -> JSONValue {
        .array(part(findings, site).map { StoredFindingJSON.value($0, site: site.name, now: now) })
    }
}

/// The file by which another program sees that the watch is awake.
struct Heartbeat {
    let path: String

    func beat(now: Int64, code: Int32, _ digest: CheckDigest) throws {
        try write([
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(Int64(code))),
            ("summary", .text(digest.line)),
        ])
    }

    func fail(now: Int64, _ error: String) throws {
        try write([
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(2)),
            ("error", .text(error)),
        ])
    }

    private func write(_ members: [(String, JSONValue)]) throws {
        try Data(JSONValue.object(members).pretty.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
