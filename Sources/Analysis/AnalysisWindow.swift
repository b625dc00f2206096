// From where a site must be analysed again when some of its rows changed, so that the result is that of a full run. How far
// rules look and learn is said in the detectors' profiles.

import Readings

/// The part of a site's time that a run looks at.
package struct AnalysisWindow: Equatable, Sendable {
    /// Findings that start before are as they were, seconds UTC.
    package let findingsFrom: Int64
    /// Rows before this instant have no say, seconds UTC.
    package let rowsFrom: Int64

    /// A finding that is known: its kind and time.
    package struct Known: Sendable {
        let kind: FindingKind
        let interval: Interval

        /// Describes a finding; one that lasts ends at `Int64.max`.
        package init(kind: FindingKind, interval: Interval) {
            self.kind = kind
            self.interval = interval
        }
    }

    private static let day: Int64 = 86_400

    /// Returns the window of a run.
    ///
    /// - Parameters:
    ///   - changedFrom: the first instant whose rows may have changed, seconds UTC.
    ///   - findings: what is known, those included that are attached to others.
    package init(changedFrom: Int64, findings: [Known]) {
        findingsFrom = AnalysisWindow.atRest(changedFrom, findings)
        rowsFrom =
            AnalysisWindow.atRest(
                findingsFrom - Detectors.memoryDays * AnalysisWindow.day,
                findings
            ).flooredDivision(by: AnalysisWindow.day) * AnalysisWindow.day
    }

    /// Returns the last instant, at or before one, at which no finding stands: there all rules are at rest, and a run may
    /// begin.
    private static func atRest(_ wanted: Int64, _ findings: [Known]) -> Int64 {
        var instant = wanted
        // Sorted by their ends, the latest first, each finding is looked at once.
        for known in findings.sorted(by: { $0.interval.endUTCSeconds > $1.interval.endUTCSeconds }) {
            let reach = Detectors.reach(of: known.kind).rawValue
            let start = known.interval.startUTCSeconds - reach
            let (end, isOver) = known.interval.endUTCSeconds.addingReportingOverflow(reach)
            if start < instant && (isOver || end >= instant) { instant = start }
        }
        return instant
    }
}
