// What a check tells of one site: what is new, what came again, what is over, what lasts and what is to be followed up.

import Lake
import Readings

/// The digest of one site.
package struct SiteDigest {
    package let view: SiteView
    /// All open findings of the site, each with its standing.
    let open: [StoredFinding]
    let fresh: [StoredFinding]
    let reopened: [StoredFinding]
    let closed: [StoredFinding]
    /// How much was looked for; nil where it is not the question.
    let lookedFor: LookedFor?

    /// Gathers what is told of a site.
    ///
    /// - Parameters:
    ///   - stored: all findings of the site, each with its standing.
    ///   - changes: what the night changed, of any site.
    ///   - lookedFor: how much was looked for; nil where it is not the question.
    init(_ view: SiteView, stored: [StoredFinding], changes: FindingChanges, lookedFor: LookedFor?) {
        self.view = view
        self.lookedFor = lookedFor
        let byNumber = Dictionary(stored.map { ($0.findingID, $0) }) { first, _ in first }
        func own(_ findings: [StoredFinding]) -> [StoredFinding] {
            findings.filter { $0.systemID == view.site.systemID }.map { finding in
                var told = finding
                told.standing = byNumber[finding.findingID]?.standing ?? finding.standing
                return told
            }
        }
        open = stored.filter { $0.state == .open }
        fresh = own(changes.opened)
        reopened = own(changes.reopened)
        closed = own(changes.closed)
    }

    /// Tells whether there is more to be seen than is told.
    package var hasFindings: Bool { !open.isEmpty }

    /// Tells whether the exit code is 1 by this site.
    var needsAttention: Bool { open.contains(where: SiteView.needsAttention) }

    /// The digest as a person reads it, a line each.
    var lines: [String] {
        let name = ControlledText.oneLine(view.site.name)
        let told = DigestLines(view, open: open, fresh: fresh, reopened: reopened)
        var lines = ["\(name): \(view.age); \(told.count)"]
        if let lookedFor { lines.append("  \(lookedFor.text)") }
        lines += told.news.map { "  \($0)" }
        lines += over.map { "  \($0)" }
        lines += told.standing.map { "  \($0)" }
        return lines
    }

    /// What new data filled, with the documents that did.
    private var over: [String] {
        var reasons: [String] = []
        for finding in closed {
            let reason = finding.closedBy?.text ?? ""
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons.flatMap { reason in
            let own = view.told(closed.filter { ($0.closedBy?.text ?? "") == reason })
            return view.lines(own).map { "over: \($0)\(reason.isEmpty ? "" : " (\(reason))")" }
        }
    }

    /// The digest for programs.
    var json: JSONValue {
        let leads = view.leads(open)
        func list(_ findings: [StoredFinding]) -> JSONValue {
            .array(findings.map { StoredFindingJSON.value($0, view, leads: leads) })
        }
        func count(_ standing: FindingStanding) -> JSONValue {
            .integer(Int64(open.count { $0.standing == standing }))
        }
        return .object([
            ("site", .text(view.site.name)),
            ("data_until", .optional(view.dataEnd.map { Instant(utcSeconds: $0).iso8601 })),
            ("new", list(fresh)), ("reopened", list(reopened)), ("closed", list(closed)),
            ("open", .integer(Int64(open.count))), ("now", count(.now)), ("follow_up", count(.followUp)),
            ("attention", .array(open.filter(SiteView.needsAttention).map { .integer($0.findingID) })),
        ])
    }
}
