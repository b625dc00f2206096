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

    /// Describes a finding.
    package init(
        _ finding: Finding,
        findingID: Int64 = 0,
        isOpen: Bool = true,
        isQuiet: Bool = false,
        note: String? = nil,
        acknowledgedAt: Int64? = nil,
        closedBecause: String? = nil
    ) {
        self.finding = finding
        self.findingID = findingID
        self.isOpen = isOpen
        self.isQuiet = isQuiet
        self.note = note
        self.acknowledgedAt = acknowledgedAt
        self.closedBecause = closedBecause
    }
}
