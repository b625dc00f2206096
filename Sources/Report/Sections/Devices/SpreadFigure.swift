// How far the batteries of a time stand apart, day by day. How columns are drawn stands in ColumnChart.

import Analysis
import Readings
import Words

/// The distance of the highest from the lowest battery.
struct SpreadFigure {
    /// The time.
    let facts: PeriodFacts

    /// The chart with its numbers; nil where there are not two batteries and a day to compare.
    var figure: ReportFigure? {
        let hours = facts.batteries.first?.hourly.count ?? 0
        guard facts.batteries.count > 1, hours > 24 else { return nil }
        let spread: [Double?] = (0..<hours).map { hour in
            let states = facts.batteries.compactMap { $0.hourly[hour] }
            guard states.count > 1, let low = states.min(), let high = states.max() else { return nil }
            return high - low
        }
        let daily = ValueMeans.of(spread, each: 24)
        let known = daily.compactMap { $0 }
        guard let most = known.max() else { return nil }
        let mean = known.reduce(0, +) / Double(known.count)
        let axis = TimeAxis(facts)
        let expected = axis.expected(
            facts.batteries.contains(where: \.hasIntervals) ? facts.seriesSpan ?? facts.dataSpan : nil
        )
        let first = facts.zone.wallClock(atUTCSeconds: facts.interval.startUTCSeconds).day
        func name(_ index: Int) -> String { "\(first.advanced(by: Int64(index)))" }
        let chart = ColumnChart(
            daily.enumerated().map { index, value in
                let place = (Double(index) + 0.5) / Double(daily.count)
                return ColumnChart.Column(
                    name: name(index),
                    value: value,
                    missing: value == nil && expected != 0...0 && expected.contains(place)
                        ? .unknown : .nothing
                )
            },
            unit: "points",
            valueName: "highest less lowest battery",
            tone: .battery,
            ticks: axis.ticks
        )
        return ReportFigure(
            "spread",
            title: "How far the batteries stand apart",
            description:
                "The mean distance of the highest from the lowest battery, for each day of \(facts.title).",
            caption:
                "On average \(NumberText.fixed(mean, 1)) points of the state of charge, at most \(NumberText.fixed(most, 1)) on a day.",
            chart: .columns(chart),
            table: ReportTable(
                "Distance of the highest from the lowest battery",
                columns: [.text("day"), .number("points")],
                rows: daily.enumerated().compactMap { index, value in
                    value.map { [ReportText(name(index)), ReportText(NumberText.fixed($0, 1))] }
                }
            )
        )
    }
}
