// Which events of captures ask for the owner. See docs/analysis/captures.md.

import Readings

/// Turns events into findings.
enum CaptureEventDetector: RecordDetector {
    package static let profile = DetectorProfile(
        kinds: [
            .cloudSilent: .nineDays, .relayOpenedItself: .nineDays, .inverterLost: .nineDays,
            .deviceSilent: .nineDays, .partialSite: .twoDays, .batteriesDiverge: .nineDays,
            .meterFault: .nineDays, .clockSkewed: .nineDays, .counterStep: .nineDays,
        ],
        memoryDays: 0,
        page: "captures.md"
    )

    /// What an event is to the owner.
    private struct Meaning {
        let kind: FindingKind
        let severity: Severity
    }

    private static let meanings: [SiteEvent.Kind: Meaning] = [
        .cloudSilent: Meaning(kind: .cloudSilent, severity: .critical),
        .relayOpenedItself: Meaning(kind: .relayOpenedItself, severity: .critical),
        .inverterLost: Meaning(kind: .inverterLost, severity: .warning),
        .deviceSilent: Meaning(kind: .deviceSilent, severity: .warning),
        .batteriesDiverge: Meaning(kind: .batteriesDiverge, severity: .warning),
        .meterFault: Meaning(kind: .meterFault, severity: .warning),
        .clockSkewed: Meaning(kind: .clockSkewed, severity: .notice),
        .counterWrapped: Meaning(kind: .counterStep, severity: .notice),
        .counterUnwrapped: Meaning(kind: .counterStep, severity: .notice),
        .counterReset: Meaning(kind: .counterStep, severity: .notice),
        .counterSourceChanged: Meaning(kind: .counterStep, severity: .notice),
        .counterJumped: Meaning(kind: .counterStep, severity: .notice),
    ]

    /// Devices that fall silent together are one finding from this number on.
    private static let groupedFrom = 3
    /// Events whose texts evidence keeps at most.
    private static let mostTexts = 20

    package static func findings(_ records: SiteRecords) -> [Finding] {
        told(records.events).map { ended($0, records.states) }
    }

    private static func told(_ events: [SeenEvent]) -> [Finding] {
        var groups: [Key: [SeenEvent]] = [:]
        for seen in events where meanings[seen.event.kind] != nil {
            // Devices fell silent at different times; one capture shows them.
            let isGrouped = seen.event.kind == .deviceSilent
            let key = Key(
                kind: seen.event.kind,
                at: isGrouped ? seen.seenUTCSeconds : seen.event.startUTCSeconds,
                origin: seen.event.origin
            )
            groups[key, default: []].append(seen)
        }
        var findings: [Finding] = []
        for key in groups.keys.sorted() {
            let group = groups[key] ?? []
            guard let meaning = meanings[key.kind] else { continue }
            if key.kind == .deviceSilent && group.count >= groupedFrom {
                findings.append(finding(.partialSite, of: "micros", severity: meaning.severity, seen: group))
                continue
            }
            let devices = Dictionary(grouping: group, by: name)
            for device in devices.keys.sorted() {
                findings.append(
                    finding(
                        meaning.kind,
                        of: device,
                        severity: meaning.severity,
                        seen: devices[device] ?? []
                    )
                )
            }
        }
        return merged(findings)
    }

    private struct Key: Hashable, Comparable {
        let kind: SiteEvent.Kind
        let at: Int64
        let origin: String

        static func < (left: Key, right: Key) -> Bool {
            (left.at, left.kind.rawValue, left.origin) < (right.at, right.kind.rawValue, right.origin)
        }
    }

    private static func name(_ seen: SeenEvent) -> String {
        seen.event.device.serial.isEmpty ? "site" : seen.event.device.serial
    }

    private static func finding(
        _ kind: FindingKind,
        of device: String,
        severity: Severity,
        seen: [SeenEvent]
    ) -> Finding {
        let events = seen.map(\.event)
        let alert = seen.map(\.seenUTCSeconds).min() ?? 0
        let start = events.map(\.startUTCSeconds).min() ?? 0
        let ends = events.map(\.endUTCSeconds)
        let kinds = Set(events.map(\.device.kind.rawValue))
        // A step of a counter is over as soon as it is seen.
        let end =
            kind == .counterStep ? start : ends.contains { $0 == nil } ? nil : ends.compactMap { $0 }.max()
        return .ofRecords(
            kind,
            device,
            start: start,
            end: end,
            alert: alert,
            knownEnd: max(start, alert),
            severity: severity,
            rule: FindingRule(.captureEvent),
            evidence: Evidence {
                $0.table = "site_event"
                $0.events = events.count
                $0.deviceKind = kinds.count == 1 ? kinds.first : nil
                $0.texts = events.prefix(mostTexts).map { $0.text }
                $0.origins = Set(events.map(\.origin)).sorted()
            }
        )
    }

    /// Ends a silence of the cloud with the first later capture in which the gateway reaches it.
    private static func ended(_ finding: Finding, _ states: [DeviceState]) -> Finding {
        guard finding.kind == .cloudSilent, finding.end == nil else { return finding }
        let back = states.filter {
            $0.properties[.cloudConnected] == "true" && $0.atUTCSeconds > finding.alert.utcSeconds
        }.map(\.atUTCSeconds).min()
        guard let back else { return finding }
        var ended = finding
        ended.end = Instant(utcSeconds: back)
        ended.knownEnd = Instant(utcSeconds: back)
        return ended
    }

    /// What later captures show again is the same finding.
    private static func merged(_ findings: [Finding]) -> [Finding] {
        var result: [Finding] = []
        var last: [String: Int] = [:]
        for finding in findings.sorted(by: Finding.isBefore) {
            let key = "\(finding.kind.rawValue)|\(finding.device)"
            if let index = last[key], finding.kind != .counterStep, result[index].end == nil {
                result[index].knownEnd = max(result[index].knownEnd, finding.knownEnd)
                result[index].end = finding.end
                continue
            }
            last[key] = result.count
            result.append(finding)
        }
        return result
    }
}
