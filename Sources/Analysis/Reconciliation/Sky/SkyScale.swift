// How much an array makes under a clear sky: one number a site, taken from all of its days, and the days it was taken from.
// Which days those are stands in SkyDay, what is expected by it in SkyExpectation.

import Readings

/// The scale of the clear sky over a site. JSON: docs/reports.md.
package struct SkyScale: Codable, Equatable, Sendable {
    /// How an array stands, as JSON has it.
    package struct Roof: Codable, Equatable, Sendable {
        let azimuthDegrees: Double
        let tiltDegrees: Double

        private enum CodingKeys: String, CodingKey {
            case azimuthDegrees = "azimuth_deg"
            case tiltDegrees = "tilt_deg"
        }
    }

    /// The array of the site; nil where the owner has not said, then an ordinary roof is taken.
    let array: Roof?
    /// The place, degrees.
    let latitude: Double
    let longitude: Double
    /// Energy of the array's best days over that of a clear sky for 1 kW.
    package let kilowattHoursPerClear: Double
    /// How much a day differs from the mean of all under the same sky: the standard deviation as a share.
    package let daySpread: Double
    /// Tells whether the days reach up to the top of the yearly range of the sky, so that the best of them are the best of a
    /// year. Without, shares of a clear sky are not told.
    package let isSeasonSeen: Bool
    /// Whole days that it was taken from.
    package let wholeDays: Int
    /// The first and the last of them, `YYYY-MM-DD`.
    package let firstDay: String
    package let lastDay: String

    private enum CodingKeys: String, CodingKey {
        case array, latitude, longitude
        case kilowattHoursPerClear = "kwh_per_clear_kwh"
        case daySpread = "day_spread"
        case isSeasonSeen = "season_seen"
        case wholeDays = "whole_days"
        case firstDay = "first_day"
        case lastDay = "last_day"
    }

    /// Days that are needed for any scale.
    private static let leastDays = 30
    /// The share of days below the best ones: single days lie above a clear sky by broken clouds and cold modules.
    private static let bestShare = 0.95
    /// Clear-sky energy below which a day tells nothing, kWh per kW.
    private static let leastSky = 0.3
    /// Days between one fit and the next: a year, in which the array has seen every season once more.
    private static let daysBetweenFits: Int64 = 365

    /// Returns the scale that holds for the days: a kept one until a later one is due, else that of the newest due fit. It
    /// depends on the days alone, not on when it is asked: the first fit takes the days up to the one with which a
    /// spring-to-summer was complete, later ones those up to each anniversary of the first day.
    ///
    /// - Parameters:
    ///   - kept: what was returned before and kept; nil for none.
    ///   - days: whole days in order.
    /// - Returns: nil where the days are too few.
    package static func current(
        kept: SkyScale? = nil,
        days: [SkyDay],
        place: Place,
        array: ArrayOrientation?
    ) -> SkyScale? {
        guard let first = days.first, let last = days.last else { return nil }
        let sky = ClearSky(place: place, array: array ?? ArrayFit.usual(place))
        let due = SkySeason(sky).completed(in: days).map { complete -> CivilDate in
            let years = (last.day.daysSince1970 - first.day.daysSince1970 + 1) / daysBetweenFits
            return max(complete, first.day.advanced(by: years * daysBetweenFits - 1))
        }
        if let kept, kept.isOf(place, array), kept.isSeasonSeen, let due, kept.lastDay >= due.description {
            return kept
        }
        let fitted = days.filter { $0.day <= due ?? last.day }
        return SkyScale(fitted, sky: sky, place: place, array: array, isSeasonSeen: due != nil)
    }

    private init?(
        _ days: [SkyDay],
        sky: ClearSky,
        place: Place,
        array: ArrayOrientation?,
        isSeasonSeen: Bool
    ) {
        let ratios = days.compactMap { day -> Double? in
            let clear = sky.energy(from: day.interval.startUTCSeconds, to: day.interval.endUTCSeconds)
            return clear > SkyScale.leastSky ? day.producedKWh / clear : nil
        }
        guard ratios.count >= SkyScale.leastDays, let first = days.first, let last = days.last,
            let scale = Median.quantile(ratios, SkyScale.bestShare), scale > 0
        else { return nil }
        let mean = ratios.reduce(0, +) / Double(ratios.count)
        let square = ratios.reduce(0) { $0 + squared($1 - mean) } / Double(ratios.count)
        self.array = array.map {
            Roof(azimuthDegrees: $0.azimuthDegrees, tiltDegrees: $0.tiltDegrees)
        }
        latitude = place.latitude
        longitude = place.longitude
        kilowattHoursPerClear = scale
        daySpread = mean > 0 ? square.squareRoot() / mean : 1
        self.isSeasonSeen = isSeasonSeen
        wholeDays = days.count
        firstDay = "\(first.day)"
        lastDay = "\(last.day)"
    }

    /// Tells whether it was taken for a place and an array.
    private func isOf(_ place: Place, _ array: ArrayOrientation?) -> Bool {
        latitude == place.latitude && longitude == place.longitude
            && self.array
                == array.map { Roof(azimuthDegrees: $0.azimuthDegrees, tiltDegrees: $0.tiltDegrees) }
    }
}
