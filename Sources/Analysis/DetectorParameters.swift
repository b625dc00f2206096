// Parameters of the detectors, each with its unit and where it comes from. The owner may override them per site; the
// names in the configuration are those of the properties.
//
// Where no other source is named, the value comes from simulated homes with known faults; see docs/analysis.

/// Parameters of the detectors.
package struct DetectorParameters: Codable, Equatable, Sendable {
    // MARK: Silence of devices

    /// Height of the sun, degrees, above which an inverter is expected to report.
    package var silentSunDegrees = 8.0
    /// Share of the inverters that must report for the others to be expected.
    package var silentReportingShare = 0.25
    /// Daylight hours without a report after which an inverter is silent.
    package var silentHours = 7.0
    /// Daylight hours without a report after which three or more inverters are a partial silence.
    package var partialHours = 3.0
    /// Inverters that make a partial silence.
    package var partialDevices = 3
    /// Hours by which the starts of a partial silence may differ.
    package var partialStartHours = 3.0
    /// Share by which silences of several devices must overlap to be one.
    package var partialOverlap = 0.6
    /// Hours without a report after which a battery is silent.
    package var batterySilentHours = 24.0
    /// Daylight hours of zero energy after which an inverter is dead.
    package var deadHours = 6.0
    /// Share of its rating that most of the array must give for a zero to count.
    package var deadArrayShare = 0.03
    /// Rated power of an inverter, W, where the site's is not known. Usual modules have 250 to 420 W.
    package var inverterW = 300.0
    /// Reports of a device that slip through a silence without ending it.
    package var strayReports = 2

    // MARK: Late reports

    /// Delay in hours from which a report is late.
    package var lateHours = 1.0
    /// Late reports in a row that make a backfill.
    package var lateRows = 3

    // MARK: Batteries

    /// State of charge, percent, from which a plateau is a pinned battery.
    package var pinnedFloor = 90.0
    /// Points by which the state of charge may differ on a plateau.
    package var pinnedBand = 2.0
    /// Hours that a plateau must last.
    package var pinnedHours = 24.0
    /// Hours for which the state of charge may flicker off the plateau.
    package var pinnedFlickerHours = 12.0
    /// Energy charged on the plateau, Wh: at least this …
    package var pinnedChargeWh = 150.0
    /// … and this per day.
    package var pinnedChargeWhPerDay = 40.0
    /// Discharge on the plateau, as a share of the charge, at most.
    package var pinnedDischargeShare = 0.5
    /// Efficiency of one direction. Vendor data sheets give a round trip of 90 %.
    package var batteryEfficiency = 0.95
    /// Points beyond the band by which the energy taken should have raised the state of charge.
    package var pinnedExcessPoints = 1.5
    /// Times the charge of the others that it must have taken where they stand still too.
    package var pinnedPeerFactor = 2.5
    /// Capacity of one battery, Wh, where the site's is not known.
    package var batteryUnitWh = 5_000.0
    /// Days on which a battery must take nothing.
    package var noChargeDays = 2
    /// Charge of the others, Wh a day (median), from which a day counts.
    package var noChargePeerWh = 200.0
    /// Charge, Wh a day, up to which a battery took nothing …
    package var noChargeWh = 30.0
    /// … or up to this share of the others'.
    package var noChargeShare = 0.03
    /// Greatest state of charge, percent, of a battery that had room.
    package var noChargeCeiling = 95.0
    /// Points of distance to the others, daily upper quartile, from which a battery is uneven.
    package var unevenPoints = 9.0
    /// Median absolute deviations of its own history beyond which it is uneven.
    package var unevenDeviations = 5.0
    /// Points beyond nine tenths of its quiet days.
    package var unevenMargin = 5.0
    /// Days that it must last.
    package var unevenDays = 3
    /// Quiet days by which a battery's usual distance is known.
    package var unevenHistoryDays = 45
    /// Days of history before which nothing is said.
    package var unevenLearningDays = 14
    /// Points below the reserve from which a discharge is deep.
    package var deepPoints = 5.0
    /// Hours that it must last.
    package var deepHours = 1.0
    /// State of charge, percent, below which it is very low.
    package var deepVeryLow = 10.0
    /// State of charge, percent, below which automatic recovery no longer works.
    package var deepNoRecovery = 2.0

    // MARK: Meters

    /// Chance of a false alarm per ninety days and kind by which the run surprise alarms.
    package var staleAlpha = 1e-3
    /// Rows that a value must repeat.
    package var staleRows = 6
    /// Rows of zero production while inverters produce.
    package var staleZeroHours = 2.0
    /// Days of history by which repeats are weighed.
    package var historyDays = 90
    /// Power, W, below which production at night is noise.
    package var nightW = 32.0
    /// Height of the sun, degrees, below which it is night: nautical dusk begins at -6, -8 leaves a margin.
    package var nightSunDegrees = -8.0
    /// Times the rating beyond which production is impossible.
    package var spikeFactor = 1.15
    /// Wh below which production is impossibly negative.
    package var spikeNegativeWh = -2.0
    /// Power of the service, kW, beyond which the exchange with the grid is impossible. 100 A at 240 V give 24 kW.
    package var serviceKilowatts = 20.0
    /// Times its neighbours beyond which such an exchange is no load: a car and a heat pump together draw 20 kW for hours.
    package var spikeStep = 1.5
    /// Minutes by which both ends of the day and its centre must move; half of it is the least by which a day counts.
    package var clockMinutes = 25.0
    /// Minutes by which the centre of the day's energy must move.
    package var clockCentreMinutes = 150.0
    /// Days that it must last.
    package var clockDays = 2
    /// Share of the home's own strong slots from which a slot belongs to the productive day.
    package var clockShare = 0.02
    /// Height of the sun, degrees, against which the ends of the day are held.
    package var clockSunDegrees = 6.0

    // MARK: Inverters against each other

    /// Height of the sun, degrees, from which inverters are compared.
    package var degradedSunDegrees = 18.0
    /// Peers with which an inverter is compared.
    package var degradedPeers = 9
    /// Loss from which an inverter is degraded.
    package var degradedLoss = 0.08
    /// Allowance and threshold of the cumulative sum, in deviations.
    package var degradedAllowance = 0.5
    package var degradedThreshold = 6.0
    /// Quiet days by which its usual ratio is known.
    package var degradedQuietDays = 60
    /// Days back to normal that end it.
    package var degradedBackDays = 3

    // MARK: Grid

    /// Believe the state of the grid relay where it is reported.
    package var islandUsesRelay = true
    /// Evidence in nats from which a home is suspected to be off the grid where no relay is reported.
    package var islandNats = 15.0

    // MARK: Reconciliation with the utility

    /// Limit of error of the utility's meter, percent. ANSI C12.20 has classes 0.1 to 0.5.
    package var utilityMeterPercent = 0.5
    /// Limit of error of the production meter, percent: 0.5 with its own clamp, 2.5 without, 5 as a sum of inverters.
    package var productionMeterPercent = 0.5
    /// Limit of error of the consumption clamps, percent. Vendors give 2.5.
    package var consumptionMeterPercent = 2.5
    /// Limit of error of the batteries' meters, percent.
    package var batteryMeterPercent = 2.5
    /// The consumption clamps sit at the grid connection, so that consumption is derived.
    package var metersGridConnection = false
    /// Step in which bills are printed, kWh.
    package var billRoundingKwh = 1.0
    /// Hours by which a read may be off.
    package var billReadHours = 0.0
    /// Power that flat batteries draw, W.
    package var flatStandbyW = 15.0

    /// Makes the defaults.
    package init() {}
}
