// A site as analysis wants it: its series, its devices and what is known of it, whole or from a point on, as of today or
// as of a past night.

import Analysis
import Foundation
import Lake
import Readings

/// What of a site is read.
package struct SiteScope {
    /// Rows from this instant on; nil for all.
    package var rowsFrom: Int64?
    /// Rows up to this instant; nil for all.
    package var rowsTo: Int64?
    /// What was known at this instant: rows that had ended and arrived by then; nil for all.
    package var asOf: Int64?
    /// The snapshot; nil for the newest.
    package var snapshot: Int64?

    package var interval: Interval? {
        guard rowsFrom != nil || rowsTo != nil || asOf != nil else { return nil }
        let from = rowsFrom ?? 0
        let end = min(rowsTo ?? 253_402_300_800, asOf ?? 253_402_300_800)
        return Interval(startUTCSeconds: from, endUTCSeconds: max(from, end))
    }
}

/// Constants of reading a site.
private enum SiteReading {
    /// All time that instants can name.
    static let always = Interval(startUTCSeconds: 0, endUTCSeconds: 253_402_300_800)
}

extension LakeReader {
    /// Analyses a site; where all of it is looked at, the utility is asked too.
    ///
    /// - Parameter losses: what an earlier run knew of losses, for a scope that leaves rows out.
    package func analyse(
        _ site: Site,
        _ configuration: Configuration,
        scope: SiteScope = SiteScope(),
        losses: LossMemory = .none
    ) throws -> (analysis: SiteAnalysis, zone: TimeZoneRules, seconds: Double) {
        let zone = try ZoneFiles.load(site.timeZone)
        let captures = try newestCaptures(systemID: site.systemID)
        let states = try deviceStates(systemID: site.systemID)
        let (series, columns) = try home(site, scope, captures, states)
        let parameters = try configuration.detectors(site: site.name)
        let records = try records(site, scope, states)
        let began = CPUTime.seconds()
        let home = columns.map { HomeContext($0, site: site, parameters: parameters) }
        var analysis = SiteAnalysis(
            place: site.place,
            zone: zone,
            series: series,
            captures: captures,
            home: home,
            records: records,
            hasBattery: site.battery != nil,
            documents: try documentCover(site, snapshot: scope.snapshot),
            losses: losses
        )
        if scope.interval == nil && scope.snapshot == nil,
            let result = try reconciliation(site, zone, configuration, analysis: analysis)
        {
            analysis.add(result.findings(zone: zone, dataEnd: analysis.dataEnd))
        }
        return (analysis, zone, CPUTime.seconds() - began)
    }

    /// Returns a site's home, ready to be asked; nil where nothing has intervals of an hour or less.
    package func homeContext(_ site: Site, _ configuration: Configuration, scope: SiteScope = SiteScope())
        throws
        -> HomeContext?
    {
        let captures = try newestCaptures(systemID: site.systemID)
        let (_, columns) = try home(site, scope, captures, try deviceStates(systemID: site.systemID))
        let parameters = try configuration.detectors(site: site.name)
        return columns.map { HomeContext($0, site: site, parameters: parameters) }
    }

    /// The series of a site, and its columns with those of its devices; these are nil where nothing has intervals of an
    /// hour or less.
    private func home(
        _ site: Site,
        _ scope: SiteScope,
        _ captures: [SeriesKey: Int64],
        _ states: [Sourced<DeviceState>]
    ) throws -> ([SeriesKey: ReadingColumns], HomeColumns?) {
        var series = try readings(systemID: site.systemID, interval: scope.interval, snapshot: scope.snapshot)
        var devices = try deviceSeries(
            systemID: site.systemID,
            interval: scope.interval,
            snapshot: scope.snapshot
        )
        if let asOf = scope.asOf {
            let late = DeviceSeries.delays(devices)
            for (key, columns) in series {
                series[key] = columns.known(at: asOf, seconds: Int64(key.seconds), delays: late)
            }
            devices = devices.map { $0.known(at: asOf) }
        }
        let key = SiteAnalysis.precedence(series, captures: captures)
            .first { $0.seconds <= 3600 }
        let columns = HomeColumns(
            site: key.flatMap { key in series[key].map { (key, $0) } },
            devices: devices,
            changes: changes(states, scope)
        )
        return (series, columns)
    }

    /// What relay and settings did, from the states that devices reported.
    private func changes(_ states: [Sourced<DeviceState>], _ scope: SiteScope) -> [HomeChange] {
        states.compactMap { sourced in
            let state = sourced.record
            if let asOf = scope.asOf, state.atUTCSeconds > asOf { return nil }
            var change = HomeChange(atUTCSeconds: state.atUTCSeconds)
            change.isRelayOpen = state.gridRelay.map { $0 == "open" }
            change.isRelayCommandedOpen = state.gridRelayCommanded.map { $0 == "open" }
            change.reserve = state.properties[.reserve].flatMap { Double($0) }
            change.isStormGuard = state.properties[.stormGuard].map { $0 == "true" }
            return change == HomeChange(atUTCSeconds: state.atUTCSeconds) ? nil : change
        }
    }

    /// Events, states and the utility's intervals, which have rules of their own.
    private func records(_ site: Site, _ scope: SiteScope, _ states: [Sourced<DeviceState>]) throws
        -> SiteRecords
    {
        func isKnown(_ instant: Int64) -> Bool { scope.asOf.map { instant <= $0 } ?? true }
        let events = try seenEvents(site, states).filter { isKnown($0.seenUTCSeconds) }
        var records = SiteRecords(
            events: events,
            states: states.map(\.record).filter { isKnown($0.atUTCSeconds) },
            moments: try batteryMoments(systemID: site.systemID, interval: SiteReading.always).filter {
                isKnown($0.startUTCSeconds)
            },
            utility: try utilityIntervals(systemID: site.systemID).map(\.record).filter {
                isKnown($0.startUTCSeconds + Int64($0.seconds))
            }
        )
        records.bills = try currentBills(site).filter { bill in
            scope.asOf.map { bill.end.daysSince1970 * 86_400 <= $0 } ?? true
        }
        records.cloudRows = try cloudRows(site, behind: events, asOf: scope.asOf)
        return records
    }

    /// The events of a site, each with the time of the first capture that could show it.
    private func seenEvents(_ site: Site, _ states: [Sourced<DeviceState>]) throws -> [SeenEvent] {
        // A capture of the gateway names its own time; other documents have that of their download.
        let gateways = states.filter { $0.source == .gateway && $0.record.device.kind == .gateway }
            .map(\.record)
        let captures = gateways.map(\.atUTCSeconds).sorted()
        let own = Dictionary(grouping: gateways, by: \.device.serial).mapValues { states in
            states.map(\.atUTCSeconds).sorted()
        }
        let downloads = try imports(systemID: site.systemID).filter { $0.undoneBy == nil }
            .map { $0.capturedMicroseconds / 1_000_000 }.sorted()
        return try siteEvents(systemID: site.systemID).map { sourced in
            let start = sourced.record.startUTCSeconds
            let event = sourced.record
            let gateway =
                event.device.kind == .gateway ? event.device.serial : GatewayOrigin(event.origin).gateway
            let times = sourced.source == .gateway ? own[gateway] ?? captures : downloads
            return SeenEvent(sourced.record, seenUTCSeconds: times.first { $0 >= start } ?? start)
        }
    }

    /// The named site, or all.
    package func chosenSites(_ name: String?) throws -> [Site] {
        try name.map { [try site(named: $0)] } ?? sites()
    }

    /// Tells whether some series of a site are held against others, which asks for all of their rows.
    package func comparesSeries(_ site: Site) throws -> Bool {
        try newestCaptures(systemID: site.systemID).keys.count > 1
    }
}

extension ReadingColumns {
    /// Returns the rows that had ended and arrived at an instant.
    fileprivate func known(at asOf: Int64, seconds: Int64, delays: [Int64: Int64]) -> ReadingColumns {
        var result = ReadingColumns()
        for row in 0..<rowCount
        where startUTCSeconds[row] + seconds + (delays[startUTCSeconds[row]] ?? 0) <= asOf {
            result.append(row: row, of: self)
        }
        return result
    }
}

extension DeviceSeries {
    /// Returns the rows that had ended and arrived at an instant.
    func known(at asOf: Int64) -> DeviceSeries {
        var result = DeviceSeries(device: device, source: source, seconds: seconds)
        let delays = self[.delay]
        for row in startUTCSeconds.indices {
            let delay = delays[row] == HomeColumns.missing ? 0 : Int64(delays[row])
            guard startUTCSeconds[row] + Int64(seconds) + delay <= asOf else { continue }
            result.startUTCSeconds.append(startUTCSeconds[row])
            for column in columns.indices { result.columns[column].append(columns[column][row]) }
        }
        return result
    }
}

extension DeviceSeries {
    /// How long behind its end each of the site's intervals was reported.
    static func delays(_ devices: [DeviceSeries]) -> [Int64: Int64] {
        guard let meter = devices.first(where: { $0.device.kind == .meter && !$0[.delay].isEmpty }) else {
            return [:]
        }
        var delays: [Int64: Int64] = [:]
        for (start, delay) in zip(meter.startUTCSeconds, meter[.delay]) where delay != HomeColumns.missing {
            delays[start] = Int64(delay)
        }
        return delays
    }
}
