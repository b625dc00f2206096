// A finding as it lies in the store, and what happened to it. What it means is Analysis' business.

import Readings

/// A finding as it lies in the store.
package struct StoredFinding: Sendable, Equatable {
    /// The number by which the owner names it; 0 before it is stored.
    package var findingID: Int64 = 0
    /// The site's number.
    package let systemID: Int64
    /// A serial number, or `site`, `micros`, `pack`, `meter_prod`, `meter_net`.
    package let device: String
    /// The kind, in the words of docs/contract.md.
    package let kind: String
    /// The first second of what was found.
    package let start: Instant
    /// The second behind it; nil while it lasts.
    package let end: Instant?
    /// The first instant at which the rule held.
    package let alert: Instant
    /// `open`, or `closed` where the data no longer show it.
    package let state: String
    /// `notice`, `warning` or `critical`.
    package let severity: String
    /// `sure`, `likely` or `suspected`.
    package let sureness: String
    /// The rule and its parameters, as JSON.
    package let rule: String
    /// The evidence, as JSON.
    package let evidence: String
    /// The run that first found it; 0 before it is stored.
    package var openedRun: Int64 = 0
    /// Why it was closed, as JSON; nil while it is open.
    package var closedBy: String?
    /// When the owner said that he knows of it, microseconds UTC.
    package var acknowledgedMicroseconds: Int64?
    /// What he said.
    package var note: String?
    /// Until when it is not to be told, microseconds UTC.
    package var mutedUntilMicroseconds: Int64?

    /// What stays the same over runs: site, device, kind and start.
    package var identity: String { "\(systemID)|\(device)|\(kind)|\(start.utcSeconds)" }

    /// Describes a finding.
    package init(
        systemID: Int64,
        device: String,
        kind: String,
        start: Instant,
        end: Instant?,
        alert: Instant,
        state: String,
        severity: String,
        sureness: String = "sure",
        rule: String,
        evidence: String
    ) {
        self.systemID = systemID
        self.device = device
        self.kind = kind
        self.start = start
        self.end = end
        self.alert = alert
        self.state = state
        self.severity = severity
        self.sureness = sureness
        self.rule = rule
        self.evidence = evidence
    }

    /// Tells whether the owner has said that he knows of it, or does not want to hear of it now.
    package func isQuiet(atMicroseconds now: Int64) -> Bool {
        acknowledgedMicroseconds != nil || mutedUntilMicroseconds.map { $0 > now } ?? false
    }
}

/// Something that happened to a finding.
package struct FindingEvent: Sendable, Equatable {
    /// What happened.
    package enum Change: String, Sendable, CaseIterable {
        case opened, updated, closed, reopened, acknowledged, muted, unmuted
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
    /// Findings that the data no longer show.
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
    /// Says why a finding goes, as JSON: the documents that filled the hole.
    package let reason: @Sendable (StoredFinding) -> String

    /// Makes the findings of a site.
    package init(
        systemID: Int64,
        findings: [StoredFinding],
        mark: AnalysisMark? = nil,
        isInScope: @escaping @Sendable (StoredFinding) -> Bool = { _ in true },
        reason: @escaping @Sendable (StoredFinding) -> String = { _ in
            JSONValue.object([("reason", .text("the data no longer show it"))]).compact
        }
    ) {
        self.systemID = systemID
        self.findings = findings
        self.mark = mark
        self.isInScope = isInScope
        self.reason = reason
    }
}
