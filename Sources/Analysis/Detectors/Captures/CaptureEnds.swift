// When something that a capture showed was over, by what later captures show. What it was stands in CaptureEventDetector.

import Readings

/// Finds the ends of what captures show.
struct CaptureEnds {
    private let states: [DeviceState]
    private let events: [SeenEvent]
    private let lists: DeviceListings
    /// Starts of rows that came through the cloud, ascending; of several gateways they do not tell which reached it.
    private let cloudRows: [Int64]
    /// When other gateways took the place of those that captures show no more.
    private let exchanges: [Device: Int64]

    /// Light codes of a battery at rest.
    private static let restingLights: Set<String> = ["14", "15", "16", "17"]

    init(_ records: SiteRecords) {
        states = records.states.sorted { $0.atUTCSeconds < $1.atUTCSeconds }
        events = records.events
        lists = DeviceListings(records.states)
        let gateways = Set(states.filter { $0.device.kind == .gateway }.map(\.device))
        cloudRows = gateways.count > 1 ? [] : records.cloudRows.sorted()
        exchanges = gateways.count > 1 ? GatewayExchanges.found(states) : [:]
    }

    /// Returns the first instant at which it is seen to be over; nil where it is not.
    ///
    /// - Parameters:
    ///   - seen: what one capture showed.
    ///   - before: only captures before this instant are asked.
    func end(of kind: FindingKind, _ seen: [SeenEvent], before: Int64) -> Int64? {
        let ends = seen.map { end(of: kind, $0, before: before) }
        // Several devices together are back when the last is.
        return ends.contains { $0 == nil } ? nil : ends.compactMap { $0 }.max()
    }

    private func end(of kind: FindingKind, _ seen: SeenEvent, before: Int64) -> Int64? {
        let event = seen.event
        let later = { (isOver: (DeviceState) -> Bool) -> Int64? in
            states.first {
                $0.atUTCSeconds > seen.seenUTCSeconds && $0.atUTCSeconds < before && isOver($0)
            }?.atUTCSeconds
        }
        switch kind {
        case .cloudSilent:
            let seenBack = later { isConnected($0, since: event) }
            let reported = cloudRows.first { $0 > seen.seenUTCSeconds && $0 < before }
            return [seenBack, reported, exchanged(event.device, before)].compactMap { $0 }.min()
        case .relayOpenedItself:
            return later { $0.device == event.device && $0.properties[.relayActual] == "closed" }
        case .inverterLost:
            let back = later { $0.device == event.device && hasReported($0, since: seen.seenUTCSeconds) }
            return back ?? vanished(seen, before: before)
        case .deviceSilent, .partialSite:
            let back = later {
                $0.device == event.device && ($0.lastReportUTCSeconds ?? 0) > event.startUTCSeconds
            }
            return back ?? vanished(seen, before: before)
        case .meterFault:
            let gateway = Device(.gateway, GatewayOrigin(event.origin).gateway)
            return later { isWell($0, meter: event) } ?? exchanged(gateway, before)
        case .batteriesDiverge:
            return later { isAtRestWithOthers($0, event) }
        case .clockSkewed:
            return later { state in
                state.device == event.device && state.origin == event.origin
                    && !shows(.clockSkewed, at: state.atUTCSeconds)
            } ?? exchanged(event.device, before)
        default: return nil
        }
    }

    /// Tells whether what captures showed of gateways themselves ended with their exchange.
    func isExchange(_ seen: [SeenEvent], at end: Int64) -> Bool {
        seen.contains { exchanges[$0.event.device] == end }
    }

    /// When a gateway's place was taken: what it said last of itself and of its meters is over then.
    private func exchanged(_ gateway: Device, _ before: Int64) -> Int64? {
        exchanges[gateway].flatMap { $0 < before ? $0 : nil }
    }

    /// The gateway itself says that it reached the cloud; another gateway's word is none.
    private func isConnected(_ state: DeviceState, since event: SiteEvent) -> Bool {
        guard state.device == event.device else { return false }
        if let last = state.lastReportUTCSeconds, GatewayOrigin(state.origin).part == "home" {
            return last > event.startUTCSeconds && state.properties[.cloudConnected] != "false"
        }
        return state.properties[.cloudConnected] == "true"
    }

    private func hasReported(_ state: DeviceState, since instant: Int64) -> Bool {
        if let last = state.lastReportUTCSeconds { return last > instant }
        return state.properties[.state] == "active" && state.properties[.note] != "modGone"
    }

    private func isWell(_ state: DeviceState, meter event: SiteEvent) -> Bool {
        guard state.device == event.device,
            GatewayOrigin(state.origin) == GatewayOrigin(event.origin)
                || GatewayOrigin(event.origin).gateway.isEmpty
                    && GatewayOrigin(state.origin).part == event.origin
        else { return false }
        if let own = state.properties[.state], own != "enabled" { return true }
        return (state.properties[.meteringStatus] ?? "normal") == "normal" && state.properties[.flags] == nil
    }

    /// A battery at rest beside another one at rest, in a capture that does not show them apart.
    private func isAtRestWithOthers(_ state: DeviceState, _ event: SiteEvent) -> Bool {
        func rests(_ state: DeviceState) -> Bool {
            state.device.kind == .battery && state.origin == event.origin
                && state.properties[.light].map(CaptureEnds.restingLights.contains) ?? false
        }
        guard rests(state), !shows(.batteriesDiverge, at: state.atUTCSeconds) else { return false }
        return states.contains {
            $0.atUTCSeconds == state.atUTCSeconds && $0.device != state.device && rests($0)
        }
    }

    private func shows(_ kind: SiteEvent.Kind, at utcSeconds: Int64) -> Bool {
        events.contains { $0.event.kind == kind && $0.seenUTCSeconds == utcSeconds }
    }

    private func vanished(_ seen: SeenEvent, before: Int64) -> Int64? {
        lists.vanished(seen.event.device, after: seen.seenUTCSeconds, before: before)
    }
}
