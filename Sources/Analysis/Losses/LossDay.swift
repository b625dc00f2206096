// One local day of a series as the rules about losses see it: energies, the sun, and what the array gives under a clear sky.
// How days are cut from a series stands in LossSeries.

import Readings

/// A day's rows, in order; all arrays are of one length. Energies are in Wh, NaN where they are not known.
struct LossDay: Sendable {
    /// The local day, days since 1970.
    var number: Int64
    /// The rows' starts, seconds UTC.
    var starts: [Int64] = []
    /// The length of each row, seconds.
    let seconds: Int64
    var produced: [Double] = []
    var imported: [Double] = []
    var exported: [Double] = []
    var consumed: [Double] = []
    var charged: [Double] = []
    var discharged: [Double] = []
    /// The sine of the sun's elevation in the middle of each row.
    var sine: [Double] = []
    /// Hours of solar time, 0 to 24, in the middle of each row.
    var solarHours: [Double] = []
    /// What each of the planes of `PlaneSky` gives per kW, Wh, for each row.
    var planes: [PlaneSky.Planes] = []
    /// What the array gives under a clear sky, Wh; empty before the first fit.
    var expected: [Double] = []
    /// Rows of zeros that are silence, or an array that stands still while a battery feeds the house.
    var isDoubtful: [Bool] = []
    /// Rows of zeros in all channels that are taken for silence.
    var isZero: [Bool] = []
    /// Rows that say nothing of the array, because the home could not take more.
    var isHeld: [Bool] = []

    /// Hours of a row.
    var hours: Double { Double(seconds) / 3600 }
    /// The second behind the last row.
    var end: Int64 { (starts.last ?? 0) + seconds }

    /// Marks the rows that say nothing, by what is known of the site.
    mutating func markHeld(by held: inout HeldBack) {
        isHeld = held.take(
            HeldBack.Day(
                number: number,
                produced: produced,
                imported: imported,
                exported: exported,
                charged: charged,
                discharged: discharged
            )
        )
    }

    /// Returns the end of a row, seconds UTC.
    func end(of row: Int) -> Int64 { starts[row] + seconds }
}
