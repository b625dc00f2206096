// Facts of a time as JSON. What a month or a year adds stands in MonthlyReport+JSON and YearlyReport+JSON. Field names are
// part of the command's contract; see docs/contract.md.

import Analysis
import Readings
import Words

/// A time as JSON: the members that reports of any time share.
struct PeriodJSON {
    /// The time.
    let facts: PeriodFacts

    /// The members that reports of any time begin with.
    var headMembers: [(String, JSONValue)] {
        [
            (
                "program",
                .object([("name", .text("sunvigil")), ("version", .text(facts.material.programVersion))])
            ),
            ("site", .text(facts.site.name)), ("time_zone", .text(facts.site.timeZone)),
        ]
    }

    /// The members on coverage and energy.
    var energyMembers: [(String, JSONValue)] {
        [
            (
                "period",
                .object([
                    ("start", .text(facts.interval.start.iso8601)),
                    ("end", .text(facts.interval.end.iso8601)),
                ])
            ),
            ("seconds", .optional(facts.presence.map { Int64($0.key.seconds) })),
            ("verdict", .text(FirstScreen(facts: facts).verdict.plain)),
            ("coverage", ReportJSON.coverage(facts.totals.coverage)),
            ("energy", ReportJSON.energy(facts.totals.energy)),
            ("generator_wh", .optional(facts.totals.generator?.value)),
            ("missing_estimate", missingJSON),
            (
                "rates",
                .object([
                    ("self_consumption_pct", .optional(facts.rate(\.selfConsumptionPercent), decimals: 1)),
                    ("self_sufficiency_pct", .optional(facts.rate(\.selfSufficiencyPercent), decimals: 1)),
                    ("battery_round_trip_pct", .optional(facts.rate(\.roundTripPercent), decimals: 1)),
                ])
            ),
        ]
    }

    /// The members on findings, devices, the utility and sources.
    var tailMembers: [(String, JSONValue)] {
        let days = facts.watchedDays
        let sky = facts.skyShare(facts.days)
        return [
            ("gaps", .array(facts.records.filter(\.isOpen).map(\.finding).filter(\.kind.isGap).map(gap))),
            ("findings", .array(facts.records.filter(\.isOpen).map(finding))),
            ("closed_findings", .array(facts.records.filter { !$0.isOpen }.map(finding))),
            ("utility", facts.reconciliation.flatMap { $0.isEmpty ? nil : $0.json() } ?? .null),
            ("series_checks", .array(facts.material.analysis.comparisons.map(ReportJSON.comparison))),
            (
                "sources",
                .array(
                    facts.material.sources.map {
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
                        ("fitted_from", .optional($0.scale?.firstDay)),
                        ("fitted_to", .optional($0.scale?.lastDay)),
                    ])
                } ?? .null
            ),
            ("batteries", .array(facts.batteries.map(battery))),
            ("inverters", .array(facts.inverters.map(inverter))),
            (
                "relay_open",
                .array(
                    facts.relayOpenings.map {
                        .object([("start", .text($0.start.iso8601)), ("end", .text($0.end.iso8601))])
                    }
                )
            ),
        ]
    }

    private var missingJSON: JSONValue {
        .object(
            Channel.allCases.map { channel in
                guard let estimate = facts.missing[channel.rawValue] else { return (channel.name, .null) }
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
        let cost = FindingCost(reported, facts)
        guard case .object(let members) = FindingJSON.value(finding, site: facts.site.name) else {
            return .null
        }
        let worth = cost.worth(facts.material.tariff)
        return .object(
            members + [
                ("id", .integer(reported.findingID)), ("standing", .text(reported.standing.rawValue)),
                ("told_with", .optional(lead(of: reported).map(\.findingID))),
                ("sure", .text(OwnerWords.told(finding).rawValue)),
                ("text", .text(OwnerWords.headline(finding, zone: facts.zone))),
                ("advice", .text(OwnerWords.advice(finding))),
                ("cost_kwh", .optional(cost.kilowattHours, decimals: 3)),
                ("cost_money_low", .optional(worth?.least, decimals: 2)),
                ("cost_money_high", .optional(worth?.most, decimals: 2)),
                ("currency", .optional(worth == nil ? nil : facts.material.tariff?.currency)),
            ]
        )
    }

    /// The finding of the same cause that is told for it; nil for one that is told itself.
    private func lead(of reported: ReportedFinding) -> ReportedFinding? {
        facts.findings.first { $0.companions.contains(reported) }
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
