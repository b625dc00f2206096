// Where a home stands, by when the sun shone on its panels: for owners who gave no place. A guess of a degree or two.

import Foundation
import Readings

/// Guesses places.
package enum PlaceGuess {
    /// Days with sun that a guess needs, and the days that they must span.
    private static let leastDays = 120
    private static let leastSpan: Int64 = 150
    private static let latitudes = stride(from: -60.0, through: 65, by: 0.5)

    /// Returns the place at which the production fits the sun; nil where there is too little of it.
    package static func place(_ columns: ReadingColumns, seconds: Int32) -> Place? {
        let lights = DayLight.all(columns, seconds: seconds)
        guard lights.count >= leastDays, let first = lights.first, let last = lights.last,
            last.day - first.day >= leastSpan
        else { return nil }
        // The middle of the light is solar noon, whatever the length of the day.
        guard let longitude = longitude(lights) else { return nil }
        var best: (error: Double, latitude: Double)?
        for latitude in latitudes {
            let error = misfit(lights, latitude)
            if error < best?.error ?? .infinity { best = (error, latitude) }
        }
        guard let best else { return nil }
        return Place(latitude: best.latitude, longitude: (longitude * 2).rounded() / 2)
    }

    /// The longitude at which the middles of days are noon: their median, by the side of the first so that none wraps.
    static func longitude(_ lights: [DayLight]) -> Double? {
        guard let first = lights.first?.longitude else { return nil }
        let turned = lights.map { light in
            let away = light.longitude - first
            return first + (away > 180 ? away - 360 : away < -180 ? away + 360 : away)
        }
        return Median.of(turned).map { $0 > 180 ? $0 - 360 : $0 < -180 ? $0 + 360 : $0 }
    }

    /// The median distance of the days' lengths from those of a latitude, the horizon's share being taken out.
    static func misfit(_ lights: [DayLight], _ latitude: Double) -> Double {
        let differences = lights.map { $0.halfHours - $0.halfHours(atLatitude: latitude) }
        let middle = Median.of(differences) ?? 0
        return differences.reduce(0) { $0 + min(1, abs($1 - middle)) } / Double(differences.count)
    }
}
