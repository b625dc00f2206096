// What the batteries did in a time, as a table. The charts beside it stand in ChargeFigure and SpreadFigure.

import Analysis
import Readings
import Words

/// The batteries of a time.
struct BatterySection {
    /// The time.
    let facts: PeriodFacts

    /// The batteries one by one, or their sum where nothing is known of single ones; none where there are none.
    var blocks: [ReportBlock] {
        guard !facts.batteries.isEmpty else {
            guard let rate = facts.totals.roundTripPercent else { return [] }
            return [
                .paragraph(
                    "All batteries together took \(NumberText.kilowattHours(facts.totals[.charged])) kWh and gave \(NumberText.kilowattHours(facts.totals[.discharged])) kWh (round trip \(NumberText.fixed(rate, 1)) %). No document tells of single ones: import device histories to have them watched one by one."
                )
            ]
        }
        let hasIntervals = facts.batteries.contains(where: \.hasIntervals)
        return [.table(hasIntervals ? batteryTable : momentTable)]
            + ReportBlock.figures(ChargeFigure(facts: facts).figure, SpreadFigure(facts: facts).figure)
    }

    /// What one battery is taken to hold, Wh: what it showed, else its part of what the owner gave.
    private func usable(_ battery: BatteryFacts) -> Double? {
        battery.usableWh
            ?? facts.site.battery.map { Double($0.value) / Double(max(1, facts.batteries.count)) }
    }

    private func number(_ value: Double?, _ decimals: Int) -> ReportText {
        ReportText(value.map { NumberText.fixed($0, decimals) } ?? "–")
    }

    private func range(_ battery: BatteryFacts) -> ReportText {
        ReportText(
            battery.lowestPercent.map {
                "\(NumberText.fixed($0, 0)) to \(NumberText.fixed(battery.highestPercent ?? $0, 0))"
            } ?? "–"
        )
    }

    /// The batteries by what they said in captures: no energies.
    private var momentTable: ReportTable {
        ReportTable(
            "Batteries in \(facts.title), as captures show them",
            columns: [
                .text("battery"), .number("seen"), .number("SoC %"), .number("last SoC %"),
                .number("points apart"), .number("health %"), .number("cycles, as it counts"),
                .text("firmware"),
            ],
            rows: facts.batteries.map { battery in
                [
                    ReportText(battery.serial),
                    ReportText(NumberText.count(battery.momentCount, "time")),
                    range(battery), number(battery.lastPercent, 0), number(battery.spreadPoints, 1),
                    number(battery.healthPercent, 0), number(battery.reportedCycles, 0),
                    ReportText(battery.firmware ?? "–"),
                ]
            }
        )
    }

    private var batteryTable: ReportTable {
        var columns: [ReportTable.Column] = [
            .text("battery"), .number("charged kWh"), .number("discharged kWh"), .number("round trip %"),
            .number("loss Wh/day"), .number("usable kWh"), .number("cycles"), .number("SoC %"),
            .number("points apart"),
        ]
        let hasHealth = facts.batteries.contains { $0.healthPercent != nil }
        if hasHealth { columns.append(.number("health %")) }
        let hasFirmware = facts.batteries.contains { $0.firmware != nil }
        if hasFirmware { columns.append(.text("firmware")) }
        return ReportTable(
            "Batteries in \(facts.title)",
            columns: columns,
            rows: facts.batteries.map { battery in
                var row: [ReportText] = [
                    ReportText(battery.serial), number(Double(battery.chargedWh) / 1000, 1),
                    number(Double(battery.dischargedWh) / 1000, 1), number(battery.roundTripPercent, 0),
                    number(battery.lossWhPerDay, 0), number(battery.usableWh.map { $0 / 1000 }, 2),
                    number(usable(battery).map { battery.cycles(usableWh: $0) }, 1),
                    range(battery), number(battery.spreadPoints, 1),
                ]
                if hasHealth { row.append(number(battery.healthPercent, 0)) }
                if hasFirmware { row.append(ReportText(battery.firmware ?? "–")) }
                return row
            }
        )
    }
}
