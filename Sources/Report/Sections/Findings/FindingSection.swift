// The findings of a time, the gravest first. How a single one is told stands in FindingCard+Facts.swift, their bars over
// time in TimelineFigure.

import Analysis
import Readings
import Words

/// The findings of a time.
struct FindingSection {
    /// The time.
    let facts: PeriodFacts

    /// Findings that are told one by one; what is behind them is counted.
    static let mostTold = 20

    /// What needs the owner now, what he is to follow up, what was noticed besides, and what is over.
    var blocks: [ReportBlock] {
        guard !facts.findings.isEmpty else { return notChecked + [.paragraph("\(ReportWords.noFindings)")] }
        return notChecked + cards(.now, nil) + cards(.followUp, ReportWords.followUp)
            + cards(.known, ReportWords.known) + noticed + over
    }

    private var notChecked: [ReportBlock] {
        guard !facts.material.isChecked else { return [] }
        let rows = facts.material.analysed.map {
            ", those about devices and meters in the rows from \(facts.zone.text(atUTCSeconds: $0.startUTCSeconds)) to \(facts.zone.text(atUTCSeconds: $0.endUTCSeconds))"
        }
        return [.paragraph("\(ReportWords.notChecked(rows ?? ""))")]
    }

    /// The grave ones that stand so with the owner, each with what to do.
    private func cards(_ standing: FindingStanding, _ heading: String?) -> [ReportBlock] {
        let grave = facts.open.filter { isGrave($0) && $0.standing == standing }
        guard !grave.isEmpty else { return [] }
        let cards = grave.prefix(FindingSection.mostTold).map { FindingCard($0, facts: facts) }
        return (heading.map { [.heading("\($0)")] } ?? []) + [.findings(cards)] + more(than: grave)
    }

    /// What became of the production in a silence is never only noticed besides.
    private func isGrave(_ reported: ReportedFinding) -> Bool {
        reported.finding.severity >= .warning || reported.finding.kind == .outage
    }

    private var noticed: [ReportBlock] {
        let notices = facts.open.filter { !isGrave($0) }
        guard !notices.isEmpty else { return [] }
        return [.heading("\(ReportWords.noticed)"), .list(noticeLines(notices))]
    }

    /// What has ended and is explained or long ago, then what new data filled.
    private var over: [ReportBlock] {
        let ended = cards(.over, nil)
        let closed = facts.findings.filter { !$0.isOpen }
        guard !ended.isEmpty || !closed.isEmpty else { return [] }
        let lines = closed.prefix(FindingSection.mostTold).map { reported in
            let reason = reported.closedBecause.map { ": \($0)" } ?? ""
            return ReportText(sentence(reported) + reason + number(reported))
        }
        return [.heading("\(ReportWords.closed)")] + ended + (lines.isEmpty ? [] : [.list(lines)])
            + more(than: closed)
    }

    private func more(than findings: [ReportedFinding]) -> [ReportBlock] {
        let left = findings.count - FindingSection.mostTold
        return left > 0 ? [.paragraph("\(ReportWords.moreFindings(left))")] : []
    }

    private func sentence(_ reported: ReportedFinding) -> String {
        OwnerWords.sentence(OwnerWords.headline(reported.finding, zone: facts.zone))
    }

    private func number(_ reported: ReportedFinding) -> String {
        reported.findingID > 0 ? " (finding \(reported.findingID))" : ""
    }

    /// A line a notice; of one kind with many, one line.
    private func noticeLines(_ notices: [ReportedFinding]) -> [ReportText] {
        var lines: [ReportText] = []
        var told: Set<FindingKind> = []
        for reported in notices {
            let kind = reported.finding.kind
            guard told.insert(kind).inserted else { continue }
            let alike = notices.filter { $0.finding.kind == kind }
            if kind == .midnightZero || alike.count > OwnerWords.fewAlike {
                let text = OwnerWords.many(alike.map(\.finding), in: facts.title, zone: facts.zone)
                lines.append("\(OwnerWords.sentence(text)). \(OwnerWords.advice(alike[0].finding))")
            } else {
                for own in alike {
                    lines.append(
                        "\(sentence(own))\(number(own)). \(OwnerWords.advice(own.finding))"
                    )
                }
            }
        }
        return lines
    }
}
