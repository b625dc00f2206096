// The facts of a month, a year, or any stretch of time of a site. What they are called stands in Words.

import Analysis
import Readings

/// What is told of a stretch of time.
package struct PeriodFacts: Sendable {
    let material: ReportMaterial
    /// The time in words, as `March 2025`.
    let title: String
    /// The time.
    let interval: Interval
    /// The local days of the time.
    let days: [DayTotals]
    /// The series that speaks for it; nil where none has rows.
    let presence: Presence?
    let totals: PeriodTotals
    /// The findings that touch the time, the gravest first.
    let findings: [ReportedFinding]
    /// What the gaps of the time hide, per channel in the order of `Channel`; nil where nothing can be said.
    let missing: [EnergyEstimate?]
    let batteries: [BatteryFacts]
    let inverters: [InverterFacts]
    /// What the middle inverter gave on each day, Wh; nil where none did.
    let middleInverter: [Double?]
    /// The silences and bills of the time; nil where they were not asked for.
    let reconciliation: ReconciliationReport?
    let sky: SkyExpectation?

    var site: Site { material.site }
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
        totals = PeriodTotals(chosen, title: title, interval: interval)
        let span = chosen?.span
        self.days = days.compactMap { day in
            chosen.map { DayTotals($0, day: day, zone: zone, span: span) }
        }
        // A finding of an instant belongs to the time in which it lies.
        let own = material.findings.filter {
            $0.finding.interval.overlaps(interval) || interval.contains($0.finding.start.utcSeconds)
        }
        findings = own.sorted(by: PeriodFacts.isGraver)
        let devices = PeriodFacts.resolved(material)
        batteries = PeriodFacts.named(BatteryFacts.all(devices, in: interval), material, interval)
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
        let sky = PeriodFacts.sky(material, interval)
        self.sky = sky
        missing = MissingEnergy(own, reconciliation: material.reconciliation, sky: sky).estimates(
            chosen,
            zone,
            interval
        )
    }

    /// The devices' rows with the cloud's own ids of inverters in the place of which a document gives serial numbers.
    private static func resolved(_ material: ReportMaterial) -> [DeviceSeries] {
        var serials: [String: String] = [:]
        for state in material.states where state.device.kind == .inverter {
            guard let note = state.properties[.note], note.hasPrefix("id ") else { continue }
            serials[note] = state.device.serial
        }
        guard !serials.isEmpty else { return material.devices }
        return material.devices.map { series in
            guard let serial = serials[series.device.serial] else { return series }
            var named = DeviceSeries(
                device: Device(series.device.kind, serial),
                source: series.source,
                seconds: series.seconds
            )
            named.startUTCSeconds = series.startUTCSeconds
            named.columns = series.columns
            return named
        }
    }

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

    /// Days behind which no scale of the sky is taken: a year, in which the array has seen every season.
    private static let skyDays: Int64 = 366

    /// The array under a clear sky, by the whole days of a year up to the end of a time.
    private static func sky(_ material: ReportMaterial, _ interval: Interval) -> SkyExpectation? {
        let zone = material.zone
        guard let end = material.analysis.dataEnd.map({ min($0, interval.endUTCSeconds) }) else { return nil }
        let year = Interval(
            startUTCSeconds: end - skyDays * 86_400,
            endUTCSeconds: max(end, end - skyDays * 86_400)
        )
        guard let presence = SeriesChoice.best(material.analysis, year), presence.isMetered else {
            return nil
        }
        let energy = presence.columns[.produced]
        var day = zone.wallClock(atUTCSeconds: year.startUTCSeconds).day.advanced(by: 1)
        var days: [(interval: Interval, producedKWh: Double)] = []
        while zone.startOfDay(day) < end {
            let own = zone.interval(of: day)
            var sum: Int64 = 0
            var seconds: Int64 = 0
            for row in presence.columns.rowRange(in: own)
            where presence.isPresent[row] && energy[row] != ReadingColumns.missingWh {
                sum += Int64(energy[row])
                seconds += presence.end(ofRow: row) - presence.columns.startUTCSeconds[row]
            }
            if Double(seconds) >= ReconciliationParameters.observedShare * Double(own.seconds) {
                days.append((own, Double(sum) / 1000))
            }
            day = day.advanced(by: 1)
        }
        return SkyExpectation(place: material.site.place, array: material.site.array, days: days)
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

    private static func named(_ batteries: [BatteryFacts], _ material: ReportMaterial, _ interval: Interval)
        -> [BatteryFacts]
    {
        let firmware = firmware(material.states, until: interval.endUTCSeconds)
        return batteries.map { battery in
            var own = battery
            own.firmware =
                firmware[Device(.battery, battery.serial)] ?? firmware[Device(.acBattery, battery.serial)]
            for reading in material.batteryStates
            where reading.device.serial == battery.serial && reading.startUTCSeconds < interval.endUTCSeconds
            {
                own.healthPercent = reading.values[.stateOfHealth] ?? own.healthPercent
                own.reportedCycles = reading.values[.cycles] ?? own.reportedCycles
            }
            return own
        }
    }

    // MARK: What follows

    /// The time from the first data of the site to the end of the newest; nil without data.
    var dataSpan: Interval? {
        let spans = material.analysis.series.compactMap(\.presence.span)
        guard let first = spans.map(\.startUTCSeconds).min(), let last = spans.map(\.endUTCSeconds).max()
        else {
            return nil
        }
        return Interval(startUTCSeconds: first, endUTCSeconds: last)
    }

    /// Days of the time in which data were to be expected, and those of which all but single reports are there.
    var watchedDays: (watched: Int, expected: Int) {
        let expected = days.filter { $0.coverage.expected > 0 }
        let watched = expected.count { $0.coverage.share >= ReconciliationParameters.observedShare }
        return (watched, expected.count)
    }

    /// Open findings.
    var open: [ReportedFinding] { findings.filter(\.isOpen) }

    /// Findings that ask for the owner.
    var needing: [ReportedFinding] {
        open.filter { !$0.isQuiet && $0.finding.severity >= .warning }
    }

    /// What the array made on the whole days of a time over what a clear sky would have given on them; nil where that cannot be told.
    func skyShare(_ days: [DayTotals]) -> (recordedKWh: Double, clearKWh: Double)? {
        guard let sky else { return nil }
        var sums = (recordedKWh: 0.0, clearKWh: 0.0)
        for day in days where day.coverage.expected > 0 {
            guard day.coverage.share >= ReconciliationParameters.observedShare,
                let produced = day.energy[Channel.produced.rawValue]
            else { continue }
            sums.recordedKWh += produced.kilowattHours
            sums.clearKWh += sky.kilowattHours(zone.interval(of: day.day))
        }
        return sums.clearKWh > 0 ? sums : nil
    }

    /// Events of the kinds that concern the grid, in order.
    var gridEvents: [SiteEvent] { events([.gridOutage, .offGrid, .relayOpenedItself]) }

    /// Devices and firmware that changed, in order.
    var deviceEvents: [SiteEvent] { events([.firmwareChanged, .inverterLost, .deviceSilent, .meterFault]) }

    /// What the vendor's own lists say, in order.
    var vendorEvents: [SiteEvent] { events([.vendorEvent, .vendorAlarm]) }

    private func events(_ kinds: Set<SiteEvent.Kind>) -> [SiteEvent] {
        var seen: Set<String> = []
        return material.events.filter { event in
            guard kinds.contains(event.kind) else { return false }
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
            guard let relay = state.properties[.relayActual] else { continue }
            if relay == "open" {
                from = from ?? state.atUTCSeconds
            } else if let start = from {
                openings.append(Interval(startUTCSeconds: start, endUTCSeconds: state.atUTCSeconds))
                from = nil
            }
        }
        // One that lasts is known to last to the newest data.
        if let start = from, let end = dataSpan?.endUTCSeconds, end > start {
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
}
