// A finding as a report gets it. What is said of it stands in Words and in Sections.

import Analysis
import Readings

/// A finding with what the owner and the store know of it.
package struct ReportedFinding: Equatable, Sendable {
    /// The finding.
    package var finding: Finding
    /// Its number; 0 for one that is not kept.
    package var findingID: Int64
    /// Tells whether the data still show it.
    package var isOpen: Bool
    /// Tells whether the owner knows of it, or does not want to hear of it.
    package var isQuiet: Bool
    /// What the owner said of it.
    package var note: String?
    /// When the owner acknowledged it, seconds UTC.
    package var acknowledgedAt: Int64?
    /// Why it is closed, in words.
    package var closedBecause: String?
    /// How it stands with the owner.
    package var standing: FindingStanding
    /// What is told with it, being of one cause; none before findings are grouped.
    var companions: [ReportedFinding] = []
    /// The finding as it is kept; nil where it is told as it is kept.
    private var kept: Finding?

    /// Describes a finding.
    package init(
        _ finding: Finding,
        findingID: Int64 = 0,
        isOpen: Bool = true,
        isQuiet: Bool = false,
        note: String? = nil,
        acknowledgedAt: Int64? = nil,
        closedBecause: String? = nil,
        standing: FindingStanding? = nil
    ) {
        self.finding = finding
        self.findingID = findingID
        self.isOpen = isOpen
        self.isQuiet = isQuiet
        self.note = note
        self.acknowledgedAt = acknowledgedAt
        self.closedBecause = closedBecause
        self.standing =
            standing ?? (!isOpen ? .over : isQuiet ? .known : finding.end == nil ? .now : .followUp)
    }

    /// Returns findings told by their causes, each with its companions.
    static func told(_ findings: [ReportedFinding]) -> [ReportedFinding] {
        let own = findings.map(\.finding)
        return FindingGroups.of(own).map { group in
            var lead = findings[group.lead]
            lead.companions = group.others.map { findings[$0] }
            lead.kept = lead.finding
            lead.finding = group.told(own)
            lead.standing = lead.standingOfAll
            return lead
        }
    }

    /// What lasts of a cause makes it last. What is explained stays so, unless what explains it is grave itself.
    private var standingOfAll: FindingStanding {
        if standing == .known { return .known }
        let grave = companions.filter { $0.finding.severity >= .warning }
        if grave.contains(where: { $0.standing == .now }) { return .now }
        let isAsking = grave.contains { $0.finding.kind == .outage && $0.standing == .followUp }
        return standing == .over && isAsking ? .followUp : standing
    }

    /// It and what is told with it, each as it is kept: the one that is told may have taken time and severity of the others.
    var asKept: [ReportedFinding] {
        var own = self
        own.companions = []
        own.finding = kept ?? finding
        return [own] + companions
    }

    /// It and what is told with it.
    var all: [ReportedFinding] { [self] + companions }
}
