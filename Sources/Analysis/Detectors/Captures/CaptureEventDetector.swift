// Which events of captures ask for the owner. See docs/analysis/captures.md.

import Readings

/// Turns events, and what devices said of their last reports, into findings.
enum CaptureEventDetector: RecordDetector {
    package static let profile = DetectorProfile(
        kinds: [
            .cloudSilent: .nineDays, .relayOpenedItself: .nineDays, .inverterLost: .nineDays,
            .deviceSilent: .nineDays, .partialSite: .twoDays, .batteriesDiverge: .nineDays,
            .meterFault: .nineDays, .clockSkewed: .nineDays, .counterStep: .nineDays,
        ],
        memoryDays: 0,
        // A listed inverter without data was silent, or gave nothing, before the gateway lost it.
        effects: [
            .telling(.inverterLost, with: .deviceSilent, isSameDevice: true, widens: true),
            .telling(.inverterLost, with: .microDead, isSameDevice: true, widens: true),
            .telling(.inverterLost, with: .microDegraded, isSameDevice: true),
        ],
        effectsPlace: 13,
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
        let told = told(records)
        let silent = SilentBatteries.findings(records)
        let events = told.filter { $0.kind == .batteriesDiverge }
        let apart = BatteryPolls(records).apart().filter { own in
            !events.contains { $0.interval.overlaps(own.interval) || $0.interval == own.interval }
        }
        return told + silent + apart
    }

    /// Events of one kind and device, each shown by a capture.
    private struct Key: Hashable, Comparable {
        let kind: FindingKind
        let device: String

        static func < (left: Key, right: Key) -> Bool {
            (left.kind.rawValue, left.device) < (right.kind.rawValue, right.device)
        }
    }

    /// What one capture shows of one kind and device, or of devices together.
    private struct Sight {
        let key: Key
        let severity: Severity
        var seen: [SeenEvent]
    }

    private static func told(_ records: SiteRecords) -> [Finding] {
        let retired = RetiredDevices(records.states)
        let events = records.events.filter { seen in
            guard meanings[seen.event.kind] != nil else { return false }
            // A clock that was held against nothing outside only differs from another of the same gateway.
            if seen.event.kind == .clockSkewed, seen.event.code.isEmpty { return false }
            return !retired.contains(seen.event.device.serial, at: seen.seenUTCSeconds)
        }
        let names = CaptureNames(events.map(\.event))
        let ends = CaptureEnds(records)
        let grid = RelayStates(records.states)
        let newest = records.states.map(\.atUTCSeconds).max() ?? .min
        let groups = Dictionary(grouping: sights(events, names), by: \.key)
        return groups.keys.sorted().flatMap { key in
            let sights = (groups[key] ?? []).sorted { alert($0) < alert($1) }
            return key.kind == .counterStep
                ? steps(sights) : lasting(sights, ends: ends, grid: grid, newest: newest)
        }
    }

    private static func alert(_ sight: Sight) -> Int64 { sight.seen.map(\.seenUTCSeconds).min() ?? 0 }

    private static func sights(_ events: [SeenEvent], _ names: CaptureNames) -> [Sight] {
        struct Moment: Hashable {
            let kind: SiteEvent.Kind
            let at: Int64
            let device: String
        }
        // Devices fell silent at different times; one capture shows them.
        let silent = Dictionary(
            grouping: events.filter { $0.event.kind == .deviceSilent },
            by: \.seenUTCSeconds
        )
        let together = silent.filter { Set($0.value.map(\.event.device)).count >= groupedFrom }
        var sights = together.map { _, seen in
            Sight(key: Key(kind: .partialSite, device: "micros"), severity: .warning, seen: seen)
        }
        let lone = events.filter { $0.event.kind != .deviceSilent || together[$0.seenUTCSeconds] == nil }
        let moments = Dictionary(grouping: lone) {
            Moment(kind: $0.event.kind, at: $0.seenUTCSeconds, device: names.name(of: $0.event))
        }
        for (moment, seen) in moments {
            guard let meaning = meanings[moment.kind] else { continue }
            sights.append(
                Sight(
                    key: Key(kind: meaning.kind, device: moment.device),
                    severity: meaning.severity,
                    seen: seen
                )
            )
        }
        return sights
    }

    /// A step of a counter is over as soon as it is seen; captures that show the same one again add nothing.
    private static func steps(_ sights: [Sight]) -> [Finding] {
        var findings: [Finding] = []
        var known: [SiteEvent.Kind: String] = [:]
        for sight in sights {
            guard let event = sight.seen.first?.event, known[event.kind] != event.code else { continue }
            known[event.kind] = event.code
            let start = sight.seen.map(\.event.startUTCSeconds).min() ?? 0
            findings.append(finding(sight, start: start, end: start, knownEnd: start))
        }
        return findings
    }

    /// What later captures show again is the same finding, until one shows that it is over.
    private static func lasting(_ sights: [Sight], ends: CaptureEnds, grid: RelayStates, newest: Int64)
        -> [Finding]
    {
        var runs: [[Sight]] = []
        for sight in sights {
            if let last = runs.last?.last,
                ends.end(of: sight.key.kind, last.seen, before: alert(sight)) == nil
            {
                runs[runs.count - 1].append(sight)
            } else {
                runs.append([sight])
            }
        }
        return runs.map { run in
            let last = run[run.count - 1]
            let stated = last.seen.map(\.event.endUTCSeconds)
            let end =
                stated.contains { $0 == nil }
                ? ends.end(of: last.key.kind, last.seen, before: .max) : stated.compactMap { $0 }.max()
            let start = run[0].seen.map(\.event.startUTCSeconds).min() ?? 0
            let known = max(start, alert(last), newest)
            var found = finding(
                run[0],
                start: start,
                end: end.map { max($0, start) },
                knownEnd: known,
                captures: run.count
            )
            found.severity = severity(run, start: start, grid)
            if let end, ends.isExchange(last.seen, at: end) { found.evidence.bound = "exchange" }
            return found
        }
    }

    /// From when on a silence to the cloud is critical, seconds.
    private static let criticalSilence: Int64 = 86_400

    /// What lasts grows graver, and a relay that opened because the grid failed did its work: as the live rules say.
    private static func severity(_ run: [Sight], start: Int64, _ grid: RelayStates) -> Severity {
        switch run[0].key.kind {
        case .cloudSilent:
            (run.map(alert).max() ?? start) - start > criticalSilence ? .critical : .warning
        case .relayOpenedItself:
            run.allSatisfy { $0.seen.allSatisfy { grid.isAbsent($0) } } ? .warning : .critical
        default: run[0].severity
        }
    }

    private static func finding(
        _ sight: Sight,
        start: Int64,
        end: Int64?,
        knownEnd: Int64,
        captures: Int = 1
    ) -> Finding {
        let events = sight.seen.map(\.event)
        let kinds = Set(events.map(\.device.kind.rawValue))
        let serials = Set(events.map(\.device.serial)).sorted()
        return .ofRecords(
            sight.key.kind,
            sight.key.device,
            start: start,
            end: end,
            alert: alert(sight),
            knownEnd: knownEnd,
            severity: sight.severity,
            sureness: sureness(sight, captures),
            rule: FindingRule(.captureEvent),
            evidence: Evidence {
                $0.table = "site_event"
                $0.events = events.count
                $0.deviceKind = kinds.count == 1 ? kinds.first : nil
                if serials.count > 1 { $0.serials = serials }
                $0.texts = events.prefix(mostTexts).map { $0.text }
                $0.origins = Set(events.map(\.origin)).sorted()
            }
        )
    }

    /// What the gateway says of itself, of a relay or of a counter stands; what is concluded from one moment has other
    /// readings: an inverter may have been taken away, a link may have been down for one capture's hours.
    private static func sureness(_ sight: Sight, _ captures: Int) -> Sureness {
        switch sight.key.kind {
        case .cloudSilent:
            let isCutOff = sight.seen.contains {
                $0.event.code == "web_comm false" || $0.event.text.contains("web_comm is false")
            }
            return isCutOff || captures > 1 ? .sure : .likely
        case .inverterLost, .batteriesDiverge, .clockSkewed, .partialSite: return .likely
        default: return .sure
        }
    }
}
