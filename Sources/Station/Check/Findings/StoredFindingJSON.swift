// A stored finding as JSON, in the form of docs/contract.md.

import Analysis
import Lake
import Readings
import Words

/// Writes stored findings.
package enum StoredFindingJSON {
    /// Returns a finding as JSON.
    ///
    /// - Parameter leads: with which other each is told that does not stand for itself, by number.
    package static func value(_ finding: StoredFinding, _ view: SiteView, leads: [Int64: Int64]) -> JSONValue
    {
        func instant(_ microseconds: Int64?) -> String? {
            microseconds.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 }
        }
        return .object([
            ("id", .integer(finding.findingID)), ("site", .text(view.site.name)),
            ("device", .text(finding.device)),
            ("kind", .text(finding.kind.rawValue)), ("start", .text(finding.start.iso8601)),
            ("end", .optional(finding.end?.iso8601)), ("alert", .text(finding.alert.iso8601)),
            ("state", .text(finding.state.rawValue)), ("standing", .text(finding.standing.rawValue)),
            ("told_with", .optional(leads[finding.findingID])),
            ("severity", .text(finding.severity.rawValue)),
            ("sure", .text(OwnerWords.told(finding.finding).rawValue)),
            ("text", .text(view.headline(finding))), ("advice", .text(view.advice(finding))),
            ("acknowledged", .optional(instant(finding.acknowledgedMicroseconds))),
            ("note", .optional(finding.note)),
            ("muted_until", .optional(instant(finding.mutedUntilMicroseconds))),
            ("closed_by", finding.closedBy?.json ?? .null), ("rule", .raw(finding.rule.json.compact)),
            ("evidence", .raw(finding.evidence.json.compact)),
        ])
    }
}
