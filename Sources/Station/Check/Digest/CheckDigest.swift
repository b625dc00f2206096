// What a check tells its owner, of all sites together: the digest, the line of the journal, and whether it needs attention.

import Lake
import Readings

/// The digest of a check.
package struct CheckDigest {
    /// What is told of each site that was looked at, or of which an earlier night had something to tell.
    package let sites: [SiteDigest]
    private let changes: FindingChanges
    private let errors: [String]
    private let inbox: Inbox.Outcome

    package init(outcome: CheckOutcome, inbox: Inbox.Outcome) {
        let stored = Dictionary(grouping: outcome.stored, by: \.systemID)
        let looked = Dictionary(
            outcome.sites.map { ($0.site.systemID, $0.check.lookedFor) }
        ) { first, _ in first }
        sites = outcome.views.map {
            SiteDigest(
                $0,
                stored: stored[$0.site.systemID] ?? [],
                changes: outcome.changes,
                lookedFor: looked[$0.site.systemID] ?? nil
            )
        }
        changes = outcome.changes
        errors = outcome.errors
        self.inbox = inbox
    }

    /// Tells whether the exit code is 1: something told here needs attention.
    package var needsAttention: Bool { isEmpty || sites.contains(where: \.needsAttention) }

    /// Tells whether there is nothing to watch over.
    private var isEmpty: Bool { sites.isEmpty && errors.isEmpty }

    /// The summary line of the journal.
    package var line: String {
        let lasting = sites.flatMap(\.open).filter { $0.end == nil }
        let critical = lasting.count { $0.severity == .critical }
        let took = inbox.imported > 0 ? "\(inbox.imported) imported, " : ""
        return
            "check \(changes.runID): \(took)\(changes.opened.count) opened, \(changes.reopened.count) reopened, \(changes.closed.count) closed, \(changes.known + changes.updated.count) known, \(lasting.count) last (\(critical) critical)"
    }

    /// Sites that could not be looked at, and what else failed.
    package var failures: [String] { errors }

    /// The documents of the inbox that were refused.
    package var refusals: [String] {
        inbox.refused.map { "cannot import \(ControlledText.oneLine($0.path)): \($0.reason)" }
    }

    /// The digest as a person reads it.
    package var text: String {
        let lines = isEmpty ? ["the store has no site: nothing is watched"] : sites.flatMap(\.lines)
        return lines.map { $0 + "\n" }.joined()
    }

    /// The digest for programs.
    package var json: JSONValue {
        let refused = inbox.refused.map {
            JSONValue.object([("file", .text($0.path)), ("error", .text($0.reason))])
        }
        return .object([
            ("run", .integer(changes.runID)), ("sites", .array(sites.map(\.json))),
            ("errors", .array(errors.map { .text($0) })),
            (
                "inbox",
                .object([
                    ("imported", .integer(Int64(inbox.imported))), ("rows", .integer(Int64(inbox.rows))),
                    ("refused", .array(refused)),
                ])
            ),
        ])
    }
}
