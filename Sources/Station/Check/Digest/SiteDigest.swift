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

    /// Gathers what is told of a site.
    ///
    /// - Parameters:
    ///   - stored: all findings of the site, each with its standing.
    ///   - changes: what the night changed, of any site.
    init(_ view: SiteView, stored: [StoredFinding], changes: FindingChanges) {
        self.view = view
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

    /// What lasts and was told before: one night's digest stands for itself.
    private var lasting: [StoredFinding] { toldBefore.filter { $0.standing == .now } }

    /// What ended lately, was told before, and makes the exit code 1.
    private var following: [StoredFinding] {
        toldBefore.filter { $0.standing == .followUp && SiteView.needsAttention($0) }
    }

    private var toldBefore: [StoredFinding] {
        let told = Set((fresh + reopened).map(\.findingID))
        return open.filter { !told.contains($0.findingID) }
    }

    /// The digest as a person reads it, a line each.
    var lines: [String] {
        let name = ControlledText.oneLine(view.site.name)
        var lines = ["\(name): \(view.age); \(SiteView.count(open, fresh: fresh.count))"]
        lines += view.lines(fresh).map { "  \($0)" }
        lines += view.lines(reopened).map { "  again: \($0)" }
        for finding in closed {
            guard let line = view.lines([finding]).first else { continue }
            lines.append("  over: \(line)\(finding.closedBy?.text.map { " (\($0))" } ?? "")")
        }
        lines += view.lines(lasting).map { "  still: \($0)" }
        for finding in following {
            guard let line = view.lines([finding]).first else { continue }
            lines.append("  \(view.ended(finding)), not acknowledged: \(line)")
        }
        return lines
    }

    /// The digest for programs.
    var json: JSONValue {
        func list(_ findings: [StoredFinding]) -> JSONValue {
            .array(findings.map { StoredFindingJSON.value($0, view) })
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
