// What a day says of the array against its clear sky: how much of it smooth rows gave, how clear it was, and its best hour.

/// A day against its clear sky. Levels are shares of what the array gives under a clear sky.
struct DayMark: Equatable, Sendable {
    /// The local day, days since 1970.
    let number: Int64
    /// The level of its smooth rows with a high sun; nil where it has none.
    var level: Double?
    /// The smooth rows' share of the day's clear sky.
    var cover = 0.0
    /// The level that three in ten rows exceed; nil of too few rows.
    var upper: Double?
    /// The level of the best hour near noon; nil where noon is not known.
    var best: Double?
    /// The level of the three best quarter hours, where they agree.
    var peak: Double?
    /// What was made, and what a clear sky gives, in the rows that are known, Wh.
    var produced = 0.0
    var expected = 0.0
    /// What a clear sky gives over the whole day, Wh.
    var whole = 0.0
    /// What each plane gives per kW over the rows that are known, Wh.
    var planes = PlaneSky.Planes()
    /// The highest sun, degrees.
    var noonDegrees = 0.0
    /// The share of its clear sky in rows that say nothing.
    var held = 0.0
    /// Tells whether its production says nothing: a clamp is wrong.
    var isSpoiled = false

    /// How high the day got: by its smooth rows, or by its best hour.
    var reach: Double? {
        guard let level else { return best }
        return max(level, best ?? level)
    }
    /// Tells whether it is clear and yet low: haze, or a loss.
    var isLow: Bool { cover >= 0.3 && (level ?? 1) < 0.9 }
    /// Tells whether it shows what the array gives.
    var isNormal: Bool {
        guard !isSpoiled else { return false }
        if let level { return level > 0.9 }
        return best.map { $0 > 0.85 } ?? false
    }
}

/// The rows of a day against its clear sky.
struct DayLevels: Sendable {
    /// Made over expected, a row each; NaN where a row says nothing.
    private(set) var shares: [Double]
    /// Tells whether a row is one of a smooth stretch.
    private(set) var isSmooth: [Bool]
    /// The greatest clear sky of a row, Wh.
    let top: Double

    /// Sine of the sun's elevation from which rows say something: 7 degrees.
    private static let leastSine = 0.1219
    /// Share of the day's greatest clear sky from which a row says something, and from which the sun is high.
    private static let leastShare = 0.12
    private static let highShare = 0.3
    /// Below this a row is no light but a fault.
    private static let darkShare = 0.03
    /// Hours of a smooth stretch, and how far it may leave its own straight line.
    private static let smoothHours = 1.25
    private static let roughness = 0.022
    private static let roughnessHourly = 0.035
    /// Hours around noon in which the best hour is looked for.
    private static let noonHours = 1.6
    private static let upperQuantile = 0.7

    /// Takes a day with its expectation.
    init(_ day: LossDay) {
        let top = day.expected.max() ?? 0
        self.top = top
        shares = day.starts.indices.map { row in
            guard top > 0, !day.isHeld[row], day.sine[row] > DayLevels.leastSine,
                day.expected[row] > DayLevels.leastShare * top
            else { return .nan }
            return day.produced[row] / day.expected[row]
        }
        isSmooth = [Bool](repeating: false, count: shares.count)
        findSmooth(day)
    }

    private mutating func findSmooth(_ day: LossDay) {
        let isHourly = day.seconds > 1800
        let count = isHourly ? 3 : max(3, Int((DayLevels.smoothHours / day.hours).rounded()))
        let limit = isHourly ? DayLevels.roughnessHourly : DayLevels.roughness
        guard shares.count >= count else { return }
        let middle = Double(count - 1) / 2
        let spread = (0..<count).reduce(0.0) { $0 + (Double($1) - middle) * (Double($1) - middle) }
        var row = 0
        while row + count <= shares.count {
            var (mean, slope) = (0.0, 0.0)
            for index in 0..<count {
                mean += shares[row + index]
                slope += (Double(index) - middle) * shares[row + index]
            }
            mean /= Double(count)
            slope /= spread
            guard mean > DayLevels.darkShare else {  // also where a row says nothing
                row += 1
                continue
            }
            let isStraight = (0..<count).allSatisfy { index in
                abs(shares[row + index] - mean - slope * (Double(index) - middle)) < limit * mean
            }
            if isStraight { for index in row..<(row + count) { isSmooth[index] = true } }
            row += 1
        }
    }

    /// Returns what the day says.
    func mark(_ day: LossDay) -> DayMark {
        var mark = DayMark(number: day.number)
        var planes = PlaneSky.Planes()
        var (smoothMade, smoothSky, covered, seen, held) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var high: [Double] = []
        for row in shares.indices {
            let expected = day.expected[row]
            mark.whole += expected
            mark.noonDegrees = max(mark.noonDegrees, day.sine[row])
            if day.isHeld[row] { held += expected }
            if day.produced[row].isFinite, !day.isHeld[row] {
                mark.produced += max(0, day.produced[row])
                mark.expected += expected
                planes += day.planes[row]
            }
            guard shares[row].isFinite else { continue }
            seen += expected
            if isSmooth[row] { covered += expected }
            guard expected > DayLevels.highShare * top else { continue }
            high.append(shares[row])
            if isSmooth[row] {
                smoothMade += day.produced[row]
                smoothSky += expected
            }
        }
        mark.noonDegrees = SunHeight.degrees(ofSine: mark.noonDegrees)
        mark.planes = planes
        mark.held = mark.whole > 0 ? held / mark.whole : 0
        // Of a day of which half is not known little is said.
        if smoothSky > 0 { mark.level = smoothMade / smoothSky }
        mark.cover = mark.whole > 0 && seen > 0 ? covered / mark.whole : 0
        if high.count >= (day.seconds > 1800 ? 3 : 8) {
            mark.upper = Median.quantile(high, DayLevels.upperQuantile)
        }
        mark.best = best(day)
        mark.peak = peak(high, isHourly: day.seconds > 1800)
        return mark
    }

    /// The best hour near noon.
    private func best(_ day: LossDay) -> Double? {
        let count = max(1, Int((1 / day.hours).rounded()))
        var best: Double?
        for row in 0..<max(0, shares.count - count + 1) {
            guard abs(day.solarHours[row] - 12) < DayLevels.noonHours,
                abs(day.solarHours[row + count - 1] - 12) < DayLevels.noonHours
            else { continue }
            let mean = shares[row..<(row + count)].reduce(0, +) / Double(count)
            if mean.isFinite { best = max(best ?? 0, mean) }
        }
        return best
    }

    /// The level of the three best rows, where they agree.
    private func peak(_ high: [Double], isHourly: Bool) -> Double? {
        guard high.count >= 6 else { return nil }
        let sorted = high.sorted(by: >)
        let mean = (sorted[0] + sorted[1] + sorted[2]) / 3
        return sorted[0] - sorted[2] < 0.03 * mean ? mean : nil
    }
}
