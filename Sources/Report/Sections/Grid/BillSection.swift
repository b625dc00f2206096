// Bills held against the monitor. What it means is in docs/analysis/reconciliation.md; silences stand in SilenceSection.

import Analysis
import Readings
import Words

/// The bills of a reconciliation.
struct BillSection {
    /// The reconciliation, with the bills that are told.
    let report: ReconciliationReport

    /// The bills as a chart with its table, with what is said of all of them.
    var blocks: [ReportBlock] {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Net is export less import, kWh. A difference up to twice the tolerance agrees, up to four times it is to be watched, beyond that it contradicts."
            )
        ]
        if report.bills.contains(where: isJudged) {
            blocks.append(.figure(billFigure))
        } else {
            blocks.append(.table(billTable))
        }
        let lines =
            causeLines + remarks + countingLines + calibrationLines + boundaryLines + nothingLines
        if !lines.isEmpty { blocks.append(.list(lines)) }
        return blocks
    }

    private func isJudged(_ bill: BillComparison) -> Bool { bill.verdict != .cannotTell }

    private func name(_ bill: BillComparison) -> String {
        "\(bill.period.printedStart) to \(bill.period.printedEnd)"
    }

    private var billFigure: ReportFigure {
        let judged = report.bills.filter(isJudged)
        let agreeing = judged.count { $0.verdict == .consistent }
        let rows = report.bills.map { bill in
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
            columns: [
                .text("bill"), .number("days"), .number("utility net"), .number("monitor net"),
                .number("difference"), .number("allowed"), .text("verdict"), .number("observed"),
            ],
            rows: report.bills.map(row)
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
        report.bills.compactMap { bill -> ReportText? in
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

    /// The one cause of all bills that contradict, where there is one.
    private var causeLines: [ReportText] {
        guard let contradiction = report.result.contradiction, let cause = report.cause else { return [] }
        let own = contradiction.bills.map { report.result.bills[$0] }
        var lines: [ReportText] = [
            "\(strong: OutageWords.sentenceStart(cause)) (\(own.map(pair).joined(separator: ", ")))."
        ]
        if contradiction.cause == .swapped {
            let others =
                contradiction.isSure
                ? " No other dates, no factor and no error of one side alone explains these bills." : ""
            lines.append(
                "Have the installer turn the clamps at the grid connection round, or set their sign; what the home used is wrong meanwhile.\(others)"
            )
        }
        return lines
    }

    /// The two nets of a bill.
    private func pair(_ bill: BillComparison) -> String {
        let utility = NumberText.fixed(bill.period.netKWh ?? 0, 0)
        return "\(utility) by the bill, \(NumberText.fixed(bill.monitorNetKWh ?? 0, 1)) by the monitor"
    }

    /// Bills of all that were judged that agree; how the utility counts is told by them alone.
    private var agreeing: [BillComparison] { report.bills.filter { $0.verdict == .consistent } }

    /// Why nothing is said of counting, clamps and dates.
    private var nothingLines: [ReportText] {
        guard agreeing.isEmpty, report.bills.contains(where: isJudged), report.result.calibration == nil
        else {
            return []
        }
        return [
            "How the utility counts, whether the consumption clamps read right and whether the bills' dates mean what they say cannot be told: no bill agrees with the monitor."
        ]
    }

    private var countingLines: [ReportText] {
        let known = agreeing.compactMap(\.bothDirections)
        guard !known.isEmpty else { return [] }
        let mean = known.reduce(0, +) / Double(known.count)
        guard abs(mean) >= 1 else {
            guard known.allSatisfy({ abs($0) < 3 }) else { return [] }
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
        guard let calibration = report.result.calibration else {
            let whole = report.result.bills.count { $0.isFullyObserved && $0.period.problem == nil }
            if whole >= ReconciliationParameters.calibrationBills {
                return agreeing.isEmpty
                    ? []
                    : [
                        "The consumption clamps cannot be calibrated: the bills with all days observed do not agree with each other."
                    ]
            }
            return [
                "The consumption clamps cannot be calibrated yet: three bills with all days observed are needed."
            ]
        }
        func percent(_ share: Double) -> String { JSONValue.fixed(abs(100 * share), decimals: 1) }
        func direction(_ share: Double) -> String { share < 0 ? "high" : "low" }
        let residual = JSONValue.fixed(calibration.residualKWh, decimals: 1)
        let raw = JSONValue.fixed(calibration.rawResidualKWh, decimals: 1)
        // Less than a tenth of a percent is no error of the clamps.
        if abs(calibration.share) < 0.001 {
            return [
                "By \(calibration.billCount) bills the consumption clamps read right, within 0.1 %; a bill differs by \(raw) kWh."
            ]
        }
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
        guard let boundary = report.result.boundary,
            !agreeing.isEmpty || report.result.calibration != nil || report.result.shiftDays != 0
        else { return [] }
        let residuals = boundary.residualKWh.map { JSONValue.fixed($0, decimals: 1) }
        let margin =
            "a bill differs by \(residuals[1]) kWh with the dates as printed, \(residuals[0]) a day earlier, \(residuals[2]) a day later"
        if report.result.shiftDays != 0 {
            let way = report.result.shiftDays > 0 ? "later" : "earlier"
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
