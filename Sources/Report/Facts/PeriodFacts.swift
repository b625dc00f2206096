// The facts of a month, a year, or any stretch of time of a site. What is said of them stands in Sections, how it is
// called in Words.

import Analysis
import Readings

/// What is told of a stretch of time.
package struct PeriodFacts: Sendable {
    /// What the facts are made of.
    let material: ReportMaterial
    /// The time in words, as `March 2025`.
    let title: String
    /// The time.
    let interval: Interval
    /// The local days of the time.
    let days: [DayTotals]
    /// The series that speaks for it; nil where none has rows.
    let presence: Presence?
    /// Recorded energy and coverage of all of it.
    let totals: PeriodTotals
    /// The findings that touch the time, each by itself, the gravest first.
    let records: [ReportedFinding]
    /// The same told by their causes: what is of one cause is one, with the others as its companions.
    let findings: [ReportedFinding]
    /// What is known of the gaps of the time.
    private let gaps: MissingEnergy
    /// What the gaps of the time hide, per channel in the order of `Channel`; nil where nothing can be said.
    let missing: [EnergyEstimate?]
    /// The batteries of which there are rows.
    let batteries: [BatteryFacts]
    /// The inverters of which there are rows.
    let inverters: [InverterFacts]
    /// What the middle inverter gave on each day, Wh; nil where none did.
    let middleInverter: [Double?]
    /// The silences and bills of the time; nil where they were not asked for.
    let reconciliation: ReconciliationReport?
    /// The array under a clear sky; nil where that cannot be told.
    let sky: SkyExpectation?

    /// The site.
    var site: Site { material.site }
    /// The zone's rules.
    var zone: TimeZoneRules { material.zone }

    /// Gathers the facts of a time.
    ///
    /// - Parameters:
    ///   - firstDay, dayCount: the local days of the time.
    init(_ material: ReportMaterial, title: String, firstDay: CivilDate, dayCount: Int) {
        self.material = material
        self.title = title
        let zone = material.zone
        let days = (0..<dayCount).map { firstDay.advanced(by: Int64($0)) }
        let interval = Interval(
            startUTCSeconds: zone.startOfDay(firstDay),
            endUTCSeconds: zone.startOfDay(firstDay.advanced(by: Int64(dayCount)))
        )
        self.interval = interval
        let chosen = SeriesChoice.best(material.analysis, interval)
        presence = chosen
        totals = PeriodTotals(material, chosen, title: title, interval: interval)
        let span = chosen?.span
        self.days = days.compactMap { day in
            chosen.map { DayTotals($0, day: day, zone: zone, span: span) }
        }
        // A finding of an instant belongs to the time in which it lies.
        func touches(_ reported: ReportedFinding) -> Bool {
            reported.finding.interval.overlaps(interval)
                || interval.contains(reported.finding.start.utcSeconds)
        }
        let own = material.findings.filter(touches)
        records = own.sorted(by: PeriodFacts.isGraver)
        // Of a cause that touches the time by one of its findings all is told.
        findings =
            (ReportedFinding.told(material.findings.filter(\.isOpen)).filter {
                $0.all.contains(where: touches)
            }
            + own.filter { !$0.isOpen }).sorted(by: PeriodFacts.isGraver)
        let devices = InverterSerials.resolved(material.devices, by: material.states)
        batteries = PeriodFacts.named(
            BatteryFacts.all(devices, moments: material.batteryStates, in: interval),
            by: material,
            until: interval.endUTCSeconds
        )
        let (facts, middle) = InverterFacts.all(
            devices,
            dayStarts: days.map { zone.startOfDay($0) },
            end: interval.endUTCSeconds
        )
        let firmware = PeriodFacts.firmware(material.states, until: interval.endUTCSeconds)
        inverters = facts.map { own in
            var own = own
            own.firmware = firmware[Device(.inverter, own.serial)]
            return own
        }
        middleInverter = middle
        let (first, last) = (firstDay, firstDay.advanced(by: Int64(dayCount)))
        reconciliation = material.reconciliation.map { result in
            ReconciliationReport(
                site: material.site,
                zone: zone,
                result: result,
                programVersion: material.programVersion,
                gaps: { $0.gap.overlaps(interval) },
                bills: { $0.period.start < last && first < $0.period.end }
            )
        }
        let sky = PeriodFacts.sky(material)
        self.sky = sky
        gaps = MissingEnergy(
            own,
            reconciliation: material.reconciliation,
            sky: sky,
            installedW: material.site.installed.map { Double($0.value) }
        )
        missing = gaps.estimates(chosen, zone: zone, in: interval)
    }

    /// Tells whether a finding is told before another.
    private static func isGraver(_ left: ReportedFinding, _ right: ReportedFinding) -> Bool {
        let (one, other) = (left.finding, right.finding)
        if one.severity != other.severity { return one.severity > other.severity }
        if (one.end == nil) != (other.end == nil) { return one.end == nil }
        // Of what began together the silence itself comes first.
        if one.start == other.start, (one.kind == .siteSilent) != (other.kind == .siteSilent) {
            return one.kind == .siteSilent
        }
        return (one.start, one.kind.rawValue, one.device) < (other.start, other.kind.rawValue, other.device)
    }

    /// The newest firmware of each device that was known at an instant.
    static func firmware(_ states: [DeviceState], until end: Int64) -> [Device: String] {
        var newest: [Device: (at: Int64, text: String)] = [:]
        for state in states where state.atUTCSeconds < end {
            guard let text = state.properties[.firmware],
                newest[state.device]?.at ?? .min <= state.atUTCSeconds
            else { continue }
            newest[state.device] = (state.atUTCSeconds, text)
        }
        return newest.mapValues(\.text)
    }

    /// Batteries with what they said of themselves before an instant.
    private static func named(_ batteries: [BatteryFacts], by material: ReportMaterial, until end: Int64)
        -> [BatteryFacts]
    {
        let firmware = firmware(material.states, until: end)
        return batteries.map { battery in
            var own = battery
            own.firmware =
                firmware[Device(.battery, battery.serial)] ?? firmware[Device(.acBattery, battery.serial)]
            for reading in material.batteryStates
            where reading.device.serial == battery.serial && reading.startUTCSeconds < end {
                own.healthPercent = reading.values[.stateOfHealth] ?? own.healthPercent
                own.reportedCycles = reading.values[.cycles] ?? own.reportedCycles
            }
            return own
        }
    }

    // MARK: What follows

    /// The time from the first interval of the site to the end of the newest; nil without intervals.
    var seriesSpan: Interval? {
        let spans = material.analysis.series.compactMap(\.presence.span)
        guard let first = spans.map(\.startUTCSeconds).min(), let last = spans.map(\.endUTCSeconds).max()
        else {
            return nil
        }
        return Interval(startUTCSeconds: first, endUTCSeconds: last)
    }

    /// The time from the first data of any kind to the newest; nil without data.
    var dataSpan: Interval? {
        let firsts =
            [seriesSpan?.startUTCSeconds, material.states.map(\.atUTCSeconds).min()]
            + material.devices.map { $0.startUTCSeconds.first }
        guard let first = firsts.compactMap({ $0 }).min() else { return nil }
        let last = [seriesSpan?.endUTCSeconds, material.dataEnd, material.states.map(\.atUTCSeconds).max()]
        return Interval(
            startUTCSeconds: first,
            endUTCSeconds: max(first, last.compactMap { $0 }.max() ?? first)
        )
    }

    /// Days of the time in which data were to be expected, and those of which all but single reports are there.
    var watchedDays: (watched: Int, expected: Int) {
        let expected = days.filter { $0.coverage.expected > 0 }
        let watched = expected.count { $0.coverage.share >= ReconciliationParameters.observedShare }
        return (watched, expected.count)
    }

    /// What the gaps of a part of the time hide of the production, kWh; nil where nothing can be said.
    func missingProduction(_ part: Interval) -> Double? {
        gaps.estimates(presence, zone: zone, in: part)[Channel.produced.rawValue].map { $0.middle / 1000 }
    }

    /// Open findings, told by their causes.
    var open: [ReportedFinding] { findings.filter(\.isOpen) }

    /// Open findings of some weight that stand so with the owner, the gravest first. Of those that he knows of, and of a
    /// silence with what it hid, lighter ones count too.
    func standing(_ standing: FindingStanding) -> [ReportedFinding] {
        open.filter { $0.standing == standing && $0.finding.severity >= .warning }
    }
}
