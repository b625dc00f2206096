// What the inverters gave in a time, one by one. How small columns are drawn stands in ColumnPanels.

import Analysis
import Readings
import Words

/// The panels of a time.
struct PanelSection {
    /// The time.
    let facts: PeriodFacts

    /// Below this share of the middle one an inverter is marked, percent.
    private static let weakPercent = 85.0

    /// The panels one by one; none where no inverter has rows.
    var blocks: [ReportBlock] { facts.inverters.isEmpty ? [] : [.figure(figure)] }

    private var figure: ReportFigure {
        let marked = markedSerials
        let sum = facts.inverters.reduce(Int64(0)) { $0 + $1.totalWh }
        let weak =
            marked.isEmpty
            ? "none stands out"
            : marked.count == 1 ? "one to look at, framed" : "\(marked.count) of them to look at, framed"
        return ReportFigure(
            "panels-chart",
            title: "Each inverter by day",
            description:
                "A small field of columns for each of \(facts.inverters.count) inverters, all on one scale, with a line for what the middle one gave.",
            caption:
                "\(NumberText.count(facts.inverters.count, "inverter")), together \(NumberText.fixed(Double(sum) / 1000, 1)) kWh; \(weak).",
            chart: .panels(
                ColumnPanels(
                    facts.inverters.map { inverter in
                        ColumnPanels.Panel(
                            name: inverter.serial,
                            number: "\(energy(inverter)) kWh, \(percent(inverter))",
                            values: columns(inverter.days.map { $0.map { Double($0) } }),
                            isMarked: marked.contains(inverter.serial)
                        )
                    },
                    expected: TimeAxis(facts).expected(facts.seriesSpan),
                    usual: columns(facts.middleInverter)
                )
            ),
            table: table
        )
    }

    /// The serial numbers of inverters that need a look: by a finding, or by what they gave.
    private var markedSerials: Set<String> {
        let kinds: Set<FindingKind> = [.microDead, .microDegraded, .deviceSilent, .inverterLost]
        let named = Set(
            facts.records.filter { $0.isOpen && kinds.contains($0.finding.kind) }.map(\.finding.device)
        )
        let marked = facts.inverters.filter {
            named.contains($0.serial) || ($0.percentOfMiddle ?? 100) < PanelSection.weakPercent
        }
        return Set(marked.map(\.serial))
    }

    private var table: ReportTable {
        ReportTable(
            "Inverters in \(facts.title)",
            columns: [
                .text("inverter"), .number("kWh"), .number("of the middle one"),
                .number("days with data"),
                .text("firmware"),
            ],
            rows: facts.inverters.map { inverter in
                [
                    ReportText(inverter.serial), ReportText(energy(inverter)),
                    ReportText(percent(inverter)), "\(inverter.dayCount) of \(inverter.days.count)",
                    ReportText(inverter.firmware ?? "–"),
                ]
            }
        )
    }

    private func percent(_ inverter: InverterFacts) -> String {
        inverter.percentOfMiddle.map { "\(NumberText.fixed($0, 0)) %" } ?? "–"
    }

    private func energy(_ inverter: InverterFacts) -> String {
        NumberText.fixed(Double(inverter.totalWh) / 1000, 1)
    }

    /// Days as they are, of a year the means of weeks.
    private func columns(_ days: [Double?]) -> [Double?] {
        days.count > 62 ? ValueMeans.of(days, each: 7) : days
    }
}
