// A month as JSON; what it shares with a year stands in PeriodJSON. Field names are part of the command's contract; see
// docs/contract.md.

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
        let period = PeriodJSON(facts: facts)
        return .object(
            period.headMembers + [("month", .text("\(month)"))] + period.energyMembers + [
                ("month_before", monthBefore.map { other($0, month.advanced(by: -1)) } ?? .null),
                ("year_before", yearBefore.map { other($0, month.advanced(by: -12)) } ?? .null),
                ("days", .array(days)), ("expected", ExpectedSection(facts: facts).json(.days)),
            ] + period.tailMembers
        )
    }
}
