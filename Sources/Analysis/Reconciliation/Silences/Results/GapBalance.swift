// The balance of a silence, with what its import says.

import Readings

/// Where the net energy of a silence comes from.
package enum NetSource: String, Sendable {
    case bills
    case utilityIntervals = "utility_intervals"
}

/// What the import of a silence says of batteries and load.
package struct ImportEvidence: Equatable, Sendable {
    /// What was imported, as the monitor would have counted it, kWh.
    package let importedKWh: Double
    /// What the days around would have imported, kWh.
    package let ifWorkingKWh: Double
    /// What they would have imported without batteries, kWh.
    package let ifFlatKWh: Double
}

/// The balance of a silence: production is consumption, plus what the grid received, plus what the batteries kept.
package struct GapBalance: Equatable, Sendable {
    /// What the home used, kWh.
    package let load: Estimate
    /// Export less import, kWh.
    package let net: Estimate
    /// Charge less discharge, kWh.
    package let battery: Estimate
    /// The share of the time in which the batteries did not work, 0 to 1; nil without batteries.
    package let flatShare: Double?
    /// Charge less discharge if the batteries had worked all the time, and if they had been flat, kWh.
    package let batteryIfWorking: Double
    package let batteryIfFlat: Double
    /// Import of the silence, and what it would have been with working and with flat batteries, kWh; nil where not known.
    package let imported: ImportEvidence?
    /// Where the net comes from.
    package let source: NetSource
    /// Tells whether temperatures are in the load.
    package let usesTemperature: Bool
    /// The bills that touch the silence.
    package let bills: [BillPeriod]
    /// Days of the silence that no bill covers.
    package let unbilledDays: Double

    /// Production by the balance, kWh.
    package var production: Estimate {
        Estimate(
            value: load.value + net.value + battery.value,
            variance: load.variance + net.variance + battery.variance,
            degreesOfFreedom: load.degreesOfFreedom
        )
    }
}

extension GapBalance {
    /// Puts a balance together from what was fused.
    ///
    /// - Parameters:
    ///   - battery: charge less discharge, by all evidence.
    ///   - flatShare: the share of the time in which the batteries were flat, where there are any.
    init(
        _ fusion: GapFusion,
        battery: Estimate,
        flatShare: Double,
        billed: BilledNet,
        usesTemperature: Bool
    ) {
        load = fusion.load
        net = fusion.net
        self.battery = battery
        self.flatShare = fusion.capacityKWh > 0 ? flatShare : nil
        batteryIfWorking = fusion.batteryIfWorking
        batteryIfFlat = fusion.batteryIfFlat
        imported = fusion.imported.map {
            ImportEvidence(
                importedKWh: $0.value,
                ifWorkingKWh: fusion.whileWorking.level,
                ifFlatKWh: fusion.whileFlat.level
            )
        }
        source = billed.periods.isEmpty ? .utilityIntervals : .bills
        self.usesTemperature = usesTemperature
        bills = billed.periods
        unbilledDays = billed.unbilledDays
    }
}
