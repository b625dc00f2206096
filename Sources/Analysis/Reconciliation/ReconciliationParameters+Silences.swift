// Weights and priors of what is said of silences. What each does is told in docs/analysis/reconciliation.md, "A silence". Where
// no other source is named they come from simulated homes, some with a loss and some without.

extension ReconciliationParameters {
    // MARK: Sky

    /// The quantile of the days' ratios to the clear sky that is a home's best.
    static let bestQuantile = 0.98
    /// What the panels make at most, as a multiple of their best days: days of little sun err by the horizon, by a tenth.
    static let horizonFactor = 1.1
    /// The quantile of the windows by which the sky says too much: one in forty is beyond.
    static let excessQuantile = 0.975

    // MARK: Bills

    /// Variance that the rounding of one bill leaves, kWh²: half a kilowatt-hour squared.
    static let billVariance = 0.25
    /// Days of a bill for which the residual of a calibration stands.
    static let residualDays = 30.0
    /// Share of the usual load by which the first and the last day of a silence err.
    static let edgeShare = 0.002
    /// Deviation of a filled day, as a share of the days' magnitude.
    static let fillDeviation = 0.25
    /// Days up to which nothing is missing.
    static let nothingDays = 0.01
    /// Share of a silence's days that may be missing of its bills elsewhere before the import is unknown.
    static let littleShare = 0.1
    /// Deviations that a lower bound is below what bills leave.
    static let boundDeviations = 2.0
    /// Degrees of freedom of variances that are not learnt from windows.
    static let ordinaryFreedom = 30.0

    // MARK: Batteries

    /// Nights that tell a change from working to flat batteries.
    static let leastNights = 3
    /// Share of a night's load that working batteries must have saved for its draw to tell something.
    static let tellingSaving = 0.25
    /// Deviation of a night's draw, as a share of the load; neighbours being alike, so many count for one.
    static let nightDeviation = 0.3
    static let alikeNights = 3.0
    /// What each of three pasts is worth beforehand: batteries worked, ran flat within ten days as they do without a gateway,
    /// or anything else.
    static let workedWeight = 0.4
    static let ranFlatWeight = 0.4
    static let otherWeight = 0.2
    /// What anything else is worth where nights tell the change.
    static let otherNightsWeight = 0.1
    /// Days within which batteries without a gateway run flat.
    static let flatWithinDays = 10
    /// Steps in which shares of flat time are tried.
    static let shareSteps = 20
    /// Deviation of what batteries keep: a share of their capacity, and one of what they are expected to keep.
    static let capacityDeviation = 0.25
    static let batteryDeviation = 0.1

    // MARK: Import

    /// Windows that the prior of the import's slopes is worth, and the fewest that there are taken to be.
    static let importPriorWeight = 3.0
    static let leastWindows = 2.0
    /// Prior error of the import: a share of it, and kWh a day.
    static let importPriorShare = 0.06
    static let importPriorPerDay = 0.05

    // MARK: Verdict

    /// Steps in which a loss is tried.
    static let lossSteps = 50
    /// Share of the sky below which a register that counted has stopped.
    static let registerStoppedShare = 0.05
    /// Times the share of production that has stopped, and times the half width of the balance, within which it has.
    static let stoppedMargin = 1.5
    /// Days of a silence without a bill from which its estimate is provisional.
    static let provisionalDays = 0.5
}
