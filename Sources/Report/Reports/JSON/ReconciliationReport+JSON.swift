// The reconciliation as JSON; in words it stands in SilenceSection and BillSection. Field names are part of the
// command's contract; see docs/contract.md.

import Analysis
import Readings
import Words

extension ReconciliationReport {
    /// Returns the report as JSON with a fixed order of keys.
    package func json() -> JSONValue {
        .object([
            ("program", .object([("name", .text("sunvigil")), ("version", .text(programVersion))])),
            ("site", .text(site.name)), ("time_zone", .text(site.timeZone)), ("verdict", .text(verdict)),
            ("gaps", .array(gaps.map(gap))), ("bills", .array(bills.map(bill))),
            ("contradiction", contradiction), ("calibration", calibration), ("boundary", boundary),
            ("bill_shift_days", .integer(Int64(result.shiftDays))),
            (
                "array",
                result.array.map { array in
                    .object([
                        ("tilt_deg", .number(array.tiltDegrees, decimals: 1)),
                        ("azimuth_deg", .number(array.azimuthDegrees, decimals: 1)),
                        ("fitted", .boolean(result.isArrayFitted)),
                    ])
                } ?? .null
            ), ("battery_kwh", .number(result.batteryKWh, decimals: 3)),
            ("monitor_nets_within_intervals", .boolean(result.isNetted)),
        ])
    }

    private func gap(_ gap: GapEstimate) -> JSONValue {
        let times: [(String, JSONValue)] = [
            ("start", .text(gap.gap.start.iso8601)), ("end", .text(gap.gap.end.iso8601)),
        ]
        guard case .object(let facts) = gap.facts else { return .object(times) }
        return .object(times + facts)
    }

    private func bill(_ bill: BillComparison) -> JSONValue {
        .object([
            ("start", .text("\(bill.period.printedStart)")), ("end", .text("\(bill.period.printedEnd)")),
            ("utility_net_kwh", .optional(bill.period.netKWh, decimals: 3)),
            ("monitor_net_kwh", .optional(bill.monitorNetKWh, decimals: 3)),
            ("unobserved_kwh", .number(bill.unobservedKWh, decimals: 3)),
            ("difference_kwh", .optional(bill.residual, decimals: 3)),
            ("tolerance_kwh", .number(bill.tolerance, decimals: 3)),
            ("verdict", .text(bill.verdict.rawValue)),
            ("largest_term", .optional(bill.largestTerm?.rawValue)),
            ("days", .integer(Int64(bill.period.dayCount))),
            ("observed_days", .integer(Int64(bill.observedDays))),
            ("observed_share", .number(bill.observedShare, decimals: 4)),
            ("counted_more_in_both_kwh", .optional(bill.bothDirections, decimals: 3)),
            ("merged_bills", .integer(Int64(bill.period.mergedBills))),
            ("problem", .optional(bill.period.problem.map(OutageWords.problem))),
            (
                "tolerance_terms_kwh",
                .object(
                    ToleranceTerm.allCases.compactMap { term in
                        bill.terms[term].map {
                            (term.rawValue, .number($0.squareRoot(), decimals: 3))
                        }
                    }
                )
            ),
        ])
    }

    private var contradiction: JSONValue {
        guard let contradiction = result.contradiction else { return .null }
        return .object([
            ("cause", .text(contradiction.cause.word)),
            ("factor", .optional(contradiction.cause.factor, decimals: 4)),
            (
                "bills",
                .array(contradiction.bills.map { .text("\(result.bills[$0].period.printedStart)") })
            ), ("sure", .boolean(contradiction.isSure)),
        ])
    }

    private var calibration: JSONValue {
        guard let calibration = result.calibration else { return .null }
        return .object([
            ("consumption_correction", .number(calibration.share, decimals: 5)),
            ("bills", .integer(Int64(calibration.billCount))),
            ("residual_kwh", .number(calibration.residualKWh, decimals: 3)),
            ("residual_before_kwh", .number(calibration.rawResidualKWh, decimals: 3)),
            (
                "by_year",
                .object(calibration.byYear.map { ("\($0.year)", .number($0.share, decimals: 5)) })
            ),
        ])
    }

    private var boundary: JSONValue {
        guard let boundary = result.boundary else { return .null }
        return .object([
            ("best_shift_days", .integer(Int64(boundary.bestShift))),
            ("decisive", .boolean(boundary.isDecisive)), ("bills", .integer(Int64(boundary.billCount))),
            (
                "residual_kwh",
                .object(
                    zip(["-1", "0", "1"], boundary.residualKWh).map { ($0, .number($1, decimals: 3)) }
                )
            ),
        ])
    }
}
