// Bills that contradict the monitor, and silences with what happened in them, as findings.

import Readings

extension Reconciliation: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [.mismatch: .nineDays, .outage: .nineDays],
        memoryDays: 0,
        page: "reconciliation.md"
    )

    /// Returns the findings, by start.
    ///
    /// - Parameters:
    ///   - zone: the site's zone, in which bills begin at midnight.
    ///   - dataEnd: the end of the data: a silence that reaches it lasts, and is told as a silence only.
    package func findings(zone: TimeZoneRules, dataEnd: Int64?) -> [Finding] {
        let over = gaps.filter { $0.gap.endUTCSeconds < dataEnd ?? .max }
        let explained = Set(contradiction?.bills ?? [])
        let single = bills.enumerated().filter { !explained.contains($0.offset) }
            .compactMap { finding($0.element, zone) }
        let common = contradiction.flatMap { finding($0, zone) }.map { [$0] } ?? []
        return (single + common + over.map(finding)).sorted(by: Finding.isBefore)
    }

    private func rule(_ name: RuleName) -> FindingRule {
        FindingRule(
            name,
            [
                ("source", .text("docs/analysis/reconciliation.md")),
                ("bill_shift_days", .integer(Int64(shiftDays))),
                ("calibration", .optional(calibration?.share, decimals: 4)),
            ]
        )
    }

    private func finding(_ bill: BillComparison, _ zone: TimeZoneRules) -> Finding? {
        guard bill.verdict == .mismatch || bill.verdict == .watch, let residual = bill.residual else {
            return nil
        }
        let end = Instant(utcSeconds: zone.startOfDay(bill.period.end))
        return Finding(
            device: "site",
            kind: .mismatch,
            start: Instant(utcSeconds: zone.startOfDay(bill.period.start)),
            end: end,
            alert: end,
            severity: bill.verdict == .mismatch ? .warning : .notice,
            sureness: bill.verdict == .mismatch ? .likely : .suspected,
            rule: rule(.billNet),
            evidence: Evidence {
                $0.utilityNetKWh = bill.period.netKWh
                $0.monitorNetKWh = bill.monitorNetKWh
                $0.differenceKWh = residual
                $0.toleranceKWh = bill.tolerance
                $0.verdict = bill.verdict.rawValue
                $0.largestTerm = bill.largestTerm?.rawValue
                $0.observedDays = bill.observedDays
                $0.days = bill.period.dayCount
            },
            knownEnd: end
        )
    }

    /// All bills that one cause explains, as one finding.
    private func finding(_ contradiction: BillContradiction, _ zone: TimeZoneRules) -> Finding? {
        let own = contradiction.bills.map { bills[$0] }
        guard let first = own.map(\.period.start).min(), let last = own.map(\.period.end).max() else {
            return nil
        }
        let end = Instant(utcSeconds: zone.startOfDay(last))
        func sum(_ amount: (BillComparison) -> Double) -> Double { own.reduce(0) { $0 + amount($1) } }
        return Finding(
            device: "site",
            kind: .mismatch,
            start: Instant(utcSeconds: zone.startOfDay(first)),
            end: end,
            alert: end,
            severity: .warning,
            sureness: contradiction.isSure ? .sure : .likely,
            rule: rule(.billNet),
            evidence: Evidence {
                $0.billCause = contradiction.cause.word
                $0.billCount = own.count
                $0.billFactor = contradiction.cause.factor
                $0.utilityNetKWh = sum { $0.period.netKWh ?? 0 }
                $0.monitorNetKWh = sum { $0.monitorNetKWh ?? 0 }
                $0.differenceKWh = sum { $0.residual ?? 0 }
                $0.toleranceKWh = sum { squared($0.tolerance) }.squareRoot()
                $0.verdict = BillVerdict.mismatch.rawValue
                $0.observedDays = own.reduce(0) { $0 + $1.observedDays }
                $0.days = own.reduce(0) { $0 + $1.period.dayCount }
            },
            knownEnd: end
        )
    }

    private func finding(_ gap: GapEstimate) -> Finding {
        let severity: Severity
        var sureness = Sureness.likely
        switch gap.verdict {
        case .productionStopped: severity = .critical
        case .productionPartlyLost: severity = .warning
        case .reportingOnly:
            severity = .notice
            // A register alone may have been changed; a second witness rules that out.
            if gap.evidence == .register, gap.isRegisterConfirmed, gap.mostKWh != nil { sureness = .sure }
        case .cannotTell:
            severity = .notice
            sureness = .suspected
        }
        return Finding(
            device: "site",
            kind: .outage,
            start: gap.gap.start,
            end: gap.gap.end,
            alert: gap.gap.end,
            severity: severity,
            sureness: sureness,
            rule: rule(.gapReconciliation),
            evidence: Evidence(object: gap.facts),
            knownEnd: gap.gap.end
        )
    }
}

extension GapEstimate {
    /// The estimate as an object of the contract's form.
    package var facts: JSONValue {
        func kilowattHours(_ value: Double?) -> JSONValue { .optional(value, decimals: 3) }
        func pair(_ estimate: Estimate?) -> JSONValue {
            guard let estimate else { return .null }
            return .object([
                ("kwh", kilowattHours(estimate.value)),
                ("half_width_90_kwh", kilowattHours(estimate.halfWidth90)),
            ])
        }
        return .object([
            ("estimate_kwh", kilowattHours(production?.value)),
            ("half_width_90_kwh", kilowattHours(halfWidth90)),
            ("lower_bound_kwh", kilowattHours(lowerBound)),
            ("verdict", .text(verdict.rawValue)), ("provisional", .boolean(isProvisional)),
            ("decided_by", .optional(evidence?.rawValue)), ("days", .number(days, decimals: 2)),
            ("clear_sky", pair(sky)), ("balance", pair(balance?.production)),
            ("clear_sky_weight", .optional(skyWeight, decimals: 3)),
            ("consumption", pair(balance?.load)), ("net_export", pair(balance?.net)),
            ("battery_net", pair(balance?.battery)),
            ("battery_flat_share", .optional(balance?.flatShare, decimals: 2)),
            ("battery_if_working_kwh", kilowattHours(balance?.batteryIfWorking)),
            ("battery_if_flat_kwh", kilowattHours(balance?.batteryIfFlat)),
            ("import_kwh", kilowattHours(balance?.imported?.importedKWh)),
            ("import_if_working_kwh", kilowattHours(balance?.imported?.ifWorkingKWh)),
            ("import_if_flat_kwh", kilowattHours(balance?.imported?.ifFlatKWh)),
            ("net_from", .optional(balance?.source.rawValue)),
            ("uses_temperature", balance.map { .boolean($0.usesTemperature) } ?? .null),
            ("unbilled_days", .optional(balance?.unbilledDays, decimals: 2)),
            (
                "bills",
                .array(
                    (balance?.bills ?? []).map {
                        .object([
                            ("start", .text("\($0.printedStart)")), ("end", .text("\($0.printedEnd)")),
                        ])
                    }
                )
            ),
            ("bills_reach_to", .optional(billsReachTo.map { "\($0)" })),
            (
                "register",
                register.map { register in
                    .object([
                        ("device", .text(register.device.serial)),
                        ("from", .text(register.reads.start.iso8601)),
                        ("to", .text(register.reads.end.iso8601)),
                        ("counted_kwh", kilowattHours(register.countedKWh)),
                        ("recorded_outside_kwh", kilowattHours(register.recordedKWh)),
                        ("in_silence", pair(register.production)),
                        ("covers_all", .boolean(register.isWhole)),
                    ])
                } ?? .null
            ),
            (
                "registers_in_doubt",
                .array(
                    doubts.map { doubt in
                        .object([
                            ("device", .text(doubt.evidence.device.serial)),
                            ("from", .text(doubt.evidence.reads.start.iso8601)),
                            ("to", .text(doubt.evidence.reads.end.iso8601)),
                            ("counted_kwh", kilowattHours(doubt.evidence.countedKWh)),
                            ("reason", .text(doubt.facts.word)),
                            ("against_kwh", kilowattHours(doubt.facts.amountKWh)),
                        ])
                    }
                )
            ), ("most_possible_kwh", kilowattHours(mostKWh)),
            ("impossible_beyond_kwh", kilowattHours(impossibleBeyond)),
            ("detectable_loss_share", .optional(detectableLoss, decimals: 3)),
        ])
    }
}
