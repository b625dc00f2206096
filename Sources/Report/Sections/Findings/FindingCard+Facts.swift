// How a finding is told: since when, how sure, what it costs, what to do, by which rule and rows. The words themselves
// stand in Words.

import Analysis
import Readings
import Words

extension FindingCard {
    /// Tells a finding, with what it cost in a time.
    init(_ reported: ReportedFinding, facts: PeriodFacts) {
        let finding = reported.finding
        var lines: [(name: String, text: ReportText)] = [
            ("since", ReportText(FindingCard.since(finding, zone: facts.zone))),
            ("how sure", ReportText(OwnerWords.sureness(finding.sureness))),
            ("costs", ReportText(ReportWords.cost(FindingCost(finding, facts), facts.material.tariff))),
            ("what to do", .strong(OwnerWords.advice(finding))),
        ]
        if !finding.sideEffects.isEmpty {
            let kinds = Set(finding.sideEffects.map { FindingWords.of($0.kind).name }).sorted()
            lines.append(("with it", ReportText(kinds.joined(separator: ", "))))
        }
        if reported.isQuiet {
            lines.append(("you said", ReportText(reported.note ?? "you know of it, or muted it")))
        }
        let rule = finding.rule.nameText ?? finding.kind.rawValue
        let own = reported.findingID > 0 ? "finding \(reported.findingID), " : ""
        lines.append(("evidence", "\(own)rule \(code: rule)\(FindingCard.rows(finding))"))
        self.init(
            severity: finding.severity.rawValue,
            headline: OwnerWords.sentence(OwnerWords.headline(finding, zone: facts.zone)),
            lines: lines
        )
    }

    private static func since(_ finding: Finding, zone: TimeZoneRules) -> String {
        let start = zone.text(atUTCSeconds: finding.start.utcSeconds)
        let length = NumberText.duration(finding.interval.seconds)
        guard let end = finding.end else { return "\(start), it lasts (\(length) up to the newest data)" }
        if end == finding.start { return start }
        // Captures lie days apart: nobody knows when it came back.
        if finding.kind == .cloudSilent {
            return "\(start), seen connected again at \(zone.text(atUTCSeconds: end.utcSeconds))"
        }
        return "\(start), until \(zone.text(atUTCSeconds: end.utcSeconds)) (\(length))"
    }

    /// The rows that a finding rests on, as its evidence names them.
    private static func rows(_ finding: Finding) -> ReportText {
        guard let table = finding.evidence.table else { return "" }
        guard let first = finding.evidence.firstRow, let last = finding.evidence.lastRow else {
            return ", rows of \(code: table)"
        }
        return ", rows of \(code: table) from \(first.iso8601) to \(last.iso8601)"
    }
}
