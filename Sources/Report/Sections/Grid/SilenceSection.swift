// What the silences of a monitor hide. What it means is in docs/analysis/reconciliation.md; bills stand in BillSection.

import Analysis
import Readings
import Words

/// The silences of a reconciliation.
struct SilenceSection {
    /// The reconciliation, with the silences that are told.
    let report: ReconciliationReport

    /// The silences, each under a heading of its own; none where there are none.
    var blocks: [ReportBlock] {
        report.gaps.flatMap { gap -> [ReportBlock] in
            let start = report.zone.text(atUTCSeconds: gap.gap.startUTCSeconds)
            let end = report.zone.text(atUTCSeconds: gap.gap.endUTCSeconds)
            let days = JSONValue.fixed(gap.days, decimals: 1)
            return [.heading("Silence of \(start) to \(end) (\(days) days)")] + blocks(gap)
        }
    }

    private func blocks(_ gap: GapEstimate) -> [ReportBlock] {
        var blocks: [ReportBlock] = [
            .paragraph(.strong("\(OutageWords.verdict(gap))\(OutageWords.amount(gap))."))
        ]
        if gap.production == nil {
            blocks.append(
                .paragraph(
                    "No honest estimate can be made: at least 14 observed days are needed before or after the silence."
                )
            )
        }
        if let table = evidenceTable(gap) { blocks.append(.table(table)) }
        let lines =
            doubtLines(gap) + proofLines(gap) + balanceLines(gap) + limitLines(gap) + provisionalLines(gap)
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    /// Registers that are no evidence.
    private func doubtLines(_ gap: GapEstimate) -> [ReportText] {
        func amount(_ value: Double) -> String { "\(OutageWords.kilowattHours(value)) kWh" }
        return gap.doubts.map { doubt in
            let from = report.zone.text(atUTCSeconds: doubt.evidence.reads.startUTCSeconds)
            let to = report.zone.text(atUTCSeconds: doubt.evidence.reads.endUTCSeconds)
            let counted = doubt.evidence.production.value
            let opening =
                "The register of \(deviceName(doubt.evidence.device)) rose by \(amount(doubt.evidence.countedKWh)) from \(from) to \(to)"
            switch doubt.reason {
            case .jumped(let most):
                return
                    "\(opening): in the silence \(amount(counted - most)) more than the \(amount(most)) that the array can make at most. \(strong: "It jumped"), as registers do with new firmware, and is no evidence."
            case .setBack(let least):
                return
                    "\(opening), but \(amount(least)) at least are known otherwise: it may have been set back, and decides nothing."
            case .disagrees(let other):
                return
                    "\(opening), which leaves \(amount(counted)) for the silence; another register has \(amount(other)). One of them was changed, and neither decides."
            }
        }
    }

    /// What the evidence cannot be, or cannot show.
    private func limitLines(_ gap: GapEstimate) -> [ReportText] {
        if let most = gap.impossibleBeyond {
            let said = OutageWords.kilowattHours(gap.balance?.production.value ?? 0)
            return [
                "\(strong: "The utility's figures cannot be right"): by them the panels made \(said) kWh, and a clear sky gives \(OutageWords.kilowattHours(most)) at most. Check them with: sunvigil bills edit. Nothing is concluded from them."
            ]
        }
        if let share = gap.detectableLoss {
            let percent = JSONValue.fixed(100 * share, decimals: 0)
            return [
                "What this can see: a loss of \(percent) % would be found four times in five; a smaller one may stay hidden."
            ]
        }
        return gap.balance == nil ? [] : ["What this can see: not even a full loss would be found for sure."]
    }

    private func evidenceTable(_ gap: GapEstimate) -> ReportTable? {
        var rows: [[ReportText]] = []
        func share(_ value: Double?) -> String {
            value.map { "\(JSONValue.fixed(100 * $0, decimals: 0)) %" } ?? "–"
        }
        func add(_ name: String, _ estimate: Estimate?, weight: String, isBounded: Bool = true) {
            guard let estimate else { return }
            let range = gap.range90(estimate)
            let text =
                isBounded && estimate.value >= 0
                ? "\(OutageWords.kilowattHours(range.lowerBound)) to \(OutageWords.kilowattHours(range.upperBound))"
                : OutageWords.signedRange(estimate)
            rows.append([
                ReportText(name), ReportText(OutageWords.kilowattHours(estimate.value)), ReportText(text),
                ReportText(weight),
            ])
        }
        if let register = gap.register, register.isWhole {
            add("register of \(deviceName(register.device))", register.production, weight: "decides")
        }
        let weights = gap.evidence == .combined ? gap.skyWeight : nil
        add("sky of the days around", gap.sky, weight: gap.evidence == .clearSky ? "100 %" : share(weights))
        let balanceWeight = gap.evidence == .balance ? "100 %" : share(weights.map { 1 - $0 })
        let name =
            gap.balance?.source == .utilityIntervals
            ? "balance by the utility's intervals" : "balance by the bills"
        add(name, gap.balance?.production, weight: balanceWeight, isBounded: gap.impossibleBeyond == nil)
        if gap.evidence == .combined {
            add(
                gap.balance?.imported == nil ? "both together" : "both together, with the import",
                gap.production,
                weight: "the estimate"
            )
        }
        guard !rows.isEmpty else { return nil }
        return ReportTable(
            "What the panels made in the silence",
            columns: [.text("production by"), .number("kWh"), .number("90 % interval"), .number("weight")],
            rows: rows
        )
    }

    private func deviceName(_ device: Device) -> String {
        device.kind == .inverter && device.serial.isEmpty
            ? "all inverters" : "meter \(VisibleText.of(device.serial))"
    }

    private func proofLines(_ gap: GapEstimate) -> [ReportText] {
        var lines: [ReportText] = []
        if let bound = gap.lowerBound, bound > 0 {
            let battery =
                report.result.batteryKWh > 0
                ? ", less the \(OutageWords.kilowattHours(report.result.batteryKWh)) kWh that the batteries hold"
                : ""
            let source =
                gap.register?.isWhole == false
                ? "what the register counted, or what the utility received"
                : gap.balance?.source == .utilityIntervals
                    ? "what the utility received by its intervals"
                    : "what the utility received (of bills that reach beyond the silence, what is left net of import and of the observed days)"
            let margin = gap.balance?.source == .utilityIntervals ? "" : ", less twice what that may be off"
            lines.append(
                "Without any model: the panels made at least \(OutageWords.kilowattHours(bound)) kWh: \(source)\(battery)\(margin). (It holds unless batteries are charged from the grid.)"
            )
        } else if gap.lowerBound != nil {
            lines.append("Without any model the bills prove no production.")
        }
        if let register = gap.register {
            let from = report.zone.text(atUTCSeconds: register.reads.startUTCSeconds)
            let to = report.zone.text(atUTCSeconds: register.reads.endUTCSeconds)
            lines.append(
                "The register of \(deviceName(register.device)) counted \(OutageWords.kilowattHours(register.countedKWh)) kWh from \(from) to \(to), \(OutageWords.kilowattHours(register.recordedKWh)) of them recorded outside of the silence\(register.isWhole ? "" : "; it was read around a part of the silence only")."
            )
        }
        return lines
    }

    private func balanceLines(_ gap: GapEstimate) -> [ReportText] {
        guard let balance = gap.balance else { return [] }
        func signed(_ value: Double) -> String { OutageWords.kilowattHours(value) }
        // With a digit more than elsewhere, so that the sum is that of its terms.
        func term(_ value: Double) -> String { JSONValue.fixed(value, decimals: 1) }
        var lines: [ReportText] = [
            "Balance: \(term(balance.load.value)) kWh used (by weekday\(balance.usesTemperature ? " and temperature" : "")) + \(term(balance.net.value)) kWh export less import + \(term(balance.battery.value)) kWh kept or lost by the batteries = \(term(balance.production.value)) kWh."
        ]
        if balance.source == .utilityIntervals {
            lines.append("Export and import of the silence are the utility's own intervals.")
        } else {
            let names = balance.bills.map { "\($0.printedStart) to \($0.printedEnd)" }
            lines.append("Bills used: \(names.joined(separator: ", ")).")
        }
        if let imported = balance.imported {
            let usual =
                balance.flatShare == nil
                ? "the days around would have drawn \(signed(imported.ifWorkingKWh))"
                : "the days around would have drawn \(signed(imported.ifWorkingKWh)) with working and \(signed(imported.ifFlatKWh)) with flat batteries"
            lines.append(
                "Import of the silence: \(signed(imported.importedKWh)) kWh; \(usual). It is taken into the estimate, so that this need not lie between sky and balance."
            )
        }
        if let line = batteryLine(balance) { lines.append(line) }
        return lines
    }

    private func batteryLine(_ balance: GapBalance) -> ReportText? {
        guard let flat = balance.flatShare else { return nil }
        func signed(_ value: Double) -> String { OutageWords.kilowattHours(value) }
        let percent = JSONValue.fixed(100 * flat, decimals: 0)
        let state =
            flat > 0.7
            ? "the import says that they were flat most of the time"
            : flat < 0.25
                ? "the import says that they worked"
                : "the import does not tell clearly whether they worked"
        let withoutBatteries = balance.production.value - balance.battery.value
        let other =
            "if they had worked throughout: \(signed(withoutBatteries + balance.batteryIfWorking)) kWh by the balance, if flat throughout: \(signed(withoutBatteries + balance.batteryIfFlat))"
        return "Batteries: \(state) (out of work about \(percent) % of it); \(other)."
    }

    private func provisionalLines(_ gap: GapEstimate) -> [ReportText] {
        let unused =
            gap.balance == nil && report.result.contradiction != nil
            ? ["The bills contradict the monitor, and are not taken into this estimate."] as [ReportText] : []
        guard gap.isProvisional, unused.isEmpty else { return unused }
        let end = report.zone.wallClock(atUTCSeconds: gap.gap.endUTCSeconds - 1).day
        if gap.balance?.source == .utilityIntervals || gap.evidence == .register {
            return ["\(strong: "Provisional"): the days after the silence are still too few."]
        }
        if let reach = gap.billsReachTo {
            return [
                "\(strong: "Provisional"): bills reach to \(reach); the one that covers \(end) is awaited. Add it with: sunvigil bills add, and ask again."
            ]
        }
        if let days = gap.balance?.unbilledDays, days > 0.5 {
            return [
                "\(strong: "Provisional"): no bill that can be used covers \(JSONValue.fixed(days, decimals: 1)) days of the silence. Add it with: sunvigil bills add, and ask again."
            ]
        }
        if report.result.bills.isEmpty {
            return [
                "\(strong: "Provisional"): there is no bill of that time. Add it with: sunvigil bills add, and ask again."
            ]
        }
        return [
            "\(strong: "Provisional"): the days after the silence are still too few, or no bill of that time can be used."
        ]
    }
}
