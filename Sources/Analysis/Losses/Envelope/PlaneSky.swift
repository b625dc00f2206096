// The clear sky over a site on twelve planes, of which every roof is a mixture: flat, tilted by 22 and by 45 degrees to the east,
// the south-east, the noon sun, the south-west and the west, and a steep one to the noon sun. The formulas are those of ClearSky.

import Foundation
import Readings

/// The sun over a site and what each plane gives.
struct PlaneSky: Sendable {
    /// A number for each plane; what is beyond `count` is 0.
    typealias Planes = SIMD16<Float>
    /// How many planes there are.
    static let count = 12

    /// A kW on the plane that is tilted by 22 degrees to the noon sun: an ordinary roof.
    static let noonRoofOnly: Planes = {
        var planes = Planes()
        planes[3] = 1
        return planes
    }()

    private static let tilts = [22.0, 45.0]
    private static let steep = 75.0
    /// From the azimuth of the noon sun, degrees.
    private static let turns = [-90.0, -45, 0, 45, 90]
    private static let efficiency = 0.93
    /// Direct irradiance by the sine of the sun's elevation.
    private static let tableSize = 1024
    private static let table: [Double] = (0...tableSize).map {
        ClearSky.direct(sine: Double($0) / Double(tableSize))
    }

    private let place: Place
    private let arrays: [ArrayOrientation]

    /// Takes a place; south of the equator the planes are mirrored.
    init(place: Place) {
        self.place = place
        let noon = place.latitude >= 0 ? 180.0 : 0.0
        let tilted = PlaneSky.tilts.flatMap { tilt in
            PlaneSky.turns.map { (tilt, (noon + $0 + 360).truncatingRemainder(dividingBy: 360)) }
        }
        arrays = ([(0.0, 180.0)] + tilted + [(PlaneSky.steep, noon)]).compactMap {
            ArrayOrientation(tiltDegrees: $0.0, azimuthDegrees: $0.1)
        }
    }

    /// The planes of a day: what of them does not change within it.
    private struct Geometry {
        let first: ClearSky.Plane
        var constant = Planes()
        var cosine = Planes()
        var sine = Planes()
        var diffuse = Planes()

        init?(_ arrays: [ArrayOrientation], place: Place, dayOfYear: Int) {
            let planes = arrays.map { ClearSky.Plane(place: place, array: $0, dayOfYear: dayOfYear) }
            guard let first = planes.first else { return nil }
            self.first = first
            for (index, plane) in planes.enumerated() {
                constant[index] = Float(plane.constant)
                cosine[index] = Float(plane.cosineFactor)
                sine[index] = Float(plane.sineFactor)
                diffuse[index] = Float(0.1 * plane.skyShare)
            }
        }
    }

    /// The sun in the middle of a stretch of time, and what each plane gives in it per kW, Wh.
    struct Row {
        let sine: Double
        let solarHour: Double
        let planes: Planes
    }

    /// Returns the rows of a length that begin at some instants, all of one day.
    func rows(at starts: some Collection<Int64>, seconds: Int64) -> [Row] {
        guard let first = starts.first else { return [] }
        let middle = first + seconds * Int64(starts.count) / 2
        let dayOfYear = ClearSky.dayOfYear(middle.flooredDivision(by: 86_400)) + 1
        guard let day = Geometry(arrays, place: place, dayOfYear: dayOfYear) else { return [] }
        return starts.map { row(day, at: $0, seconds: seconds) }
    }

    private func row(_ day: Geometry, at start: Int64, seconds: Int64) -> Row {
        let shift = place.longitude / 15 + day.first.equationOfTimeMinutes / 60
        let middle = Double(start.flooredRemainder(by: 86_400)) + Double(seconds) / 2
        let hour = (middle / 3600 + shift + 48).truncatingRemainder(dividingBy: 24)
        let angle = (hour - 12) * .pi / 12
        let cosine = cos(angle)
        let sine = day.first.sineTerm + day.first.cosineTerm * cosine
        guard sine > 0 else { return Row(sine: sine, solarHour: hour, planes: Planes()) }
        // East of noon its sine is below 0.
        let side = (1 - cosine * cosine).squareRoot() * (angle < 0 ? -1 : 1)
        let incidence = day.constant + day.cosine * Float(cosine) + day.sine * Float(side)
        let lit = incidence.replacing(with: 0, where: incidence .< 0)
        let scale = PlaneSky.direct(sine) * PlaneSky.efficiency * Double(seconds) / 3600
        return Row(sine: sine, solarHour: hour, planes: (lit + day.diffuse) * Float(scale))
    }

    /// Returns how high the sun stands at noon of a day, degrees.
    func noonDegrees(_ day: Int64) -> Double {
        let dayOfYear = Double(ClearSky.dayOfYear(day) + 1)
        let declination = 23.45 * sin(2 * .pi * (284 + dayOfYear) / 365)
        return 90 - abs(place.latitude - declination)
    }

    /// Fills in the sun and the planes of a day.
    func fill(_ day: inout LossDay) {
        let rows = rows(at: day.starts, seconds: day.seconds)
        day.sine = rows.map(\.sine)
        day.solarHours = rows.map(\.solarHour)
        day.planes = rows.map(\.planes)
    }

    private static func direct(_ sine: Double) -> Double {
        let place = min(1, sine) * Double(tableSize)
        let index = min(tableSize - 1, Int(place))
        return table[index] + (table[index + 1] - table[index]) * (place - Double(index))
    }
}
