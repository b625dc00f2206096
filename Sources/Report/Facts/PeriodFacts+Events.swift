// What happened in a time, as devices, the vendor, the utility and the owner tell it. What is said of it stands in
// Sections.

import Analysis
import Readings

extension PeriodFacts {
    /// Events of the kinds that concern the grid, in order.
    var gridEvents: [SiteEvent] {
        events([
            SiteEvent.Kind.gridOutage.rawValue, SiteEvent.Kind.offGrid.rawValue,
            SiteEvent.Kind.relayOpenedItself.rawValue, PeriodFacts.onGenerator,
        ])
    }

    /// Devices and firmware that changed, in order.
    var deviceEvents: [SiteEvent] {
        events(
            [SiteEvent.Kind.firmwareChanged, .inverterLost, .deviceSilent, .meterFault].map(\.rawValue)
        )
    }

    /// What the vendor's own lists say, in order.
    var vendorEvents: [SiteEvent] { events([SiteEvent.Kind.vendorEvent, .vendorAlarm].map(\.rawValue)) }

    /// Time on a generator, as readers of documents name it.
    private static let onGenerator = "on_generator"

    private func events(_ kinds: [String]) -> [SiteEvent] {
        var seen: Set<String> = []
        return material.events.filter { event in
            guard kinds.contains(event.kind.rawValue) else { return false }
            let end = event.endUTCSeconds ?? event.startUTCSeconds
            guard event.startUTCSeconds < interval.endUTCSeconds, end >= interval.startUTCSeconds else {
                return false
            }
            // Two documents may tell the same.
            return seen.insert("\(event.kind) \(event.device) \(event.startUTCSeconds) \(event.text)")
                .inserted
        }.sorted {
            ($0.startUTCSeconds, $0.kind.rawValue, $0.device, $0.text)
                < ($1.startUTCSeconds, $1.kind.rawValue, $1.device, $1.text)
        }
    }

    /// Stretches of the time in which the grid relay was open, by the states that devices reported.
    var relayOpenings: [Interval] {
        var openings: [Interval] = []
        var from: Int64?
        for state in material.states.sorted(by: { $0.atUTCSeconds < $1.atUTCSeconds }) {
            guard let relay = state.gridRelay else { continue }
            if relay == "open" {
                from = from ?? state.atUTCSeconds
            } else if let start = from {
                openings.append(Interval(startUTCSeconds: start, endUTCSeconds: state.atUTCSeconds))
                from = nil
            }
        }
        // One that lasts is known to last to the newest data.
        if let start = from, let end = material.dataEnd, end > start {
            openings.append(Interval(startUTCSeconds: start, endUTCSeconds: end))
        }
        return openings.filter { $0.overlaps(interval) }
    }

    /// The cases that were open in the time.
    var cases: [OwnerCase] {
        material.cases.filter {
            $0.site == site.name && $0.openedAt < interval.endUTCSeconds
                && ($0.closedAt ?? .max) > interval.startUTCSeconds
        }
    }

    /// The bills that touch the time.
    var billed: [Bill] {
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: interval.endUTCSeconds).day
        return material.bills.filter { $0.start < last && first < $0.end }
    }
}
