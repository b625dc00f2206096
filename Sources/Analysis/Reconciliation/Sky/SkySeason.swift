// Whether days reach up to the top of a year's sky: from spring to summer away from the equator. What is taken from them
// stands in SkyScale.

import Readings

/// The yearly range of a sky.
struct SkySeason {
    private let sky: ClearSky
    /// Daily clear-sky energy near the top of the yearly range, kWh per kW.
    private let top: Double

    /// Whole days that are needed: a season.
    private static let leastDays = 90
    /// The share of the best day from which on a day is of the top.
    private static let topShare = 0.98
    /// Days of the top that are needed: of a few alone the clouds would decide.
    private static let leastTopDays = 10

    /// Takes the range of a sky.
    init(_ sky: ClearSky) {
        self.sky = sky
        let year = (0..<365).map { day in
            sky.energy(from: Int64(day) * 86_400, to: Int64(day + 1) * 86_400)
        }
        top = SkySeason.topShare * (year.max() ?? 0)
    }

    /// Returns the day with which the days were a season that reaches the top; nil where none was.
    func completed(in days: [SkyDay]) -> CivilDate? {
        var topDays = 0
        for (index, day) in days.enumerated() {
            let energy = sky.energy(from: day.interval.startUTCSeconds, to: day.interval.endUTCSeconds)
            if energy >= top { topDays += 1 }
            if index + 1 >= SkySeason.leastDays, topDays >= SkySeason.leastTopDays { return day.day }
        }
        return nil
    }
}
