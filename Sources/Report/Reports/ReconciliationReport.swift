// The monitor and the utility. What it means is in docs/analysis/reconciliation.md; how silences and bills are told stands
// in Sections, as JSON in ReconciliationReport+JSON.swift.

import Analysis
import Readings
import Words

/// A reconciliation for people and programs.
package struct ReconciliationReport: Sendable {
    /// The site.
    let site: Site
    /// The zone's rules.
    let zone: TimeZoneRules
    /// What was found out, told or not.
    let result: Reconciliation
    /// The silences that are told.
    let gaps: [GapEstimate]
    /// The bills that are told.
    let bills: [BillComparison]
    /// The version of the program.
    let programVersion: String

    /// Gathers what is told.
    ///
    /// - Parameters:
    ///   - isWanted: the silences that are told.
    ///   - isWantedBill: the bills that are told.
    package init(
        site: Site,
        zone: TimeZoneRules,
        result: Reconciliation,
        programVersion: String,
        gaps isWanted: (GapEstimate) -> Bool = { _ in true },
        bills isWantedBill: (BillComparison) -> Bool = { _ in true }
    ) {
        self.site = site
        self.zone = zone
        self.result = result
        self.programVersion = programVersion
        gaps = result.gaps.filter(isWanted)
        bills = result.bills.filter(isWantedBill)
    }

    /// Tells whether there is nothing to tell.
    package var isEmpty: Bool { gaps.isEmpty && bills.isEmpty }

    /// All of it in one sentence.
    var verdict: String {
        let judged = bills.filter { $0.verdict != .cannotTell }
        var parts: [String] = []
        if let longest = gaps.max(by: { $0.gap.seconds < $1.gap.seconds }) {
            parts.append(OutageWords.verdict(longest) + OutageWords.amount(longest))
        }
        if bills.isEmpty, !result.bills.isEmpty {
            // Those of other times are there, but are not told here.
        } else if bills.isEmpty {
            parts.append("There are no bills to hold the monitor against")
        } else if judged.isEmpty {
            parts.append("No bill can be judged yet")
        } else {
            let wrong = judged.count { $0.verdict == .mismatch }
            let odd = judged.count { $0.verdict == .watch }
            let agreeing = judged.count - wrong - odd
            var text =
                "\(agreeing) of \(judged.count) \(judged.count == 1 ? "bill that" : "bills that") can be judged \(agreeing == 1 ? "agrees" : "agree") with the monitor"
            if odd > 0 { text += ", \(odd) to be watched" }
            if wrong > 0 { text += ", \(wrong) in contradiction" }
            parts.append(text)
            if let cause { parts.append(OutageWords.sentenceStart(cause)) }
        }
        return parts.map { "\($0)." }.joined(separator: " ")
    }

    /// Why bills that are told contradict; nil where no one cause explains them.
    var cause: String? {
        guard let contradiction = result.contradiction,
            contradiction.bills.contains(where: { bills.contains(result.bills[$0]) })
        else { return nil }
        return OutageWords.cause(contradiction.cause.word, factor: contradiction.cause.factor)
    }

    /// The report as a document.
    package var document: ReportDocument {
        var document = ReportDocument(
            title: "\(site.name): the monitor and the utility",
            verdict: ReportText(verdict),
            footer: "sunvigil \(programVersion)"
        )
        document.add("silences", title: "Silences", SilenceSection(report: self).blocks)
        if !bills.isEmpty { document.add("bills", title: "Bills", BillSection(report: self).blocks) }
        if isEmpty {
            document.lead = [
                .paragraph(
                    "There are neither bills nor silences of a day or longer. Add bills with: sunvigil bills add"
                )
            ]
        }
        return document
    }
}
