// What an owner reads first: the time in one sentence, and what was not looked for. Its numbers stand in FirstNumbers, what
// follows in the sections.

import Analysis
import Readings
import Words

/// The first screen of a report.
struct FirstScreen {
    /// The time.
    let facts: PeriodFacts
    /// The findings that count; nil for all of the time.
    var about: [ReportedFinding]?

    /// What is named of what has ended.
    private static let mostPast = 3

    /// The time in one sentence, what needs the owner now first.
    var verdict: ReportText {
        guard facts.presence != nil else { return ReportText(withoutIntervals) }
        let days = facts.watchedDays
        let watch = "Watched \(days.watched) of \(NumberText.count(days.expected, "day"))"
        return "\(watch)\(needs(after: "; ")).\(past)"
    }

    /// What needs the owner now, behind what was said before.
    private func needs(after separator: String) -> String {
        let now = facts.standing(.now)
        guard let gravest = now.first else {
            if let loss { return ". \(ReportWords.followUp) first: \(headline(loss))" }
            // Of production that was lost nobody is told that all is well, whatever became of it.
            if !facts.losses.isEmpty {
                return "\(separator)\(ReportWords.loss(facts) ?? "production was lost in it")"
            }
            let isCalm = facts.standing(.followUp).isEmpty
            return "\(separator)nothing needs you\(isCalm ? "" : " now")"
        }
        let subject = OwnerWords.needing(now.map(\.finding))
        return ". \(subject) you now: \(now.count == 1 ? "" : "first ")\(headline(gravest))"
    }

    /// Lost production that has ended and that nothing explains: it is told as a sentence; nil where something lasts.
    private var loss: ReportedFinding? {
        guard facts.standing(.now).isEmpty else { return nil }
        return facts.standing(.followUp).first { $0.finding.kind.isProductionLoss }
    }

    private func headline(_ reported: ReportedFinding) -> String {
        OwnerWords.headline(reported.finding, zone: facts.zone)
    }

    /// What has ended, in few words.
    private var past: String {
        func list(_ title: String, _ findings: [ReportedFinding]) -> String {
            guard !findings.isEmpty else { return "" }
            let left = findings.count - FirstScreen.mostPast
            let names = findings.prefix(FirstScreen.mostPast).map { OwnerWords.past($0.finding) }
            return " \(title): \(names.joined(separator: ", "))\(left > 0 ? " and \(left) more" : "")."
        }
        let told = loss
        return list(ReportWords.followUp, facts.standing(.followUp).filter { $0 != told })
            + list(ReportWords.closed, facts.standing(.over))
    }

    /// What is said of a time without intervals of the home's energy: devices may have spoken in it.
    private var withoutIntervals: String {
        let captures = facts.captureCount
        if captures > 0 || facts.hasDeviceRows || !facts.records.isEmpty {
            let seen =
                captures > 0
                ? "its devices were seen \(captures == 1 ? "once" : "\(captures) times")"
                : "no report of its intervals is there"
            return "No energy of the home is known in \(facts.title); \(seen)\(needs(after: "; ")).\(past)"
        }
        let utility = facts.billed.isEmpty ? "" : " The utility's bills of the time stand below."
        guard let span = facts.dataSpan else {
            return "There are no data at all for \(facts.title).\(utility)"
        }
        if facts.interval.startUTCSeconds >= span.endUTCSeconds {
            return
                "There are no data at all for \(facts.title): the newest end at \(facts.zone.text(atUTCSeconds: span.endUTCSeconds)).\(utility)"
        }
        if facts.interval.endUTCSeconds <= span.startUTCSeconds {
            return
                "There are no data at all for \(facts.title): the first begin at \(facts.zone.text(atUTCSeconds: span.startUTCSeconds)).\(utility)"
        }
        return "There are no data at all for \(facts.title).\(utility)"
    }

    /// The numbers, then what was not looked for; none where nothing is known of the time.
    var blocks: [ReportBlock] {
        guard facts.presence != nil || facts.captureCount > 0 || facts.hasDeviceRows || !facts.records.isEmpty
        else { return [] }
        return [.facts(FirstNumbers(facts: facts, about: about).numbers)] + notLookedFor
    }

    /// What the site's data do not allow to look for, folded, with the reasons.
    private var notLookedFor: [ReportBlock] {
        guard let missing = facts.material.notLookedFor, !missing.isEmpty else { return [] }
        let kinds = Set(missing.flatMap(\.kinds))
        let all = FindingKind.allCases.count
        let lines = missing.map { detector in
            let names = detector.kinds.map { FindingWords.of($0).name }.joined(separator: ", ")
            return ReportText("\(OwnerWords.sentence(names)): \(detector.reason)")
        }
        return [
            .folded(
                title:
                    "Looked for \(all - kinds.count) of \(all) kinds of findings; what is not looked for, and why",
                [.list(lines)]
            )
        ]
    }
}
