// What messages say of a site, asked from the store when they are made.

import Analysis
import Lake
import Notify
import Readings

/// Where the data of sites end, as far as it was asked for already: it is the dear part of what messages need, and does not change
/// while they are sent. A class, because it remembers.
final class KnownEnds {
    fileprivate var ends: [Int64: [Source: SourceEnd]] = [:]
}

/// Where the facts of sites are asked; each site once. A class, because it remembers.
final class SiteFactsMaker {
    private let lake: any LakeReader
    private let configuration: Configuration
    /// The time, seconds UTC.
    private let now: Int64
    private let explained: [String: Set<Int64>]
    private let checkedAt: Instant?
    private let ends: KnownEnds
    private var views: [Int64: SiteView] = [:]
    private var known: [Int64: SiteFacts] = [:]
    /// What devices said of themselves in the last days, by site.
    private var lately: [Int64: [DeviceState]] = [:]

    /// Devices are asked for what they said in the last two days of the data.
    private static let deviceSeconds: Int64 = 2 * 86_400
    /// As long as home automation believes what it was told, seconds.
    private static let freshSeconds: Int64 = 36 * 3600
    private static let weekDays: Int64 = 7

    /// Prepares to ask.
    ///
    /// - Throws: `LakeError`.
    init(_ lake: any LakeReader, _ configuration: Configuration, now: Int64, ends: KnownEnds = KnownEnds())
        throws
    {
        (self.lake, self.configuration, self.now, self.ends) = (lake, configuration, now, ends)
        explained = CaseBook.explained(lake)
        checkedAt = try lake.lastRun().map { Instant(utcSeconds: $0.atMicroseconds / 1_000_000) }
    }

    /// All sites of the store, as they are known now.
    func allViews() throws -> [SiteView] { try lake.sites().map { try view($0) } }

    /// Returns a site as it is known now.
    func view(_ site: Site) throws -> SiteView {
        if let view = views[site.systemID] { return view }
        let zone = try ZoneFiles.load(site.timeZone)
        let end = SiteEnd(try dataEnds(site, zone))
        let view = SiteView(site: site, zone: zone, end: end, now: now)
        views[site.systemID] = view
        return view
    }

    private func dataEnds(_ site: Site, _ zone: TimeZoneRules) throws -> [Source: SourceEnd] {
        let found = try ends.ends[site.systemID] ?? lake.dataEnds(site, zone)
        ends.ends[site.systemID] = found
        return found
    }

    /// The site of a number; nil for one that is gone.
    private func site(_ systemID: Int64) throws -> Site? {
        try lake.sites().first { $0.systemID == systemID }
    }

    /// Returns what messages say of a site; nil where the store has no such site.
    func facts(systemID: Int64) throws -> SiteFacts? {
        if let facts = known[systemID] { return facts }
        guard let site = try site(systemID) else { return nil }
        let view = try view(site)
        var facts = SiteFacts(name: site.name, zone: view.zone, nowUTCSeconds: now)
        facts.dataUntil = (view.end.data ?? view.end.rows).map { Instant(utcSeconds: $0) }
        facts.checkedAt = checkedAt
        facts.findings = try lake.outboxDesk {
            try NotifyDesk.findings($0, of: view, explained: explained[site.name] ?? [])
        }
        facts.serials = Set(try states(view).map(\.device.serial)).filter { !$0.isEmpty }
        facts.tariff = configuration.tariff(site: site.name).map {
            ($0.importPerKWh, $0.exportPerKWh, $0.currency)
        }
        known[systemID] = facts
        return facts
    }

    // MARK: The week

    /// Returns a site's last seven whole days.
    ///
    /// - Parameter failing: channels that do not deliver, with the reason.
    func week(systemID: Int64, failing: [(name: String, reason: String)]) throws -> WeekFacts? {
        guard let site = try site(systemID) else { return nil }
        let zone = try view(site).zone
        let today = zone.wallClock(atUTCSeconds: now).day
        let days = today.advanced(by: -SiteFactsMaker.weekDays)..<today
        let interval = Interval(
            startUTCSeconds: zone.startOfDay(days.lowerBound),
            endUTCSeconds: zone.startOfDay(days.upperBound)
        )
        let readings = try lake.readings(systemID: systemID, interval: interval)
        let order = SiteAnalysis.precedence(readings, captures: try lake.newestCaptures(systemID: systemID))
        let sums = try Totals(lake: lake, length: .day) { _ in interval }.sums(of: site)
        guard let key = order.first, let own = sums[key] else {
            return WeekFacts(
                days: days,
                recordedWh: [],
                expectedIntervals: 0,
                presentIntervals: 0,
                failingChannels: failing
            )
        }
        return WeekFacts(
            days: days,
            recordedWh: SiteFactsMaker.energies(own),
            expectedIntervals: Int((interval.endUTCSeconds - interval.startUTCSeconds) / Int64(key.seconds)),
            presentIntervals: own.reduce(0) { $0 + $1.rows - $1.absentRows },
            failingChannels: failing
        )
    }

    // MARK: Devices

    /// Returns how batteries and relay stood when they were heard last.
    func homeState(systemID: Int64) throws -> HomeState {
        var home = HomeState()
        guard let site = try site(systemID) else { return home }
        let view = try view(site)
        var charges: [String: (at: Int64, percent: Double?)] = [:]
        for state in try states(view) where state.device.kind == .battery {
            charges[state.device.serial] = charges[state.device.serial] ?? (.min, nil)
        }
        guard let interval = SiteFactsMaker.lastDays(view) else { return home }
        for reading in try lake.deviceReadings(systemID: systemID, interval: interval).map(\.record)
        where reading.device.kind == .battery {
            guard let percent = reading.values[.stateOfCharge] else { continue }
            let at = reading.startUTCSeconds + Int64(reading.seconds)
            guard charges[reading.device.serial].map({ $0.at <= at }) ?? true else { continue }
            charges[reading.device.serial] = (at, percent)
        }
        // What is old says nothing of now.
        let fresh = now - SiteFactsMaker.freshSeconds
        home.batteries = charges.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value.at >= fresh ? $0.value.percent : nil)
        }
        home.relay = try states(view).filter { $0.gridRelay != nil && $0.atUTCSeconds >= fresh }
            .max { $0.atUTCSeconds < $1.atUTCSeconds }?.gridRelay
        return home
    }

    private func states(_ view: SiteView) throws -> [DeviceState] {
        let systemID = view.site.systemID
        if let known = lately[systemID] { return known }
        guard let interval = SiteFactsMaker.lastDays(view) else { return [] }
        let found = try lake.deviceStates(systemID: systemID, interval: interval).map(\.record)
        lately[systemID] = found
        return found
    }

    private static func lastDays(_ view: SiteView) -> Interval? {
        view.dataEnd.map { Interval(startUTCSeconds: $0 - deviceSeconds, endUTCSeconds: $0 + 1) }
    }

    // MARK: Numbers

    /// Writes the file of numbers, where the owner wants one.
    ///
    /// - Parameter lastCheck: as `metrics`.
    /// - Returns: what went wrong, in one line; nil for nothing.
    func writeNumbers(lastCheck: (atUTCSeconds: Int64, exitCode: Int32)?) throws -> String? {
        guard let path = configuration.notify.prometheus else { return nil }
        return PrometheusFile.write(try metrics(lastCheck: lastCheck).text, to: path)
    }

    /// Returns the numbers of all sites, for a monitoring system.
    ///
    /// - Parameter lastCheck: when the last check ended and with which exit code; nil where that is not known.
    func metrics(lastCheck: (atUTCSeconds: Int64, exitCode: Int32)?) throws -> Metrics {
        var metrics = Metrics()
        metrics.lastCheck = lastCheck
        for view in try allViews() {
            let systemID = view.site.systemID
            var own = Metrics.SiteMetrics(site: view.site.name)
            own.dataEnds = try dataEnds(view.site, view.zone).map {
                ($0.key.name, $0.value.data ?? $0.value.end)
            }
            .sorted { $0.0 < $1.0 }
            let asking = try facts(systemID: systemID)?.findings.filter {
                $0.leader == nil && ($0.standing == .now || $0.standing == .followUp) && $0.state == .open
            }
            own.findings = Severity.allCases.map { severity in
                (severity, (asking ?? []).count { $0.finding.severity == severity })
            }
            own.charges = try homeState(systemID: systemID).batteries.compactMap { battery in
                battery.percent.map { (battery.serial, $0 / 100) }
            }
            own.recordedWh = try recorded(view.site)
            metrics.sites.append(own)
        }
        let waiting = try lake.outbox([.waiting], limit: nil)
        metrics.outboxWaiting = configuration.notify.channels.map { channel in
            (channel.name, waiting.count { $0.channel == channel.name })
        }
        return metrics
    }

    /// All energy of the series that counts, by channel.
    private func recorded(_ site: Site) throws -> [(Channel, Int64)] {
        let sums = try Totals(lake: lake, length: .year) { _ in nil }.sums(of: site)
        let newest = sums.max {
            ($0.value.last?.period ?? "", $0.value.last?.rows ?? 0) < (
                $1.value.last?.period ?? "", $1.value.last?.rows ?? 0
            )
        }
        return SiteFactsMaker.energies(newest?.value ?? [])
    }

    /// The energy of periods together, by channel; those without a value are left out.
    private static func energies(_ sums: [Totals.Sum]) -> [(Channel, Int64)] {
        Channel.allCases.compactMap { channel in
            guard sums.contains(where: { $0.valueCounts[channel.rawValue] > 0 }) else { return nil }
            return (channel, sums.reduce(0) { $0 + $1.energyWh[channel.rawValue] })
        }
    }
}
