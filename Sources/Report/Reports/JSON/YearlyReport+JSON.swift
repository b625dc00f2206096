// A year as JSON; what it shares with a month stands in PeriodJSON. Field names are part of the command's contract; see
// docs/contract.md.

import Analysis
import Readings

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
        let period = PeriodJSON(facts: facts)
        return .object(
            period.headMembers + [("year", .integer(Int64(year)))] + period.energyMembers
                + [
                    ("year_before", before ?? .null), ("months", .array(all)),
                    ("expected", ExpectedSection(facts: facts).json(.months)),
                ] + period.tailMembers
        )
    }
}
