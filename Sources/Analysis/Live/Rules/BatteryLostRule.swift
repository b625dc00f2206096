// Batteries that the gateway hears of no more, and capacity that is missing. What an entry of the gateway's list repeats of a
// silent battery is of the past: only a newer report counts.

import Readings

/// `battery_lost`, of single batteries, of three or more together, and of the pack where only its capacity tells.
struct BatteryLostRule {
    private struct Unit {
        var times = ReportTime()
        /// Seconds without a newer report, and with newer ones again.
        var silent = 0.0
        var back = 0.0
        var firstBack: Int64?
        var pace = ReportPace()
        var isReached = true

        var report: Int64? { times.newest }

        /// Tells how long a battery may be silent, seconds.
        var limit: Double { max(1_800, 3 * min(pace.seconds(usual: 300), 3_600)) - Hold.jitter }
    }

    private var units: [String: Unit] = [:]
    private var ticker = Ticker()
    private var together: LiveTogether
    private var missing = Hold()
    private var complete = Hold()
    /// What the finding about missing capacity calls its device.
    private var missingName: String?

    /// What several batteries together are called, as in captures.
    private static let group = "batteries"
    /// Reports again for so long, seconds.
    private static let backSeconds = 900.0
    /// Missing for so long, seconds: three bodies.
    private static let missingSeconds = 600.0
    /// Shares of the smallest battery that are missing, and are there again.
    private static let (missingShare, completeShare) = (0.9, 0.5)
    /// A battery smaller than this is none, Wh.
    private static let leastWh = 100.0

    init(resuming open: [Finding]) {
        together = LiveTogether(resuming: open, kind: .batteryLost, device: BatteryLostRule.group)
    }

    /// Batteries that are silent for so long that what is said of them counts no more.
    var silent: Set<String> { Set(units.filter { $0.value.silent >= $0.value.limit }.keys) }

    mutating func claims(_ picture: LivePicture) -> [LiveClaim] {
        var claims: [LiveClaim] = []
        if !picture.batteryReports.isEmpty || !units.isEmpty && picture.relay.inventory != nil {
            claims += reports(picture)
        }
        if picture.hasStorage { claims += capacity(picture) }
        return claims
    }

    private mutating func reports(_ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        let step = ticker.step(time, longest: 1_200)
        // A gateway whose clock is in another century shows no time that can be one: nothing is known of any of them.
        let shown = picture.batteryReports
        guard shown.isEmpty || units.isEmpty || shown.contains(where: { $0.at != nil }) else { return [] }
        let listed = Dictionary(
            picture.batteryReports.map { ($0.serial, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for serial in listed.keys where units[serial] == nil && units.count < LivePicture.mostDevices {
            guard !picture.retired.contains(serial) else { continue }
            units[serial] = Unit()
        }
        var over: [String] = []
        for serial in units.keys.sorted() {
            guard !picture.retired.contains(serial) else {
                units[serial] = nil
                over.append(serial)
                continue
            }
            units[serial].map {
                units[serial] = BatteryLostRule.heard($0, as: listed[serial], step: step, picture)
            }
            if let unit = units[serial], unit.back >= BatteryLostRule.backSeconds, unit.silent < unit.limit {
                over.append(serial)
            }
        }
        return told(over, time)
    }

    private static func heard(
        _ unit: Unit,
        as entry: LivePicture.Report?,
        step: Double,
        _ picture: LivePicture
    )
        -> Unit
    {
        let time = picture.time
        var unit = unit
        unit.isReached = entry?.isReached ?? false
        let report = entry?.at.map { time.plausible($0) }
        let before = unit.report
        guard let report, unit.times.take(report) else {
            // A battery that was never heard of was never lost.
            guard unit.report != nil else { return unit }
            unit.silent += step
            if unit.silent >= unit.limit { (unit.back, unit.firstBack) = (0, nil) } else { unit.back += step }
            return unit
        }
        if let before { unit.pace.take(report - before) }
        let isReturn = unit.firstBack == nil || unit.silent >= unit.limit
        if isReturn { unit.firstBack = report }
        unit.back = isReturn ? 0 : unit.back + step
        unit.silent = picture.age(ofReport: report)
        return unit
    }

    private mutating func told(_ over: [String], _ time: LiveTime) -> [LiveClaim] {
        let lost = units.filter { $0.value.silent >= $0.value.limit }.keys.sorted()
        let late = units.filter { $0.value.silent >= $0.value.limit / 2 }.keys.sorted()
        var claims = over.filter { $0 != missingName }.map { serial in
            LiveClaim.over(
                .batteryLost,
                serial,
                at: units[serial]?.firstBack ?? time.at,
                endsBehindStart: true
            )
        }
        let alone = together.alone(lost: lost, late: late, back: over)
        if together.isOver { claims.append(.over(.batteryLost, BatteryLostRule.group, at: time.at)) }
        if !together.members.isEmpty, !lost.isEmpty { claims.append(groupClaim(time)) }
        for serial in alone where missingName == nil || missingName == serial {
            claims.append(claim(serial, since: units[serial]?.report ?? time.at))
        }
        return claims
    }

    private func claim(_ serial: String, since: Int64) -> LiveClaim {
        .holds(.batteryLost, serial, since: since, rule: .liveBatteryLost) {
            $0.evidence.deviceKind = DeviceKind.battery.rawValue
            $0.evidence.serial = serial
            $0.evidence.lastReport = Instant(utcSeconds: since)
            $0.evidence.silentSeconds = Whole.of(units[serial]?.silent ?? 0)
        }
    }

    private func groupClaim(_ time: LiveTime) -> LiveClaim {
        let serials = together.members.sorted()
        let since = serials.compactMap { units[$0]?.report }.min() ?? time.at
        return .holds(.batteryLost, BatteryLostRule.group, since: since, rule: .liveBatteryLost) {
            $0.news = serials.joined(separator: " ")
            $0.evidence.deviceKind = DeviceKind.battery.rawValue
            $0.evidence.serials = serials
            $0.evidence.lastReport = Instant(utcSeconds: since)
        }
    }

    /// The capacity that the system can use, against the one that was installed.
    private mutating func capacity(_ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        guard let whole = picture.storage.commissionedWh, let usable = picture.storage.availableCapacityWh,
            usable >= 0, whole >= BatteryLostRule.leastWh
        else { return [] }
        let sizes = picture.capacityWh.values.filter { $0 >= BatteryLostRule.leastWh && $0 <= whole }
        let unit = sizes.min() ?? whole
        let deficit = whole - usable
        let missingFor = missing.take(deficit >= BatteryLostRule.missingShare * unit, time)
        let completeFor = complete.take(deficit < BatteryLostRule.completeShare * unit, time)
        if let name = missingName, completeFor >= BatteryLostRule.backSeconds {
            missingName = nil
            return [.over(.batteryLost, name, at: complete.since ?? time.at)]
        }
        if missingName == nil, completeFor >= BatteryLostRule.backSeconds {
            return [.over(.batteryLost, "pack", at: complete.since ?? time.at)]
        }
        // Batteries that are told as silent explain it.
        let silent = Double(silent.count)
        guard missingFor >= BatteryLostRule.missingSeconds,
            missingName != nil || silent < (deficit / unit).rounded()
        else { return [] }
        let suspects = units.filter {
            !$0.value.isReached || $0.value.silent >= BatteryLostRule.missingSeconds
        }.keys
        let name = missingName ?? (suspects.count == 1 ? suspects.first : nil) ?? "pack"
        missingName = name
        let since = units[name]?.report ?? missing.since ?? time.at
        var claim = claim(name, since: since)
        claim.isSaid = true
        claim.evidence.missingCapacityWh = Whole.of(deficit)
        if name == "pack" { claim.evidence.remove(\.serial) }
        return [claim]
    }
}
