// What a clear sky would have let the array make: the yardstick of a month's production.

import Readings

/// The production of an array under a clear sky.
package struct SkyExpectation: Sendable {
    private let sky: ClearSky
    /// What the array makes on its best days of what `ClearSky` gives for 1 kW.
    package let scale: Double

    /// How much a day's production differs from the mean of all under the same sky: the standard deviation as a share.
    package let daySpread: Double

    /// Days that are needed.
    private static let leastDays = 30
    /// The share of days below the best ones: single days lie above a clear sky by broken clouds and cold modules.
    private static let bestShare = 0.95
    /// Clear-sky energy below which a day tells nothing, kWh per kW.
    private static let leastSky = 0.3

    /// Takes the scale from days on which all intervals have data; nil where they are too few.
    package init?(
        place: Place,
        array: ArrayOrientation?,
        days: [(interval: Interval, producedKWh: Double)]
    ) {
        let sky = ClearSky(place: place, array: array ?? ArrayFit.usual(place))
        let ratios = days.compactMap { interval, produced -> Double? in
            let clear = sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
            return clear > SkyExpectation.leastSky ? produced / clear : nil
        }
        guard ratios.count >= SkyExpectation.leastDays,
            let scale = Median.quantile(ratios, SkyExpectation.bestShare), scale > 0
        else { return nil }
        self.sky = sky
        self.scale = scale
        let mean = ratios.reduce(0, +) / Double(ratios.count)
        let square = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ratios.count)
        daySpread = mean > 0 ? square.squareRoot() / mean : 1
    }

    /// Returns the production of a stretch of time under a clear sky, kWh.
    package func kilowattHours(_ interval: Interval) -> Double {
        scale * sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
    }
}
