// What the mixture of planes does not tell: shade, horizon, cells that are warm in the afternoon. A factor for each hour of solar
// time, from the last normal days.

/// The factors of the hours of solar time.
struct HourShape: Sendable {
    /// Ratios are counted in steps of this share, up to twice the model.
    private static let step: Float = 0.005
    private static let steps = 400
    private static let hours = 24
    /// The share of the rows of an hour that lie below its factor.
    private static let quantile = 0.88
    /// Rows that an hour needs.
    private static let leastRows = 6

    private var counts = [UInt16](repeating: 0, count: hours * steps)
    private var totals = [Int](repeating: 0, count: hours)
    private var factors = [Double](repeating: 1, count: hours)

    /// Adds a row, or takes it out again.
    mutating func add(hour: Double, ratio: Float, isTaken: Bool = false) {
        let bin = min(HourShape.hours - 1, Int(hour))
        let step = min(HourShape.steps - 1, max(0, Int(ratio / HourShape.step)))
        let place = bin * HourShape.steps + step
        if isTaken {
            guard counts[place] > 0 else { return }
            counts[place] -= 1
            totals[bin] -= 1
        } else {
            counts[place] += 1
            totals[bin] += 1
        }
    }

    /// Takes the factors anew.
    mutating func settle() {
        for hour in 0..<HourShape.hours {
            factors[hour] = totals[hour] >= HourShape.leastRows ? factor(hour) : .nan
        }
        // An hour without rows is like the one beside it.
        for hour in 1..<HourShape.hours where factors[hour].isNaN { factors[hour] = factors[hour - 1] }
        for hour in (0..<(HourShape.hours - 1)).reversed() where factors[hour].isNaN {
            factors[hour] = factors[hour + 1]
        }
        for hour in 0..<HourShape.hours where factors[hour].isNaN { factors[hour] = 1 }
    }

    private func factor(_ hour: Int) -> Double {
        var left = HourShape.quantile * Double(totals[hour])
        for step in 0..<HourShape.steps {
            let count = Double(counts[hour * HourShape.steps + step])
            if count > 0, left <= count { return (Double(step) + left / count) * Double(HourShape.step) }
            left -= count
        }
        return 1
    }

    /// Returns the factor at a solar time, hours.
    func factor(at hour: Double) -> Double {
        let place = hour - 0.5
        let low = Int(place.rounded(.down))
        let share = place - Double(low)
        let first = factors[(low + HourShape.hours) % HourShape.hours]
        let second = factors[(low + 1) % HourShape.hours]
        return first + (second - first) * share
    }
}
