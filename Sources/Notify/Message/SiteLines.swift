// What a message says of a site as a whole: what is counted, and the week of a digest.

import Readings
import Words

/// The lines of a site.
struct SiteLines {
    private static let mostFindings = 5

    let facts: SiteFacts
    let safe: SafeText

    init(_ facts: SiteFacts, _ safe: SafeText) { (self.facts, self.safe) = (facts, safe) }

    /// Findings that last and of which the owner has not said that he knows, the gravest first.
    var open: [NotifiedFinding] { leaders.filter { $0.isLasting && $0.standing == .now } }

    /// Findings that stand for themselves, the gravest first.
    private var leaders: [NotifiedFinding] {
        facts.findings.filter { $0.leader == nil && $0.state == .open }
            .sorted {
                ($0.finding.severity, $1.finding.start, $1.identity)
                    > ($1.finding.severity, $0.finding.start, $0.identity)
            }
    }

    /// Findings at which the owner should look.
    private var toLookAt: [NotifiedFinding] {
        leaders.filter {
            $0.finding.severity >= .warning && ($0.standing == .now || $0.standing == .followUp)
        }
    }

    /// How many findings are open, in words.
    var openCount: String {
        switch open.count {
        case 0: "nothing is open"
        case 1: "1 finding is open"
        default: "\(open.count) findings are open"
        }
    }

    /// How the week was, in a few words: what was not recorded cannot be well.
    var verdict: String {
        let count = toLookAt.count + (facts.week?.failingChannels.count ?? 0)
        if count > 0 { return "\(NumberText.count(count, "thing")) to look at" }
        guard let week = facts.week, !week.isAsGoodAsWhole else { return "all is well" }
        return week.presentIntervals > 0
            ? "data of \(SiteLines.share(week)) only, nothing to look at in them" : "no data"
    }

    /// The share of a week's intervals that are there.
    private static func share(_ week: WeekFacts) -> String {
        let (expected, present) = (week.expectedIntervals, week.presentIntervals)
        return NumberText.percent(100 * Double(min(present, expected)) / Double(max(1, expected)))
    }

    /// Returns the lines of a message.
    ///
    /// - Parameter entries: what it tells of single findings already.
    func lines(_ events: [ToldEvent], entries: [ToldEntry]) -> [String] {
        var lines: [String] = []
        if events.contains(where: { $0.event == .openNow }) {
            lines.append("This is what is open now: the channel is new, or the store was made anew.")
        }
        let older = events.filter { $0.event == .older }.reduce(0) { $0 + max(0, $1.count) }
        if older > 0 {
            let verb = older == 1 ? "was over long before it was" : "were over long before they were"
            lines.append(
                "\(NumberText.count(older, "older finding")) \(verb) found; list all with: sunvigil findings"
            )
        }
        if events.contains(where: { $0.event == .digest }) {
            lines += digest(told: Set(entries.map(\.entry.identity)))
        }
        if events.contains(where: { $0.event == .state }) {
            lines.append("\(OwnerWords.sentence(openCount)).")
        }
        return lines
    }

    // MARK: The week

    private func digest(told: Set<String>) -> [String] {
        var lines = (facts.week.map(week) ?? [])
        let rest = toLookAt.filter { !told.contains($0.identity) }
        let known = leaders.filter {
            $0.isLasting && $0.standing == .known && $0.finding.severity >= .warning
        }
        let all = rest + known.filter { !told.contains($0.identity) }
        lines += all.prefix(SiteLines.mostFindings).map(line)
        let more = all.count - SiteLines.mostFindings
        if more > 0 { lines.append("And \(more) more; list them with: sunvigil findings --open") }
        if all.isEmpty, told.isEmpty {
            let hasData = facts.week.map { $0.presentIntervals > 0 } ?? true
            lines.append(
                hasData
                    ? "Nothing lasts that needs a look." : "Where there are no data, nothing can be found."
            )
        }
        if let notices { lines.append(notices) }
        let age = DataAge.text(
            dataEnd: facts.dataUntil?.utcSeconds,
            now: facts.nowUTCSeconds,
            zone: facts.zone
        )
        lines.append("\(OwnerWords.sentence(age)).")
        return lines
    }

    private func week(_ week: WeekFacts) -> [String] {
        let last = week.days.upperBound.advanced(by: -1)
        var lines = ["The week from \(week.days.lowerBound) to \(last):"]
        let (expected, present) = (week.expectedIntervals, week.presentIntervals)
        if expected > 0 {
            lines.append(
                "Data: \(NumberText.grouped(String(present))) of \(NumberText.count(expected, "interval")) (\(SiteLines.share(week)))."
            )
        } else {
            lines.append("Data: none are known for this week.")
        }
        let energy = week.recordedWh.map { channel, energy in
            "\(channel.name) \(NumberText.fixed(Double(energy) / 1000, 1)) kWh"
        }
        if !energy.isEmpty { lines.append("Recorded: \(energy.joined(separator: ", ")).") }
        lines += week.failingChannels.prefix(SiteLines.mostFindings).map {
            "Messages by the channel \(safe.of($0.name, most: 40)) do not go: \(safe.of($0.reason, most: 200))."
        }
        return lines
    }

    private func line(_ own: NotifiedFinding) -> String {
        let words = EntryWords(own, facts: facts, safe: safe)
        let stand =
            switch own.standing {
            case .known: "You know of it"
            case .followUp: "To follow up"
            default: OwnerWords.told(own.finding) == .suspected ? "Suspected" : "Lasts"
            }
        let number = own.number > 0 ? " (sunvigil findings \(own.number))" : ""
        return "\(stand), \(own.finding.severity.rawValue): \(words.plain)\(number)."
    }

    /// What was noticed in the week, by kind; nil for nothing.
    private var notices: String? {
        guard let days = facts.week?.days else { return nil }
        var counts: [(name: String, count: Int)] = []
        for own in leaders where own.finding.severity == .notice {
            let day = facts.zone.wallClock(atUTCSeconds: own.finding.start.utcSeconds).day
            guard days.contains(day) else { continue }
            let name = FindingWords.of(own.finding.kind).name
            if let place = counts.firstIndex(where: { $0.name == name }) {
                counts[place].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        guard !counts.isEmpty else { return nil }
        let texts = counts.map { "\($0.name) \($0.count == 1 ? "once" : "\($0.count) times")" }
        return "Worth knowing: \(texts.joined(separator: ", "))."
    }
}
