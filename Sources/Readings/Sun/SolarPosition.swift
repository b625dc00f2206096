// Where the sun stands, to about a hundredth of a degree between 1900 and 2100. No weather, no horizon.

import Foundation

/// The sun as seen from a place.
///
/// Source: NOAA Global Monitoring Laboratory, solar calculation details,
/// https://gml.noaa.gov/grad/solcalc/calcdetails.html (after J. Meeus, Astronomical Algorithms).
package struct SolarPosition: Sendable {
    /// The place of the observer.
    package let place: Place

    /// Makes the sun for a place.
    package init(place: Place) { self.place = place }

    /// The height of the sun's centre at sunrise and sunset, refraction and radius included, in degrees.
    package static let riseElevation = -0.833

    /// Returns the height of the sun's centre above the horizon in degrees, without refraction.
    package func elevation(atUTCSeconds utcSeconds: Int64) -> Double {
        let sun = SolarPosition.sun(atUTCSeconds: Double(utcSeconds))
        let minutes = Double(utcSeconds.flooredRemainder(by: 86_400)) / 60
        let trueSolarMinutes = minutes + sun.equationOfTimeMinutes + 4 * place.longitude
        let hourAngle = radians(trueSolarMinutes / 4 - 180)
        let latitude = radians(place.latitude)
        let sine =
            sin(latitude) * sin(sun.declination) + cos(latitude) * cos(sun.declination) * cos(hourAngle)
        return degrees(asin(min(1, max(-1, sine))))
    }

    /// What the sun does on a day.
    package enum Day: Equatable, Sendable {
        /// It rises and sets, in seconds UTC.
        case rises(sunriseUTCSeconds: Int64, sunsetUTCSeconds: Int64)
        /// It does not set.
        case polarDay
        /// It does not rise.
        case polarNight
    }

    /// Returns sunrise and sunset around the solar noon of a local calendar day.
    ///
    /// - Parameter elevation: height in degrees at which the day begins and ends.
    package func day(_ date: CivilDate, elevation: Double = riseElevation) -> Day {
        let midnight = Double(date.daysSince1970 * 86_400)
        let roughNoon = midnight + (720 - 4 * place.longitude) * 60
        let noon = roughNoon - SolarPosition.sun(atUTCSeconds: roughNoon).equationOfTimeMinutes * 60
        guard let firstHalf = halfDaySeconds(atUTCSeconds: noon, elevation: elevation) else {
            return self.elevation(atUTCSeconds: Int64(noon)) > elevation ? .polarDay : .polarNight
        }
        func edge(_ direction: Double) -> Int64 {
            var instant = noon + direction * firstHalf
            for _ in 0..<3 {
                guard let half = halfDaySeconds(atUTCSeconds: instant, elevation: elevation) else { break }
                let shift = SolarPosition.sun(atUTCSeconds: instant).equationOfTimeMinutes * 60
                instant = roughNoon - shift + direction * half
            }
            return Int64(instant.rounded())
        }
        return .rises(sunriseUTCSeconds: edge(-1), sunsetUTCSeconds: edge(1))
    }

    private func halfDaySeconds(atUTCSeconds utcSeconds: Double, elevation: Double) -> Double? {
        let declination = SolarPosition.sun(atUTCSeconds: utcSeconds).declination
        let latitude = radians(place.latitude)
        let cosine =
            (sin(radians(elevation)) - sin(latitude) * sin(declination)) / (cos(latitude) * cos(declination))
        guard cosine >= -1, cosine <= 1 else { return nil }
        return degrees(acos(cosine)) * 240
    }

    /// Returns the declination in radians and the equation of time in minutes.
    package static func sun(atUTCSeconds utcSeconds: Double) -> (
        declination: Double, equationOfTimeMinutes: Double
    ) {
        let century = (utcSeconds / 86_400 + 2_440_587.5 - 2_451_545) / 36_525
        let meanLongitude = radians(280.46646 + century * (36_000.76983 + 0.0003032 * century))
        let meanAnomaly = radians(357.52911 + century * (35_999.05029 - 0.0001537 * century))
        let eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
        let centre =
            sin(meanAnomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
            + sin(2 * meanAnomaly) * (0.019993 - 0.000101 * century) + sin(3 * meanAnomaly) * 0.000289
        let node = radians(125.04 - 1934.136 * century)
        let apparentLongitude = meanLongitude + radians(centre - 0.00569 - 0.00478 * sin(node))
        let meanObliquity =
            23 + (26 + (21.448 - century * (46.815 + century * (0.00059 - 0.001813 * century))) / 60) / 60
        let obliquity = radians(meanObliquity + 0.00256 * cos(node))
        let declination = asin(sin(obliquity) * sin(apparentLongitude))
        let y = tan(obliquity / 2) * tan(obliquity / 2)
        let equation =
            y * sin(2 * meanLongitude) - 2 * eccentricity * sin(meanAnomaly)
            + 4 * eccentricity * y * sin(meanAnomaly) * cos(2 * meanLongitude)
            - 0.5 * y * y * sin(4 * meanLongitude)
            - 1.25 * eccentricity * eccentricity * sin(2 * meanAnomaly)
        return (declination, degrees(equation) * 4)
    }
}

private func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
private func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
