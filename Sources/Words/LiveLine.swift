// A change of a finding, as a message tells it in one line. Whom it is sent to is not known here.

import Analysis
import Readings

extension OwnerWords {
    /// Returns a change as a line: how grave it is, and what it is.
    package static func line(_ change: LiveChange, zone: TimeZoneRules) -> String {
        let finding = change.finding
        let text = headline(finding, zone: zone)
        return switch change {
        case .opened: "\(finding.severity.rawValue): \(text)"
        case .updated: "\(finding.severity.rawValue), news: \(text)"
        case .ended: "over: \(text)"
        }
    }

    /// Returns a change as JSON: the word, the finding's kind, device, times and severity, and the line.
    package static func json(_ change: LiveChange, zone: TimeZoneRules) -> JSONValue {
        let finding = change.finding
        return .object([
            ("change", .text(change.word)), ("kind", .text(finding.kind.rawValue)),
            ("device", .text(finding.device)), ("severity", .text(finding.severity.rawValue)),
            ("start", .text(finding.start.iso8601)),
            ("end", finding.end.map { .text($0.iso8601) } ?? .null),
            ("alert", .text(finding.alert.iso8601)), ("text", .text(line(change, zone: zone))),
            ("advice", .text(advice(finding))), ("evidence", finding.evidence.json.read),
        ])
    }
}
