// Where a home stands, by when the sun shone on its panels: for owners who gave no place. A guess of a degree or two.

import Foundation
import Readings

/// Guesses places.
package enum PlaceGuess {
    /// Days with sun that a guess needs, and the days that they must span.
    private static let leastDays = 120
    private static let leastSpan: Int64 = 150
    /// Power, as a share of the day's greatest, from which a day begins and ends.
    private static let threshold = 0.02
    private static let latitudes = stride(from: -60.0, through: 65, by: 0.5)

    /// What a day tells: middle and half length of its light, hours UTC.
    private struct Light {
        let middle: Double
        let halfHours: Double
        let declination: Double
        let equationOfTimeMinutes: Double
        let day: Int64
    }

    /// Returns the place at which the production fits the sun; nil where there is too little of it.
    ///
    /// - Parameter zone: by which local days are told.
    package static func place(_ columns: ReadingColumns, seconds: Int32, zone: TimeZoneRules) -> Place? {
        guard seconds <= 3600 else { return nil }
        let lights = lights(columns, seconds: seconds, zone: zone)
        guard lights.count >= leastDays, let first = lights.first, let last = lights.last,
            last.day - first.day >= leastSpan
        else { return nil }
        // The middle of the light is solar noon, whatever the length of the day.
        let longitudes = lights.map { 15 * (12 - $0.middle) - $0.equationOfTimeMinutes / 4 }
        guard let longitude = Median.of(longitudes) else { return nil }
        var best: (error: Double, latitude: Double)?
        for latitude in latitudes {
            let error = misfit(lights, latitude)
            if error < best?.error ?? .infinity { best = (error, latitude) }
        }
        guard let best else { return nil }
        let wrapped = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
        return Place(latitude: best.latitude, longitude: (wrapped * 2).rounded() / 2)
    }

    private static func lights(_ columns: ReadingColumns, seconds: Int32, zone: TimeZoneRules) -> [Light] {
        var result: [Light] = []
        var row = 0
        while row < columns.rowCount {
            let day = zone.wallClock(atUTCSeconds: columns.startUTCSeconds[row]).day
            let interval = zone.interval(of: day)
            let rows = columns.rowRange(in: interval)
            defer { row = max(row + 1, rows.upperBound) }
            guard rows.count * Int(seconds) >= Int(interval.seconds) else { continue }
            let energy = columns[.produced][rows]
            guard let most = energy.max(), most > 20 else { continue }
            let least = max(1, Double(most) * threshold)
            guard let first = energy.firstIndex(where: { Double($0) > least }),
                let last = energy.lastIndex(where: { Double($0) > least }), last > first
            else { continue }
            let start = Double(columns.startUTCSeconds[first])
            let end = Double(columns.startUTCSeconds[last]) + Double(seconds)
            let sun = SolarPosition.sun(atUTCSeconds: (start + end) / 2)
            // Hours from the midnight UTC of the local day's number, so that no day wraps.
            let base = Double(day.daysSince1970 * 86_400)
            result.append(
                Light(
                    middle: ((start + end) / 2 - base) / 3600,
                    halfHours: (end - start) / 7200,
                    declination: sun.declination,
                    equationOfTimeMinutes: sun.equationOfTimeMinutes,
                    day: day.daysSince1970
                )
            )
        }
        return result
    }

    /// The median distance of the days' lengths from those of a latitude, the horizon's share being taken out.
    private static func misfit(_ lights: [Light], _ latitude: Double) -> Double {
        let tangent = tan(latitude * .pi / 180)
        let differences = lights.map { light in
            let cosine = max(-1, min(1, -tangent * tan(light.declination)))
            return light.halfHours - acos(cosine) * 12 / .pi
        }
        let middle = Median.of(differences) ?? 0
        return differences.reduce(0) { $0 + min(1, abs($1 - middle)) } / Double(differences.count)
    }
}
