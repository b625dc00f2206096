// The numbers of the first screen. A number that is known to be wrong, or of which a good part is missing, says so there. The
// sentence over them stands in FirstScreen.

import Analysis
import Readings
import Words

/// The numbers of the first screen.
struct FirstNumbers {
    /// The time.
    let facts: PeriodFacts
    /// The findings that count; nil for all of the time.
    let about: [ReportedFinding]?

    /// The numbers, coverage first, findings last.
    var numbers: [ReportFact] {
        guard facts.presence != nil else { return [seen].compactMap { $0 } + [findingFact] }
        return [watched] + [energy("Produced", .produced), energy("Used", .consumed)].compactMap { $0 }
            + [findingFact]
    }

    private var watched: ReportFact {
        let days = facts.watchedDays
        return ReportFact(
            ReportWords.watched,
            "\(days.watched) of \(days.expected) days",
            note:
                "\(NumberText.percent(100 * facts.totals.coverage.share)) of intervals have data\(notDownloaded)"
        )
    }

    /// How much of the time no report covers; empty where all is covered.
    private var notDownloaded: String {
        let coverage = facts.totals.coverage
        guard coverage.notDownloaded > 0 else { return "" }
        let percent = 100 * Double(coverage.notDownloaded) / Double(max(1, coverage.expected))
        return ", \(NumberText.percent(percent)) not downloaded"
    }

    private var seen: ReportFact? {
        let count = facts.captureCount
        return count == 0
            ? nil
            : ReportFact("Devices seen", NumberText.count(count, "time"), note: "no intervals of energy")
    }

    /// What was recorded of a channel, with what it means: wrong, in part, or of what share.
    private func energy(_ name: String, _ channel: Channel) -> ReportFact? {
        guard let recorded = facts.totals[channel] else { return nil }
        if facts.isWrong(channel) {
            let note = "the meter is wrong: it recorded \(NumberText.kilowattHours(recorded)) kWh"
            return ReportFact(name, "not known", note: ([note] + loss(channel)).joined(separator: "; "))
        }
        let amount = "\(NumberText.kilowattHours(recorded)) kWh"
        guard facts.totals.hasEnough else {
            let missing = facts.missing[channel.rawValue].map {
                "recorded, + about \(OutageWords.kilowattHours($0.middle / 1000)) kWh missing"
            }
            let note = missing ?? "recorded; a good part is missing"
            return ReportFact(name, amount, note: ([note] + loss(channel)).joined(separator: "; "))
        }
        let notes = [share(channel)].compactMap { $0 } + loss(channel)
        return ReportFact(name, amount, note: notes.isEmpty ? "as recorded" : notes.joined(separator: "; "))
    }

    /// What was not made, where findings say so.
    private func loss(_ channel: Channel) -> [String] {
        channel == .produced ? [ReportWords.loss(facts)].compactMap { $0 } : []
    }

    private func share(_ channel: Channel) -> String? {
        switch channel {
        case .produced:
            facts.skyShare(facts.days).map {
                "\(NumberText.percent($0.percent)) of a clear sky"
            }
        case .consumed:
            facts.rate(\.selfSufficiencyPercent).map { "\(NumberText.percent($0)) self-sufficient" }
        default: nil
        }
    }

    /// What needs the owner now, and how many are to be followed up, over, or known.
    private var findingFact: ReportFact {
        let open = about ?? facts.open
        func count(_ standing: FindingStanding) -> Int {
            open.count { $0.standing == standing && $0.finding.severity >= .warning }
        }
        let now = open.filter { $0.standing == .now }
        let counts = [Severity.critical, .warning].compactMap { severity -> String? in
            let count = now.count { $0.finding.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)"
        }
        let notices = open.count { $0.finding.severity == .notice }
        let closed = about == nil ? facts.findings.count - facts.open.count : 0
        let followUp = count(.followUp)
        // Behind production that was lost it is not said that nothing is to be done.
        let asksLater = counts.isEmpty && followUp > 0 && !facts.losses.isEmpty
        let notes: [(Int, String)] = [
            (asksLater ? 0 : followUp, "to follow up"), (count(.known), "known to you"),
            (count(.over) + closed, "over"),
            (notices, notices == 1 ? "notice" : "notices"),
        ]
        return ReportFact(
            ReportWords.needYou,
            asksLater
                ? "\(followUp) to follow up" : counts.isEmpty ? "nothing" : counts.joined(separator: ", "),
            note: notes.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        )
    }
}
