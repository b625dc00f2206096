// What was found: where, when, by which rule, on which rows.

/// A finding.
package struct Finding: Equatable, Sendable {
    /// A serial number, or `site`, `micros`, `pack`, `meter_prod`, `meter_net`.
    package var device: String
    /// What it is.
    package var kind: FindingKind
    /// The first second of it.
    package var start: Instant
    /// The second behind it; nil while it lasts.
    package var end: Instant?
    /// The first instant at which the rule held.
    package var alert: Instant
    /// How much it matters.
    package var severity: Severity
    /// How sure it is.
    package var sureness = Sureness.sure
    /// The rule and its parameters.
    package var rule: FindingRule
    /// The rows, their series, and what they show.
    package var evidence: Evidence
    /// The end of what is known: `end`, or the end of the data.
    package var knownEnd: Instant
    /// What it brought about.
    package var sideEffects: [SideEffect] = []

    /// Takes what it brought about out of its evidence, where a kept one holds it.
    package mutating func readSideEffects() {
        if case .raw(let text) = evidence.json, !text.contains("side_effects") { return }
        sideEffects = evidence.sideEffects ?? []
    }

    /// Puts what it brought about into its evidence, where it is kept.
    package mutating func writeSideEffects() {
        if !sideEffects.isEmpty { evidence.sideEffects = sideEffects }
    }

    /// Tells whether it is found in records of single moments.
    package var isOfRecords: Bool { kind.isOfRecords(rule) }

    /// Describes a finding.
    package init(
        device: String,
        kind: FindingKind,
        start: Instant,
        end: Instant?,
        alert: Instant,
        severity: Severity,
        sureness: Sureness = .sure,
        rule: FindingRule,
        evidence: Evidence,
        knownEnd: Instant
    ) {
        self.device = device
        self.kind = kind
        self.start = start
        self.end = end
        self.alert = alert
        self.severity = severity
        self.sureness = sureness
        self.rule = rule
        self.evidence = evidence
        self.knownEnd = knownEnd
    }

    /// Returns its stretch of time as far as it is known.
    package var interval: Interval {
        Interval(startUTCSeconds: start.utcSeconds, endUTCSeconds: max(start.utcSeconds, knownEnd.utcSeconds))
    }
}

extension Evidence {
    /// Makes evidence that names rows of a series of the site.
    ///
    /// - Parameters:
    ///   - first: the start of the first row, seconds UTC.
    ///   - last: the start of the last row, seconds UTC.
    package static func rows(of key: SeriesKey, first: Int64, last: Int64, rowCount: Int, absentRows: Int)
        -> Evidence
    {
        Evidence {
            $0.table = "site_interval"
            $0.systemID = Int(key.systemID)
            $0.source = key.source.name
            $0.seconds = Int(key.seconds)
            $0.firstRow = Instant(utcSeconds: first)
            $0.lastRow = Instant(utcSeconds: last)
            $0.rows = rowCount
            $0.missingRows = absentRows
        }
    }
}
