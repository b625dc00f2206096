// The sun and what comes through a sky without clouds: the almanac's low-precision sun, and the European Solar Radiation
// Atlas' model with Linke's turbidity. Clouds are in LossSky; panels in LossLight.

import Foundation

/// The direction to the sun: parts of a vector of length one.
struct LossSun {
    /// The sine of the sun's height.
    let up: Double
    let east: Double
    let north: Double

    /// Finds the sun, to a hundredth of a degree (Astronomical Almanac, section C).
    init(atUTCSeconds second: Int64, latitude: Double, longitude: Double) {
        func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let days = Double(second) / 86_400 - 10_957.5
        let mean = radians(280.460 + 0.985_647_4 * days)
        let anomaly = radians(357.528 + 0.985_600_3 * days)
        let ecliptic = mean + radians(1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
        let tilt = radians(23.439)
        let ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
        let declination = asin(sin(tilt) * sin(ecliptic))
        let sidereal = (18.697_374_558 + 24.065_709_824_419_08 * days).truncatingRemainder(dividingBy: 24)
        let hour = radians(sidereal * 15 + longitude) - ascension
        let place = radians(latitude)
        up = sin(place) * sin(declination) + cos(place) * cos(declination) * cos(hour)
        east = -cos(declination) * sin(hour)
        north = sin(declination) * cos(place) - cos(declination) * sin(place) * cos(hour)
    }

    /// The height above the horizon, degrees.
    var height: Double { asin(min(1, max(-1, up))) * 180 / .pi }
    /// Degrees clockwise from north.
    var azimuth: Double {
        let degrees = atan2(east, north) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }
}

/// Light under a sky without clouds, W/m².
struct LossClearSky {
    /// On a plane that faces the sun.
    var beam = 0.0
    /// From the sky, on level ground.
    var diffuse = 0.0
    /// Above the air, on a plane that faces the sun.
    var outer = 0.0

    /// Returns what comes through (Rigollier, Bauer and Wald 2000, doi:10.1016/S0038-092X(99)00055-9; optical thickness
    /// of Kasten 1996, doi:10.1016/0038-092X(95)00114-7).
    ///
    /// - Parameters:
    ///   - turbidity: Linke's, at air mass 2.
    ///   - altitude: metres.
    init(_ sun: LossSun, turbidity: Double, altitude: Double, dayOfYear: Double) {
        guard sun.up > 0 else { return }
        let height = sun.height
        outer = 1_361 * (1 + 0.0334 * cos(2 * .pi * (dayOfYear - 2.7) / 365.25))
        let pressure = exp(-altitude / 8_435)
        let mass = pressure / (sun.up + 0.505_72 * pow(height + 6.079_95, -1.636_4))
        let thickness =
            mass > 20
            ? 1 / (10.4 + 0.718 * mass)
            : 1 / (6.6296 + mass * (1.7513 + mass * (-0.1202 + mass * (0.0065 - 0.000_13 * mass))))
        beam = outer * exp(-0.8662 * turbidity * mass * thickness)
        let zenith = -0.015_843 + turbidity * (0.030_543 + 0.000_379_7 * turbidity)
        var first = 0.264_63 + turbidity * (-0.061_581 + 0.003_140_8 * turbidity)
        if first * zenith < 0.002 { first = 0.002 / zenith }
        let second = 2.0402 + turbidity * (0.018_945 - 0.011_161 * turbidity)
        let third = -1.3025 + turbidity * (0.039_231 + 0.008_507_9 * turbidity)
        diffuse = max(0, outer * zenith * (first + sun.up * (second + third * sun.up)))
    }
}
