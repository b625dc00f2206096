// The clear sky over a site on eleven planes, of which every roof is a mixture: flat, and tilted by 22 and by 45 degrees to the
// east, the south-east, the noon sun, the south-west and the west. The formulas are those of ClearSky.

import Foundation
import Readings

/// The sun over a site and what each plane gives.
struct PlaneSky: Sendable {
    /// How many planes there are.
    static let count = 11

    private static let tilts = [22.0, 45.0]
    /// From the azimuth of the noon sun, degrees.
    private static let turns = [-90.0, -45, 0, 45, 90]
    private static let efficiency = 0.93

    private let place: Place
    private let arrays: [ArrayOrientation]

    /// Takes a place; south of the equator the planes are mirrored.
    init(place: Place) {
        self.place = place
        let noon = place.latitude >= 0 ? 180.0 : 0.0
        let flat = ArrayOrientation(tiltDegrees: 0, azimuthDegrees: 180)
        let tilted = PlaneSky.tilts.flatMap { tilt in
            PlaneSky.turns.compactMap { turn in
                ArrayOrientation(
                    tiltDegrees: tilt,
                    azimuthDegrees: (noon + turn + 360).truncatingRemainder(dividingBy: 360)
                )
            }
        }
        arrays = (flat.map { [$0] } ?? []) + tilted
    }

    /// Fills in the sun and the planes of a day.
    func fill(_ day: inout LossDay) {
        guard let first = day.starts.first else { return }
        let count = day.starts.count
        day.sine = [Double](repeating: 0, count: count)
        day.solarHours = [Double](repeating: 0, count: count)
        day.planes = [Float](repeating: 0, count: count * PlaneSky.count)
        let noon = (first + day.end) / 2
        let dayOfYear = ClearSky.dayOfYear(noon.flooredDivision(by: 86_400)) + 1
        let planes = arrays.map { ClearSky.Plane(place: place, array: $0, dayOfYear: dayOfYear) }
        let factors = planes.map { plane in
            (
                Float(plane.constant), Float(plane.cosineFactor), Float(plane.sineFactor),
                Float(0.1 * plane.skyShare)
            )
        }
        guard let geometry = planes.first else { return }
        for row in 0..<count {
            let seconds = Double(day.starts[row].flooredRemainder(by: 86_400)) + Double(day.seconds) / 2
            let hour =
                seconds / 3600 + place.longitude / 15 + geometry.equationOfTimeMinutes / 60
            let wrapped = (hour + 24).truncatingRemainder(dividingBy: 24)
            let angle = (wrapped - 12) * .pi / 12
            let cosine = cos(angle)
            let sine = geometry.sineTerm + geometry.cosineTerm * cosine
            day.sine[row] = sine
            day.solarHours[row] = wrapped
            guard sine > 0 else { continue }
            let scale = Float(PlaneSky.direct(sine) * PlaneSky.efficiency * day.hours)
            let (east, west) = (Float(cosine), Float(sin(angle)))
            for (index, factor) in factors.enumerated() {
                let incidence = factor.0 + factor.1 * east + factor.2 * west
                day.planes[row * PlaneSky.count + index] = scale * (max(incidence, 0) + factor.3)
            }
        }
    }

    /// Direct irradiance by the sine of the sun's elevation, W/m², from a table.
    private static func direct(_ sine: Double) -> Double {
        let place = min(1, sine) * Double(tableSize)
        let index = min(tableSize - 1, Int(place))
        return table[index] + (table[index + 1] - table[index]) * (place - Double(index))
    }

    private static let tableSize = 1024
    private static let table: [Double] = (0...tableSize).map {
        ClearSky.direct(sine: Double($0) / Double(tableSize))
    }
}
