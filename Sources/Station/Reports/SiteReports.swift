// What reports of a site are made of, read from the store.

import Analysis
import Foundation
import Ingest
import Lake
import Readings
import Report

/// The stretch of time of a report.
package enum ReportPeriod {
    case month(CivilMonth)
    case year(Int)
    case time(Interval)

    /// Returns the time in a zone.
    package func interval(_ zone: TimeZoneRules) -> Interval {
        switch self {
        case .month(let month): return zone.interval(of: month)
        case .year(let year):
            func start(_ year: Int) -> Int64 {
                zone.startOfDay(
                    CivilDate(
                        daysSince1970: CivilDate.daysSince1970(year: Int64(year), month: 1, day: 1)
                    )
                )
            }
            return Interval(startUTCSeconds: start(year), endUTCSeconds: start(year + 1))
        case .time(let interval): return interval
        }
    }
}

/// Reads what reports are made of.
package struct SiteReports {
    package let lake: any LakeReader
    package let site: Site
    package let zone: TimeZoneRules
    package let configuration: Configuration

    /// Days of rows in which findings are looked for where no check has run: rules learn from ninety, a month is told, and
    /// what lasts is followed for another one.
    private static let unchecked: Int64 = 150 * 86_400

    /// Seconds of rows behind a report's time that are looked at too, so that what ended soon is not told to last.
    private static let behind: Int64 = 31 * 86_400

    package init(lake: any LakeReader, site: Site, configuration: Configuration) throws {
        self.lake = lake
        self.site = site
        self.configuration = configuration
        zone = try ZoneFiles.load(site.timeZone)
    }

    /// Returns the report of a month, nil for the newest with data.
    package func monthly(_ month: CivilMonth?) throws -> MonthlyReport {
        let losses = try lake.lossMemory(site, configuration) ?? .none
        let analysis = try lake.wholeAnalysis(site, zone, losses: losses)
        let chosen = try month ?? newestDay(analysis).map { CivilMonth($0) }
        guard let chosen else { throw noData }
        return MonthlyReport(try material(.month(chosen), analysis), month: chosen)
    }

    /// Returns the report of a year, nil for the newest with data.
    package func yearly(_ year: Int?) throws -> YearlyReport {
        let losses = try lake.lossMemory(site, configuration) ?? .none
        let analysis = try lake.wholeAnalysis(site, zone, losses: losses)
        guard let chosen = try year ?? newestDay(analysis)?.year else { throw noData }
        guard let report = YearlyReport(try material(.year(chosen), analysis), year: chosen) else {
            throw StationError.noYear(chosen)
        }
        return report
    }

    private var noData: StationError {
        .noData(site: site.name)
    }

    /// The newest day with interval data, else that of a capture or a device, else the first day of the newest bill.
    private func newestDay(_ analysis: SiteAnalysis) throws -> CivilDate? {
        let end = try analysis.dataEnd ?? newest(try lake.deviceStates(systemID: site.systemID))
        if let end { return zone.wallClock(atUTCSeconds: end - 1).day }
        return try lake.currentBills(site).map(\.start).max()
    }

    /// The end of the newest thing that the site's own system reported: captures of the gateway are such.
    private func newest(_ states: [Sourced<DeviceState>]) throws -> Int64? {
        let captures = states.filter { $0.source == .gateway }.map(\.record.atUTCSeconds)
        return [try lake.dataEnd(site, zone), captures.max()].compactMap { $0 }.max()
    }

    /// Returns what a report of a time is made of.
    package func material(_ period: ReportPeriod, _ analysis: SiteAnalysis) throws -> ReportMaterial {
        let interval = period.interval(zone)
        let bills = try lake.currentBills(site)
        let isChecked = try lake.analysisMark(systemID: site.systemID) != nil
        let reconciliation =
            concernsUtility(interval, bills, analysis)
            ? try lake.reconciliation(site, zone, configuration, analysis: analysis, bills: bills)
            : nil
        let states = try lake.deviceStates(systemID: site.systemID)
        let dataEnd = try newest(states)
        let to = interval.endUTCSeconds + SiteReports.behind
        let from = min(interval.startUTCSeconds, interval.endUTCSeconds - SiteReports.unchecked)
        var material = ReportMaterial(
            site: site,
            zone: zone,
            analysis: analysis,
            findings: isChecked
                ? try stored(dataEnd)
                : try looked(SiteScope(rowsFrom: from, rowsTo: to), in: analysis, with: reconciliation),
            isChecked: isChecked,
            programVersion: lake.environment.programVersion
        )
        if !isChecked, let first = analysis.series.map(\.scope.startUTCSeconds).min(),
            let last = analysis.dataEnd, first < from || to < last
        {
            material.analysed = Interval(
                startUTCSeconds: max(first, from),
                endUTCSeconds: max(first, from, min(to, last))
            )
        }
        material.reconciliation = reconciliation
        material.newestUTCSeconds = dataEnd
        material.skyScale = try lake.skyScale(site, zone, by: analysis)
        material.expectedDays = lake.expectedDays(site, by: analysis)
        material.notLookedFor = try notLookedFor(interval, analysis)
        material.identifiers = try lake.siteIdentifiers(systemID: site.systemID).map { ($0.kind, $0.value) }
        material.devices = try lake.deviceSeries(systemID: site.systemID, interval: interval)
        material.batteryStates = try lake.batteryMoments(systemID: site.systemID, interval: interval)
        material.states = states.map(\.record)
        material.events = try events(states)
        material.generators = try generators(material, interval)
        material.bills = bills
        material.tariff = configuration.tariff(site: site.name)
        material.cases = try CaseBook.read(lake).cases
        material.sources = try sources(interval, states)
        return material
    }

    /// Tells whether bills or a silence of a day or longer touch a time: else the utility has nothing to say of it.
    private func concernsUtility(_ interval: Interval, _ bills: [Bill], _ analysis: SiteAnalysis) -> Bool {
        let isBilled = bills.contains { bill in
            zone.startOfDay(bill.start) < interval.endUTCSeconds
                && interval.startUTCSeconds < zone.startOfDay(bill.end)
        }
        return isBilled
            || analysis.findings.contains {
                $0.kind == .siteSilent && $0.interval.overlaps(interval)
                    && $0.interval.seconds >= ReconciliationParameters.shortestGap
            }
    }

    /// What documents say happened, and changes of firmware, which show between documents.
    private func events(_ states: [Sourced<DeviceState>]) throws -> [SiteEvent] {
        var events = try lake.siteEvents(systemID: site.systemID).map(\.record)
        for (_, own) in Dictionary(grouping: states, by: \.source).sorted(by: {
            $0.key.rawValue < $1.key.rawValue
        }) {
            events += CounterHistory.firmwareChanges(in: own.map(\.record))
        }
        return events
    }

    /// The rows of generators, of a year before the report's time too; none are read where there is no generator.
    private func generators(_ material: ReportMaterial, _ interval: Interval) throws -> [DeviceSeries] {
        guard material.devices.contains(where: { $0.device.kind == .generator }) else { return [] }
        let wider = Interval(
            startUTCSeconds: interval.startUTCSeconds - 366 * 86_400,
            endUTCSeconds: interval.endUTCSeconds
        )
        return try lake.deviceSeries(systemID: site.systemID, interval: wider).filter {
            $0.device.kind == .generator
        }
    }

    /// The documents from which rows of a time come. A capture of the gateway bears its own time; when any other was taken its
    /// file alone could tell, which may have been copied since.
    private func sources(_ interval: Interval, _ states: [Sourced<DeviceState>]) throws
        -> [ReportMaterial.SourceDocument]
    {
        let captures = states.filter { $0.source == .gateway && $0.record.device.kind == .gateway }
            .map(\.record.atUTCSeconds)
        return try lake.imports(systemID: site.systemID, months: CivilMonth.utcMonths(of: interval)).map {
            record in
            let last = record.lastMicroseconds.map { $0 / 1_000_000 } ?? .min
            let isCapture = record.summary.contains("\"format\":\"gateway capture")
            return ReportMaterial.SourceDocument(
                name: record.sourceName,
                sha256: record.sha256 ?? "",
                importID: record.importID,
                capturedUTCSeconds: isCapture ? captures.filter { $0 <= last }.max() : nil
            )
        }
    }

    /// Returns what the site's data do not allow to look for in a time.
    ///
    /// - Parameters:
    ///   - interval: the time; nil for all.
    ///   - analysis: that of the whole site.
    func notLookedFor(_ interval: Interval?, _ analysis: SiteAnalysis) throws -> [MissingDetector] {
        DetectorReadiness.notLookedFor(
            try lake.homeContext(site, configuration, scope: told(interval)),
            try known(
                analysis,
                try lake.deviceStates(systemID: site.systemID),
                bills: try lake.currentBills(site)
            )
        )
    }

    /// The rows by which it is said what could be looked for in a time: its own and those of the month before, by which rules
    /// learn.
    private func told(_ interval: Interval?) -> SiteScope {
        guard let interval else { return SiteScope() }
        return
            SiteScope(
                rowsFrom: interval.startUTCSeconds - SiteReports.behind,
                rowsTo: interval.endUTCSeconds
            )
    }

    /// Which records the site has, of any time.
    private func known(_ analysis: SiteAnalysis, _ states: [Sourced<DeviceState>], bills: [Bill]) throws
        -> KnownRecords
    {
        var known = KnownRecords()
        known.hasCaptures = states.contains { $0.source == .gateway }
        known.hasFirmware = states.contains { $0.record.properties[.firmware] != nil }
        known.hasBills = !bills.isEmpty
        known.historyCount = Set(analysis.series.map(\.presence.key)).count
        known.hasUtilityIntervals = try !lake.utilityIntervals(systemID: site.systemID).isEmpty
        return known
    }
}
