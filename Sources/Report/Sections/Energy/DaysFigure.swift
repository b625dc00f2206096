// The days of a time as columns, with their numbers. How columns are drawn stands in ColumnChart.

import Analysis
import Readings
import Words

/// The days of a time as columns.
struct DaysFigure {
    /// The time.
    let facts: PeriodFacts

    /// The chart with its numbers; nil where nothing was produced.
    var figure: ReportFigure? {
        let told = facts.days.filter { $0.coverage.expected > 0 }
        guard !told.isEmpty, facts.totals[.produced] != nil else { return nil }
        let chart = ColumnChart(
            facts.days.map { day in
                let isEmpty = day.coverage.expected == 0 || day.coverage.present == 0
                func value(_ channel: Channel) -> Double? {
                    isEmpty ? nil : day.energy[channel.rawValue]?.kilowattHours
                }
                return ColumnChart.Column(
                    name: "\(day.day)",
                    value: value(.produced),
                    mark: value(.consumed),
                    missing: missing(day)
                )
            },
            unit: "kWh",
            valueName: "produced",
            tone: .sun,
            markName: "used",
            ticks: TimeAxis(facts).ticks
        )
        let best = told.max {
            ($0.energy[0]?.value ?? 0, $1.day) < ($1.energy[0]?.value ?? 0, $0.day)
        }
        let bestText = best.map {
            "; the best day was \($0.day) with \(NumberText.kilowattHours($0.energy[0])) kWh"
        }
        let empty = told.count { $0.coverage.present == 0 }
        let hidden = facts.missing[Channel.produced.rawValue].map {
            ", about \(OutageWords.kilowattHours($0.middle / 1000)) kWh missing (hatched, an estimate)"
        }
        let lacking = told.count { $0.coverage.present == 0 && $0.coverage.notDownloaded > 0 }
        let lackingText =
            lacking > 0 ? ", \(lacking == empty ? "all" : "\(lacking)") of them not downloaded" : ""
        let emptyText =
            empty > 0
            ? "; \(NumberText.count(empty, "day")) without any data\(lackingText)\(hidden ?? "")" : ""
        return ReportFigure(
            "days",
            title: "Energy by day",
            description:
                "A column for the production of each day of \(facts.title), a line for what was used, hatched where data are missing.",
            caption: facts.isWrong(.produced)
                ? "Recorded were \(NumberText.kilowattHours(facts.totals[.produced])) kWh, which is known to be wrong\(emptyText)."
                : "Produced \(NumberText.kilowattHours(facts.totals[.produced])) kWh\(bestText ?? "")\(emptyText).",
            chart: .columns(chart),
            table: daysTable(told)
        )
    }

    /// What is missing of a day's production: what the gaps hide of it, as far as that can be estimated.
    private func missing(_ day: DayTotals) -> ColumnChart.Missing {
        guard day.coverage.expected > 0, 1 - day.coverage.share > ColumnChart.toldShare else {
            return .nothing
        }
        return facts.missingProduction(facts.zone.interval(of: day.day)).map { .estimated($0) } ?? .unknown
    }

    private func daysTable(_ told: [DayTotals]) -> ReportTable {
        let channels = Channel.allCases.filter { facts.totals[$0] != nil }
        return ReportTable(
            "Days of \(facts.title), kWh",
            columns: [.text("day"), .number("data")] + channels.map { .number($0.name) },
            rows: told.map { day in
                let isEmpty = day.coverage.present == 0
                return [
                    "\(day.day)", "\(JSONValue.fixed(100 * day.coverage.share, decimals: 0)) %",
                ]
                    + channels.map { channel in
                        isEmpty
                            ? "no data" : ReportText(NumberText.kilowattHours(day.energy[channel.rawValue]))
                    }
            }
        )
    }
}
