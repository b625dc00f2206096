// What was recorded as columns, what a clear sky gives as lines, what was lost tinted, with their numbers. How columns are drawn
// stands in ColumnChart, which days are held against the sky in ExpectedSection.

import Analysis
import Readings
import Words

/// What was expected beside what was recorded, drawn.
struct ExpectedFigure {
    /// The time.
    let facts: PeriodFacts
    /// How it is divided.
    let step: ExpectedSection.Step
    /// Its parts, in order.
    let parts: [ExpectedSection.Part]
    /// All of it in a sentence.
    let caption: ReportText

    private static let title = "Expected and recorded"

    /// The chart with its numbers.
    var figure: ReportFigure {
        ReportFigure(
            "clear-sky",
            title: ExpectedFigure.title,
            description:
                "A column for what was recorded on each \(unit) of \(facts.title), a line for what the array gives under a clear sky, tinted what findings say was lost, grey where the meter was wrong, hatched where data are missing.",
            caption: caption,
            chart: .columns(
                ColumnChart(
                    parts.map(column),
                    unit: "kWh",
                    valueName: "recorded",
                    tone: .sun,
                    markName: "clear sky",
                    ticks: ticks
                )
            ),
            table: table
        )
    }

    private var unit: String { step == .days ? "day" : "month" }

    private func column(_ part: ExpectedSection.Part) -> ColumnChart.Column {
        let isWrong = part.row?.state == .meterWrong
        let isIncomplete = part.row?.state == .incomplete
        return ColumnChart.Column(
            name: part.name,
            value: part.row?.recordedKWh,
            mark: part.row?.expectedKWh,
            missing: isIncomplete ? .unknown : part.row?.lostKWh.map { .lost($0) } ?? .nothing,
            isWrong: isWrong
        )
    }

    private var ticks: [ChartTick] {
        guard step == .months else { return TimeAxis(facts).ticks }
        let every = parts.count > 14 ? 3 : 1
        return parts.enumerated().filter { $0.offset % every == 0 }.map { index, part in
            ChartTick(
                parts.count > 14 ? part.name : String(part.name.prefix(3)),
                at: (Double(index) + 0.5) / Double(parts.count),
                isMinor: index % (2 * every) == every
            )
        }
    }

    private var table: ReportTable {
        let told = parts.compactMap { part in part.row.map { (part, $0) } }
        let isDays = step == .days
        return ReportTable(
            "\(ExpectedFigure.title), kWh",
            columns: [.text(unit)] + (isDays ? [] : [.number("whole days")]) + [
                .number("clear sky"), .number("recorded"), .number("of it"), .number("lost"),
            ],
            rows: told.map { part, row in
                [ReportText(part.name)] + (isDays ? [] : [ReportText("\(part.days)")]) + [
                    ReportText(NumberText.fixed(row.expectedKWh, 1)),
                    ReportText(row.recordedKWh.map { NumberText.fixed($0, 1) } ?? "no data"),
                    ReportText(share(row)),
                    ReportText(row.lostKWh.map { "about \(NumberText.fixed($0, 1))" } ?? "–"),
                ]
            }
        )
    }

    /// How near a clear sky, or why that says nothing.
    private func share(_ row: ExpectedRow) -> String {
        switch row.state {
        case .whole: NumberText.percent(row.percent)
        case .meterWrong: "meter wrong"
        case .incomplete: row.recordedKWh == nil ? "–" : "in part"
        }
    }
}
