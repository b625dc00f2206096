// Is the home off the grid? The relay knows; without it, energy alone can only suspect. See docs/analysis/island.md.

import Readings

/// Finds times off the grid.
package enum IslandDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.island: .twoDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.island], place: 5), DetectorNeed(.relay, for: [.island]),
        ],
        // Without a relay, the run surprise's history.
        memoryDays: 90,
        // In a failure of the grid the relay opens by itself: that is what it is for.
        effects: [.telling(.island, with: .relayOpenedItself, raises: false)],
        effectsPlace: 10,
        page: "island.md"
    )

    /// Returns times with an open relay; where the site has no relay state, what energy suggests.
    package static func findings(_ home: HomeContext) -> [Finding] {
        home.parameters.islandUsesRelay && home.columns.changes.contains { $0.isRelayOpen != nil }
            ? byRelay(home) : byEnergy(home)
    }

    private static func byRelay(_ home: HomeContext) -> [Finding] {
        var findings: [Finding] = []
        var opened: (at: Int64, isCommanded: Bool?)?
        func close(_ at: Int64) {
            guard let from = opened else { return }
            opened = nil
            let first = home.grid.slot(of: from.at)
            // What was over before the columns begin is no finding of theirs.
            let lower = max(0, first)
            let upper = min(home.grid.count, max(first + 1, home.grid.slot(of: at)))
            guard lower < upper else { return }
            let slots = lower..<upper
            findings.append(
                home.finding(
                    .island,
                    of: "site",
                    in: slots,
                    alertSlot: slots.lowerBound,
                    severity: .warning,
                    sureness: .sure,
                    rule: FindingRule(.relayOpen),
                    evidence: Evidence {
                        $0.table = "device_state"
                        $0.deviceKind = "system_controller"
                        $0.openedAt = Instant(utcSeconds: from.at)
                        $0.openedByItself = from.isCommanded.map { $0 ? "false" : "true" }
                    }
                )
            )
        }
        var commanded: Bool?
        for change in home.columns.changes {
            if let told = change.isRelayCommandedOpen { commanded = told }
            guard let isOpen = change.isRelayOpen else { continue }
            if isOpen && opened == nil { opened = (change.atUTCSeconds, commanded) }
            if !isOpen { close(change.atUTCSeconds) }
        }
        close(home.grid.end(home.grid.count - 1))
        return findings
    }

    // MARK: Energy

    /// What the pack's state says about a row without any exchange.
    private enum State: Int, CaseIterable {
        /// Sun and a full pack: the rest would be exported.
        case full
        /// The pack gives below its reserve: the rest would be imported.
        case low
        /// Anything else: a battery that follows the load exchanges nothing for hours.
        case other
    }

    /// Share of the surprise that counts where the state tells little.
    private static let otherWeight = 0.3
    /// State of charge, tenths of a percent, from which a pack is full; as far below the reserve it is low; and the height
    /// of the sun, degrees, from which the rest would be exported. From simulated homes with known faults.
    private static let fullTenths: Int32 = 970
    private static let lowTenths: Int32 = 15
    private static let sunDegrees = 12.0

    private static func byEnergy(_ home: HomeContext) -> [Finding] {
        guard let imported = home.channel(.imported), let exported = home.channel(.exported),
            home.firstPresent < home.grid.count,
            // Without the batteries' state of charge no row tells anything.
            !home.columns.batteries.isEmpty
        else { return [] }
        let states = states(home)
        var history = RunSurprise(classCount: State.allCases.count, historyDays: home.parameters.historyDays)
        var findings: [Finding] = []
        var start = 0
        var last = 0
        var alert: Int?
        func close() {
            if let alert {
                findings.append(
                    suspicion(home, slots: start..<(last + 1), alertSlot: alert, nats: history.surprise)
                )
            }
            history.end(isAlarm: alert != nil)
            alert = nil
        }
        for slot in home.firstPresent..<home.grid.count
        where home.isPresent[slot] && imported[slot] != HomeColumns.missing {
            if history.length == 0 { history.enter(day: home.absoluteDay(home.day(of: slot))) }
            let holds = imported[slot] == 0 && exported[slot] == 0
            if holds && history.length == 0 { start = slot }
            history.take(
                class: states[slot].rawValue,
                holds: holds,
                weight: states[slot] == .other ? otherWeight : 1
            )
            if holds {
                last = slot
                if alert == nil && history.surprise >= home.parameters.islandNats { alert = slot }
            } else {
                close()
            }
        }
        if history.length > 0 { close() }
        return findings
    }

    private static func states(_ home: HomeContext) -> [State] {
        let sine = HomeContext.sine(sunDegrees)
        let batteries = home.columns.batteries
        var reserve: Int32 = 0
        var changes = home.columns.changes.filter { $0.reserve != nil }[...]
        return (0..<home.grid.count).map { slot in
            while let change = changes.first, change.atUTCSeconds <= home.grid.start(slot) {
                reserve = Int32((change.reserve ?? 0) * 10)
                changes = changes.dropFirst()
            }
            var (sum, count) = (0, 0)
            for battery in batteries where battery.socTenths[slot] != HomeColumns.missing {
                sum += Int(battery.socTenths[slot])
                count += 1
            }
            guard count > 0 else { return .other }
            let soc = Int32(sum / count)
            if soc >= fullTenths && home.sunSine[slot] > sine { return .full }
            return soc < reserve - lowTenths ? .low : .other
        }
    }

    private static func suspicion(
        _ home: HomeContext,
        slots: Range<Int>,
        alertSlot: Int,
        nats: Double
    ) -> Finding {
        home.finding(
            .island,
            of: "site",
            in: slots,
            alertSlot: alertSlot,
            severity: .notice,
            sureness: .suspected,
            rule: FindingRule(
                .noExchange,
                [
                    ("nats", .number(home.parameters.islandNats, decimals: 0)),
                    ("history_days", .integer(Int64(home.parameters.historyDays))),
                ]
            ),
            evidence: home.siteRows(slots).with {
                $0.surpriseNats = nats
            }
        )
    }
}
