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
            ("how sure", ReportText(OwnerWords.sureness(finding))),
            ("costs", ReportText(ReportWords.cost(FindingCost(reported, facts), facts.material.tariff))),
            ("what to do", .strong(OwnerWords.advice(finding))),
        ]
        let companions = FindingCard.companions(reported, zone: facts.zone)
        if !companions.isEmpty { lines.append(("with it", ReportText(companions))) }
        if reported.isQuiet {
            lines.append(("you said", ReportText(reported.note ?? "you know of it, or muted it")))
        }
        let rule = finding.rule.nameText ?? finding.kind.rawValue
        let own = reported.findingID > 0 ? "finding \(reported.findingID), " : ""
        lines.append(("evidence", "\(own)rule \(code: rule)\(FindingCard.rows(finding))"))
        let grade = finding.severity.rawValue
        let hasEnded = [.over, .followUp].contains(reported.standing) && finding.severity >= .warning
        self.init(
            severity: hasEnded ? "ended" : grade,
            label: hasEnded ? "\(reported.standing == .over ? "over" : "ended"), was \(grade)" : grade,
            headline: OwnerWords.sentence(OwnerWords.headline(finding, zone: facts.zone)),
            lines: lines
        )
    }

    private static func since(_ finding: Finding, zone: TimeZoneRules) -> String {
        let start = zone.text(atUTCSeconds: finding.start.utcSeconds)
        let length = NumberText.duration(finding.interval.seconds)
        guard let end = finding.end else {
            return finding.interval.seconds > 0
                ? "\(start), it lasts (\(length) up to the newest data)" : "\(start), it lasts"
        }
        if end == finding.start { return start }
        // Captures lie days apart: nobody knows when it came back.
        if finding.kind == .cloudSilent {
            return "\(start), connected again by \(zone.text(atUTCSeconds: end.utcSeconds))"
        }
        return "\(start), until \(zone.text(atUTCSeconds: end.utcSeconds)) (\(length))"
    }

    /// What is told with it: what is kept by itself as a sentence, what is not by its kind.
    private static func companions(_ reported: ReportedFinding, zone: TimeZoneRules) -> String {
        let sentences = reported.companions.map { companion in
            let number = companion.findingID > 0 ? " (finding \(companion.findingID))" : ""
            return OwnerWords.headline(companion.finding, zone: zone) + number
        }
        let told = Set(reported.companions.map(\.finding.kind))
        let kinds = Set(reported.finding.sideEffects.map(\.kind)).subtracting(told)
        return (sentences + kinds.map { FindingWords.of($0).name }.sorted()).joined(separator: "; ")
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
