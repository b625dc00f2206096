// One local day of the monitor's readings.

import Readings

/// One local day of a site.
package struct MonitorDay: Sendable {
    /// The day.
    package let day: CivilDate
    /// Its time.
    package let interval: Interval
    /// Energies of its rows with data in the order of `Channel`, kWh.
    package var energyKWh = [Double](repeating: 0, count: Channel.count)
    /// The seconds of its rows with data.
    package var presentSeconds: Int64 = 0
    /// Clear-sky energy of the whole day, kWh per kW of the array.
    package var sky = 0.0
    /// Consumption less production above zero, row by row: what would be imported without batteries, kWh.
    package var deficitKWh = 0.0
    /// Consumption of the first four hours, kWh.
    package var nightLoadKWh = 0.0
    /// Import of the first four hours, kWh.
    package var nightImportKWh = 0.0

    /// The share of the day with data, 0 to 1.
    package var share: Double { Double(presentSeconds) / Double(interval.seconds) }
    /// Tells whether it has data enough to stand for a whole day: single lost reports take nothing from it.
    package var isObserved: Bool { share >= ReconciliationParameters.observedShare }

    /// Returns an amount of the day's rows as that of the whole day, lost reports filled with the mean of the others.
    func whole(_ amount: Double) -> Double { share > 0 ? amount / min(1, share) : 0 }

    /// Production, kWh.
    package var production: Double { energyKWh[Channel.produced.rawValue] }
    /// Consumption, kWh.
    package var consumption: Double { energyKWh[Channel.consumed.rawValue] }
    /// Import, kWh.
    package var imported: Double { energyKWh[Channel.imported.rawValue] }
    /// Export, kWh.
    package var exported: Double { energyKWh[Channel.exported.rawValue] }
    /// Energy into the batteries, kWh.
    package var charged: Double { energyKWh[Channel.charged.rawValue] }
    /// Energy out of the batteries, kWh.
    package var discharged: Double { energyKWh[Channel.discharged.rawValue] }
    /// Charge less discharge, kWh.
    package var battery: Double { charged - discharged }
}
