// A loss of one inverter, as its watch tells it. The finding is made by DegradedInverterDetector.

/// A loss that is over, or that lasts at the end of the data.
struct InverterLoss: Equatable {
    /// The day on which it began, the one on which it was told, and the first behind it.
    var start: Int
    var alert: Int
    var end: Int
    /// The share that was lost on each of its days.
    var losses: [Double]
    /// The spread of the ratio on quiet days.
    var deviation: Double
}
