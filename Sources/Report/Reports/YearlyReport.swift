// A year of a site, month by month, with every interval of it on one map.

import Analysis
import Readings

/// A year of a site.
package struct YearlyReport: Sendable {
    /// The year.
    package let year: Int
    let facts: PeriodFacts
    let months: [PeriodTotals?]
    let yearBefore: PeriodTotals?

    /// Gathers the facts of a year.
    ///
    /// - Returns: nil where the year is not 1 to 9998.
    package init?(_ material: ReportMaterial, year: Int) {
        guard let first = CivilMonth(year: year, month: 1),
            let before = CivilMonth(year: max(1, year - 1), month: 1), year < 9999
        else { return nil }
        self.year = year
        let dayCount = Int(
            first.advanced(by: 12).firstDay.daysSince1970 - first.firstDay.daysSince1970
        )
        facts = PeriodFacts(material, title: "\(year)", firstDay: first.firstDay, dayCount: dayCount)
        let zone = material.zone
        func totals(_ title: String, _ interval: Interval) -> PeriodTotals? {
            SeriesChoice.best(material.analysis, interval).map {
                PeriodTotals($0, title: title, interval: interval)
            }
        }
        months = (0..<12).map { index in
            let month = first.advanced(by: index)
            return totals(month.title, zone.interval(of: month))
        }
        yearBefore = totals(
            "\(year - 1)",
            Interval(
                startUTCSeconds: zone.startOfDay(before.firstDay),
                endUTCSeconds: zone.startOfDay(first.firstDay)
            )
        )
    }

    /// The report as a document.
    package var document: ReportDocument {
        var energy = facts.energyBlocks([
            PeriodFacts.Comparison(heading: "year before", totals: yearBefore, days: [])
        ])
        if let figure = monthsFigure { energy.append(.figure(figure)) }
        if let figure = heatFigure { energy.append(.figure(figure)) }
        return facts.document(title: "\(facts.site.name), \(year)", energy: energy)
    }

    private var monthsFigure: ReportFigure? {
        guard let produced = facts.totals[.produced] else { return nil }
        func isEmpty(_ totals: PeriodTotals?) -> Bool { totals.map { $0.coverage.present == 0 } ?? true }
        let columns = months.enumerated().map { index, totals in
            ColumnChart.Column(
                name: "\(ReportWords.month(index + 1)) \(year)",
                value: isEmpty(totals) ? nil : totals?[.produced]?.kilowattHours,
                mark: isEmpty(totals) ? nil : totals?[.consumed]?.kilowattHours,
                missingShare: totals.map { 1 - $0.coverage.share } ?? (isSpanned(index) ? 1 : 0)
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
            caption: "Produced \(NumberText.kilowattHours(produced)) kWh in all months, as recorded.",
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

    /// Tells whether the site's data span a whole month: then one without rows is a gap.
    private func isSpanned(_ index: Int) -> Bool {
        guard let month = CivilMonth(year: year, month: index + 1), let span = facts.dataSpan else {
            return false
        }
        let interval = facts.zone.interval(of: month)
        return span.intersection(interval) == interval
    }

    private var monthsTable: ReportTable {
        let channels = Channel.allCases.filter { facts.totals[$0] != nil }
        return ReportTable(
            "Months of \(year), kWh",
            [.text("month"), .number("data")] + channels.map { .number($0.name) }
                + [.number("self-consumption %"), .number("self-sufficiency %")],
            months.enumerated().map { index, totals in
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
                        percent(totals?.selfConsumptionPercent), percent(totals?.selfSufficiencyPercent),
                    ]
            }
        )
    }

    // MARK: The map

    /// Intervals of the year by day and time of the day.
    private var heatFigure: ReportFigure? {
        guard let presence = facts.presence, facts.totals[.produced] != nil,
            presence.key.seconds < SeriesKey.day, let span = presence.span
        else { return nil }
        let step = Int64(presence.key.seconds)
        let slots = Int(86_400 / step)
        let dayCount = facts.days.count
        var energies = [Int32](repeating: HomeColumns.missing, count: dayCount * slots)
        let columns = presence.columns
        let produced = columns[.produced]
        var cells = [UInt8](repeating: HeatMap.nothing, count: dayCount * slots)
        // What is expected is a gap until a row says otherwise; an hour that no clock shows stays nothing.
        for (index, day) in facts.days.enumerated() {
            let interval = facts.zone.interval(of: day.day)
            guard let known = interval.intersection(span) else { continue }
            let isPlain = interval.seconds == 86_400
            var start = known.startUTCSeconds
            while start < known.endUTCSeconds {
                let slot =
                    isPlain
                    ? Int((start - interval.startUTCSeconds) / step)
                    : Int(facts.zone.wallClock(atUTCSeconds: start).secondOfDay / step)
                // A step that does not divide a day has a part of an interval at its end, which is not drawn.
                if slot < slots { cells[index * slots + slot] = HeatMap.gap }
                start += step
            }
            for row in columns.rowRange(in: known)
            where presence.isPresent[row] && produced[row] != ReadingColumns.missingWh {
                let slot =
                    isPlain
                    ? Int((columns.startUTCSeconds[row] - interval.startUTCSeconds) / step)
                    : Int(facts.zone.wallClock(atUTCSeconds: columns.startUTCSeconds[row]).secondOfDay / step)
                guard slot < slots else { continue }
                energies[index * slots + slot] = produced[row]
            }
        }
        let known = energies.filter { $0 != HomeColumns.missing && $0 > 0 }.sorted()
        guard !known.isEmpty else { return nil }
        // A single false spike must not pale all others.
        let strongest = max(1, known[min(known.count - 1, known.count * 995 / 1000)])
        for index in energies.indices where energies[index] != HomeColumns.missing {
            let level = Int64(max(0, energies[index])) * Int64(HeatMap.levels - 1)
            cells[index] = UInt8(
                min(Int64(HeatMap.levels) - 1, (level + Int64(strongest) - 1) / Int64(strongest))
            )
        }
        let gaps = cells.count { $0 == HeatMap.gap }
        let power = Double(strongest) * 3600 / Double(step) / 1000
        let hours = Double(gaps) * Double(step) / 3600
        return ReportFigure(
            "heat",
            title: "Every interval of the year",
            description:
                "Days from left to right, times of the day from top to bottom; the stronger the colour, the more was produced; hatched where there are no data.",
            caption:
                "\(NumberText.count(facts.totals.coverage.absent, "interval")) of \(NumberText.grouped(String(facts.totals.coverage.expected))) have no data (\(NumberText.fixed(hours, 1)) h, hatched).",
            chart: .heat(
                HeatMap(
                    dayCount: dayCount,
                    slotsPerDay: slots,
                    cells: cells,
                    ticks: facts.ticks,
                    strongest: "\(NumberText.fixed(power, 1)) kW"
                )
            ),
            table: ReportTable(
                "Intervals with data, by month",
                [.text("month"), .number("expected"), .number("with data"), .number("without")],
                months.enumerated().compactMap { index, totals in
                    guard let coverage = totals?.coverage, coverage.expected > 0 else { return nil }
                    return [
                        ReportText("\(ReportWords.month(index + 1)) \(year)"), "\(coverage.expected)",
                        "\(coverage.present)", "\(coverage.absent)",
                    ]
                }
            )
        )
    }
}
