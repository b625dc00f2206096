// A day of which the envelope is fitted: its rows with some sun.

/// A day's rows with some sun.
struct FitDay: Sendable {
    /// The local day, days since 1970.
    let number: Int64
    /// The start of the first row, seconds UTC, and the length of each.
    let first: Int64
    let seconds: Int64
    /// What was made, Wh; below 0 where that is not known.
    private(set) var produced: [Float]
    /// Tells whether it shows what the array gives: the factors of the hours are taken from it.
    var isNormal: Bool
    /// Tells whether nothing is learned from it.
    var isLeftOut: Bool

    /// The sun's elevation from which rows are taken: its sine at 6 degrees.
    static let leastSine = 0.1045

    /// Takes the rows with some sun of a day; nil where there are none, or they have no regular step.
    init?(_ day: LossDay, isNormal: Bool, isLeftOut: Bool) {
        guard let from = day.sine.firstIndex(where: { $0 > FitDay.leastSine }),
            let to = day.sine.lastIndex(where: { $0 > FitDay.leastSine })
        else { return nil }
        number = day.number
        first = day.starts[from]
        seconds = day.seconds
        let count = Int((day.starts[to] - first) / seconds) + 1
        guard count <= 96 else { return nil }
        produced = [Float](repeating: -1, count: count)
        for row in from...to where !day.isHeld[row] && day.produced[row] >= 0 {
            produced[Int((day.starts[row] - first) / seconds)] = Float(day.produced[row])
        }
        self.isNormal = isNormal
        self.isLeftOut = isLeftOut
    }

    /// Takes what was kept.
    init(number: Int64, first: Int64, seconds: Int64, produced: [Float], isNormal: Bool, isLeftOut: Bool) {
        self.number = number
        self.first = first
        self.seconds = seconds
        self.produced = produced
        self.isNormal = isNormal
        self.isLeftOut = isLeftOut
    }

    /// Takes the array as larger, or smaller, than it was.
    mutating func scale(by factor: Float) {
        for row in produced.indices where produced[row] >= 0 { produced[row] *= factor }
    }
}
