// The reconciliation as a document and as parts of one.

import Analysis
import Readings

extension ReconciliationReport {
    /// The report as a document.
    package var document: ReportDocument {
        var document = ReportDocument(
            title: "\(site.name): the monitor and the utility",
            verdict: ReportText(verdict),
            footer: "sunvigil \(programVersion)"
        )
        document.add("silences", "Silences", gapBlocks)
        if !bills.isEmpty { document.add("bills", "Bills", billBlocks) }
        if gaps.isEmpty && bills.isEmpty {
            document.lead = [
                .paragraph(
                    "There are neither bills nor silences of a day or longer. Add bills with: sunvigil bills add"
                )
            ]
        }
        return document
    }

    // MARK: Silences

    /// The silences, each under a heading of its own.
    var gapBlocks: [ReportBlock] {
        gaps.flatMap { gap -> [ReportBlock] in
            let start = zone.text(atUTCSeconds: gap.gap.startUTCSeconds)
            let end = zone.text(atUTCSeconds: gap.gap.endUTCSeconds)
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
        var lines = proofLines(gap)
        lines += balanceLines(gap)
        if let most = gap.impossibleBeyond {
            let said = OutageWords.kilowattHours(gap.balance?.production.value ?? 0)
            lines.append(
                "\(strong: "The utility's figures cannot be right"): by them the panels made \(said) kWh, and a clear sky gives \(OutageWords.kilowattHours(most)) at most. Check them with: sunvigil bills edit. Nothing is concluded from them."
            )
        } else if let share = gap.detectableLoss {
            let percent = JSONValue.fixed(100 * share, decimals: 0)
            lines.append(
                "What this can see: a loss of \(percent) % would be found four times in five; a smaller one may stay hidden."
            )
        } else if gap.balance != nil {
            lines.append("What this can see: not even a full loss would be found for sure.")
        }
        lines += provisionalLines(gap)
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    private func evidenceTable(_ gap: GapEstimate) -> ReportTable? {
        var rows: [[ReportText]] = []
        func share(_ value: Double?) -> String {
            value.map { "\(JSONValue.fixed(100 * $0, decimals: 0)) %" } ?? "–"
        }
        func add(_ name: String, _ estimate: Estimate?, _ weight: String) {
            guard let estimate else { return }
            rows.append([
                ReportText(name), ReportText(OutageWords.kilowattHours(estimate.value)),
                ReportText(OutageWords.signedRange(estimate)), ReportText(weight),
            ])
        }
        if let register = gap.register, register.isWhole {
            add("register of \(deviceName(register.device))", register.production, "decides")
        }
        let weights = gap.evidence == .combined ? gap.skyWeight : nil
        add("sky of the days around", gap.sky, gap.evidence == .clearSky ? "100 %" : share(weights))
        let balanceWeight = gap.evidence == .balance ? "100 %" : share(weights.map { 1 - $0 })
        let name =
            gap.balance?.source == .utilityIntervals
            ? "balance by the utility's intervals" : "balance by the bills"
        add(name, gap.balance?.production, balanceWeight)
        guard !rows.isEmpty else { return nil }
        return ReportTable(
            "What the panels made in the silence",
            [.text("production by"), .number("kWh"), .number("90 % interval"), .number("weight")],
            rows
        )
    }

    private func deviceName(_ device: Device) -> String {
        device.kind == .inverter && device.serial.isEmpty
            ? "all inverters" : "meter \(MarkdownText.visible(device.serial))"
    }

    private func proofLines(_ gap: GapEstimate) -> [ReportText] {
        var lines: [ReportText] = []
        if let bound = gap.lowerBound, bound > 0 {
            let battery =
                result.batteryKWh > 0
                ? " less the \(OutageWords.kilowattHours(result.batteryKWh)) kWh that the batteries hold"
                : ""
            lines.append(
                "Without any model: the panels made at least \(OutageWords.kilowattHours(bound)) kWh: what left the house for the utility\(battery). (It holds unless batteries are charged from the grid.)"
            )
        } else if gap.lowerBound != nil {
            lines.append("Without any model the bills prove no production.")
        }
        if let register = gap.register {
            let from = zone.text(atUTCSeconds: register.reads.startUTCSeconds)
            let to = zone.text(atUTCSeconds: register.reads.endUTCSeconds)
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
        if let flat = balance.flatShare {
            let percent = JSONValue.fixed(100 * flat, decimals: 0)
            let state =
                flat > 0.7
                ? "the import says that they were flat most of the time"
                : flat < 0.25
                    ? "the import says that they worked"
                    : "the import does not tell clearly whether they worked"
            let other =
                "if they had worked throughout: \(signed(balance.production.value - balance.battery.value + balance.batteryIfWorking)) kWh by the balance, if flat throughout: \(signed(balance.production.value - balance.battery.value + balance.batteryIfFlat))"
            lines.append("Batteries: \(state) (out of work about \(percent) % of it); \(other).")
        }
        return lines
    }

    private func provisionalLines(_ gap: GapEstimate) -> [ReportText] {
        guard gap.isProvisional else { return [] }
        let end = zone.wallClock(atUTCSeconds: gap.gap.endUTCSeconds - 1).day
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
        if result.bills.isEmpty {
            return [
                "\(strong: "Provisional"): there is no bill of that time. Add it with: sunvigil bills add, and ask again."
            ]
        }
        return [
            "\(strong: "Provisional"): the days after the silence are still too few, or no bill of that time can be used."
        ]
    }

    // MARK: Bills

    /// The bills as a chart with its table, with what is said of all of them.
    var billBlocks: [ReportBlock] {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Net is export less import, kWh. A difference up to twice the tolerance agrees, up to four times it is to be watched, beyond that it contradicts."
            )
        ]
        if bills.contains(where: isJudged) {
            blocks.append(.figure(billFigure))
        } else {
            blocks.append(.table(billTable))
        }
        let lines = remarks + countingLines + calibrationLines + boundaryLines
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    private func isJudged(_ bill: BillComparison) -> Bool { bill.verdict != .cannotTell }

    private func name(_ bill: BillComparison) -> String {
        "\(bill.period.printedStart) to \(bill.period.printedEnd)"
    }

    private var billFigure: ReportFigure {
        let judged = bills.filter(isJudged)
        let agreeing = judged.count { $0.verdict == .consistent }
        let rows = bills.map { bill in
            BandChart.Row(
                name: name(bill),
                value: isJudged(bill) ? bill.residual : nil,
                allowed: 2 * bill.tolerance,
                isMarked: bill.verdict == .mismatch || bill.verdict == .watch
            )
        }
        return ReportFigure(
            "bill-differences",
            title: "Bills held against the monitor",
            description:
                "For each bill a dot for the utility's net less the monitor's, and a band for what meters and rounding allow.",
            caption:
                "\(agreeing) of \(NumberText.count(judged.count, "bill that can be judged", "bills that can be judged")) \(agreeing == 1 ? "agrees" : "agree") with the monitor.",
            chart: .bands(BandChart(rows, unit: "kWh")),
            table: billTable
        )
    }

    private var billTable: ReportTable {
        ReportTable(
            "Bills and the monitor, kWh",
            [
                .text("bill"), .number("days"), .number("utility net"), .number("monitor net"),
                .number("difference"), .number("allowed"), .text("verdict"), .number("observed"),
            ],
            bills.map(row)
        )
    }

    private func row(_ bill: BillComparison) -> [ReportText] {
        func number(_ value: Double?, _ decimals: Int = 0) -> ReportText {
            guard let value else { return "–" }
            return ReportText(NumberText.fixed(value, decimals))
        }
        let isJudged = isJudged(bill)
        let merged = bill.period.mergedBills > 1 ? " (\(bill.period.mergedBills) bills, estimated read)" : ""
        return [
            "\(name(bill))\(merged)", "\(bill.period.dayCount)", number(bill.period.netKWh),
            isJudged ? number(bill.monitorNetKWh, 1) : "–", isJudged ? number(bill.residual, 1) : "–",
            isJudged ? number(2 * bill.tolerance, 1) : "–", words(bill),
            "\(bill.observedDays) of \(bill.period.dayCount)",
        ]
    }

    private func words(_ bill: BillComparison) -> ReportText {
        switch bill.verdict {
        case .consistent: "agrees"
        case .watch: "watch: \(bill.largestTerm.map(OutageWords.term) ?? "")"
        case .mismatch: .strong("contradicts")
        case .cannotTell: "cannot tell"
        }
    }

    /// What stands in the way of single bills.
    private var remarks: [ReportText] {
        bills.compactMap { bill -> ReportText? in
            let name = "Bill \(bill.period.printedStart) to \(bill.period.printedEnd)"
            if let problem = bill.period.problem { return "\(name): \(OutageWords.problem(problem))." }
            if bill.verdict == .cannotTell {
                if bill.monitorNetKWh == nil {
                    return "\(name): the monitor has no data of it."
                }
                return
                    "\(name): the monitor observed \(bill.observedDays) of \(bill.period.dayCount) days; nine tenths are needed."
            }
            if !bill.isFullyObserved {
                return
                    "\(name): days without data were filled with \(OutageWords.kilowattHours(bill.unobservedKWh)) kWh from the days around."
            }
            return nil
        }
    }

    private var countingLines: [ReportText] {
        let known = bills.compactMap(\.bothDirections)
        guard !known.isEmpty else { return [] }
        let mean = known.reduce(0, +) / Double(known.count)
        guard abs(mean) >= 1 else {
            return ["Your utility and the monitor count import and export alike."]
        }
        let amount = OutageWords.kilowattHours(abs(mean))
        if mean > 0 {
            return [
                "Your utility counts \(amount) kWh more import and \(amount) kWh more export a bill than the monitor, whose intervals net one against the other. That is a way of counting, not a fault; the net is the same."
            ]
        }
        return [
            "Your utility counts \(amount) kWh less import and \(amount) kWh less export a bill than the monitor: it nets over longer times. That is a way of counting, not a fault; the net is the same."
        ]
    }

    private var calibrationLines: [ReportText] {
        guard let calibration = result.calibration else {
            return [
                "The consumption clamps cannot be calibrated yet: three bills with all days observed are needed."
            ]
        }
        func percent(_ share: Double) -> String { JSONValue.fixed(abs(100 * share), decimals: 1) }
        func direction(_ share: Double) -> String { share < 0 ? "high" : "low" }
        let residual = JSONValue.fixed(calibration.residualKWh, decimals: 1)
        let raw = JSONValue.fixed(calibration.rawResidualKWh, decimals: 1)
        let isLarge = abs(calibration.share) > ReconciliationParameters.toldCalibration
        let reading =
            "By \(calibration.billCount) bills the consumption clamps read \(percent(calibration.share)) % \(direction(calibration.share))"
        let years = calibration.byYear.map {
            "\($0.year) \(percent($0.share)) % \(direction($0.share))"
        }
        let byYear = years.count > 1 ? " By year: \(years.joined(separator: ", "))." : ""
        return [
            "\(isLarge ? .strong(reading) : ReportText(reading)); corrected for that, a bill differs by \(residual) kWh (before: \(raw)).\(byYear)"
        ]
    }

    private var boundaryLines: [ReportText] {
        guard let boundary = result.boundary else { return [] }
        let residuals = boundary.residualKWh.map { JSONValue.fixed($0, decimals: 1) }
        let margin =
            "a bill differs by \(residuals[1]) kWh with the dates as printed, \(residuals[0]) a day earlier, \(residuals[2]) a day later"
        if result.shiftDays != 0 {
            let way = result.shiftDays > 0 ? "later" : "earlier"
            return [
                "\(strong: "The bills' dates were taken one day \(way) than printed"): \(margin). To take them as printed: --shift-days 0."
            ]
        }
        if boundary.bestShift != 0 {
            let way = boundary.bestShift > 0 ? "later" : "earlier"
            return [
                "The bills' dates fit a little better one day \(way): \(margin). To try it: --shift-days \(boundary.bestShift)."
            ]
        }
        return ["The bills' dates mean what they say: \(margin)."]
    }
}
