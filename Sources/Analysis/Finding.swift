// What a detector found: where, when, by which rule, on which rows.

import Readings

/// The kinds of findings; names are part of the command's contract.
package enum FindingKind: String, CaseIterable, Sendable {
    /// Nothing was reported for 1.5 h or longer.
    case siteSilent = "site_silent"
    /// Nothing was reported for less than 1.5 h.
    case dropout
    /// The first interval of a local day is all zero between intervals that are not.
    case midnightZero = "midnight_zero"
    /// One averaged vector stands in several intervals.
    case smear
    /// A site that reports production alone reports none for whole days.
    case zeroDay = "zero_day"
    /// Two histories of the same site contradict each other.
    case stepDisagreement = "step_disagreement"
    /// Rows arrived long after their interval.
    case lateBackfill = "late_backfill"
    /// Several inverters stopped reporting together.
    case partialSite = "partial_site"
    /// One device does not report.
    case deviceSilent = "device_silent"
    /// An inverter reports zeros while the others produce.
    case microDead = "micro_dead"
    /// An inverter gives less than its neighbours than it used to.
    case microDegraded = "micro_degraded"
    /// A battery stands short of full and keeps charging.
    case batteryPinned = "batt_pinned"
    /// A battery takes no charge while the others do.
    case batteryNoCharge = "batt_no_charge"
    /// A battery's state of charge has moved away from the others'.
    case batteryUnbalanced = "batt_unbalanced"
    /// A battery, or all of them, fell below the reserve.
    case batteryDeep = "batt_deep"
    /// A meter repeats a value.
    case stale
    /// Production in the dark.
    case nightProduction = "night_prod"
    /// A meter gave what cannot be.
    case spike
    /// The clock of the data moved.
    case clockShift = "clock_shift"
    /// The home was off the grid.
    case island
    /// The gateway has not reached the cloud for long.
    case cloudSilent = "cloud_silent"
    /// The relay opened although it was told to be closed.
    case relayOpenedItself = "relay_opened_itself"
    /// The relay keeps opening.
    case relayRepeats = "relay_repeats"
    /// The utility's meter saw energy while the relay was open.
    case gridDisagreement = "grid_disagreement"
    /// An inverter that is listed gives no data any more.
    case inverterLost = "inverter_lost"
    /// Batteries at rest differ widely.
    case batteriesDiverge = "batteries_diverge"
    /// A meter says that it is wired wrongly or does not meter.
    case meterFault = "meter_fault"
    /// The gateway's clock is off.
    case clockSkewed = "clock_skewed"
    /// A counter wrapped, was reset, or jumped.
    case counterStep = "counter_step"
    /// A device's firmware stays behind its siblings'.
    case firmwareBehind = "firmware_behind"
    /// A bill and the monitor disagree.
    case mismatch
    /// A silence, with what happened to the production in it.
    case outage
    /// No new data came in for longer than the owner expects.
    case noNewData = "no_new_data"
    /// What the owner was promised is overdue.
    case promiseOverdue = "promise_overdue"

    /// Tells whether a finding comes of holding the monitor against the utility.
    package var isOfReconciliation: Bool { self == .mismatch || self == .outage }

    /// Tells whether it is found in the series of the site alone, without its devices.
    package var isOfWholeSeries: Bool {
        switch self {
        case .siteSilent, .dropout, .midnightZero, .smear, .zeroDay, .stepDisagreement: true
        default: false
        }
    }

    /// Tells whether energy is missing while it lasts.
    package var isGap: Bool {
        switch self {
        case .siteSilent, .dropout, .midnightZero, .zeroDay: true
        default: false
        }
    }
}

extension FindingKind {
    /// Tells whether a finding by a rule is found in records of single moments, which every run reads whole.
    ///
    /// - Parameter rule: the rule as JSON; some kinds are found both in captures and in intervals.
    package func isOfRecords(rule: String) -> Bool {
        switch self {
        case .cloudSilent, .relayOpenedItself, .relayRepeats, .gridDisagreement, .inverterLost,
            .batteriesDiverge,
            .meterFault, .clockSkewed, .counterStep, .firmwareBehind, .noNewData, .promiseOverdue, .mismatch,
            .outage:
            true
        default: rule.contains("\"capture_event\"")
        }
    }
}

/// How much a finding matters.
package enum Severity: String, Comparable, CaseIterable, Sendable {
    /// Worth knowing.
    case notice
    /// Needs a look.
    case warning
    /// Money or hardware is being lost now.
    case critical

    private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// How sure a finding is.
package enum Sureness: String, CaseIterable, Sendable {
    /// The data leave no other reading.
    case sure
    /// The rule held on data that seldom mislead it.
    case likely
    /// Evidence that has other readings.
    case suspected
}

/// What a finding brought about, told with it instead of by itself.
package struct SideEffect: Equatable, Sendable {
    /// The kind.
    package let kind: FindingKind
    /// The device.
    package let device: String
    /// When.
    package let interval: Interval

    /// Describes an effect.
    package init(kind: FindingKind, device: String, interval: Interval) {
        self.kind = kind
        self.device = device
        self.interval = interval
    }
}

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
    package var rule: JSONValue
    /// The rows, their series, and what they show.
    package var evidence: JSONValue
    /// The end of what is known: `end`, or the end of the data.
    package var knownEnd: Instant
    /// What it brought about.
    package var sideEffects: [SideEffect] = []

    /// Tells whether it is found in records of single moments.
    package var isOfRecords: Bool { kind.isOfRecords(rule: rule.compact) }

    /// Describes a finding.
    package init(
        device: String,
        kind: FindingKind,
        start: Instant,
        end: Instant?,
        alert: Instant,
        severity: Severity,
        sureness: Sureness = .sure,
        rule: JSONValue,
        evidence: JSONValue,
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

    /// Returns the part of an evidence object that names the rows.
    static func rows(
        _ key: SeriesKey,
        first: Int64,
        last: Int64,
        rowCount: Int,
        absentRows: Int
    ) -> [(String, JSONValue)] {
        [
            ("table", .text("site_interval")), ("system_id", .integer(key.systemID)),
            ("source", .text(key.source.name)), ("seconds", .integer(Int64(key.seconds))),
            ("first_row", .text(Instant(utcSeconds: first).iso8601)),
            ("last_row", .text(Instant(utcSeconds: last).iso8601)),
            ("rows", .integer(Int64(rowCount))), ("missing_rows", .integer(Int64(absentRows))),
        ]
    }
}
