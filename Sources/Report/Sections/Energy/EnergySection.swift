// Energy of a time: what was recorded, what is missing, how it compares. The charts beside it stand in DaysFigure,
// MonthsFigure and HeatFigure.

import Analysis
import Readings
import Words

/// The energy of a time beside that of others.
struct EnergySection {
    /// Another time with which the energy is compared.
    struct Comparison {
        /// What it is called.
        let heading: String
        /// Its energy; nil without rows.
        let totals: PeriodTotals?
        /// Its local days, as far as they are known.
        let days: [DayTotals]
    }

    /// The time.
    let facts: PeriodFacts
    /// The times with which it is compared.
    var others: [Comparison] = []

    /// The energies with what they say; none where nothing was recorded.
    var blocks: [ReportBlock] {
        guard let presence = facts.presence else { return [] }
        var blocks: [ReportBlock] = [
            .paragraph(
                "\(ReportWords.asRecorded), intervals of \(StepText.words(presence.key.seconds)), times of \(facts.site.timeZone)."
            ), .table(energyTable),
        ]
        if hasMissing { blocks.append(.paragraph("\(ReportWords.estimated)")) }
        let lines = rateLines
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    private var hasMissing: Bool { facts.missing.contains { $0 != nil } }

    private var energyTable: ReportTable {
        var columns: [ReportTable.Column] = [.text("kWh"), .number("recorded")]
        if hasMissing { columns.append(.number("missing, estimated")) }
        columns += others.map { .number($0.heading) }
        var rows: [[ReportText]] = []
        for channel in Channel.allCases where facts.totals[channel] != nil {
            var row: [ReportText] = [
                ReportText(channel.name + (facts.isWrong(channel) ? " (wrong)" : "")),
                ReportText(NumberText.kilowattHours(facts.totals[channel])),
            ]
            if hasMissing { row.append(ReportText(missingText(channel))) }
            row += others.map { ReportText(NumberText.kilowattHours($0.totals?[channel])) }
            rows.append(row)
        }
        if let generator = facts.totals.generator {
            var row: [ReportText] = ["generator", ReportText(NumberText.kilowattHours(generator))]
            if hasMissing { row.append("not known") }
            rows.append(row + others.map { ReportText(NumberText.kilowattHours($0.totals?.generator)) })
        }
        func share(_ totals: PeriodTotals?) -> ReportText {
            // A time in which nothing was expected has no share.
            guard let totals, totals.coverage.expected > 0 else { return "–" }
            return "\(JSONValue.fixed(100 * totals.coverage.share, decimals: 1)) %"
        }
        var last: [ReportText] = ["intervals with data", share(facts.totals)]
        if hasMissing { last.append("") }
        rows.append(last + others.map { share($0.totals) })
        return ReportTable("Energy of \(facts.title)", columns: columns, rows: rows)
    }

    private func missingText(_ channel: Channel) -> String {
        guard let estimate = facts.missing[channel.rawValue] else { return "not known" }
        func number(_ value: Double) -> String { NumberText.fixed(value / 1000, 1) }
        return "about \(number(estimate.middle)) (\(number(estimate.low)) to \(number(estimate.high)))"
    }

    private var rateLines: [ReportText] {
        var lines: [ReportText] = []
        func add(_ name: String, _ rate: (PeriodTotals) -> Double?) {
            guard let own = facts.rate(rate) else { return }
            let compared = others.compactMap { other in
                other.totals.flatMap { $0.rate(rate) }.map { "\(other.heading) \(NumberText.fixed($0, 1)) %" }
            }
            let beside = compared.isEmpty ? "" : " (\(compared.joined(separator: ", ")))"
            lines.append("\(name): \(NumberText.fixed(own, 1)) %\(beside)")
        }
        add("Self-consumption") { $0.selfConsumptionPercent }
        add("Self-sufficiency") { $0.selfSufficiencyPercent }
        add("Battery round trip") { $0.roundTripPercent }
        if lines.isEmpty, let why = noRates { lines.append(why) }
        if let line = skyLine { lines.append(line) }
        if let tariff = facts.material.tariff { lines += moneyLines(tariff) }
        return lines
    }

    /// Why there are no rates, where there could be.
    private var noRates: ReportText? {
        if Channel.allCases.contains(where: { facts.isSpoiled($0, in: facts.interval) }) {
            return
                "Self-consumption and self-sufficiency are not told: a meter is known to be wrong in this time."
        }
        guard !facts.totals.hasEnough, facts.totals.selfConsumptionPercent != nil else { return nil }
        return
            "Self-consumption and self-sufficiency are not told: only \(NumberText.percent(100 * facts.totals.coverage.share)) of the intervals have data\(ReportWords.notDownloaded(facts.totals.coverage)), and the missing ones decide."
    }

    private var skyLine: ReportText? {
        guard let own = facts.skyShare(facts.days) else {
            guard let sky = facts.sky, !sky.scale.isSeasonSeen else { return nil }
            return "Clear-sky expectation: not yet known, it takes data from spring to summer."
        }
        let compared = others.compactMap { other in
            facts.skyShare(other.days).map { "\(other.heading) \(NumberText.percent($0.percent))" }
        }
        let beside = compared.isEmpty ? "" : " (\(compared.joined(separator: ", ")))"
        let days = own.scale == nil ? NumberText.count(own.days, "whole day") : "the days watched"
        return
            "Clear-sky expectation: on \(days) a clear sky would have given about \(OutageWords.kilowattHours(own.clearKWh)) kWh; the \(OutageWords.kilowattHours(own.recordedKWh)) kWh recorded on them are \(NumberText.percent(own.percent)) of it\(beside)"
    }

    private func moneyLines(_ tariff: Tariff) -> [ReportText] {
        guard let imported = facts.totals[.imported], let exported = facts.totals[.exported] else {
            return []
        }
        let paid = imported.kilowattHours * tariff.importPerKWh
        let earned = exported.kilowattHours * tariff.exportPerKWh
        let gaps = facts.totals.coverage.absent > 0 ? ", gaps left out" : ""
        return [
            "By your tariff: import \(tariff.text(paid)), export \(tariff.text(earned)), as recorded\(gaps)"
        ]
    }
}
