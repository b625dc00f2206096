// The relay says that the grid is away, the utility's meter says that it is there. See docs/analysis/island.md.

import Readings

/// Finds outages that were none, and a relay that keeps opening.
enum GridDisagreementDetector: RecordDetector {
    package static let profile = DetectorProfile(
        kinds: [.gridDisagreement: .nineDays, .relayRepeats: .nineDays],
        memoryDays: 0,
        effects: [
            .telling(.relayRepeats, with: .gridDisagreement), .telling(.relayRepeats, with: .island),
            .telling(.relayRepeats, with: .relayOpenedItself),
            .telling(.gridDisagreement, with: .island),
            .telling(.gridDisagreement, with: .relayOpenedItself),
        ],
        effectsPlace: 9,
        page: "island.md"
    )

    /// Energy in one of the utility's intervals, Wh, that cannot flow through an open relay; less is the meter's own.
    private static let leastWh: Int64 = 20
    /// Openings within so many days that are told …
    private static let repeatDays: Int64 = 7
    /// … from this number on.
    private static let repeats = 3

    package static func findings(_ records: SiteRecords) -> [Finding] {
        let openings = openings(records.relay)
        return openings.compactMap { disagreement($0, records.utility) } + repeated(openings)
    }

    private static func openings(_ changes: [HomeChange]) -> [Interval] {
        var result: [Interval] = []
        var opened: Int64?
        for change in changes {
            guard let isOpen = change.isRelayOpen else { continue }
            if isOpen {
                opened = opened ?? change.atUTCSeconds
            } else if let from = opened {
                result.append(Interval(startUTCSeconds: from, endUTCSeconds: max(from, change.atUTCSeconds)))
                opened = nil
            }
        }
        return result
    }

    private static func disagreement(_ opening: Interval, _ utility: [UtilityInterval]) -> Finding? {
        let inside = utility.filter { interval in
            interval.seconds > 0 && interval.seconds <= 3600
                && interval.startUTCSeconds >= opening.startUTCSeconds
                && interval.startUTCSeconds + Int64(interval.seconds) <= opening.endUTCSeconds
                && max(interval.importWh ?? 0, interval.exportWh ?? 0, abs(interval.netWh ?? 0)) >= leastWh
        }.sorted { $0.startUTCSeconds < $1.startUTCSeconds }
        guard let first = inside.first, let last = inside.last else { return nil }
        return .ofRecords(
            .gridDisagreement,
            "site",
            start: first.startUTCSeconds,
            end: last.startUTCSeconds + Int64(last.seconds),
            alert: first.startUTCSeconds + Int64(first.seconds),
            knownEnd: last.startUTCSeconds,
            severity: .warning,
            rule: FindingRule(.exchangeThroughOpenRelay, [("least_wh", .integer(leastWh))]),
            evidence: Evidence {
                $0.table = "utility_interval"
                $0.intervals = inside.count
                $0.openedAt = opening.start
                $0.closedAt = opening.end
            }
        )
    }

    private static func repeated(_ openings: [Interval]) -> [Finding] {
        var findings: [Finding] = []
        var group: [Interval] = []
        func close() {
            defer { group = [] }
            guard group.count >= repeats, let first = group.first, let last = group.last else { return }
            findings.append(
                .ofRecords(
                    .relayRepeats,
                    "site",
                    start: first.startUTCSeconds,
                    end: last.endUTCSeconds,
                    alert: group[repeats - 1].startUTCSeconds,
                    knownEnd: last.endUTCSeconds,
                    severity: .warning,
                    rule: FindingRule(
                        .repeatedOpening,
                        [
                            ("days", .integer(repeatDays)),
                            ("times", .integer(Int64(repeats))),
                        ]
                    ),
                    evidence: Evidence {
                        $0.table = "device_state"
                        $0.openings = group.map { $0.start }
                    }
                )
            )
        }
        for opening in openings {
            if let first = group.first, opening.startUTCSeconds - first.startUTCSeconds > repeatDays * 86_400
            {
                close()
            }
            group.append(opening)
        }
        close()
        return findings
    }
}
