// Energy of a time: what was recorded, what is missing, how it compares.

import Analysis
import Readings

extension PeriodFacts {
    /// What energy is compared with: other times by their headings.
    struct Comparison {
        let heading: String
        let totals: PeriodTotals?
        let days: [DayTotals]
    }

    /// The energy of the time beside that of others.
    func energyBlocks(_ others: [Comparison]) -> [ReportBlock] {
        guard let presence else { return [] }
        var blocks: [ReportBlock] = [
            .paragraph(
                "\(ReportWords.asRecorded), intervals of \(StepText.words(presence.key.seconds)), times of \(site.timeZone)."
            ), .table(energyTable(others)),
        ]
        if hasMissing { blocks.append(.paragraph("\(ReportWords.estimated)")) }
        let lines = rateLines(others)
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    private var hasMissing: Bool { missing.contains { $0 != nil } }

    private func energyTable(_ others: [Comparison]) -> ReportTable {
        var columns: [ReportTable.Column] = [.text("kWh"), .number("recorded")]
        if hasMissing { columns.append(.number("missing, estimated")) }
        columns += others.map { .number($0.heading) }
        var rows: [[ReportText]] = []
        for channel in Channel.allCases where totals[channel] != nil {
            var row: [ReportText] = [
                ReportText(channel.name), ReportText(NumberText.kilowattHours(totals[channel])),
            ]
            if hasMissing { row.append(ReportText(missingText(channel))) }
            row += others.map { ReportText(NumberText.kilowattHours($0.totals?[channel])) }
            rows.append(row)
        }
        func share(_ totals: PeriodTotals?) -> ReportText {
            // A time in which nothing was expected has no share.
            guard let totals, totals.coverage.expected > 0 else { return "–" }
            return "\(JSONValue.fixed(100 * totals.coverage.share, decimals: 1)) %"
        }
        var last: [ReportText] = ["intervals with data", share(totals)]
        if hasMissing { last.append("") }
        rows.append(last + others.map { share($0.totals) })
        return ReportTable("Energy of \(title)", columns, rows)
    }

    private func missingText(_ channel: Channel) -> String {
        guard let estimate = missing[channel.rawValue] else { return "not known" }
        func number(_ value: Double) -> String { NumberText.fixed(value / 1000, 1) }
        return "about \(number(estimate.middle)) (\(number(estimate.low)) to \(number(estimate.high)))"
    }

    private func rateLines(_ others: [Comparison]) -> [ReportText] {
        var lines: [ReportText] = []
        func add(_ name: String, _ rate: (PeriodTotals) -> Double?) {
            guard let own = rate(totals) else { return }
            let compared = others.compactMap { other in
                other.totals.flatMap(rate).map { "\(other.heading) \(NumberText.fixed($0, 1)) %" }
            }
            let beside = compared.isEmpty ? "" : " (\(compared.joined(separator: ", ")))"
            lines.append("\(name): \(NumberText.fixed(own, 1)) %\(beside)")
        }
        add("Self-consumption") { $0.selfConsumptionPercent }
        add("Self-sufficiency") { $0.selfSufficiencyPercent }
        add("Battery round trip") { $0.roundTripPercent }
        if let own = skyShare(days) {
            let compared = others.compactMap { other in
                skyShare(other.days).map {
                    "\(other.heading) \(NumberText.percent(100 * $0.recordedKWh / $0.clearKWh))"
                }
            }
            let beside = compared.isEmpty ? "" : " (\(compared.joined(separator: ", ")))"
            lines.append(
                "Clear-sky expectation: on the days watched a clear sky would have given about \(OutageWords.kilowattHours(own.clearKWh)) kWh; recorded are \(NumberText.percent(100 * own.recordedKWh / own.clearKWh)) of it\(beside)"
            )
        }
        if let tariff = material.tariff { lines += moneyLines(tariff) }
        return lines
    }

    private func moneyLines(_ tariff: Tariff) -> [ReportText] {
        guard let imported = totals[.imported], let exported = totals[.exported] else { return [] }
        let paid = imported.kilowattHours * tariff.importPerKWh
        let earned = exported.kilowattHours * tariff.exportPerKWh
        let gaps = totals.coverage.absent > 0 ? ", gaps left out" : ""
        return [
            "By your tariff: import \(tariff.text(paid)), export \(tariff.text(earned)), as recorded\(gaps)"
        ]
    }

    /// The days as columns, with their numbers.
    var daysFigure: ReportFigure? {
        let told = days.filter { $0.coverage.expected > 0 }
        guard !told.isEmpty, totals[.produced] != nil else { return nil }
        let chart = ColumnChart(
            days.map { day in
                let isEmpty = day.coverage.expected == 0 || day.coverage.present == 0
                func value(_ channel: Channel) -> Double? {
                    isEmpty ? nil : day.energy[channel.rawValue]?.kilowattHours
                }
                return ColumnChart.Column(
                    name: "\(day.day)",
                    value: value(.produced),
                    mark: value(.consumed),
                    missingShare: day.coverage.expected == 0 ? 0 : 1 - day.coverage.share
                )
            },
            unit: "kWh",
            valueName: "produced",
            tone: .sun,
            markName: "used",
            ticks: ticks
        )
        let best = told.max {
            ($0.energy[0]?.value ?? 0, $1.day) < ($1.energy[0]?.value ?? 0, $0.day)
        }
        let bestText = best.map {
            "; the best day was \($0.day) with \(NumberText.kilowattHours($0.energy[0])) kWh"
        }
        let empty = told.count { $0.coverage.present == 0 }
        let emptyText = empty > 0 ? "; \(NumberText.count(empty, "day")) without any data" : ""
        return ReportFigure(
            "days",
            title: "Energy by day",
            description:
                "A column for the production of each day of \(title), a line for what was used, hatched where data are missing.",
            caption:
                "Produced \(NumberText.kilowattHours(totals[.produced])) kWh\(bestText ?? "")\(emptyText).",
            chart: .columns(chart),
            table: daysTable(told)
        )
    }

    private func daysTable(_ told: [DayTotals]) -> ReportTable {
        let channels = Channel.allCases.filter { totals[$0] != nil }
        return ReportTable(
            "Days of \(title), kWh",
            [.text("day"), .number("data")] + channels.map { .number($0.name) },
            told.map { day in
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
