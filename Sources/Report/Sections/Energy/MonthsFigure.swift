// The months of a year as columns, with their numbers. How columns are drawn stands in ColumnChart.

import Analysis
import Readings
import Words

/// The months of a year as columns.
struct MonthsFigure {
    /// The year.
    let facts: PeriodFacts
    /// The same as a number.
    let year: Int
    /// The energy of its twelve months; nil without rows.
    let months: [PeriodTotals?]

    /// The chart with its numbers; nil where nothing was produced.
    var figure: ReportFigure? {
        guard let produced = facts.totals[.produced] else { return nil }
        func isEmpty(_ totals: PeriodTotals?) -> Bool { totals.map { $0.coverage.present == 0 } ?? true }
        let columns = months.enumerated().map { index, totals in
            ColumnChart.Column(
                name: "\(ReportWords.month(index + 1)) \(year)",
                value: isEmpty(totals) ? nil : totals?[.produced]?.kilowattHours,
                mark: isEmpty(totals) ? nil : totals?[.consumed]?.kilowattHours,
                missing: missing(index, totals)
            )
        }
        let ticks = months.indices.map {
            ChartTick(
                ReportWords.month($0 + 1),
                at: (Double($0) + 0.5) / 12,
                isMinor: $0 % 2 == 1
            )
        }
        return ReportFigure(
            "months",
            title: "Energy by month",
            description:
                "A column for the production of each month of \(year), a line for what was used, hatched where data are missing.",
            caption:
                "Produced \(NumberText.kilowattHours(produced)) kWh in all months, as recorded\(facts.isWrong(.produced) ? ", which is known to be wrong" : "").",
            chart: .columns(
                ColumnChart(
                    columns,
                    unit: "kWh",
                    valueName: "produced",
                    tone: .sun,
                    markName: "used",
                    ticks: ticks
                )
            ),
            table: monthsTable
        )
    }

    /// What is missing of a month's production: what the gaps hide of it, as far as that can be estimated.
    private func missing(_ index: Int, _ totals: PeriodTotals?) -> ColumnChart.Missing {
        let share = totals.map { 1 - $0.coverage.share } ?? (isSpanned(index) ? 1 : 0)
        guard share > ColumnChart.toldShare, let month = CivilMonth(year: year, month: index + 1) else {
            return .nothing
        }
        return facts.missingProduction(facts.zone.interval(of: month)).map { .estimated($0) } ?? .unknown
    }

    /// Tells whether the site's data span a whole month: then one without rows is a gap.
    private func isSpanned(_ index: Int) -> Bool {
        guard let month = CivilMonth(year: year, month: index + 1), let span = facts.seriesSpan else {
            return false
        }
        let interval = facts.zone.interval(of: month)
        return span.intersection(interval) == interval
    }

    private var monthsTable: ReportTable {
        let channels = Channel.allCases.filter { facts.totals[$0] != nil }
        return ReportTable(
            "Months of \(year), kWh",
            columns: [.text("month"), .number("data")] + channels.map { .number($0.name) }
                + [.number("self-consumption %"), .number("self-sufficiency %")],
            rows: months.enumerated().map { index, totals in
                func percent(_ value: Double?) -> ReportText {
                    ReportText(value.map { NumberText.fixed($0, 0) } ?? "–")
                }
                let isEmpty = totals.map { $0.coverage.present == 0 } ?? true
                let share =
                    totals.map {
                        $0.coverage.expected == 0 ? "–" : NumberText.percent(100 * $0.coverage.share)
                    } ?? "–"
                return [ReportText("\(ReportWords.month(index + 1)) \(year)"), ReportText(share)]
                    + channels.map {
                        isEmpty ? "no data" : ReportText(NumberText.kilowattHours(totals?[$0]))
                    } + [
                        percent(totals?.rate(\.selfConsumptionPercent)),
                        percent(totals?.rate(\.selfSufficiencyPercent)),
                    ]
            }
        )
    }
}
