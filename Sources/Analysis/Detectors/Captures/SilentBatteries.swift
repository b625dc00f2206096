// Batteries that captures show without reports: an entry of the gateway's list repeats what a battery said last, whatever
// its age. See docs/analysis/captures.md; silences in intervals are told by DeviceSilenceDetector.

import Readings

/// Finds batteries that stopped reporting to the gateway.
enum SilentBatteries {
    /// A last report that lies further before that of the newest sibling is a silence, seconds.
    private static let behindSeconds: Int64 = 7 * 86_400
    /// A battery that the gateway says it does not reach is silent after this, seconds.
    private static let cutOffSeconds: Int64 = 86_400

    static func findings(_ records: SiteRecords) -> [Finding] {
        silences(records).map { silence in
            .ofRecords(
                .deviceSilent,
                silence.device.serial,
                start: silence.start,
                end: silence.end,
                alert: silence.alert,
                knownEnd: max(silence.alert, silence.newest),
                severity: .warning,
                sureness: silence.isBehindSiblings ? .sure : .likely,
                rule: FindingRule(
                    .silentInCaptures,
                    [
                        ("days_behind_siblings", .integer(behindSeconds / 86_400)),
                        ("hours_not_communicating", .integer(cutOffSeconds / 3600)),
                    ]
                ),
                evidence: Evidence {
                    $0.table = "device_state"
                    $0.deviceKind = silence.device.kind.rawValue
                    $0.serial = silence.device.serial
                    $0.events = silence.captures
                    $0.lastRow = Instant(utcSeconds: silence.start)
                }
            )
        }
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
