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
        let analysis = try lake.wholeAnalysis(site, zone)
        let chosen = try month ?? newestDay(analysis).map { CivilMonth($0) }
        guard let chosen else { throw noData }
        return MonthlyReport(try material(.month(chosen), analysis), month: chosen)
    }

    /// Returns the report of a year, nil for the newest with data.
    package func yearly(_ year: Int?) throws -> YearlyReport {
        let analysis = try lake.wholeAnalysis(site, zone)
        guard let chosen = try year ?? newestDay(analysis)?.year else { throw noData }
        guard let report = YearlyReport(try material(.year(chosen), analysis), year: chosen) else {
            throw StationError.noYear(chosen)
        }
        return report
    }

    private var noData: StationError {
        .noData(site: site.name)
    }

    /// The newest day with interval data, else the first day of the newest bill.
    private func newestDay(_ analysis: SiteAnalysis) throws -> CivilDate? {
        if let end = analysis.dataEnd { return zone.wallClock(atUTCSeconds: end - 1).day }
        return try lake.currentBills(site).map(\.start).max()
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
        let to = interval.endUTCSeconds + SiteReports.behind
        let from = min(interval.startUTCSeconds, interval.endUTCSeconds - SiteReports.unchecked)
        var material = ReportMaterial(
            site: site,
            zone: zone,
            analysis: analysis,
            findings: isChecked
                ? try stored(analysis)
                : try looked(SiteScope(rowsFrom: from, rowsTo: to), analysis, reconciliation),
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
        material.devices = try lake.deviceSeries(systemID: site.systemID, interval: interval)
        material.batteryStates = try lake.batteryMoments(systemID: site.systemID, interval: interval)
        let states = try lake.deviceStates(systemID: site.systemID)
        material.states = states.map(\.record)
        material.events = try events(states)
        material.bills = bills
        material.tariff = configuration.tariff(site: site.name)
        material.cases = try CaseBook.read(lake).cases
        let months = CivilMonth.utcMonths(of: interval)
        material.sources = try lake.imports(systemID: site.systemID, months: months).map {
            ReportMaterial.SourceDocument(
                name: $0.sourceName,
                sha256: $0.sha256 ?? "",
                importID: $0.importID,
                capturedUTCSeconds: $0.capturedMicroseconds / 1_000_000
            )
        }
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

    /// The findings of the last check.
    private func stored(_ analysis: SiteAnalysis) throws -> [ReportedFinding] {
        let now = lake.environment.nowMicroseconds()
        return try lake.findings(systemID: site.systemID).map { stored in
            ReportedFinding(
                stored.known(to: Instant(utcSeconds: analysis.dataEnd ?? 0)),
                findingID: stored.findingID,
                isOpen: stored.state == .open,
                isQuiet: stored.isQuiet(atMicroseconds: now),
                note: stored.note,
                acknowledgedAt: stored.acknowledgedMicroseconds.map { $0 / 1_000_000 },
                closedBecause: stored.closedBy?.text
            )
        }
    }

    /// What a first check would find, all that asks devices and meters in a part of the rows only.
    private func looked(_ scope: SiteScope, _ analysis: SiteAnalysis, _ reconciliation: Reconciliation?)
        throws
        -> [ReportedFinding]
    {
        // What whole series show is known already; a part would cut it.
        var found = analysis.findings
        found += try lake.analyse(site, configuration, scope).analysis.findings.filter {
            !$0.kind.isOfWholeSeries
        }
        found += reconciliation?.findings(zone: zone, dataEnd: analysis.dataEnd) ?? []
        return found.map { ReportedFinding($0) }
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
}
