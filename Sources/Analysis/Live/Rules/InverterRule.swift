// Inverters that report no more by day while others do, each by its own pace. At night and in the first light all of them look
// lost; that half of the others report is what tells the day.

import Readings

/// `inverter_lost`, and `partial_site` where three or more fall silent together.
struct InverterRule {
    private struct Unit {
        var times: ReportTime
        var watts: Double?
        /// When it last gave a newer report, by the clock that never goes back; nil where none was seen.
        var heardAt: Double?
        var pace = ReportPace()
        /// Seconds by day without a newer report: since the night, and in all.
        var silent = 0.0
        var missed = 0.0
        /// Whether it has not reported since the night, and how long that usually takes, seconds.
        var isAsleep = false
        var usualWait = 0.0

        var report: Int64 { times.newest ?? 0 }
        var paceSeconds: Double { min(max(pace.seconds(usual: 900), 300), 3_600) }
        /// Seconds by day after which it is missed.
        var limit: Double { InverterRule.missedReports * paceSeconds + (isAsleep ? usualWait : 0) }
    }

    private var units: [String: Unit] = [:]
    private var ticker = Ticker()
    private var together: LiveTogether

    /// What inverters together are called.
    private static let group = "micros"
    /// The sun stands higher by day, degrees.
    private static let sunDegrees = 8.0
    /// An inverter gives more by day, W.
    private static let dayWatts = 30.0
    private static let missedReports = 3.0
    /// After so much of the day without a report it is a warning, seconds.
    private static let warningSeconds = 21_600.0
    /// The list is asked every five minutes and a little more, seconds.
    private static let askedSeconds = 330.0
    /// How long an inverter may sleep longer than half of the others, seconds.
    private static let longestWait = 10_800.0

    init(resuming open: [Finding]) {
        let kinds: Set<FindingKind> = [.inverterLost, .partialSite]
        together = LiveTogether(
            resuming: open.filter { kinds.contains($0.kind) }.map {
                var finding = $0
                finding.kind = .inverterLost
                return finding
            },
            kind: .inverterLost,
            device: InverterRule.group
        )
    }

    /// What the inverters that report give together, W; nil where none does.
    func watts(_ time: LiveTime) -> Double? {
        let fresh = units.values.filter { isFresh($0, time) }.compactMap(\.watts)
        return fresh.isEmpty ? nil : fresh.reduce(0, +)
    }

    /// What all inverters give by the mean of those that were heard since a moment, W; nil where none was.
    ///
    /// - Parameter moment: by the clock that never goes back.
    func watts(heardSince moment: Double) -> Double? {
        let heard = units.values.filter { ($0.heardAt ?? -.infinity) >= moment }.compactMap(\.watts)
        return heard.isEmpty ? nil : heard.reduce(0, +) / Double(heard.count) * Double(units.count)
    }

    private func isFresh(_ unit: Unit, _ time: LiveTime) -> Bool {
        unit.heardAt.map {
            $0 >= time.brokenAt && time.monotonic - $0 <= 2 * unit.paceSeconds + InverterRule.askedSeconds
        } ?? false
    }

    mutating func claims(_ picture: LivePicture) -> [LiveClaim] {
        var claims = picture.lostInverters.compactMap { lostBySaying($0, picture) }
        guard !picture.inverterReports.isEmpty else { return claims }
        let time = picture.time
        let step = ticker.step(time, longest: 1_200)
        var back: [String] = []
        for serial in units.keys where picture.retired.contains(serial) {
            units[serial] = nil
            back.append(serial)
        }
        for entry in picture.inverterReports where !picture.retired.contains(entry.serial) {
            if take(entry, picture) { back.append(entry.serial) }
        }
        wait(step, isUp: isDay(picture), time)
        claims += told(back.sorted(), picture)
        return claims
    }

    /// Tells whether the sun is high; where the place is not known, whether those that report give some.
    private func isDay(_ picture: LivePicture) -> Bool {
        if let place = picture.site.place {
            return SolarPosition(place: place).elevation(atUTCSeconds: picture.time.at)
                > InverterRule.sunDegrees
        }
        let fresh = units.values.filter { isFresh($0, picture.time) }.compactMap(\.watts)
        return fresh.reduce(0, +) >= InverterRule.dayWatts * Double(max(1, fresh.count))
    }

    /// Takes an entry of the list, and tells whether it is a newer report.
    private mutating func take(_ entry: LivePicture.Report, _ picture: LivePicture) -> Bool {
        let time = picture.time
        guard let at = entry.at.map({ time.plausible($0) }) else { return false }
        guard var unit = units[entry.serial] else {
            if units.count < LivePicture.mostDevices {
                var times = ReportTime()
                _ = times.take(at)
                units[entry.serial] = Unit(times: times, watts: entry.watts)
            }
            // What was lost before a restart may have come back meanwhile.
            return true
        }
        let before = unit.report
        guard unit.times.take(at) else {
            // An older time is noted: it may go on from there.
            units[entry.serial] = unit
            return false
        }
        unit.pace.take(at - before)
        if unit.isAsleep {
            unit.usualWait = max(0.9 * unit.usualWait, min(unit.silent, InverterRule.longestWait))
        }
        (unit.watts, unit.heardAt) = (entry.watts, time.monotonic)
        unit.silent = picture.age(ofReport: at)
        (unit.missed, unit.isAsleep) = (unit.silent, false)
        units[entry.serial] = unit
        return true
    }

    /// Counts the time for which each has been missed.
    private mutating func wait(_ step: Double, isUp: Bool, _ time: LiveTime) {
        let fresh = Set(units.filter { isFresh($0.value, time) }.keys)
        for (serial, unit) in units {
            var unit = unit
            let others = units.count - 1
            let reporting = fresh.count - (fresh.contains(serial) ? 1 : 0)
            if !isUp || reporting == 0 {
                (unit.silent, unit.isAsleep) = (0, true)
            } else if 2 * reporting >= others, unit.heardAt != time.monotonic {
                unit.silent += step
                unit.missed += step
            }
            units[serial] = unit
        }
    }

    private mutating func told(_ back: [String], _ picture: LivePicture) -> [LiveClaim] {
        let time = picture.time
        let lost = units.filter { $0.value.silent >= $0.value.limit }.keys.sorted()
        let late = units.filter { $0.value.silent >= $0.value.limit / 2 }.keys.sorted()
        var claims = back.map { serial in
            LiveClaim.over(
                .inverterLost,
                serial,
                at: units[serial]?.report ?? time.at,
                endsBehindStart: true
            )
        }
        // One that was not heard since the watch began has not come back.
        let heard = back.filter { units[$0]?.heardAt != nil }
        let alone = together.alone(lost: lost, late: late, back: heard)
        if together.isOver { claims.append(.over(.partialSite, InverterRule.group, at: time.at)) }
        if !together.members.isDisjoint(with: lost) { claims.append(groupClaim(time)) }
        for serial in alone {
            guard let unit = units[serial] else { continue }
            claims.append(
                claim(serial, since: unit.report, isLong: unit.missed >= InverterRule.warningSeconds)
            )
        }
        return claims
    }

    private func claim(_ serial: String, since: Int64, isLong: Bool) -> LiveClaim {
        .holds(.inverterLost, serial, since: since, rule: .liveInverterLost) {
            $0.grade = isLong ? 2 : 1
            $0.severity = isLong ? .warning : .notice
            $0.endsBehindStart = true
            $0.evidence.deviceKind = DeviceKind.inverter.rawValue
            $0.evidence.serial = serial
            $0.evidence.lastReport = Instant(utcSeconds: since)
        }
    }

    private func groupClaim(_ time: LiveTime) -> LiveClaim {
        let serials = together.members.sorted()
        let since = serials.compactMap { units[$0]?.report }.min() ?? time.at
        let isLong = serials.contains { (units[$0]?.missed ?? 0) >= InverterRule.warningSeconds }
        return .holds(.partialSite, InverterRule.group, since: since, rule: .liveInvertersSilent) {
            $0.grade = isLong ? 2 : 1
            $0.severity = isLong ? .warning : .notice
            $0.news = serials.joined(separator: " ")
            $0.evidence.deviceKind = DeviceKind.inverter.rawValue
            $0.evidence.serials = serials
            $0.evidence.inverters = units.count
            $0.evidence.lastReport = Instant(utcSeconds: since)
        }
    }

    /// The gateway says that it has lost it: nothing is left of it but its place in the list.
    private mutating func lostBySaying(_ entry: LivePicture.Report, _ picture: LivePicture) -> LiveClaim? {
        let serial = entry.serial
        guard !together.members.contains(serial), units[serial]?.heardAt != picture.time.monotonic else {
            return nil
        }
        together.single(serial)
        let since = units[serial]?.report ?? entry.at ?? picture.time.at
        var claim = claim(serial, since: since, isLong: true)
        claim.isSaid = true
        claim.evidence.lastReport = units[serial].map { Instant(utcSeconds: $0.report) }
        return claim
    }
}
