// The owner's cases in a time. The evidence for a case stands in CaseReport.

import Analysis
import Readings
import Words

/// The owner's cases.
struct CaseSection {
    /// The time.
    let facts: PeriodFacts

    /// The log of each case that was open in the time; none where none was.
    var blocks: [ReportBlock] {
        let end = facts.interval.endUTCSeconds
        let now = min(end, facts.material.dataEnd ?? end)
        return facts.cases.flatMap { own -> [ReportBlock] in
            let days = NumberText.count(Int(own.daysOpen(atUTCSeconds: now)), "day")
            let state =
                own.closedAt.map { "closed on \(text($0)) after \(days)" } ?? "open for \(days)"
            let heading: ReportBlock = .heading("Case \(own.caseID): \(own.title) (\(state))")
            let lines = own.entries.map { entry in
                let who = entry.by.isEmpty ? "" : " \(entry.by):"
                let due = entry.due.map { " (due \($0))" } ?? ""
                return ReportText("\(text(entry.at)) \(entry.kind.rawValue):\(who) \(entry.text)\(due)")
            }
            return lines.isEmpty ? [heading] : [heading, .list(lines)]
        }
    }

    private func text(_ utcSeconds: Int64) -> String { facts.zone.text(atUTCSeconds: utcSeconds) }
}
