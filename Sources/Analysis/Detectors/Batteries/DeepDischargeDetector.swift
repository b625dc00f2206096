// A battery, or all of them, below the reserve. See docs/analysis/deep-discharge.md.

import Readings

/// Finds deep discharges.
package enum DeepDischargeDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.batteryDeep: .nineDays],
        needs: [DetectorNeed(.batteries, for: [.batteryDeep])],
        // The level that the pack usually keeps is that of ninety days.
        memoryDays: 90,
        // A battery that ran flat may fall asleep.
        effects: [.telling(.batteryDeep, with: .deviceSilent, isSameDevice: true)],
        effectsPlace: 12,
        page: "deep-discharge.md"
    )

    /// Returns deep discharges of the whole pack, and of single batteries while the pack is well.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let batteries = home.batteries
        guard !batteries.isEmpty else { return [] }
        let reserve = reserves(home, batteries)
        let pack = mean(batteries, home.grid.count)
        let packRuns = runs(pack, below: reserve, in: home)
        var findings = packRuns.map { finding("pack", $0, soc: pack, reserve: reserve, in: home) }
        guard batteries.count > 1 else { return findings }
        var isPackDeep = [Bool](repeating: false, count: home.grid.count)
        for run in packRuns { for slot in run.slots { isPackDeep[slot] = true } }
        for battery in batteries {
            // While the whole pack is low, that is told of the pack.
            let alone = battery.socTenths.indices.map {
                isPackDeep[$0] ? HomeColumns.missing : battery.socTenths[$0]
            }
            let recovery = home.grid.slots(hours: recoveryHours)
            findings += runs(alone, below: reserve, in: home).compactMap { run in
                // A battery that comes back a little later than the others is no finding of its own.
                let isLate = packRuns.contains {
                    run.slots.lowerBound - $0.slots.upperBound <= home.grid.slots(hours: lateHours)
                        && run.slots.lowerBound >= $0.slots.lowerBound
                }
                guard isLate else {
                    return finding(battery.serial, run, soc: alone, reserve: reserve, in: home)
                }
                guard run.slots.count > recovery else { return nil }
                var later = run
                later.alert = max(run.alert, run.slots.lowerBound + recovery)
                return finding(battery.serial, later, soc: alone, reserve: reserve, in: home)
            }
        }
        return findings
    }

    /// Hours within which a battery is expected back after the whole pack was low.
    private static let recoveryHours = 48.0
    /// Hours behind a low pack within which a battery's own begins late.
    private static let lateHours = 6.0
    /// Hours without a low report that end a discharge.
    private static let joinHours = 2.0

    private struct Run {
        var slots: Range<Int>
        var alert: Int
    }

    /// The reserve in tenths of a percent per slot: from the log of settings, else what the pack usually keeps.
    private static func reserves(_ home: HomeContext, _ batteries: [DeviceSlots]) -> [Int32] {
        var result = [Int32](repeating: HomeColumns.missing, count: home.grid.count)
        let changes = home.columns.changes.filter { $0.reserve != nil }
        guard let first = changes.first else { return usual(home, batteries) }
        var index = 0
        var value = Int32(((first.reserve ?? 0) * 10).rounded())
        for slot in 0..<home.grid.count {
            while index < changes.count && changes[index].atUTCSeconds <= home.grid.start(slot) {
                value = Int32(((changes[index].reserve ?? 0) * 10).rounded())
                index += 1
            }
            result[slot] = value
        }
        return result
    }

    /// The most frequent lowest state of charge of the last ninety days, from a fortnight on.
    private static func usual(_ home: HomeContext, _ batteries: [DeviceSlots]) -> [Int32] {
        let pack = mean(batteries, home.grid.count)
        var result = [Int32](repeating: HomeColumns.missing, count: home.grid.count)
        var lows: [Int?] = []
        for day in 0..<home.dayCount {
            let slots = home.slots(ofDay: day)
            let history = lows.suffix(home.parameters.historyDays).compactMap { $0 }
            if history.count >= home.parameters.unevenLearningDays {
                var counts: [Int: Int] = [:]
                for low in history { counts[low, default: 0] += 1 }
                // A level that many days reach, not the lowest of one day, is the reserve.
                if let best = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
                    4 * best.value >= history.count
                {
                    for slot in slots { result[slot] = Int32(best.key * 10) }
                }
            }
            let values = slots.compactMap { pack[$0] == HomeColumns.missing ? nil : Int(pack[$0]) }
            lows.append(values.count * 2 > home.slotsPerDay ? values.min().map { ($0 + 5) / 10 } : nil)
        }
        return result
    }

    private static func mean(_ batteries: [DeviceSlots], _ count: Int) -> [Int32] {
        (0..<count).map { slot in
            var sum = 0
            var reports = 0
            for battery in batteries where battery.socTenths[slot] != HomeColumns.missing {
                sum += Int(battery.socTenths[slot])
                reports += 1
            }
            return reports * 2 >= batteries.count && reports > 0 ? Int32(sum / reports) : HomeColumns.missing
        }
    }

    private static func runs(_ soc: [Int32], below reserve: [Int32], in home: HomeContext) -> [Run] {
        let margin = Int32(home.parameters.deepPoints * 10)
        let needed = home.grid.slots(hours: home.parameters.deepHours)
        let join = home.grid.slots(hours: joinHours)
        var runs: [Run] = []
        var start = 0
        var last = -1
        var alert = -1
        func close() {
            defer {
                last = -1
                alert = -1
            }
            guard last >= 0, alert >= 0 else { return }
            runs.append(Run(slots: start..<(last + 1), alert: alert))
        }
        for slot in 0..<soc.count
        where soc[slot] != HomeColumns.missing && reserve[slot] != HomeColumns.missing {
            // What lies behind a silence is told anew.
            if last >= 0 && slot - last > join { close() }
            if soc[slot] < reserve[slot] - margin {
                if last < 0 { start = slot }
                last = slot
                if alert < 0 && slot - start + 1 >= needed { alert = slot }
            } else if last >= 0 && slot - last > join {
                close()
            }
        }
        close()
        return runs
    }

    /// The end of the last reading before a slot; nil where it is the slot before, or where there is none.
    private static func readingBefore(_ slot: Int, of soc: [Int32], in home: HomeContext) -> Instant? {
        guard slot > 0, soc[slot - 1] == HomeColumns.missing else { return nil }
        let last = soc[..<slot].lastIndex { $0 != HomeColumns.missing }
        return last.map { Instant(utcSeconds: home.grid.end($0)) }
    }

    private static func finding(
        _ device: String,
        _ run: Run,
        soc: [Int32],
        reserve: [Int32],
        in home: HomeContext
    )
        -> Finding
    {
        let parameters = home.parameters
        let values = run.slots.compactMap { soc[$0] == HomeColumns.missing ? nil : soc[$0] }
        let lowest = Double(values.min() ?? 0) / 10
        var evidence = home.deviceRows(device, run.slots)
        evidence.lowestSoCPercent = lowest
        evidence.readingBefore = readingBefore(run.slots.lowerBound, of: soc, in: home)
        evidence.reservePercent = Double(reserve[run.slots.lowerBound]) / 10
        if let first = values.first, let last = values.last, last < first,
            run.slots.upperBound > home.lastKnown
        {
            let rate = Double(first - last) / 10 / (Double(run.slots.count) * home.grid.hours)
            evidence.hoursLeft = Double(last) / 10 / rate
        }
        return home.finding(
            .batteryDeep,
            of: device,
            in: run.slots,
            alertSlot: run.alert,
            severity: lowest < parameters.deepVeryLow ? .critical : .warning,
            sureness: .sure,
            rule: FindingRule(
                .belowReserve,
                [
                    ("points", .number(parameters.deepPoints, decimals: 0)),
                    ("hours", .number(parameters.deepHours, decimals: 1)),
                    (
                        "grade",
                        .text(
                            lowest < parameters.deepNoRecovery
                                ? "no automatic recovery"
                                : lowest < parameters.deepVeryLow ? "very low" : "below reserve"
                        )
                    ),
                ]
            ),
            evidence: evidence
        )
    }
}
