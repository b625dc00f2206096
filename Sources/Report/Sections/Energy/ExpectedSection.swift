// What days were expected to give under a clear sky, what was recorded of it and what was lost: as blocks and as JSON. The
// chart stands in ExpectedFigure.

import Analysis
import Readings
import Words

/// What was expected beside what was recorded.
struct ExpectedSection {
    /// How a time is divided.
    enum Step {
        case days, months
    }

    /// A part of the time.
    struct Part {
        /// The day, or the month, as numbers.
        let date: String
        /// The same as people read it.
        let name: String
        /// What is known of it; nil where there is no expectation, or nothing can be held against it.
        let row: ExpectedRow?
        /// The whole days that are added up in it.
        let days: Int
    }

    /// The time.
    let facts: PeriodFacts

    /// What is expected, and the chart with its numbers; none where nothing is expected.
    func blocks(_ step: Step) -> [ReportBlock] {
        let rows = facts.expectedRows
        guard !rows.isEmpty else { return [] }
        let figure = ExpectedFigure(facts: facts, step: step, parts: parts(step, rows), caption: sum(rows))
        return [.paragraph("\(ReportWords.expected)"), .figure(figure.figure)]
    }

    /// Returns the parts of the time, in order; one without an expectation too.
    private func parts(_ step: Step, _ rows: [(day: CivilDate, row: ExpectedRow)]) -> [Part] {
        switch step {
        case .days:
            let byDay = Dictionary(rows.map { ($0.day, $0.row) }, uniquingKeysWith: { $1 })
            return facts.days.map { day in
                let row = byDay[day.day]
                return Part(
                    date: "\(day.day)",
                    name: "\(day.day)",
                    row: row,
                    days: row?.state == .whole ? 1 : 0
                )
            }
        case .months:
            let byMonth = Dictionary(grouping: rows) { CivilMonth($0.day) }
            let months = Set(facts.days.map { CivilMonth($0.day) }).sorted()
            return months.map { month in
                let sum = ExpectedRow.sum((byMonth[month] ?? []).map(\.row))
                return Part(
                    date: "\(month)",
                    name: "\(ReportWords.month(month.month)) \(month.year)",
                    row: sum?.row,
                    days: sum?.days ?? 0
                )
            }
        }
    }

    /// All of the time in a sentence.
    private func sum(_ rows: [(day: CivilDate, row: ExpectedRow)]) -> ReportText {
        let lost = ReportWords.loss(facts).map { "; \($0)" } ?? ""
        guard let (all, days) = ExpectedRow.sum(rows.map(\.row)) else {
            return "No day can be held against a clear sky\(leftOut(rows))\(lost)."
        }
        let recorded = NumberText.fixed(all.recordedKWh ?? 0, 1)
        return
            "Expected under a clear sky about \(OutageWords.kilowattHours(all.expectedKWh)) kWh on \(NumberText.count(days, "whole day")), recorded \(recorded) kWh (\(NumberText.percent(all.percent)))\(lost)\(leftOut(rows))."
    }

    /// Which days are left out, and why; empty for none.
    private func leftOut(_ rows: [(day: CivilDate, row: ExpectedRow)]) -> String {
        let wrong = rows.count { $0.row.state == .meterWrong }
        let incomplete = rows.count { $0.row.state == .incomplete }
        let parts = [
            wrong > 0 ? "\(NumberText.count(wrong, "day")) with a wrong production meter" : nil,
            incomplete > 0 ? "\(NumberText.count(incomplete, "day")) with missing intervals" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? "" : "; left out: \(parts.joined(separator: ", "))"
    }

    /// The parts as JSON; an empty array where nothing is expected.
    func json(_ step: Step) -> JSONValue {
        let parts = parts(step, facts.expectedRows)
        return .array(
            parts.compactMap { part in
                guard let row = part.row else { return nil }
                let head: [(String, JSONValue)] =
                    step == .days
                    ? [("date", .text(part.date)), ("state", .text(row.state.rawValue))]
                    : [("month", .text(part.date)), ("days", .integer(Int64(part.days)))]
                return .object(
                    head + [
                        ("expected_kwh", .number(row.expectedKWh, decimals: 3)),
                        ("recorded_kwh", .optional(row.recordedKWh, decimals: 3)),
                        ("lost_kwh", .optional(row.lostKWh, decimals: 3)),
                    ]
                )
            }
        )
    }
}
