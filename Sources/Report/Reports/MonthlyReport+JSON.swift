// The reports of a month and of a year as JSON. Field names are part of the command's contract; see docs/contract.md.

import Analysis
import Readings

extension MonthlyReport {
    /// Returns the report as JSON with a fixed order of keys.
    package func json() -> JSONValue {
        func other(_ totals: PeriodTotals, _ month: CivilMonth) -> JSONValue {
            .object([
                ("month", .text("\(month)")), ("coverage", ReportJSON.coverage(totals.coverage)),
                ("energy", ReportJSON.energy(totals.energy)),
            ])
        }
        let days = facts.days.map { day in
            JSONValue.object([
                ("day", .text("\(day.day)")), ("coverage", ReportJSON.coverage(day.coverage)),
                ("energy", ReportJSON.energy(day.energy)),
            ])
        }
        return .object(
            facts.headMembers + [("month", .text("\(month)"))] + facts.energyMembers + [
                ("month_before", monthBefore.map { other($0, month.advanced(by: -1)) } ?? .null),
                ("year_before", yearBefore.map { other($0, month.advanced(by: -12)) } ?? .null),
                ("days", .array(days)),
            ] + facts.tailMembers
        )
    }
}

extension YearlyReport {
    /// Returns the report as JSON with a fixed order of keys.
    package func json() -> JSONValue {
        let all = months.enumerated().map { index, totals in
            JSONValue.object([
                ("month", .text(CivilMonth(year: year, month: index + 1)?.description ?? "")),
                ("coverage", totals.map { ReportJSON.coverage($0.coverage) } ?? .null),
                ("energy", totals.map { ReportJSON.energy($0.energy) } ?? .null),
            ])
        }
        let before = yearBefore.map { totals in
            JSONValue.object([
                ("year", .integer(Int64(year - 1))), ("coverage", ReportJSON.coverage(totals.coverage)),
                ("energy", ReportJSON.energy(totals.energy)),
            ])
        }
        return .object(
            facts.headMembers + [("year", .integer(Int64(year)))] + facts.energyMembers
                + [("year_before", before ?? .null), ("months", .array(all))] + facts.tailMembers
        )
    }
}
