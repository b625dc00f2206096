// What happened to findings: by a run, by the owner, over time.

import Readings

/// Something that happened to a finding.
package struct FindingEvent: Sendable, Equatable {
    /// What happened.
    package enum Change: String, Sendable, CaseIterable {
        case opened, updated, closed, reopened, acknowledged, muted, unmuted
        /// The live watch saw that it is over; the data may show it for longer.
        case ended
    }

    /// The finding's number.
    package let findingID: Int64
    /// The run; 0 for what the owner did.
    package let runID: Int64
    /// When, microseconds UTC.
    package let atMicroseconds: Int64
    /// What.
    package let change: Change
    /// What changed, as JSON.
    package let detail: String
}

/// What a run changed among the findings.
package struct FindingChanges: Sendable, Equatable {
    /// The run's number.
    package var runID: Int64 = 0
    /// Findings that were not known before.
    package var opened: [StoredFinding] = []
    /// Findings whose end, severity or alert changed.
    package var updated: [StoredFinding] = []
    /// Findings that were closed and hold again.
    package var reopened: [StoredFinding] = []
    /// Findings that the data no longer show, and those that the live watch saw end.
    package var closed: [StoredFinding] = []
    /// Findings that are as they were.
    package var known = 0

    /// Makes an empty account.
    package init() {}

    /// Adds what earlier runs changed and could not tell; what this run changed besides counts as this run's.
    package mutating func add(untold: FindingChanges) {
        let own = Set((opened + reopened + closed).map(\.findingID))
        func others(_ findings: [StoredFinding]) -> [StoredFinding] {
            findings.filter { !own.contains($0.findingID) }
        }
        opened += others(untold.opened)
        reopened += others(untold.reopened)
        closed += others(untold.closed)
    }
}

/// How far the analysis of a site has come.
package struct AnalysisMark: Sendable, Equatable {
    /// The snapshot that was analysed.
    package let snapshotID: Int64
    /// What the analysis was made with: program and parameters. Another one begins anew.
    package let rules: String

    /// Makes a mark.
    package init(snapshotID: Int64, rules: String) {
        self.snapshotID = snapshotID
        self.rules = rules
    }
}

/// The findings of one site, as a run found them.
package struct SiteFindings: Sendable {
    /// The site's number.
    package let systemID: Int64
    /// The findings.
    package let findings: [StoredFinding]
    /// How far this run has come; nil where that is not to be kept.
    package let mark: AnalysisMark?
    /// Tells whether a finding was looked for again; the others stay as they are.
    package let isInScope: @Sendable (StoredFinding) -> Bool
    /// Says why a finding goes: the documents that filled the hole.
    package let reason: @Sendable (StoredFinding) -> ClosingReason

    /// Makes the findings of a site.
    package init(
        systemID: Int64,
        findings: [StoredFinding],
        mark: AnalysisMark? = nil,
        isInScope: @escaping @Sendable (StoredFinding) -> Bool = { _ in true },
        reason: @escaping @Sendable (StoredFinding) -> ClosingReason = { _ in ClosingReason() }
    ) {
        self.systemID = systemID
        self.findings = findings
        self.mark = mark
        self.isInScope = isInScope
        self.reason = reason
    }
}
