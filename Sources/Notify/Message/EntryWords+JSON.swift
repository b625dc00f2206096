// A finding of a message as JSON, with the names of docs/contract.md, and with chosen facts of its evidence only: nothing in it
// tells the place, the system's number, a whole serial number or a document.

import Readings
import Words

extension EntryWords {
    /// Facts that may leave the house. A fact that is not listed stays at home, a new one too.
    private static let shared: Set<String> = [
        "available_wh", "cause", "cause_by", "charged_wh", "clock_in_doubt", "closed_at", "days", "days_left",
        "days_without_charge", "device_kind", "difference_kwh", "discharged_wh", "estimate_kwh", "fault",
        "firmware", "first_row", "fraction", "greatest_points", "grid", "half_width_90_kwh",
        "highest_soc_pct", "hours_left", "hours_off", "inverters", "inverters_lost",
        "last_report", "last_row", "late_rows", "limit_w", "longest_delay_s", "loss_pct", "lost_kwh",
        "lower_bound_kwh", "lowest_soc_pct", "median_points", "missed_slots", "missing_capacity_wh",
        "missing_rows", "missing_wh", "monitor_net_kwh", "newest_row_ends", "nights", "opened_at",
        "opened_by_itself", "opening_count", "power_w", "proven_kwh", "reading", "reading_before", "reason",
        "relay_actual", "relay_commanded", "reserve_pct", "rows", "serials", "shift_minutes", "siblings",
        "silent_s", "skew_s", "slip", "source", "sun_degrees", "tolerance_kwh", "utility_net_kwh", "verdict",
        "wrong_wh", "zero_slots",
    ]
    private static let mostElements = 20

    /// Returns the finding as JSON.
    ///
    /// - Parameter step: what happened to it; nil for one of a list.
    func json(_ step: MessageEvent?) -> JSONValue {
        let finding = own.finding
        let cost = finding.evidence.lostKWh
        let head: [(String, JSONValue)] = step.map { [("event", .text($0.rawValue))] } ?? []
        return .object(
            head + [
                ("id", own.number > 0 ? .integer(own.number) : .null),
                ("fingerprint", .text(StableName.fingerprint(own.identity))),
                ("site", .text(safe.of(facts.name, most: 64))),
                ("device", .text(safe.of(finding.device, most: 60))),
                ("kind", .text(finding.kind.rawValue)), ("start", .text(finding.start.iso8601)),
                ("end", .optional(finding.end?.iso8601)), ("alert", .text(finding.alert.iso8601)),
                ("state", .text(own.state.rawValue)), ("standing", .text(own.standing.rawValue)),
                ("severity", .text(finding.severity.rawValue)),
                ("sure", .text(OwnerWords.told(finding).rawValue)), ("text", .text(plain)),
                ("advice", .text(safe.of(OwnerWords.advice(finding)))),
                ("with_it", .array(companions.prefix(EntryWords.mostElements).map { .text($0) })),
                ("times_back", .integer(Int64(own.timesBack))),
                ("cost_kwh", .optional(cost, decimals: 1)), ("closed_by", .optional(filled)),
                ("evidence", evidence),
            ]
        )
    }

    private var evidence: JSONValue {
        .object(
            own.finding.evidence.json.read.members.compactMap { name, value in
                guard EntryWords.shared.contains(name) else { return nil }
                return plainValue(value).map { (name, $0) }
            }
        )
    }

    /// Returns a number, a flag, a text or a short list of them; nil for anything else.
    private func plainValue(_ value: JSONValue) -> JSONValue? {
        switch value.read {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .integer(let whole): .integer(whole)
        case .number(let number, let decimals): .number(number, decimals: decimals)
        case .text(let text): .text(safe.of(text, most: 200))
        case .array(let values):
            .array(
                values.prefix(EntryWords.mostElements).compactMap {
                    if case .text(let text) = $0.read { return .text(safe.of(text, most: 80)) }
                    return $0.double == nil ? nil : $0
                }
            )
        case .object, .raw: nil
        }
    }
}
