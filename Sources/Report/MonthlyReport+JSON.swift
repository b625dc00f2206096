// The monthly report as JSON. Field names are part of the command's contract; see docs/contract.md.

import Analysis
import Readings

extension MonthlyReport {
    /// Returns the report as JSON with a fixed order of keys.
    package func json() -> JSONValue {
        let interval = zone.interval(of: month)
        return .object([
            ("program", .object([("name", .text("sunvigil")), ("version", .text(programVersion))])),
            ("site", .text(site.name)), ("time_zone", .text(site.timeZone)), ("month", .text("\(month)")),
            (
                "period",
                .object([("start", .text(interval.start.iso8601)), ("end", .text(interval.end.iso8601))])
            ),
            ("seconds", .optional(seriesKey.map { Int64($0.seconds) })),
            ("verdict", .text(verdict)),
            ("coverage", coverage(totals.coverage)),
            ("energy", energy(totals.energy)),
            ("missing_estimate", missingJSON),
            (
                "rates",
                .object([
                    ("self_consumption_pct", .optional(totals.selfConsumptionPercent, decimals: 1)),
                    ("self_sufficiency_pct", .optional(totals.selfSufficiencyPercent, decimals: 1)),
                    ("battery_round_trip_pct", .optional(totals.roundTripPercent, decimals: 1)),
                ])
            ),
            ("month_before", monthBefore.map(other) ?? .null),
            ("year_before", yearBefore.map(other) ?? .null),
            (
                "days",
                .array(
                    days.map {
                        .object([
                            ("day", .text("\($0.day)")), ("coverage", coverage($0.coverage)),
                            ("energy", energy($0.energy)),
                        ])
                    }
                )
            ),
            ("gaps", .array(findings.filter(\.kind.isGap).map(gap))),
            ("findings", .array(findings.map { FindingJSON.value($0, site: site.name) })),
            ("utility", utilityJSON),
            ("series_checks", .array(comparisons.map(comparison))),
            (
                "sources",
                .array(
                    sources.map {
                        .object([
                            ("import_id", .integer($0.importID)), ("name", .text($0.name)),
                            ("sha256", .text($0.sha256)),
                        ])
                    }
                )
            ),
        ])
    }

    private var utilityJSON: JSONValue {
        guard let reconciliation, !reconciliation.isEmpty else { return .null }
        return reconciliation.json()
    }

    private func coverage(_ coverage: Coverage) -> JSONValue {
        .object([
            ("expected_intervals", .integer(Int64(coverage.expected))),
            ("present_intervals", .integer(Int64(coverage.present))),
            ("absent_intervals", .integer(Int64(coverage.absent))),
            ("smeared_intervals", .integer(Int64(coverage.smearedRows))),
            (
                "channels",
                .object(
                    Channel.allCases.map {
                        ($0.name, .integer(Int64(coverage.presentByChannel[$0.rawValue])))
                    }
                )
            ),
        ])
    }

    private func energy(_ energy: [WattHours?]) -> JSONValue {
        .object(Channel.allCases.map { ("\($0.name)_wh", .optional(energy[$0.rawValue]?.value)) })
    }

    private var missingJSON: JSONValue {
        .object(
            Channel.allCases.map { channel in
                guard let estimate = missing[channel.rawValue] else { return (channel.name, .null) }
                return (
                    channel.name,
                    .object([
                        ("low_wh", .number(estimate.low, decimals: 0)),
                        ("middle_wh", .number(estimate.middle, decimals: 0)),
                        ("high_wh", .number(estimate.high, decimals: 0)),
                    ])
                )
            }
        )
    }

    private func other(_ totals: Totals) -> JSONValue {
        .object([
            ("month", .text("\(totals.month)")), ("coverage", coverage(totals.coverage)),
            ("energy", energy(totals.energy)),
        ])
    }

    private func gap(_ finding: Finding) -> JSONValue {
        .object([
            ("kind", .text(finding.kind.rawValue)), ("start", .text(finding.start.iso8601)),
            ("end", .optional(finding.end?.iso8601)),
        ])
    }

    private func comparison(_ comparison: SeriesComparison) -> JSONValue {
        .object([
            ("channel", .text(comparison.channel.name)),
            ("fine_seconds", .integer(Int64(comparison.fine.seconds))),
            ("coarse_seconds", .integer(Int64(comparison.coarse.seconds))),
            ("days", .integer(Int64(comparison.days))),
            ("equal_days", .integer(Int64(comparison.equalDays))),
            ("contradicting_days", .integer(Int64(comparison.contradictingDays.count))),
            ("largest_difference_wh", .integer(comparison.largestDifference)),
        ])
    }
}

/// A finding as JSON.
package enum FindingJSON {
    /// Returns a finding that is not stored as an object of the contract's form.
    package static func value(_ finding: Finding, site: String) -> JSONValue {
        .object([
            ("site", .text(site)), ("device", .text(finding.device)), ("kind", .text(finding.kind.rawValue)),
            ("start", .text(finding.start.iso8601)), ("end", .optional(finding.end?.iso8601)),
            ("alert", .text(finding.alert.iso8601)), ("severity", .text(finding.severity.rawValue)),
            ("rule", finding.rule), ("evidence", finding.evidence),
        ])
    }
}
