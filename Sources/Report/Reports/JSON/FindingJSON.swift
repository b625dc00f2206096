// A finding as JSON, as reports and other commands write it. Field names are part of the command's contract; see
// docs/contract.md.

import Analysis
import Readings

/// A finding as JSON.
package enum FindingJSON {
    /// Returns a finding that is not stored as an object of the contract's form.
    package static func value(_ finding: Finding, site: String) -> JSONValue {
        .object([
            ("site", .text(site)), ("device", .text(finding.device)), ("kind", .text(finding.kind.rawValue)),
            ("start", .text(finding.start.iso8601)), ("end", .optional(finding.end?.iso8601)),
            ("alert", .text(finding.alert.iso8601)), ("severity", .text(finding.severity.rawValue)),
            ("rule", finding.rule.json), ("evidence", finding.evidence.json),
        ])
    }
}
