// A finding as lists and digests tell it: with what is of one cause with it. What is of one cause is said by FindingGroups, all
// findings stay in the store as they are.

import Analysis
import Lake
import Readings

/// A finding that is told, with those that are told with it.
package struct ToldFinding {
    /// The one by which the owner names the cause, as it is kept.
    package let lead: StoredFinding
    /// What is told with it, each as it is kept.
    package let others: [StoredFinding]
    /// The finding that is told: it may take time and severity of the others.
    package let finding: Finding
    /// How the cause stands: where the lead is quiet, the cause is.
    package let standing: FindingStanding

    /// It and what is told with it.
    package var all: [StoredFinding] { [lead] + others }

    /// Tells whether it is one of the cause's findings.
    func has(_ numbers: Set<Int64>) -> Bool { all.contains { numbers.contains($0.findingID) } }

    /// Puts findings together by their causes.
    ///
    /// - Parameters:
    ///   - findings: those of one site and one state, each with its standing.
    ///   - known: returns a finding, one that lasts as far as it is known.
    static func of(_ findings: [StoredFinding], known: (StoredFinding) -> Finding) -> [ToldFinding] {
        let own = findings.map(known)
        return FindingGroups.of(own).flatMap { group -> [ToldFinding] in
            let told = ToldFinding(
                lead: findings[group.lead],
                others: group.others.map { findings[$0] },
                finding: group.told(own)
            )
            // What asks for its owner is told, also where he knows of the cause.
            let isHidden = told.standing == .known && told.others.contains(where: SiteView.needsAttention)
            guard isHidden else { return [told] }
            return told.all.map { ToldFinding(lead: $0, others: [], finding: known($0)) }
        }
    }

    private init(lead: StoredFinding, others: [StoredFinding], finding: Finding) {
        self.lead = lead
        self.others = others
        self.finding = finding
        let asking = others.filter(SiteView.needsAttention).map(\.standing)
        let isNow = lead.standing == .now || asking.contains(.now)
        standing = lead.standing == .known ? .known : isNow ? .now : asking.first ?? lead.standing
    }
}
