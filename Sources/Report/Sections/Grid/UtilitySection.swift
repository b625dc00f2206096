// What the utility says of a time. How silences and bills are told stands in SilenceSection and BillSection.

import Analysis
import Readings
import Words

/// The utility in a time.
struct UtilitySection {
    /// The time.
    let facts: PeriodFacts

    /// The silences and bills of the time; none where there are neither.
    var blocks: [ReportBlock] {
        guard let reconciliation = facts.reconciliation, !reconciliation.isEmpty else {
            return facts.billed.isEmpty
                ? [] : [.paragraph("\(ReportWords.billsAlone)"), .table(chargesTable)]
        }
        var blocks = SilenceSection(report: reconciliation).blocks
        if !reconciliation.bills.isEmpty {
            blocks.append(.heading("Bills"))
            blocks += BillSection(report: reconciliation).blocks
            if facts.billed.contains(where: { $0.amount != nil }) { blocks.append(.table(chargesTable)) }
        }
        return blocks
    }

    /// What the bills of the time say.
    private var chargesTable: ReportTable {
        func energy(_ wattHours: Int64?) -> ReportText {
            ReportText(wattHours.map { OutageWords.kilowattHours(Double($0) / 1000) } ?? "–")
        }
        return ReportTable(
            "What the bills say",
            columns: [
                .text("bill"), .number("import kWh"), .number("export kWh"), .number("amount"),
                .text("read"),
            ],
            rows: facts.billed.map { bill in
                let unit = bill.currency.isEmpty ? "" : " \(VisibleText.of(bill.currency))"
                return [
                    "\(bill.start) to \(bill.end)", energy(bill.importWh), energy(bill.exportWh),
                    ReportText(bill.amount.map { NumberText.fixed($0, 2) + unit } ?? "–"),
                    bill.isEstimated ? "estimated" : "actual",
                ]
            }
        )
    }
}
