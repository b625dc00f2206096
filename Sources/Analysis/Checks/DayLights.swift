// When the sun shone on a home's panels, day by day, by nothing but its production: no place and no zone is asked.

import Foundation
import Readings

/// What a day's production tells of the sun.
struct DayLight {
    /// The middle of the day's light, hours UTC; beyond 0 to 24 where the day begins before or ends behind midnight.
    let middle: Double
    /// Half the length of its light, hours.
    let halfHours: Double
    /// Of the sun at the middle, radians and minutes.
    let declination: Double
    let equationOfTimeMinutes: Double
    /// Days since 1970.
    let day: Int64

    /// Degrees east at which the middle of the light is solar noon, -180 to 180.
    var longitude: Double {
        let degrees = (15 * (12 - middle) - equationOfTimeMinutes / 4).truncatingRemainder(dividingBy: 360)
        return degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees
    }

    /// Half the length of the sun's day at a latitude, hours.
    func halfHours(atLatitude latitude: Double) -> Double {
        let cosine = -tan(latitude * .pi / 180) * tan(declination)
        return acos(max(-1, min(1, cosine))) * 12 / .pi
    }
}

extension DayLight {
    /// Power, as a share of the day's greatest, from which a day begins and ends.
    private static let threshold = 0.02
    /// Energy of the best row, Wh, from which a day has sun.
    private static let leastWh: Int32 = 20
    /// Hours of the window around noon that must be dark: a meter that never rests tells no day.
    private static let darkHours = 2.0

    /// Returns the days with sun that have all of their rows, in order.
    static func all(_ columns: ReadingColumns, seconds: Int32) -> [DayLight] {
        guard seconds <= 3600, let first = columns.startUTCSeconds.first, let noon = noon(columns) else {
            return []
        }
        var result: [DayLight] = []
        var start = (first - noon + 43_200).flooredDivision(by: 86_400) * 86_400 + noon - 43_200
        var row = 0
        while row < columns.rowCount {
            let end = columns.firstRow(atOrAfter: start + 86_400)
            if (end - row) * Int(seconds) >= 86_400,
                let light = light(columns, row..<end, seconds: seconds, from: start)
            {
                result.append(light)
            }
            guard end < columns.rowCount else { break }
            row = end
            start +=
                (columns.startUTCSeconds[end] - start).flooredDivision(by: 86_400) * 86_400
        }
        return result
    }

    /// The second of the UTC day around which the production of all days lies; nil without any.
    private static func noon(_ columns: ReadingColumns) -> Int64? {
        let values = columns[.produced]
        var (sine, cosine) = (0.0, 0.0)
        for row in 0..<columns.rowCount where values[row] > 0 {
            let angle = Double(columns.startUTCSeconds[row].flooredRemainder(by: 86_400)) / 86_400 * 2 * .pi
            sine += Double(values[row]) * sin(angle)
            cosine += Double(values[row]) * cos(angle)
        }
        guard sine != 0 || cosine != 0 else { return nil }
        return Int64((atan2(sine, cosine) / (2 * .pi) * 86_400).rounded()).flooredRemainder(by: 86_400)
    }

    private static func light(
        _ columns: ReadingColumns,
        _ rows: Range<Int>,
        seconds: Int32,
        from start: Int64
    )
        -> DayLight?
    {
        let energy = columns[.produced][rows]
        guard let most = energy.max(), most > leastWh else { return nil }
        let least = max(1, Double(most) * threshold)
        guard let first = energy.firstIndex(where: { Double($0) > least }),
            let last = energy.lastIndex(where: { Double($0) > least }), last > first
        else { return nil }
        let from = Double(columns.startUTCSeconds[first])
        let to = Double(columns.startUTCSeconds[last]) + Double(seconds)
        guard to - from <= 86_400 - darkHours * 3600 else { return nil }
        let sun = SolarPosition.sun(atUTCSeconds: (from + to) / 2)
        let day = (start + 43_200).flooredDivision(by: 86_400)
        return DayLight(
            middle: ((from + to) / 2 - Double(day * 86_400)) / 3600,
            halfHours: (to - from) / 7200,
            declination: sun.declination,
            equationOfTimeMinutes: sun.equationOfTimeMinutes,
            day: day
        )
    }
}
