// Findings from what was reported of single moments: events of captures, firmware, and the utility's view of an outage.

import Readings

/// An event, and when it was seen: the time of the capture that shows it.
package struct SeenEvent: Sendable {
    let event: SiteEvent
    package let seenUTCSeconds: Int64

    /// Describes an event that was seen at a time.
    package init(_ event: SiteEvent, seenUTCSeconds: Int64) {
        self.event = event
        self.seenUTCSeconds = seenUTCSeconds
    }
}

/// What was reported of single moments, and by the utility.
package struct SiteRecords: Sendable {
    /// Events, as sources report them and as captures show them.
    package var events: [SeenEvent]
    /// States of devices.
    package var states: [DeviceState]
    /// The utility's intervals.
    package var utility: [UtilityInterval]

    /// Gathers records.
    package init(events: [SeenEvent] = [], states: [DeviceState] = [], utility: [UtilityInterval] = []) {
        self.events = events
        self.states = states
        self.utility = utility
    }
}

/// The findings about records.
enum RecordAnalysis {
    static func findings(_ records: SiteRecords, relay: [HomeChange]) -> [Finding] {
        CaptureEventRules.findings(records.events).map { CaptureEventRules.ended($0, records.states) }
            + FirmwareDetector.findings(records.states)
            + GridDisagreementDetector.findings(relay, utility: records.utility)
    }
}

extension Finding {
    /// Makes a finding about records.
    static func ofRecords(
        _ kind: FindingKind,
        _ device: String,
        start: Int64,
        end: Int64?,
        alert: Int64,
        knownEnd: Int64,
        severity: Severity,
        sureness: Sureness = .sure,
        rule: FindingRule,
        evidence: Evidence
    ) -> Finding {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: start),
            end: end.map { Instant(utcSeconds: $0) },
            alert: Instant(utcSeconds: alert),
            severity: severity,
            sureness: sureness,
            rule: rule,
            evidence: evidence,
            knownEnd: Instant(utcSeconds: end ?? knownEnd)
        )
    }
}
