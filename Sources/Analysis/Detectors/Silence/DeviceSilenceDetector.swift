// Inverters and batteries that do not report, and inverters that report zeros. See docs/analysis/device-silence.md.

import Readings

/// Finds silent and dead devices.
package enum DeviceSilenceDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.deviceSilent: .nineDays, .partialSite: .twoDays, .microDead: .nineDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.deviceSilent], place: 6),
            DetectorNeed(.inverters, for: [.deviceSilent, .partialSite, .microDead]),
        ],
        memoryDays: 0,
        effects: [
            .ofDevice(.deviceSilent, bringsAbout: .batteryUnbalanced, reachDays: 4),
            .ofDevice(.deviceSilent, bringsAbout: .microDegraded, reachDays: 2),
            .ofDevice(.microDead, bringsAbout: .microDegraded, reachDays: 2),
        ],
        effectsPlace: 8,
        page: "device-silence.md"
    )

    /// Hours between two expected slots that are a night. This and the next two are from simulated homes with known faults.
    private static let nightHours = 6.0
    /// Slots missed in an evening that do not make the night a silence.
    private static let eveningSlots = 2
    /// Hours between the last slot of a fault and the first good one beyond which its end was not seen.
    private static let unseenHours = 3.0

    /// A device without reports.
    private struct Run {
        var serial: String
        var slots: Range<Int>
        /// The slots at whose end it had missed the hours of a partial and of a lone silence; nil before.
        var partialSlot: Int
        var loneSlot: Int?
        var missed: Int
        var lastMissed: Int
    }

    /// Returns silences of inverters, alone or in groups, silences of batteries, and dead inverters.
    package static func findings(_ home: HomeContext) -> [Finding] {
        let expected = expectedSlots(home)
        let runs = home.columns.inverters.flatMap { silences(of: $0, expected: expected, in: home) }
        let (groups, lone) = grouped(runs, home)
        return groups.map { partial($0, home) }
            + lone.filter { !isRemainder($0, of: groups, expected: expected, in: home) }.compactMap {
                silent($0, home)
            }
            + home.batteries.flatMap { batterySilences($0, home) }
            + home.columns.inverters.flatMap { dead($0, expected: expected, in: home) }
    }

    /// Slots in which every inverter should report: the sun is up and enough of the others do.
    private static func expectedSlots(_ home: HomeContext) -> [Bool] {
        let sine = HomeContext.sine(home.parameters.silentSunDegrees)
        let least = max(
            2,
            Int((Double(home.inverterCount) * home.parameters.silentReportingShare).rounded(.up))
        )
        // An array that produces stands in the sun, whatever a wrong clock says.
        let isUp = home.arrayIsUp
        return (0..<home.grid.count).map {
            Int(home.reportingInverters[$0]) >= least && (home.sunSine[$0] > sine || isUp[$0])
        }
    }

    private static func silences(of device: DeviceSlots, expected: [Bool], in home: HomeContext) -> [Run] {
        let partialSlots = home.grid.slots(hours: home.parameters.partialHours)
        let loneSlots = home.grid.slots(hours: home.parameters.silentHours)
        let nightSlots = home.grid.slots(hours: nightHours)
        var runs: [Run] = []
        var start = 0
        var missed = 0
        var strays = 0
        var firstStray = 0
        var lastMissed = 0
        var partialSlot = 0
        var loneSlot: Int?
        func close(_ end: Int) {
            if missed >= partialSlots {
                runs.append(
                    Run(
                        serial: device.serial,
                        slots: start..<end,
                        partialSlot: partialSlot,
                        loneSlot: loneSlot,
                        missed: missed,
                        lastMissed: lastMissed
                    )
                )
            }
            missed = 0
            strays = 0
            loneSlot = nil
        }
        // A device that was not there yet is not silent.
        for slot in device.known.lowerBound..<expected.count where expected[slot] {
            if device.energyWh[slot] == HomeColumns.missing {
                // The last slots of an evening do not make the whole night one silence.
                if missed > 0 && missed <= eveningSlots && slot - lastMissed > nightSlots { missed = 0 }
                if missed == 0 { start = slot }
                missed += 1
                strays = 0
                lastMissed = slot
                if missed == partialSlots { partialSlot = slot }
                if missed == loneSlots { loneSlot = slot }
            } else if missed > 0 {
                if strays == 0 { firstStray = slot }
                strays += 1
                // Reports slip through a long silence; a short one ends with the first.
                if strays > home.parameters.strayReports || missed < partialSlots { close(firstStray) }
            }
        }
        if missed > 0 { close(strays > 0 ? firstStray : home.lastKnown + 1) }
        return runs.map { run in
            var run = run
            let back = (run.lastMissed..<run.slots.upperBound).first {
                device.energyWh[$0] != HomeColumns.missing
            }
            let end = evidenceEnd(lastSeen: run.lastMissed, back: back ?? run.slots.upperBound, in: home)
            run.slots = run.slots.lowerBound..<max(run.slots.lowerBound + 1, end)
            return run
        }
    }

    /// A fault ends where it was last seen when nothing was seen between that and the first good report, as in a night.
    private static func evidenceEnd(lastSeen last: Int, back end: Int, in home: HomeContext) -> Int {
        end <= home.lastKnown && end - last > home.grid.slots(hours: unseenHours) ? last + 1 : end
    }

    private static func grouped(_ runs: [Run], _ home: HomeContext) -> (groups: [[Run]], lone: [Run]) {
        let parameters = home.parameters
        let reach = home.grid.slots(hours: parameters.partialStartHours)
        let sorted = runs.sorted { ($0.slots.lowerBound, $0.serial) < ($1.slots.lowerBound, $1.serial) }
        var isTaken = [Bool](repeating: false, count: sorted.count)
        var groups: [[Run]] = []
        for index in sorted.indices where !isTaken[index] {
            let seed = sorted[index]
            var members = [index]
            var other = index + 1
            while other < sorted.count && sorted[other].slots.lowerBound - seed.slots.lowerBound <= reach {
                if !isTaken[other] && overlap(seed.slots, sorted[other].slots) >= parameters.partialOverlap {
                    members.append(other)
                }
                other += 1
            }
            guard members.count >= parameters.partialDevices else { continue }
            for member in members { isTaken[member] = true }
            groups.append(members.map { sorted[$0] })
        }
        return (groups, sorted.indices.filter { !isTaken[$0] }.map { sorted[$0] })
    }

    /// Tells whether a silence is that of a group, with a few more lost reports behind it.
    private static func isRemainder(
        _ run: Run,
        of groups: [[Run]],
        expected: [Bool],
        in home: HomeContext
    ) -> Bool {
        let reach = home.grid.slots(hours: home.parameters.partialStartHours)
        return groups.contains { group in
            let starts = group.map(\.slots.lowerBound).sorted()
            let ends = group.map(\.slots.upperBound).sorted()
            guard abs(starts[group.count / 2] - run.slots.lowerBound) <= reach else { return false }
            let end = max(run.slots.lowerBound, ends[group.count / 2])
            let rest = end < run.slots.upperBound ? (end..<run.slots.upperBound).count { expected[$0] } : 0
            return rest < home.grid.slots(hours: home.parameters.silentHours)
        }
    }

    /// Returns what two runs share over what they span together.
    private static func overlap(_ left: Range<Int>, _ right: Range<Int>) -> Double {
        let whole = max(left.upperBound, right.upperBound) - min(left.lowerBound, right.lowerBound)
        return Double(left.clamped(to: right).count) / Double(max(1, whole))
    }

    private static func partial(_ runs: [Run], _ home: HomeContext) -> Finding {
        let starts = runs.map(\.slots.lowerBound).sorted()
        let ends = runs.map(\.slots.upperBound).sorted()
        let alerts = runs.map(\.partialSlot).sorted()
        let slots = starts[runs.count / 2]..<max(starts[runs.count / 2] + 1, ends[runs.count / 2])
        return home.finding(
            .partialSite,
            of: "micros",
            in: slots,
            alertSlot: alerts[min(alerts.count, home.parameters.partialDevices) - 1],
            severity: .warning,
            sureness: .sure,
            rule: FindingRule(
                .invertersSilentTogether,
                [
                    ("daylight_hours", .number(home.parameters.partialHours, decimals: 1)),
                    ("devices", .integer(Int64(home.parameters.partialDevices))),
                    ("start_hours", .number(home.parameters.partialStartHours, decimals: 1)),
                    ("overlap", .number(home.parameters.partialOverlap, decimals: 2)),
                ]
            ),
            evidence: home.deviceRows("", slots).with {
                $0.serials = runs.map { $0.serial }
                $0.missedSlotsEach = runs.map { $0.missed }
            }
        )
    }

    private static func silent(_ run: Run, _ home: HomeContext) -> Finding? {
        guard let alert = run.loneSlot else { return nil }
        return home.finding(
            .deviceSilent,
            of: run.serial,
            in: run.slots,
            alertSlot: alert,
            severity: .warning,
            sureness: .sure,
            rule: FindingRule(
                .expectedReportsMissed,
                [
                    ("daylight_hours", .number(home.parameters.silentHours, decimals: 1)),
                    ("sun_degrees", .number(home.parameters.silentSunDegrees, decimals: 0)),
                ]
            ),
            evidence: home.deviceRows(run.serial, run.slots).with {
                $0.deviceKind = "inverter"
                $0.missedSlots = run.missed
            }
        )
    }

    private static func batterySilences(_ device: DeviceSlots, _ home: HomeContext) -> [Finding] {
        let needed = home.grid.slots(hours: home.parameters.batterySilentHours)
        var findings: [Finding] = []
        var start = 0
        var missed = 0
        var alert = 0
        func close(_ end: Int) {
            defer { missed = 0 }
            guard missed >= needed else { return }
            let slots = start..<end
            findings.append(
                home.finding(
                    .deviceSilent,
                    of: device.serial,
                    in: slots,
                    alertSlot: alert,
                    severity: .warning,
                    sureness: .sure,
                    rule: FindingRule(
                        .expectedReportsMissed,
                        [("hours", .number(home.parameters.batterySilentHours, decimals: 1))]
                    ),
                    evidence: home.deviceRows(device.serial, slots).with {
                        $0.deviceKind = "battery"
                        $0.missedSlots = missed
                    }
                )
            )
        }
        for slot in device.known.lowerBound..<home.grid.count {
            // While no device reports, the site is silent or the owner's export has ended: nothing is expected of one.
            let others = home.reportingBatteries[slot] > 0 || home.reportingInverters[slot] > 0
            if device.socTenths[slot] != HomeColumns.missing {
                if missed > 0 { close(slot) }
            } else if others {
                if missed == 0 { start = slot }
                missed += 1
                if missed == needed { alert = slot }
            }
        }
        if missed > 0 { close(home.lastKnown + 1) }
        return findings
    }

    /// An inverter that reports zeros while most of the array produces.
    private static func dead(_ device: DeviceSlots, expected: [Bool], in home: HomeContext) -> [Finding] {
        let needed = home.grid.slots(hours: home.parameters.deadHours)
        let isArrayUp = home.arrayIsUp
        var findings: [Finding] = []
        var start = 0
        var dead = 0
        var last = 0
        var alert = 0
        func close(_ until: Int) {
            defer { dead = 0 }
            guard dead >= needed else { return }
            let end = evidenceEnd(lastSeen: last, back: until, in: home)
            findings.append(
                home.finding(
                    .microDead,
                    of: device.serial,
                    in: start..<end,
                    alertSlot: alert,
                    severity: .critical,
                    sureness: .sure,
                    rule: FindingRule(
                        .zeroWhileArrayProduces,
                        [
                            ("daylight_hours", .number(home.parameters.deadHours, decimals: 1)),
                            ("array_share_of_rating", .number(home.parameters.deadArrayShare, decimals: 3)),
                        ]
                    ),
                    evidence: home.deviceRows(device.serial, start..<end).with {
                        $0.deviceKind = "inverter"
                        $0.zeroSlots = dead
                    }
                )
            )
        }
        for slot in device.known where expected[slot] {
            let value = device.energyWh[slot]
            if value == HomeColumns.missing { continue }
            if value > 0 {
                if dead > 0 { close(slot) }
            } else if isArrayUp[slot] {
                if dead == 0 { start = slot }
                dead += 1
                last = slot
                if dead == needed { alert = slot }
            }
        }
        if dead > 0 { close(device.known.upperBound) }
        return findings
    }
}
