// The reconciliation as Markdown, and as a page laid out from it.

import Analysis
import Readings

extension ReconciliationReport {
    /// Returns the report as Markdown; equal facts give equal bytes.
    package func markdown() -> String {
        var text = "# \(MarkdownText.escaped(site.name)): the monitor and the utility\n\n**\(verdict)**\n\n"
        if !gaps.isEmpty { text += "## Silences\n\n" + gapsText(heading: "###") }
        if !bills.isEmpty { text += "## Bills\n\n" + billsText }
        if gaps.isEmpty && bills.isEmpty {
            text +=
                "There are neither bills nor silences of a day or longer. Add bills with: sunvigil bills add\n\n"
        }
        text += "sunvigil \(programVersion)\n"
        return text
    }

    /// Returns the report as one page without scripts.
    package func html() -> String {
        HTMLPage.page(title: "\(site.name): the monitor and the utility", markdown: markdown())
    }

    // MARK: Silences

    /// The silences, each under a heading of its own.
    func gapsText(heading: String) -> String {
        gaps.map { gap in
            let start = zone.text(atUTCSeconds: gap.gap.startUTCSeconds)
            let end = zone.text(atUTCSeconds: gap.gap.endUTCSeconds)
            let days = JSONValue.fixed(gap.days, decimals: 1)
            return "\(heading) \(start) to \(end) (\(days) days)\n\n" + gapText(gap)
        }.joined()
    }

    private func gapText(_ gap: GapEstimate) -> String {
        var text = "**\(OutageWords.verdict(gap))\(OutageWords.amount(gap)).**\n\n"
        if gap.production == nil {
            text +=
                "No honest estimate can be made: at least 14 observed days are needed before or after the silence.\n\n"
        }
        text += evidenceTable(gap)
        var lines = proofLines(gap)
        lines += balanceLines(gap)
        if let most = gap.impossibleBeyond {
            let said = OutageWords.kilowattHours(gap.balance?.production.value ?? 0)
            lines.append(
                "**The utility's figures cannot be right**: by them the panels made \(said) kWh, and a clear sky gives \(OutageWords.kilowattHours(most)) at most. Check them with: sunvigil bills edit. Nothing is concluded from them."
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
        return text + lines.map { "- \($0)\n" }.joined() + "\n"
    }

    private func evidenceTable(_ gap: GapEstimate) -> String {
        var rows: [(String, String, String, String)] = []
        func share(_ value: Double?) -> String {
            value.map { "\(JSONValue.fixed(100 * $0, decimals: 0)) %" } ?? "–"
        }
        func add(_ name: String, _ estimate: Estimate?, _ weight: String) {
            guard let estimate else { return }
            rows.append(
                (name, OutageWords.kilowattHours(estimate.value), OutageWords.signedRange(estimate), weight)
            )
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
        guard !rows.isEmpty else { return "" }
        var text = "| production by | kWh | 90 % interval | weight |\n|---|---:|---:|---:|\n"
        for row in rows { text += "| \(row.0) | \(row.1) | \(row.2) | \(row.3) |\n" }
        return text + "\n"
    }

    private func deviceName(_ device: Device) -> String {
        device.kind == .inverter && device.serial.isEmpty
            ? "all inverters" : "meter \(MarkdownText.escaped(device.serial))"
    }

    private func proofLines(_ gap: GapEstimate) -> [String] {
        var lines: [String] = []
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

    private func balanceLines(_ gap: GapEstimate) -> [String] {
        guard let balance = gap.balance else { return [] }
        func signed(_ value: Double) -> String { OutageWords.kilowattHours(value) }
        var lines = [
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

    private func provisionalLines(_ gap: GapEstimate) -> [String] {
        guard gap.isProvisional else { return [] }
        let end = zone.wallClock(atUTCSeconds: gap.gap.endUTCSeconds - 1).day
        if gap.balance?.source == .utilityIntervals || gap.evidence == .register {
            return ["**Provisional**: the days after the silence are still too few."]
        }
        if let reach = gap.billsReachTo {
            return [
                "**Provisional**: bills reach to \(reach); the one that covers \(end) is awaited. Add it with: sunvigil bills add, and ask again."
            ]
        }
        if let days = gap.balance?.unbilledDays, days > 0.5 {
            return [
                "**Provisional**: no bill that can be used covers \(JSONValue.fixed(days, decimals: 1)) days of the silence. Add it with: sunvigil bills add, and ask again."
            ]
        }
        if result.bills.isEmpty {
            return [
                "**Provisional**: there is no bill of that time. Add it with: sunvigil bills add, and ask again."
            ]
        }
        return [
            "**Provisional**: the days after the silence are still too few, or no bill of that time can be used."
        ]
    }

    // MARK: Bills

    /// The bills as a table, with what is said of all of them.
    var billsText: String {
        var text =
            "Net is export less import, kWh. A difference up to twice the tolerance agrees, up to four times it is to be watched, beyond that it contradicts.\n\n"
        text += "| bill | days | utility net | monitor net | difference | allowed | verdict | observed |\n"
        text += "|---|---:|---:|---:|---:|---:|---|---:|\n"
        for bill in bills { text += row(bill) }
        text += "\n"
        let lines = remarks + countingLines + calibrationLines + boundaryLines
        return text + lines.map { "- \($0)\n" }.joined() + (lines.isEmpty ? "" : "\n")
    }

    private func row(_ bill: BillComparison) -> String {
        func number(_ value: Double?, _ decimals: Int = 0) -> String {
            guard let value else { return "–" }
            let text = JSONValue.fixed(value, decimals: decimals)
            return NumberText.grouped(text == "-0" ? "0" : text)
        }
        let isJudged = bill.verdict != .cannotTell
        let days = "\(bill.observedDays) of \(bill.period.dayCount)"
        let merged = bill.period.mergedBills > 1 ? " (\(bill.period.mergedBills) bills, estimated read)" : ""
        return
            "| \(bill.period.printedStart) to \(bill.period.printedEnd)\(merged) | \(bill.period.dayCount) | \(number(bill.period.netKWh)) | \(isJudged ? number(bill.monitorNetKWh, 1) : "–") | \(isJudged ? number(bill.residual, 1) : "–") | \(isJudged ? number(2 * bill.tolerance, 1) : "–") | \(words(bill)) | \(days) |\n"
    }

    private func words(_ bill: BillComparison) -> String {
        switch bill.verdict {
        case .consistent: "agrees"
        case .watch: "watch: \(bill.largestTerm.map(OutageWords.term) ?? "")"
        case .mismatch: "**contradicts**"
        case .cannotTell: "cannot tell"
        }
    }

    /// What stands in the way of single bills.
    private var remarks: [String] {
        bills.compactMap { bill -> String? in
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

    private var countingLines: [String] {
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

    private var calibrationLines: [String] {
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
        var text =
            "\(isLarge ? "**" : "")By \(calibration.billCount) bills the consumption clamps read \(percent(calibration.share)) % \(direction(calibration.share))\(isLarge ? "**" : ""); corrected for that, a bill differs by \(residual) kWh (before: \(raw))."
        if calibration.byYear.count > 1 {
            let years = calibration.byYear.map {
                "\($0.year) \(percent($0.share)) % \(direction($0.share))"
            }
            text += " By year: \(years.joined(separator: ", "))."
        }
        return [text]
    }

    private var boundaryLines: [String] {
        guard let boundary = result.boundary else { return [] }
        let residuals = boundary.residualKWh.map { JSONValue.fixed($0, decimals: 1) }
        let margin =
            "a bill differs by \(residuals[1]) kWh with the dates as printed, \(residuals[0]) a day earlier, \(residuals[2]) a day later"
        if result.shiftDays != 0 {
            let way = result.shiftDays > 0 ? "later" : "earlier"
            return [
                "**The bills' dates were taken one day \(way) than printed**: \(margin). To take them as printed: --shift-days 0."
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
