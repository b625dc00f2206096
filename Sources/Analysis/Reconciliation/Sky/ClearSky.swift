// Energy of an array under a clear sky: its shape over days and years, not its scale. Closed form.
//
// Sources: solar geometry after J. A. Duffie and W. A. Beckman, Solar Engineering of Thermal Processes, 4th edition,
// chapter 1 (equations 1.5.3, 1.6.1a, 1.6.2), doi:10.1002/9781118671603; air mass after F. Kasten and A. T. Young,
// Applied Optics 28 (1989) 4735, doi:10.1364/AO.28.004735; direct irradiance after A. B. Meinel and M. P. Meinel,
// Applied Solar Energy (1976), 1361 W/m² × 0.7^(AM^0.678).

import Foundation
import Readings

/// The clear sky over an array, tabulated per day of the year and quarter of an hour UTC.
package struct ClearSky: Sendable {
    /// Sums of energy from midnight UTC to the start of each quarter, kWh per kW of the array; 97 a day.
    private let sums: [Double]

    private static let quarters = 96
    private static let daysOfYear = 366
    /// Losses between plane and connection.
    private static let efficiency = 0.93
    /// What inverters limit, as a share of the array's rating.
    private static let clipping = 0.80

    /// Tabulates the sky over a place. Costs 35,136 evaluations.
    package init(place: Place, array: ArrayOrientation) {
        var sums: [Double] = []
        sums.reserveCapacity(ClearSky.daysOfYear * (ClearSky.quarters + 1))
        for dayOfYear in 1...ClearSky.daysOfYear {
            let plane = Plane(place: place, array: array, dayOfYear: dayOfYear)
            var sum = 0.0
            for quarter in 0..<ClearSky.quarters {
                sums.append(sum)
                sum += ClearSky.power(plane, utcHours: (Double(quarter) + 0.5) / 4) / 4
            }
            sums.append(sum)
        }
        self.sums = sums
    }

    /// Returns the energy of a stretch of time, kWh per kW of the array.
    package func energy(from start: Int64, to end: Int64) -> Double {
        var energy = 0.0
        var midnight = start - start.flooredRemainder(by: 86_400)
        while midnight < end {
            let row = ClearSky.dayOfYear(midnight / 86_400)
            energy += sum(row, seconds: min(end, midnight + 86_400) - midnight)
            energy -= sum(row, seconds: max(start, midnight) - midnight)
            midnight += 86_400
        }
        return energy
    }

    private func sum(_ row: Int, seconds: Int64) -> Double {
        let quarter = Int(seconds / 900)
        let base = sums[row * (ClearSky.quarters + 1) + quarter]
        let rest = seconds % 900
        guard rest > 0 else { return base }
        return base + (sums[row * (ClearSky.quarters + 1) + quarter + 1] - base) * Double(rest) / 900
    }

    /// The day of the year, from 0.
    static func dayOfYear(_ day: Int64) -> Int {
        let date = CivilDate(daysSince1970: day)
        return Int(day - CivilDate.daysSince1970(year: Int64(date.year), month: 1, day: 1))
    }

    /// Returns the power at an hour UTC of a day of the year, kW per kW of the array.
    static func power(_ plane: Plane, utcHours: Double) -> Double {
        sun(plane, utcHours: utcHours).map { power(plane, $0) } ?? 0
    }

    /// The sun at one time over one place: what does not depend on how an array stands.
    struct Sun {
        let hourCosine: Double
        let hourSine: Double
        /// Direct irradiance, W/m².
        let direct: Double
    }

    /// Returns the sun at an hour UTC of a day of the year; nil while it is down.
    static func sun(_ plane: Plane, utcHours: Double) -> Sun? {
        let hourAngle = radians(
            15 * (utcHours + plane.longitude / 15 + plane.equationOfTimeMinutes / 60 - 12)
        )
        let cosine = cos(hourAngle)
        let sine = plane.sineTerm + plane.cosineTerm * cosine
        guard sine > 0 else { return nil }
        return Sun(hourCosine: cosine, hourSine: sin(hourAngle), direct: direct(sine: sine))
    }

    /// Returns the direct irradiance by the sine of the sun's elevation, W/m².
    static func direct(sine: Double) -> Double {
        let elevation = asin(min(1, sine)) * 180 / .pi
        let airMass = 1 / (max(sine, 0.01) + 0.50572 * pow(max(elevation + 6.07995, 0.5), -1.6364))
        return 1361 * pow(0.7, pow(airMass, 0.678))
    }

    /// Returns the power of an array under the sun, kW per kW of the array.
    static func power(_ plane: Plane, _ sun: Sun) -> Double {
        let incidence =
            plane.constant + plane.cosineFactor * sun.hourCosine + plane.sineFactor * sun.hourSine
        let inPlane = sun.direct * max(incidence, 0) + 0.1 * sun.direct * plane.skyShare
        return min(efficiency * inPlane / 1000, clipping)
    }

    /// What of an array and the sun does not change within a day.
    struct Plane {
        let longitude: Double
        let equationOfTimeMinutes: Double
        let sineTerm: Double
        let cosineTerm: Double
        let constant: Double
        let cosineFactor: Double
        let sineFactor: Double
        let skyShare: Double

        init(place: Place, array: ArrayOrientation, dayOfYear: Int) {
            let day = Double(dayOfYear)
            let season = 2 * Double.pi * (day - 81) / 364
            equationOfTimeMinutes = 9.87 * sin(2 * season) - 7.53 * cos(season) - 1.5 * sin(season)
            let declination = radians(23.45) * sin(2 * .pi * (284 + day) / 365)
            let latitude = radians(place.latitude)
            let tilt = radians(array.tiltDegrees)
            let azimuth = radians(array.azimuthDegrees - 180)
            longitude = place.longitude
            sineTerm = sin(latitude) * sin(declination)
            cosineTerm = cos(latitude) * cos(declination)
            constant =
                sin(declination) * sin(latitude) * cos(tilt) - sin(declination) * cos(latitude) * sin(tilt)
                * cos(azimuth)
            cosineFactor =
                cos(declination) * cos(latitude) * cos(tilt) + cos(declination) * sin(latitude) * sin(tilt)
                * cos(azimuth)
            sineFactor = cos(declination) * sin(tilt) * sin(azimuth)
            skyShare = (1 + cos(tilt)) / 2
        }
    }
}

private func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
