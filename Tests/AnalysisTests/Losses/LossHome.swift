// A home under a sky of its own, whose array loses something for a time, run through the rules about losses. What they say
// stands in the tests.

import Foundation
import Readings

@testable import Analysis

/// An array on a roof to the south, and a house that uses little.
struct LossHome {
    var latitude = 40.0
    /// The first local day.
    var firstDay = CivilDate(year: 2023, month: 1, day: 1)!
    var days = 420
    var seconds: Int64 = 900
    var installedKW = 5.0
    /// Steep enough, no inverter limits it.
    var tiltDegrees = 30.0
    /// What the array gives of what it could, by the start of a row; 1 where nothing is lost.
    var share: (Int64) -> Double = { _ in 1 }
    /// What the sky lets through, by day and row of the day; nil for one of clear, broken and dull days in turn.
    var sky: ((Int64, Int) -> Double)?
    /// The most that goes out, W.
    var exportLimitW = Double.infinity

    /// A time that begins so many days behind the first one.
    func time(day: Int64, hour: Double, days: Double) -> Interval {
        let start = firstDay.daysSince1970 * 86_400 + day * 86_400 + Int64(hour * 3600)
        return Interval(startUTCSeconds: start, endUTCSeconds: start + Int64(days * 86_400))
    }

    /// What an array gives that loses a share in a time.
    static func losing(_ fraction: Double, in time: Interval) -> (Int64) -> Double {
        { time.contains($0) ? 1 - fraction : 1 }
    }

    private static func usualSky(_ day: Int64, _ row: Int) -> Double {
        // The same at every run: numbers without a pattern.
        func noise(_ seed: Int64) -> Double {
            let value = sin(Double(seed) * 12.9898) * 43_758.5453
            return value - value.rounded(.down)
        }
        let kind = noise(day * 7 + 3)
        if kind < 0.5 { return 0.96 + 0.04 * noise(day) }
        let cloud = noise(day * 1_000 + Int64(row))
        return kind < 0.8 ? 0.35 + 0.65 * cloud : 0.1 + 0.25 * cloud
    }

    /// The rows, and what was lost in them, Wh.
    func rows() -> (columns: ReadingColumns, lostWh: Double) {
        let array = ArrayOrientation(tiltDegrees: tiltDegrees, azimuthDegrees: latitude >= 0 ? 180 : 0)!
        let clear = ClearSky(place: Place(latitude: latitude, longitude: 0)!, array: array)
        var columns = ReadingColumns()
        var lost = 0.0
        for day in 0..<Int64(days) {
            let number = firstDay.daysSince1970 + day
            for row in 0..<Int(86_400 / seconds) {
                let start = number * 86_400 + Int64(row) * seconds
                let sun = clear.energy(from: start, to: start + seconds) * 1000 * installedKW
                let through = (sky ?? LossHome.usualSky)(day, row)
                // What a house uses is never the same.
                let load = 300 + 180 * sin(Double(day * 97 + Int64(row)) * 1.3)
                let used = (load * Double(seconds) / 3600).rounded()
                var whole = (sun * through).rounded()
                whole = min(whole, used + (exportLimitW * Double(seconds) / 3600).rounded(.down))
                let made = (whole * share(start)).rounded()
                lost += whole - made
                columns.append(
                    startUTCSeconds: start,
                    energyWh: [
                        Int32(made), Int32(used), Int32(max(0, used - made)), Int32(max(0, made - used)),
                        ReadingColumns.missingWh, ReadingColumns.missingWh,
                    ]
                )
            }
        }
        return (columns, lost)
    }

    /// The sums of each day, production alone.
    func dailyRows() -> ReadingColumns {
        let fine = rows().columns
        var columns = ReadingColumns()
        let perDay = Int(86_400 / seconds)
        for day in 0..<days {
            let range = (day * perDay)..<((day + 1) * perDay)
            var values = [Int32](repeating: ReadingColumns.missingWh, count: Channel.count)
            values[Channel.produced.rawValue] = fine[.produced][range].reduce(0, +)
            columns.append(startUTCSeconds: fine.startUTCSeconds[range.lowerBound], energyWh: values)
        }
        return columns
    }

    /// What is found in rows.
    func losses(_ columns: ReadingColumns, seconds: Int64? = nil, known: LossState? = nil) -> Losses {
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(seconds ?? self.seconds))
        let presence = Presence(key: key, columns: columns, zone: .utc)
        return LossDetector.look(
            at: presence,
            zone: .utc,
            place: Place(latitude: latitude, longitude: 0)!,
            known: known
        )
    }
}

extension Interval {
    /// Intersection over union with a finding.
    func overlap(_ finding: Finding) -> Double {
        let end = max(finding.knownEnd.utcSeconds, finding.start.utcSeconds)
        let shared = min(end, endUTCSeconds) - max(finding.start.utcSeconds, startUTCSeconds)
        let all = max(end, endUTCSeconds) - min(finding.start.utcSeconds, startUTCSeconds)
        return Double(shared) / Double(all)
    }
}
