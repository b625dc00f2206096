// The findings of a time as bars, except single lost reports. How bars are drawn stands in TimelineChart.

import Analysis
import Readings
import Words

/// What happened when.
struct TimelineFigure {
    /// The time.
    let facts: PeriodFacts
    /// The findings that are drawn; nil for all of some weight.
    var about: [ReportedFinding]?

    /// The chart with its numbers; nil where nothing happened that is worth a bar.
    var figure: ReportFigure? {
        let weighty = facts.findings.filter {
            $0.finding.severity >= .warning || $0.finding.kind == .outage || $0.finding.kind == .island
        }
        let told = (about ?? weighty).sorted {
            ($0.finding.start, $0.finding.kind.rawValue) < ($1.finding.start, $1.finding.kind.rawValue)
        }
        guard !told.isEmpty else { return nil }
        let shown = Array(told.prefix(FindingSection.mostTold))
        let axis = TimeAxis(facts)
        func place(_ utcSeconds: Int64) -> Double { min(1, max(0, axis.place(utcSeconds))) }
        let rows = shown.map { reported in
            let finding = reported.finding
            return TimelineChart.Row(
                name: ReportWords.short(finding),
                from: place(finding.interval.startUTCSeconds),
                to: place(finding.interval.endUTCSeconds),
                tone: reported.standing != .now ? .grid : finding.severity == .critical ? .alarm : .sun,
                title: OwnerWords.headline(finding, zone: facts.zone)
            )
        }
        let left = told.count - shown.count
        return ReportFigure(
            "timeline",
            title: "What happened when",
            description: "A bar for each of \(shown.count) findings over \(facts.title).",
            caption:
                "\(NumberText.count(shown.count, "finding")), in the order of their start\(left > 0 ? "; \(left) more are not drawn" : "").",
            chart: .timeline(TimelineChart(rows, ticks: axis.ticks)),
            table: table(shown)
        )
    }

    private func table(_ shown: [ReportedFinding]) -> ReportTable {
        ReportTable(
            "What happened when",
            columns: [.text("what"), .text("from"), .text("to"), .text("severity")],
            rows: shown.map { reported in
                let finding = reported.finding
                return [
                    ReportText(ReportWords.short(finding)),
                    ReportText(facts.zone.text(atUTCSeconds: finding.start.utcSeconds)),
                    ReportText(
                        finding.end.map { facts.zone.text(atUTCSeconds: $0.utcSeconds) } ?? "it lasts"
                    ),
                    ReportText(finding.severity.rawValue),
                ]
            }
        )
    }
}
