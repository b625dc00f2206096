// All questions about a home's devices and meters, asked once; and which findings are told with their cause.

import Readings

/// The findings about a home's columns.
package enum HomeAnalysis {
    /// Returns the findings in no order; which of them brought about others is said by `Causes`.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let pinned = PinnedBatteryDetector.findings(home)
        let idle = IdleBatteryDetector.findings(home)
        let devices = DeviceSilenceDetector.findings(home)
        var explained: [String: [Interval]] = [:]
        for finding in pinned + idle + devices {
            explained[finding.device, default: []].append(finding.interval)
        }
        return devices + pinned + idle + UnevenBatteryDetector.findings(home, explained: explained)
            + DeepDischargeDetector.findings(home) + LateReportDetector.findings(home)
            + StaleDetector.findings(home) + ClockShiftDetector.findings(home)
            + ImpossibleValueDetector.night(home) + ImpossibleValueDetector.spikes(home)
            + IslandDetector.findings(home) + DegradedInverterDetector.findings(home)
    }
}

/// Which findings bring about which.
enum Causes {
    /// A cause and what it brings about.
    private struct Link {
        let cause: FindingKind
        let effect: FindingKind
        /// Whether both must be of one device.
        var isSameDevice = false
        /// Whether the cause must have stood for a day before the effect began.
        var isFirst = false
        /// Devices of which the effect may be; nil for any.
        var devices: Set<String>?
        /// How far the effect may reach beyond the cause, seconds.
        var reach: Int64 = 3600
    }

    private static let day: Int64 = 86_400

    private static let links = [
        // A repeated vector is told once: as a smear where a part of it repeats, as stale where the whole does.
        Link(cause: .smear, effect: .stale, devices: ["meter_prod", "meter_net"]),
        Link(cause: .clockShift, effect: .nightProduction, reach: 36 * 3600),
        Link(cause: .clockShift, effect: .stale), Link(cause: .stale, effect: .nightProduction),
        Link(cause: .stale, effect: .spike), Link(cause: .stale, effect: .clockShift),
        Link(cause: .spike, effect: .nightProduction),
        Link(cause: .batteryPinned, effect: .batteryUnbalanced, isSameDevice: true, reach: 4 * day),
        Link(cause: .batteryPinned, effect: .batteryNoCharge, isSameDevice: true, reach: 4 * day),
        Link(
            cause: .batteryUnbalanced,
            effect: .batteryDeep,
            isSameDevice: true,
            isFirst: true,
            reach: 4 * day
        ),
        Link(cause: .batteryNoCharge, effect: .batteryUnbalanced, isSameDevice: true, reach: 4 * day),
        Link(cause: .deviceSilent, effect: .batteryUnbalanced, isSameDevice: true, reach: 4 * day),
        Link(cause: .deviceSilent, effect: .microDegraded, isSameDevice: true, reach: 2 * day),
        Link(cause: .microDead, effect: .microDegraded, isSameDevice: true, reach: 2 * day),
    ]

    /// Returns the findings that stand by themselves, with the others attached to them.
    static func attached(_ findings: [Finding]) -> [Finding] {
        var isEffect = [Bool](repeating: false, count: findings.count)
        var result = findings
        for link in links {
            let causes = findings.indices.filter { findings[$0].kind == link.cause && !isEffect[$0] }
            guard !causes.isEmpty else { continue }
            for index in findings.indices where findings[index].kind == link.effect && !isEffect[index] {
                let effect = findings[index]
                // An effect lies mostly inside its cause; one that suspicion alone tells has none.
                guard
                    let cause = causes.first(where: {
                        findings[$0].sureness != .suspected
                            && (!link.isFirst
                                || effect.start.utcSeconds - findings[$0].start.utcSeconds >= day)
                            && (link.devices?.contains(effect.device) ?? true)
                            && (!link.isSameDevice || findings[$0].device == effect.device)
                            && Causes.isInside(effect.interval, findings[$0].interval, link.reach)
                    })
                else { continue }
                isEffect[index] = true
                result[cause].sideEffects.append(
                    SideEffect(kind: effect.kind, device: effect.device, interval: effect.interval)
                )
            }
        }
        return result.indices.filter { !isEffect[$0] }.map { result[$0] }
    }

    private static func isInside(_ effect: Interval, _ cause: Interval, _ reach: Int64) -> Bool {
        let padded = Interval(
            startUTCSeconds: cause.startUTCSeconds - reach,
            endUTCSeconds: cause.endUTCSeconds + reach
        )
        guard let shared = padded.intersection(effect) else { return false }
        return 2 * shared.seconds >= effect.seconds
    }
}

extension Finding {
    /// Orders by start, kind and device.
    static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
        (left.start.utcSeconds, left.kind.rawValue, left.device)
            < (right.start.utcSeconds, right.kind.rawValue, right.device)
    }
}
