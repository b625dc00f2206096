// Every interval of a year on one map. How the intervals are laid out stands in IntervalMap, how they are drawn in HeatMap.

import Analysis
import Readings
import Words

/// The intervals of a year by day and time of the day.
struct HeatFigure {
    /// The year.
    let facts: PeriodFacts
    /// The same as a number.
    let year: Int
    /// The energy of its twelve months; nil without rows.
    let months: [PeriodTotals?]

    /// The map with its numbers; nil where no interval shorter than a day has production.
    var figure: ReportFigure? {
        guard let map = IntervalMap(facts), let strongest = map.strongestWh else { return nil }
        let cells = map.levels(strongestWh: strongest)
        let gaps = cells.count { $0 == HeatMap.gap }
        let power = Double(strongest) * 3600 / Double(map.stepSeconds) / 1000
        let hours = Double(gaps) * Double(map.stepSeconds) / 3600
        return ReportFigure(
            "heat",
            title: "Every interval of the year",
            description:
                "Days from left to right, times of the day from top to bottom; the stronger the colour, the more was produced; hatched where there are no data.",
            caption:
                "\(NumberText.count(facts.totals.coverage.absent, "interval")) of \(NumberText.grouped(String(facts.totals.coverage.expected))) have no data (\(NumberText.fixed(hours, 1)) h, hatched)\(ReportWords.notDownloaded(facts.totals.coverage)).",
            chart: .heat(
                HeatMap(
                    dayCount: map.dayCount,
                    slotsPerDay: map.slotsPerDay,
                    cells: cells,
                    ticks: TimeAxis(facts).ticks,
                    strongest: "\(NumberText.fixed(power, 1)) kW"
                )
            ),
            table: table
        )
    }

    private var table: ReportTable {
        ReportTable(
            "Intervals with data, by month",
            columns: [.text("month"), .number("expected"), .number("with data"), .number("without")],
            rows: months.enumerated().compactMap { index, totals in
                guard let coverage = totals?.coverage, coverage.expected > 0 else { return nil }
                return [
                    ReportText("\(ReportWords.month(index + 1)) \(year)"), "\(coverage.expected)",
                    "\(coverage.present)", "\(coverage.absent)",
                ]
            }
        )
    }
}
