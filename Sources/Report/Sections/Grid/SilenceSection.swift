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
        let lines = proofLines(gap) + balanceLines(gap) + limitLines(gap) + provisionalLines(gap)
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
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
        func add(_ name: String, _ estimate: Estimate?, weight: String) {
            guard let estimate else { return }
            rows.append([
                ReportText(name), ReportText(OutageWords.kilowattHours(estimate.value)),
                ReportText(OutageWords.signedRange(estimate)), ReportText(weight),
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
        add(name, gap.balance?.production, weight: balanceWeight)
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
                ? " less the \(OutageWords.kilowattHours(report.result.batteryKWh)) kWh that the batteries hold"
                : ""
            lines.append(
                "Without any model: the panels made at least \(OutageWords.kilowattHours(bound)) kWh: what left the house for the utility\(battery). (It holds unless batteries are charged from the grid.)"
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
        var lines: [ReportText] = [
            "Balance: \(signed(balance.load.value)) kWh used (by weekday\(balance.usesTemperature ? " and temperature" : "")) + \(signed(balance.net.value)) kWh export less import + \(signed(balance.battery.value)) kWh kept or lost by the batteries."
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
        guard gap.isProvisional else { return [] }
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
