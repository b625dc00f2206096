// What is known of a site for its reconciliation. Who gathers it is the business of Station.

import Readings

/// What is known of a site for its reconciliation.
package struct ReconciliationInput: Sendable {
    /// Where the site is.
    package var place: Place
    /// How the array stands; nil for fitting it.
    package var array: ArrayOrientation?
    /// Usable capacity of the batteries, kWh; nil where unknown.
    package var batteryKWh: Double?
    /// The zone's rules.
    package var zone: TimeZoneRules
    /// The series of the site, each with the time for which it speaks.
    package var series: [(presence: Presence, scope: Interval)]
    /// The silences.
    package var gaps: [Interval]
    /// The bills that count.
    package var bills: [Bill]
    /// Outdoor temperatures.
    package var temperatures: [DailyTemperature]
    /// The utility's intervals.
    package var utility: [UtilityInterval]
    /// Registers of production.
    package var registers: [RegisterSeries] = []
    /// The array's rating, W; nil where it is not known.
    package var installedW: Double?
    /// Days by which the bills' dates are moved; nil for finding it.
    package var shiftDays: Int?
    /// The meters' facts.
    package var parameters = ReconciliationParameters()

    /// Gathers what is known.
    package init(
        place: Place,
        array: ArrayOrientation?,
        batteryKWh: Double?,
        zone: TimeZoneRules,
        series: [(presence: Presence, scope: Interval)],
        gaps: [Interval],
        bills: [Bill],
        temperatures: [DailyTemperature],
        utility: [UtilityInterval]
    ) {
        self.place = place
        self.array = array
        self.batteryKWh = batteryKWh
        self.zone = zone
        self.series = series
        self.gaps = gaps
        self.bills = bills
        self.temperatures = temperatures
        self.utility = utility
    }
}
