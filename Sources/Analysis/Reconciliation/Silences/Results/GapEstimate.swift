// What was produced while the monitor was silent, with all that it rests on.

import Readings

/// What happened in a silence.
package enum OutageVerdict: String, CaseIterable, Sendable {
    /// The panels produced; only the reports were missing.
    case reportingOnly = "reporting_only"
    /// Part of the production was lost.
    case productionPartlyLost = "production_partly_lost"
    /// The panels produced nothing, or next to nothing.
    case productionStopped = "production_stopped"
    /// Too little is known.
    case cannotTell = "cannot_tell"
}

/// Where the net energy of a silence comes from.
package enum NetSource: String, Sendable {
    case bills
    case utilityIntervals = "utility_intervals"
}

/// What decided an estimate.
package enum DecidingEvidence: String, Sendable {
    /// A register that counted on.
    case register
    /// Clear sky and balance together.
    case combined
    /// The balance alone.
    case balance
    /// The sky alone.
    case clearSky = "clear_sky"
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

/// A register read before and after a silence.
package struct RegisterEvidence: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// When it was read.
    package let reads: Interval
    /// What it counted between, kWh.
    package let countedKWh: Double
    /// What of that was recorded outside of the silence, kWh.
    package let recordedKWh: Double
    /// What it counted in the silence, or in the part of it between the reads.
    package let production: Estimate
    /// Tells whether the reads lie around the whole silence.
    package let isWhole: Bool
}

/// A silence, reconciled.
package struct GapEstimate: Equatable, Sendable {
    /// The silence.
    package let gap: Interval
    /// Production by the sky of the days around, kWh; nil where they are too few.
    package var sky: Estimate?
    /// Production by the balance; nil without bills or interval data.
    package var balance: GapBalance?
    /// What a register counted.
    package var register: RegisterEvidence?
    /// What the panels could have made at most under a clear sky, kWh, where the balance says more than that or less than
    /// nothing; nil where it is possible.
    package var impossibleBeyond: Double?
    /// The estimate, kWh; nil where none is honest.
    package var production: Estimate?
    /// What it rests on.
    package var evidence: DecidingEvidence?
    /// The weight of the sky in the combination, 0 to 1.
    package var skyWeight: Double?
    /// What the panels must have made at least, whatever the weather and the load, kWh; nil without a bill or intervals.
    package var lowerBound: Double?
    /// The verdict.
    package var verdict = OutageVerdict.cannotTell
    /// The loss that would be found with a probability of 80 %, as a share of the production; nil where none would.
    package var detectableLoss: Double?
    /// Tells whether data that will come may change it.
    package var isProvisional = false
    /// The day up to which bills reach, where one is awaited.
    package var billsReachTo: CivilDate?

    /// Days of the silence.
    package var days: Double { Double(gap.seconds) / 86_400 }
    /// Half the width of the 90 % interval, kWh.
    package var halfWidth90: Double? { production?.halfWidth90 }
}
