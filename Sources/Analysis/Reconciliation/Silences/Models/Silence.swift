// A silence taken to pieces: its days, the observed days beside it, and stretches that were observed and are like it.

/// The pieces of a silence.
struct Silence {
    let parts: [DayPart]
    let range: Range<Int>
    let sides: LocalMean.Sides
    /// Days, as a number that may be broken.
    let length: Double
    /// Days of a pseudo-gap.
    let window: Int
    /// Clear-sky energy, kWh per kW.
    let sky: Double
    /// Observed stretches of the same length beside which the same sides speak.
    let windows: [Window]

    /// An observed stretch that is taken for a silence, to see how wrong an estimate of it would be.
    struct Window {
        let range: Range<Int>
        let sides: LocalMean.Sides
    }
}
