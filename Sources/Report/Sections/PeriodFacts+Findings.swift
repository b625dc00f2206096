// The first screen and the findings of a time.

import Analysis
import Readings

extension PeriodFacts {
    /// Cards that are told one by one; what is behind them is counted.
    private static let mostCards = 20

    /// The time in one sentence.
    var verdict: ReportText {
        guard presence != nil else { return ReportText(nothingRecorded) }
        let days = watchedDays
        let needing = needing
        let watch = "Watched \(days.watched) of \(NumberText.count(days.expected, "day"))"
        guard let gravest = needing.first else { return "\(watch); nothing needs you." }
        let count = needing.count == 1 ? "one thing needs" : "\(needing.count) things need"
        let lead = needing.count == 1 ? "" : "first "
        return "\(watch); \(count) you: \(lead)\(headline(gravest))."
    }

    /// Why there are no rows, in words.
    private var nothingRecorded: String {
        guard let span = dataSpan else {
            let utility = billed.isEmpty ? "" : " The utility's bills of the time stand below."
            return "There are no data at all for \(title).\(utility)"
        }
        if interval.startUTCSeconds >= span.endUTCSeconds {
            return
                "There are no data at all for \(title): the newest end at \(zone.text(atUTCSeconds: span.endUTCSeconds))."
        }
        if interval.endUTCSeconds <= span.startUTCSeconds {
            return
                "There are no data at all for \(title): the first begin at \(zone.text(atUTCSeconds: span.startUTCSeconds))."
        }
        let needing = needing
        let known = needing.first.map { " \(OwnerWords.sentence(headline($0)))." } ?? ""
        return "There are no data at all for \(title).\(known)"
    }

    func headline(_ reported: ReportedFinding) -> String {
        OwnerWords.headline(reported.finding, zone: zone)
    }

    /// The numbers of the first screen.
    var firstScreen: [ReportBlock] {
        guard presence != nil else { return [] }
        let days = watchedDays
        var facts = [
            ReportFact(
                ReportWords.watched,
                "\(days.watched) of \(days.expected) days",
                note: "\(NumberText.percent(100 * totals.coverage.share)) of intervals have data"
            )
        ]
        if let produced = totals[.produced] {
            let share = skyShare(self.days).map {
                "\(NumberText.percent(100 * $0.recordedKWh / $0.clearKWh)) of a clear sky"
            }
            facts.append(
                ReportFact(
                    "Produced",
                    "\(NumberText.kilowattHours(produced)) kWh",
                    note: share ?? "as recorded"
                )
            )
        }
        if let consumed = totals[.consumed] {
            let share = totals.selfSufficiencyPercent.map { "\(NumberText.percent($0)) self-sufficient" }
            facts.append(
                ReportFact("Used", "\(NumberText.kilowattHours(consumed)) kWh", note: share ?? "as recorded")
            )
        }
        facts.append(openFact)
        return [.facts(facts)]
    }

    private var openFact: ReportFact {
        let counts = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = open.count { $0.finding.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)"
        }
        let closed = findings.count - open.count
        return ReportFact(
            ReportWords.openFindings,
            counts.isEmpty ? "none" : counts.joined(separator: ", "),
            note: closed > 0 ? "\(closed) closed" : ""
        )
    }

    /// What needs the owner, what was noticed besides, and what is over.
    var findingBlocks: [ReportBlock] {
        var blocks: [ReportBlock] = []
        if !material.isChecked {
            let rows = material.analysed.map {
                ", those about devices and meters in the rows from \(text($0.startUTCSeconds)) to \(text($0.endUTCSeconds))"
            }
            blocks.append(.paragraph("\(ReportWords.notChecked(rows ?? ""))"))
        }
        // What became of the production in a silence is never only noticed besides.
        let grave = open.filter { $0.finding.severity >= .warning || $0.finding.kind == .outage }
        if findings.isEmpty { blocks.append(.paragraph("\(ReportWords.noFindings)")) }
        if !grave.isEmpty {
            blocks.append(.findings(grave.prefix(PeriodFacts.mostCards).map(card)))
            if grave.count > PeriodFacts.mostCards {
                blocks.append(.paragraph("\(ReportWords.moreFindings(grave.count - PeriodFacts.mostCards))"))
            }
        }
        let notices = open.filter { $0.finding.severity < .warning && $0.finding.kind != .outage }
        if !notices.isEmpty {
            blocks.append(.heading("\(ReportWords.noticed)"))
            blocks.append(.list(noticeLines(notices)))
        }
        let closed = findings.filter { !$0.isOpen }
        if !closed.isEmpty {
            blocks.append(.heading("\(ReportWords.closed)"))
            blocks.append(
                .list(
                    closed.prefix(PeriodFacts.mostCards).map {
                        ReportText(
                            OwnerWords.sentence(headline($0))
                                + ($0.closedBecause.map { ": \($0)" } ?? "") + number($0)
                        )
                    }
                )
            )
            if closed.count > PeriodFacts.mostCards {
                blocks.append(
                    .paragraph("\(ReportWords.moreFindings(closed.count - PeriodFacts.mostCards))")
                )
            }
        }
        return blocks
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
            if kind == .midnightZero {
                lines.append(
                    ReportText(OwnerWords.sentence(OwnerWords.midnights(alike.count, in: title)) + ".")
                )
            } else if alike.count > ReportWords.fewAlike {
                let longest = alike.max { $0.finding.interval.seconds < $1.finding.interval.seconds }
                let text = longest.map { headline($0) } ?? ""
                let seconds = alike.reduce(Int64(0)) { $0 + $1.finding.interval.seconds }
                lines.append(
                    "\(alike.count) of a kind, \(NumberText.duration(seconds)) together; the longest: \(text). \(OwnerWords.advice(kind))"
                )
            } else {
                for own in alike {
                    lines.append(
                        "\(OwnerWords.sentence(headline(own)))\(number(own)). \(OwnerWords.advice(kind))"
                    )
                }
            }
        }
        return lines
    }

    /// A finding as it is told.
    func card(_ reported: ReportedFinding) -> FindingCard {
        let finding = reported.finding
        var lines: [(name: String, text: ReportText)] = [
            ("since", ReportText(since(finding))),
            ("how sure", ReportText(OwnerWords.sureness(finding.sureness))),
            ("costs", ReportText(ReportWords.cost(FindingCost(finding, self), material.tariff))),
            ("what to do", .strong(OwnerWords.advice(finding))),
        ]
        if !finding.sideEffects.isEmpty {
            let kinds = Set(finding.sideEffects.map { ReportWords.kind($0.kind) }).sorted()
            lines.append(("with it", ReportText(kinds.joined(separator: ", "))))
        }
        if reported.isQuiet {
            lines.append(("you said", ReportText(reported.note ?? "you know of it, or muted it")))
        }
        let rule = finding.rule.nameText ?? finding.kind.rawValue
        let own = reported.findingID > 0 ? "finding \(reported.findingID), " : ""
        lines.append(("evidence", "\(own)rule \(code: rule)\(rows(finding))"))
        return FindingCard(
            severity: finding.severity.rawValue,
            headline: OwnerWords.sentence(headline(reported)),
            lines: lines
        )
    }

    private func since(_ finding: Finding) -> String {
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
    private func rows(_ finding: Finding) -> ReportText {
        guard let table = finding.evidence.table else { return "" }
        guard let first = finding.evidence.firstRow, let last = finding.evidence.lastRow else {
            return ", rows of \(code: table)"
        }
        return ", rows of \(code: table) from \(first.iso8601) to \(last.iso8601)"
    }

    /// The findings of the time, except single lost reports, as bars.
    func timeline(_ id: String) -> ReportFigure? {
        let told = findings.filter {
            $0.finding.severity >= .warning || $0.finding.kind == .outage || $0.finding.kind == .island
        }.sorted {
            ($0.finding.start, $0.finding.kind.rawValue) < ($1.finding.start, $1.finding.kind.rawValue)
        }
        guard !told.isEmpty else { return nil }
        let shown = Array(told.prefix(PeriodFacts.mostCards))
        func place(_ utcSeconds: Int64) -> Double {
            min(1, max(0, Double(utcSeconds - interval.startUTCSeconds) / Double(max(1, interval.seconds))))
        }
        let rows = shown.map { reported in
            let finding = reported.finding
            return TimelineChart.Row(
                name: ReportWords.short(finding),
                from: place(finding.interval.startUTCSeconds),
                to: place(finding.interval.endUTCSeconds),
                tone: finding.severity == .critical ? .alarm : finding.severity == .warning ? .sun : .calm,
                title: headline(reported)
            )
        }
        let table = ReportTable(
            "What happened when",
            [.text("what"), .text("from"), .text("to"), .text("severity")],
            shown.map { reported in
                let finding = reported.finding
                return [
                    ReportText(ReportWords.short(finding)),
                    ReportText(zone.text(atUTCSeconds: finding.start.utcSeconds)),
                    ReportText(finding.end.map { zone.text(atUTCSeconds: $0.utcSeconds) } ?? "it lasts"),
                    ReportText(finding.severity.rawValue),
                ]
            }
        )
        let left = told.count - shown.count
        return ReportFigure(
            id,
            title: "What happened when",
            description: "A bar for each of \(shown.count) findings over \(title).",
            caption:
                "\(NumberText.count(shown.count, "finding")), in the order of their start\(left > 0 ? "; \(left) more are not drawn" : "").",
            chart: .timeline(TimelineChart(rows, ticks: ticks)),
            table: table
        )
    }

    /// Marks for a chart over the time: days of a month, months of a year.
    var ticks: [ChartTick] {
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: interval.endUTCSeconds - 1).day
        let count = Int(last.daysSince1970 - first.daysSince1970) + 1
        func place(_ day: CivilDate) -> Double {
            Double(zone.startOfDay(day) - interval.startUTCSeconds) / Double(interval.seconds)
        }
        if count > 62 {
            var month = CivilMonth(first)
            var ticks: [ChartTick] = []
            while month.firstDay <= last {
                let day = max(month.firstDay, first)
                // Of many years only a few months are named.
                let every = count > 800 ? 12 : count > 400 ? 3 : 1
                if (month.month - 1) % every == 0 {
                    let text = every == 12 ? "\(month.year)" : String(month.title.prefix(3))
                    ticks.append(ChartTick(text, at: place(day), isMinor: every == 1 && month.month % 2 == 0))
                }
                month = month.advanced(by: 1)
            }
            return ticks
        }
        let step = count > 14 ? 5 : count > 5 ? 2 : 1
        return stride(from: 0, to: count, by: step).map { index in
            let day = first.advanced(by: Int64(index))
            let isMinor = (index / step) % 2 == 1
            return ChartTick("\(day.day) \(ReportWords.month(day.month))", at: place(day), isMinor: isMinor)
        }
    }
}
