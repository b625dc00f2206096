// What an owner reads first: the time in one sentence, and its numbers. What follows stands in the sections.

import Analysis
import Readings
import Words

/// The first screen of a report.
struct FirstScreen {
    /// The time.
    let facts: PeriodFacts

    /// The time in one sentence.
    var verdict: ReportText {
        guard facts.presence != nil else { return ReportText(nothingRecorded) }
        let days = facts.watchedDays
        let needing = facts.needing
        let watch = "Watched \(days.watched) of \(NumberText.count(days.expected, "day"))"
        guard let gravest = needing.first else { return "\(watch); nothing needs you." }
        let count = needing.count == 1 ? "one thing needs" : "\(needing.count) things need"
        let lead = needing.count == 1 ? "" : "first "
        return "\(watch); \(count) you: \(lead)\(OwnerWords.headline(gravest.finding, zone: facts.zone))."
    }

    /// Why there are no rows, in words.
    private var nothingRecorded: String {
        guard let span = facts.dataSpan else {
            let utility = facts.billed.isEmpty ? "" : " The utility's bills of the time stand below."
            return "There are no data at all for \(facts.title).\(utility)"
        }
        if facts.interval.startUTCSeconds >= span.endUTCSeconds {
            return
                "There are no data at all for \(facts.title): the newest end at \(facts.zone.text(atUTCSeconds: span.endUTCSeconds))."
        }
        if facts.interval.endUTCSeconds <= span.startUTCSeconds {
            return
                "There are no data at all for \(facts.title): the first begin at \(facts.zone.text(atUTCSeconds: span.startUTCSeconds))."
        }
        let known = facts.needing.first.map {
            " \(OwnerWords.sentence(OwnerWords.headline($0.finding, zone: facts.zone)))."
        }
        return "There are no data at all for \(facts.title).\(known ?? "")"
    }

    /// The numbers; none where nothing was recorded.
    var blocks: [ReportBlock] {
        guard facts.presence != nil else { return [] }
        let days = facts.watchedDays
        var numbers = [
            ReportFact(
                ReportWords.watched,
                "\(days.watched) of \(days.expected) days",
                note: "\(NumberText.percent(100 * facts.totals.coverage.share)) of intervals have data"
            )
        ]
        if let produced = facts.totals[.produced] {
            let share = facts.skyShare(facts.days).map {
                "\(NumberText.percent(100 * $0.recordedKWh / $0.clearKWh)) of a clear sky"
            }
            numbers.append(
                ReportFact(
                    "Produced",
                    "\(NumberText.kilowattHours(produced)) kWh",
                    note: share ?? "as recorded"
                )
            )
        }
        if let consumed = facts.totals[.consumed] {
            let share = facts.totals.selfSufficiencyPercent.map {
                "\(NumberText.percent($0)) self-sufficient"
            }
            numbers.append(
                ReportFact("Used", "\(NumberText.kilowattHours(consumed)) kWh", note: share ?? "as recorded")
            )
        }
        numbers.append(openFact)
        return [.facts(numbers)]
    }

    private var openFact: ReportFact {
        let counts = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = facts.open.count { $0.finding.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)"
        }
        let closed = facts.findings.count - facts.open.count
        return ReportFact(
            ReportWords.openFindings,
            counts.isEmpty ? "none" : counts.joined(separator: ", "),
            note: closed > 0 ? "\(closed) closed" : ""
        )
    }
}
