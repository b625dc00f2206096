// How a site stands, as JSON for home automation: bounded, since it is kept with every change.

import Readings
import Words

/// Writes how a site stands.
struct HomeStateText {
    /// A state of Home Assistant has at most so many code points.
    private static let mostOfState = 255
    /// Attributes above 16,384 bytes are not kept.
    private static let mostBytes = 15_000
    private static let mostFindings = 20

    let facts: SiteFacts
    let safe: SafeText

    init(_ facts: SiteFacts, _ safe: SafeText) { (self.facts, self.safe) = (facts, safe) }

    /// Returns the state. What is not known is null, whether there is a problem before the first check too.
    func json(relay: String?, charges: [(String, JSONValue)]) -> JSONValue {
        let site = SiteLines(facts, safe)
        let open = site.open
        let isProblem = open.contains {
            $0.finding.severity >= .warning && OwnerWords.told($0.finding) != .suspected && !$0.isQuiet
        }
        let problem: JSONValue =
            facts.checkedAt == nil && open.isEmpty ? .null : .text(isProblem ? "ON" : "OFF")
        let gravest = open.first.map { own in
            "\(own.finding.severity.rawValue): \(EntryWords(own, facts: facts, safe: safe).plain)"
        }
        return .object([
            ("problem", problem), ("gravest", .text(short(gravest ?? "nothing is open"))),
            ("findings_open", .integer(Int64(open.count))),
            ("data_until", .optional(facts.dataUntil?.iso8601)),
            ("checked_at", .optional(facts.checkedAt?.iso8601)),
            ("relay", .optional(["closed", "open"].first { $0 == relay })), ("charge", .object(charges)),
            ("attributes", attributes(open)),
        ])
    }

    private func short(_ text: String) -> String {
        var cut = SafeText.cut(text, to: HomeStateText.mostOfState)
        var most = HomeStateText.mostOfState
        // A character may be several code points.
        while cut.unicodeScalars.count > HomeStateText.mostOfState {
            most = most / 2
            cut = SafeText.cut(text, to: most)
        }
        return cut
    }

    private func attributes(_ open: [NotifiedFinding]) -> JSONValue {
        var findings: [JSONValue] = []
        var bytes = 100
        for own in open.prefix(HomeStateText.mostFindings) {
            let value = finding(own)
            bytes += value.compact.utf8.count + 1
            guard bytes <= HomeStateText.mostBytes else { break }
            findings.append(value)
        }
        return .object([
            ("findings", .array(findings)), ("more", .integer(Int64(open.count - findings.count))),
        ])
    }

    private func finding(_ own: NotifiedFinding) -> JSONValue {
        let words = EntryWords(own, facts: facts, safe: safe)
        let finding = own.finding
        return .object([
            ("id", own.number > 0 ? .integer(own.number) : .null),
            ("severity", .text(finding.severity.rawValue)), ("kind", .text(finding.kind.rawValue)),
            ("device", .text(safe.of(finding.device, most: 60))), ("start", .text(finding.start.iso8601)),
            ("sure", .text(OwnerWords.told(finding).rawValue)),
            ("text", .text(SafeText.cut(words.plain, to: 250))),
            ("advice", .text(safe.of(OwnerWords.advice(finding), most: 250))),
        ])
    }
}
