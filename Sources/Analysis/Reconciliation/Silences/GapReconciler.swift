// All models of a silence with the evidence that they share: sky, load, bills, batteries and import, gathered to be fused. What
// each says of a silence is told in its own file. Equations and their sources: docs/analysis/reconciliation.md.

import Readings

/// Reconciles silences of one site.
struct GapReconciler {
    let observed: ObservedDays
    let sky: SkyModel
    let bills: BillBalance
    let batteries: BatteryStates
    /// Outdoor temperatures by day, degrees Celsius; NaN where unknown.
    let temperatures: [Double]?
    /// What the utility counts more in both directions; nil where bills do not tell it.
    let bothDirections: BothDirections?

    /// Makes the models of a site.
    ///
    /// - Parameters:
    ///   - capacityKWh: usable capacity of the batteries; 0 without.
    ///   - calibration: the correction of the consumption clamps; nil where bills are too few.
    ///   - bills: as they are compared, dates shifted where that was found.
    init(
        observed: ObservedDays,
        parameters: ReconciliationParameters,
        capacityKWh: Double,
        calibration: MeterCalibration?,
        temperatures: [Double]?,
        bills: [BillComparison]
    ) {
        self.observed = observed
        self.temperatures = temperatures
        bothDirections = BothDirections(bills)
        sky = SkyModel(observed: observed)
        self.bills = BillBalance(
            observed: observed,
            bills: bills,
            billResidualKWh: calibration?.residualKWh,
            capacityKWh: capacityKWh,
            utilityMeterShare: parameters.utilityMeterShare
        )
        batteries = BatteryStates(
            observed: observed,
            capacityKWh: capacityKWh,
            flatStandbyW: parameters.flatStandbyW
        )
    }

    /// The model of the load for the days of a silence.
    func loadModel(_ silence: Silence) -> LoadModel {
        LoadModel(
            days: observed.days.days,
            loads: observed.wholeLoads,
            observed: observed.isObserved,
            temperatures: temperatures,
            needed: silence.parts.map(\.index)
        )
    }

    /// Gathers what is fused.
    func fusion(_ silence: Silence, sky: Estimate, load: Estimate, billed: BilledNet, cover: UtilityCover?)
        -> GapFusion
    {
        GapFusion(
            sky: sky,
            load: load,
            net: billed.net,
            usualLoad: observed.load.value(silence.sides) * silence.length,
            usualProduction: observed.production.value(silence.sides) * silence.length,
            imported: imported(silence, billed),
            whileWorking: ImportModel(silence, observed, ofFlatBatteries: false),
            whileFlat: ImportModel(silence, observed, ofFlatBatteries: true),
            batteryIfWorking: batteries.ifWorking(silence),
            batteryIfFlat: batteries.ifFlat(silence),
            capacityKWh: batteries.capacityKWh,
            flatShares: cover.map { batteries.flatShares(silence, nights: $0.nights) }
                ?? batteries.flatShares(silence)
        )
    }

    /// The import of a silence as the monitor would have counted it; nil where the monitor or the utility does not tell it.
    private func imported(_ silence: Silence, _ billed: BilledNet) -> Estimate? {
        guard let value = billed.imported, let bothDirections, observed.days.isFine,
            observed.days.channels.contains(.imported)
        else { return nil }
        return Estimate(
            value: value - bothDirections.perDay * silence.length,
            variance: squared(bothDirections.deviation)
                * max(1, silence.length / ReconciliationParameters.residualDays)
                + ReconciliationParameters.billVariance * Double(billed.periods.count),
            degreesOfFreedom: ReconciliationParameters.ordinaryFreedom
        )
    }
}
