// Batteries that captures show without reports: an entry of the gateway's list repeats what a battery said last, whatever
// its age. See docs/analysis/captures.md; silences in intervals are told by DeviceSilenceDetector.

import Readings

/// Finds batteries that stopped reporting to the gateway.
enum SilentBatteries {
    /// A last report that lies further before that of the newest sibling is a silence, seconds.
    private static let behindSeconds: Int64 = 7 * 86_400
    /// A battery that the gateway says it does not reach is silent after this, seconds.
    private static let cutOffSeconds: Int64 = 86_400

    /// Batteries that one capture shows to be silent are one finding from this number on.
    private static let groupedFrom = 3
    /// What several batteries together are called.
    private static let together = "batteries"

    static func findings(_ records: SiteRecords) -> [Finding] {
        struct Moment: Hashable {
            let kind: DeviceKind
            let alert: Int64
        }
        let groups = Dictionary(grouping: inService(records)) {
            Moment(kind: $0.device.kind, alert: $0.alert)
        }
        return groups.values.flatMap { group in
            group.count < groupedFrom ? group.map { finding([$0]) } : [finding(group)]
        }
    }

    /// The silences of batteries that were in service; of one that was taken out it ends then.
    private static func inService(_ records: SiteRecords) -> [Silence] {
        let retired = RetiredDevices(records.states)
        return silences(records).compactMap { silence in
            guard let instant = retired.retired(silence.device.serial) else { return silence }
            guard max(silence.start, silence.alert) < instant else { return nil }
            var silence = silence
            silence.end = min(silence.end ?? instant, instant)
            return silence
        }
    }

    /// Batteries silent together are back when the last is.
    private static func finding(_ group: [Silence]) -> Finding {
        let serials = group.map(\.device.serial).sorted()
        let alert = group.map(\.alert).max() ?? 0
        let start = group.map(\.start).min() ?? 0
        let ends = group.map(\.end)
        return .ofRecords(
            .deviceSilent,
            serials.count == 1 ? serials[0] : together,
            start: start,
            end: ends.contains { $0 == nil } ? nil : ends.compactMap { $0 }.max(),
            alert: alert,
            knownEnd: max(alert, group.map(\.newest).max() ?? alert),
            severity: .warning,
            sureness: group.allSatisfy(\.isBehindSiblings) ? .sure : .likely,
            rule: FindingRule(
                .silentInCaptures,
                [
                    ("days_behind_siblings", .integer(behindSeconds / 86_400)),
                    ("hours_not_communicating", .integer(cutOffSeconds / 3600)),
                ]
            ),
            evidence: Evidence {
                $0.table = "device_state"
                $0.deviceKind = group.first?.device.kind.rawValue
                if serials.count == 1 { $0.serial = serials[0] } else { $0.serials = serials }
                $0.events = group.map(\.captures).max()
                $0.lastRow = Instant(utcSeconds: start)
            }
        )
    }

    /// A battery without reports.
    struct Silence {
        let device: Device
        /// Its last report.
        let start: Int64
        /// The capture by which it could be known.
        let alert: Int64
        /// The first report after it, or the capture that does not list it any more; nil while it lasts.
        var end: Int64?
        /// Captures that show it, and the newest of them.
        var captures = 1
        var newest: Int64
        var isBehindSiblings: Bool
    }

    /// Returns the silences of all batteries.
    static func silences(_ records: SiteRecords) -> [Silence] {
        let states = records.states.filter {
            [.battery, .acBattery].contains($0.device.kind) && !$0.device.serial.isEmpty
        }
        guard states.contains(where: { $0.lastReportUTCSeconds != nil }) else { return [] }
        var newest: [Int64: [DeviceKind: Int64]] = [:]
        for state in states {
            guard let last = state.lastReportUTCSeconds else { continue }
            let known = newest[state.atUTCSeconds]?[state.device.kind] ?? .min
            newest[state.atUTCSeconds, default: [:]][state.device.kind] = max(known, last)
        }
        let lists = DeviceListings(states)
        let devices = Dictionary(grouping: states, by: \.device)
        return devices.keys.sorted().flatMap { device in
            silences(of: device, devices[device] ?? []) { newest[$0]?[device.kind] ?? .min }.map { silence in
                guard silence.end == nil else { return silence }
                var silence = silence
                silence.end = lists.vanished(device, after: silence.newest)
                return silence
            }
        }
    }

    private static func silences(
        of device: Device,
        _ states: [DeviceState],
        newest: (Int64) -> Int64
    ) -> [Silence] {
        var found: [Silence] = []
        var open: Silence?
        for state in states.sorted(by: { $0.atUTCSeconds < $1.atUTCSeconds }) {
            guard let last = state.lastReportUTCSeconds else { continue }
            if var silence = open, last > silence.start {
                silence.end = last
                found.append(silence)
                open = nil
            }
            let isBehind = newest(state.atUTCSeconds) - last > behindSeconds
            let isCutOff =
                state.properties[.communicating] == "false" && state.atUTCSeconds - last > cutOffSeconds
            guard isBehind || isCutOff else { continue }
            if var silence = open {
                if silence.newest != state.atUTCSeconds { silence.captures += 1 }
                silence.newest = state.atUTCSeconds
                silence.isBehindSiblings = silence.isBehindSiblings || isBehind
                open = silence
            } else {
                open = Silence(
                    device: device,
                    start: last,
                    alert: state.atUTCSeconds,
                    newest: state.atUTCSeconds,
                    isBehindSiblings: isBehind
                )
            }
        }
        return found + [open].compactMap { $0 }
    }
}
