// Parameters of the reconciliation with the utility, each with its unit and where it comes from. See
// docs/analysis/reconciliation.md.

/// What the reconciliation takes for granted. The owner may override the meters' facts per site.
package struct ReconciliationParameters: Equatable, Sendable {
    // MARK: Meters

    /// Limit of error of the utility's meter, share. ANSI C12.20 has classes 0.1 to 0.5 %.
    package var utilityMeterShare = 0.005
    /// Limit of error of the production meter, share: 0.005 with its own clamp, 0.025 without, 0.05 as a sum of inverters.
    package var productionMeterShare = 0.005
    /// Limit of error of the consumption clamps, share.
    package var consumptionMeterShare = 0.025
    /// Limit of error of the batteries' meters, share.
    package var batteryMeterShare = 0.025
    /// Tells whether the consumption clamps sit at the grid connection, so that consumption is the derived channel.
    package var metersGridConnection = false
    /// Step in which bills are printed, kWh.
    package var roundingKWh = 1.0
    /// Hours by which a read may be off.
    package var readHours = 0.0
    /// Power that flat batteries draw, W.
    package var flatStandbyW = 15.0

    // MARK: Judging bills

    /// Share of a day that must have data for it to be observed: three lost reports of a quarter of an hour may miss.
    package static let observedShare = 0.965
    /// Share of a bill's time from which it counts as fully observed; what is missing is filled.
    package static let fullShare = 0.98
    /// A bill is judged where at least this share of its time is observed.
    package static let judgedShare = 0.9
    /// Bills that a calibration needs.
    package static let calibrationBills = 3
    /// Share of calibration from which it is told.
    package static let toldCalibration = 0.025
    /// Residuals up to this many tolerances agree …
    package static let consistentTolerances = 2.0
    /// … and beyond this many they contradict.
    package static let mismatchTolerances = 4.0
    /// Factor by which a bill's energy must be off to be one of units.
    package static let unitFactor = 100.0
    /// Share of the squared residuals to which another date convention must bring them to be taken.
    package static let shiftShare = 0.35

    // MARK: Estimating gaps

    /// Days on each side of a gap that are looked at.
    package static let reachDays = 28
    /// Days of them that must be observed.
    package static let leastDays = 14
    /// The shortest gap that is held against bills, seconds.
    package static let shortestGap: Int64 = 86_400
    /// Prior error of the clear-sky estimate, share, with its weight in windows.
    package static let skyPrior = 0.08
    package static let skyPriorWeight = 3.0
    /// Prior error of the consumption without and with temperature, share, with its weight in windows.
    package static let loadPrior = 0.10
    package static let loadPriorWithTemperature = 0.065
    package static let loadPriorWeight = 4.0
    /// By how much more than the 95 % point a loss must show: fits see the days that they are judged by, which makes their
    /// errors look smaller than they are. On simulated homes without a loss 1.2 leaves 2 to 4 % false alarms.
    package static let lossMargin = 1.2
    /// The same where a register says what was made: then only the sky's error is left, which clouds make skewed.
    package static let registerLossMargin = 2.0
    /// The 80 % point of the normal distribution: a loss is called detectable where it is found so often.
    package static let powerQuantile = 0.8416
    /// The share of the expected production above which it did not stop.
    package static let stoppedShare = 0.2

    /// Makes the defaults.
    package init() {}

    /// Takes the owner's facts.
    package init(_ parameters: DetectorParameters) {
        utilityMeterShare = parameters.utilityMeterPercent / 100
        productionMeterShare = parameters.productionMeterPercent / 100
        consumptionMeterShare = parameters.consumptionMeterPercent / 100
        batteryMeterShare = parameters.batteryMeterPercent / 100
        metersGridConnection = parameters.metersGridConnection
        roundingKWh = parameters.billRoundingKwh
        readHours = parameters.billReadHours
        flatStandbyW = parameters.flatStandbyW
    }
}
