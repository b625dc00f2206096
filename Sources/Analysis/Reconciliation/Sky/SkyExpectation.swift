// What a clear sky would have let the array make: the yardstick of a month's production. How it is scaled stands in SkyScale.

import Readings

/// The production of an array under a clear sky.
package struct SkyExpectation: Sendable {
    private let sky: ClearSky
    /// The site's scale.
    package let scale: SkyScale

    /// Takes the sky over a place with the site's scale.
    package init(_ scale: SkyScale, place: Place, array: ArrayOrientation?) {
        sky = ClearSky(place: place, array: array ?? ArrayFit.usual(place))
        self.scale = scale
    }

    /// How much a day's production differs from the mean of all under the same sky: the standard deviation as a share.
    package var daySpread: Double { scale.daySpread }

    /// Returns the production of a stretch of time under a clear sky, kWh.
    package func kilowattHours(_ interval: Interval) -> Double {
        scale.kilowattHoursPerClear * sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
    }
}
