// What the reconciliation asks of a store.

import Analysis
import Foundation
import Lake
import Readings

extension LakeReader {
    /// Reconciles a site; nil where it has no interval data.
    ///
    /// - Parameters:
    ///   - analysis: the analysis of all of its rows, where it was made already.
    ///   - bills: the bills that count, where they were read already.
    ///   - shiftDays: days by which the bills' dates are moved; nil for what fits.
    package func reconciliation(
        _ site: Site,
        _ zone: TimeZoneRules,
        _ configuration: Configuration,
        analysis known: SiteAnalysis? = nil,
        bills: [Bill]? = nil,
        shiftDays: Int? = nil
    ) throws -> Reconciliation? {
        let analysis = try known ?? wholeAnalysis(site, zone)
        guard !analysis.series.isEmpty else { return nil }
        let gaps = Silences.merged(analysis.findings)
        var input = ReconciliationInput(
            place: site.place,
            array: site.array,
            batteryKWh: site.battery.map(\.kilowattHours),
            zone: zone,
            series: analysis.series,
            gaps: gaps,
            bills: try bills ?? currentBills(site),
            temperatures: try dailyTemperatures(systemID: site.systemID).map(\.record),
            utility: try utilityIntervals(systemID: site.systemID).map(\.record)
        )
        input.parameters = ReconciliationParameters(try configuration.detectors(site: site.name))
        input.registers = try productionRegisters(site, near: gaps, input.parameters)
        input.installedW = site.installed.map { Double($0.value) }
        input.shiftDays = shiftDays
        return Reconciliation(input)
    }

    /// The series of a site and its gaps, without its devices.
    package func wholeAnalysis(_ site: Site, _ zone: TimeZoneRules, losses: LossMemory = .notAsked) throws
        -> SiteAnalysis
    {
        SiteAnalysis(
            place: site.place,
            zone: zone,
            series: try readings(systemID: site.systemID),
            captures: try newestCaptures(systemID: site.systemID),
            hasBattery: site.battery != nil,
            documents: try documentCover(site),
            losses: losses
        )
    }

    /// The bills that count.
    package func currentBills(_ site: Site) throws -> [Bill] {
        try BillBook.read(self, site).bills
    }

    /// Registers of production around silences: the production meter's, and the inverters' together.
    private func productionRegisters(
        _ site: Site,
        near gaps: [Interval],
        _ parameters: ReconciliationParameters
    ) throws -> [RegisterSeries] {
        let long = gaps.filter { $0.seconds >= ReconciliationParameters.shortestGap }
        guard let first = long.map(\.startUTCSeconds).min(), let last = long.map(\.endUTCSeconds).max() else {
            return []
        }
        let reach = RegisterReconciler.reach
        let around = Interval(startUTCSeconds: first - reach, endUTCSeconds: last + reach)
        let readings = try registers(systemID: site.systemID, interval: around)
        guard !readings.isEmpty else { return [] }
        let states = try deviceStates(systemID: site.systemID)
        let measured = states.map(\.record).filter {
            $0.device.kind == .meter && $0.properties[.measurement] == "production"
        }.map(\.device.serial)
        return RegisterSeries.meters(
            readings,
            serials: Set(measured + ["production"]),
            limitOfError: parameters.productionMeterShare,
            gateways: GatewayTimes(states.filter { $0.source == .gateway }.map(\.record))
        ) + RegisterSeries.inverters(readings)
    }
}
