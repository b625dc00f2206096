// The monitor and the utility, in the owner's words. What they mean is in docs/analysis/reconciliation.md.

import Analysis
import Readings

/// A reconciliation for people and programs.
package struct ReconciliationReport: Sendable {
    let site: Site
    let zone: TimeZoneRules
    let result: Reconciliation
    /// The silences that are told.
    let gaps: [GapEstimate]
    /// The bills that are told.
    let bills: [BillComparison]
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
        if bills.isEmpty {
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
        }
        return parts.map { "\($0)." }.joined(separator: " ")
    }
}
