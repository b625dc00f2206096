// Facts of a time as JSON. Field names are part of the command's contract; see docs/contract.md.

import Analysis
import Readings

extension PeriodFacts {
    /// The members that reports of any time begin with.
    var headMembers: [(String, JSONValue)] {
        [
            ("program", .object([("name", .text("sunvigil")), ("version", .text(material.programVersion))])),
            ("site", .text(site.name)), ("time_zone", .text(site.timeZone)),
        ]
    }

    /// The members on coverage and energy.
    var energyMembers: [(String, JSONValue)] {
        [
            (
                "period",
                .object([("start", .text(interval.start.iso8601)), ("end", .text(interval.end.iso8601))])
            ),
            ("seconds", .optional(presence.map { Int64($0.key.seconds) })),
            ("verdict", .text(verdict.plain)),
            ("coverage", ReportJSON.coverage(totals.coverage)),
            ("energy", ReportJSON.energy(totals.energy)),
            ("missing_estimate", missingJSON),
            (
                "rates",
                .object([
                    ("self_consumption_pct", .optional(totals.selfConsumptionPercent, decimals: 1)),
                    ("self_sufficiency_pct", .optional(totals.selfSufficiencyPercent, decimals: 1)),
                    ("battery_round_trip_pct", .optional(totals.roundTripPercent, decimals: 1)),
                ])
            ),
        ]
    }

    /// The members on findings, devices, the utility and sources.
    var tailMembers: [(String, JSONValue)] {
        let days = watchedDays
        let sky = skyShare(self.days)
        return [
            ("gaps", .array(open.map(\.finding).filter(\.kind.isGap).map(gap))),
            ("findings", .array(open.map(finding))),
            ("closed_findings", .array(findings.filter { !$0.isOpen }.map(finding))),
            ("utility", reconciliation.flatMap { $0.isEmpty ? nil : $0.json() } ?? .null),
            ("series_checks", .array(material.analysis.comparisons.map(ReportJSON.comparison))),
            (
                "sources",
                .array(
                    material.sources.map {
                        .object([
                            ("import_id", .integer($0.importID)), ("name", .text($0.name)),
                            ("sha256", .text($0.sha256)),
                        ])
                    }
                )
            ),
            (
                "watched_days",
                .object([
                    ("watched", .integer(Int64(days.watched))), ("expected", .integer(Int64(days.expected))),
                ])
            ),
            (
                "clear_sky",
                sky.map {
                    .object([
                        ("recorded_kwh", .number($0.recordedKWh, decimals: 3)),
                        ("expected_kwh", .number($0.clearKWh, decimals: 3)),
                    ])
                } ?? .null
            ),
            ("batteries", .array(batteries.map(battery))),
            ("inverters", .array(inverters.map(inverter))),
            (
                "relay_open",
                .array(
                    relayOpenings.map {
                        .object([("start", .text($0.start.iso8601)), ("end", .text($0.end.iso8601))])
                    }
                )
            ),
        ]
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

    private func gap(_ finding: Finding) -> JSONValue {
        .object([
            ("kind", .text(finding.kind.rawValue)), ("start", .text(finding.start.iso8601)),
            ("end", .optional(finding.end?.iso8601)),
        ])
    }

    private func finding(_ reported: ReportedFinding) -> JSONValue {
        let finding = reported.finding
        let cost = FindingCost(finding, self)
        guard case .object(let members) = FindingJSON.value(finding, site: site.name) else { return .null }
        let worth = cost.worth(material.tariff)
        return .object(
            members + [
                ("id", .integer(reported.findingID)), ("sure", .text(finding.sureness.rawValue)),
                ("text", .text(headline(reported))), ("advice", .text(OwnerWords.advice(finding))),
                ("cost_kwh", .optional(cost.kilowattHours, decimals: 3)),
                ("cost_money_low", .optional(worth?.least, decimals: 2)),
                ("cost_money_high", .optional(worth?.most, decimals: 2)),
                ("currency", .optional(worth == nil ? nil : material.tariff?.currency)),
            ]
        )
    }

    private func battery(_ battery: BatteryFacts) -> JSONValue {
        .object([
            ("serial", .text(battery.serial)), ("charged_wh", .integer(battery.chargedWh)),
            ("discharged_wh", .integer(battery.dischargedWh)),
            ("round_trip_pct", .optional(battery.roundTripPercent, decimals: 1)),
            ("loss_wh_per_day", .optional(battery.lossWhPerDay, decimals: 0)),
            ("usable_wh", .optional(battery.usableWh, decimals: 0)),
            ("lowest_soc_pct", .optional(battery.lowestPercent, decimals: 1)),
            ("highest_soc_pct", .optional(battery.highestPercent, decimals: 1)),
            ("last_soc_pct", .optional(battery.lastPercent, decimals: 1)),
            ("apart_points", .optional(battery.spreadPoints, decimals: 1)),
            ("health_pct", .optional(battery.healthPercent, decimals: 1)),
            ("reported_cycles", .optional(battery.reportedCycles, decimals: 0)),
            ("firmware", .optional(battery.firmware)),
        ])
    }

    private func inverter(_ inverter: InverterFacts) -> JSONValue {
        .object([
            ("serial", .text(inverter.serial)), ("energy_wh", .integer(inverter.totalWh)),
            ("days", .integer(Int64(inverter.dayCount))),
            ("of_middle_pct", .optional(inverter.percentOfMiddle, decimals: 1)),
            ("firmware", .optional(inverter.firmware)),
        ])
    }
}

/// Parts of reports as JSON.
enum ReportJSON {
    static func coverage(_ coverage: Coverage) -> JSONValue {
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

    static func energy(_ energy: [WattHours?]) -> JSONValue {
        .object(Channel.allCases.map { ("\($0.name)_wh", .optional(energy[$0.rawValue]?.value)) })
    }

    static func comparison(_ comparison: SeriesComparison) -> JSONValue {
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
            ("rule", finding.rule.json), ("evidence", finding.evidence.json),
        ])
    }
}
