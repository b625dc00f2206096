// A small home made by hand: sun, clouds that change from row to row, a load, and a battery that may be there without being told.

import Analysis
import Foundation
import Readings

/// A home, row by row.
struct SmallHome {
    /// The first row, seconds UTC.
    var start: Int64 = 1_743_465_600  // 2025-04-01T00:00:00Z
    /// The length of a row, seconds.
    var seconds: Int64 = 900
    var days = 40
    /// Where it truly stands.
    var latitude = 52.1
    var longitude = 5.1
    /// Power of the array under a high sun, W, by day.
    var peakW: (Int) -> Double = { _ in 5_000 }
    /// Power that the house uses, W, by the second of the UTC day.
    var loadW: (Int64) -> Double = { $0 < 6 * 3600 || $0 > 20 * 3600 ? 250 : 500 }
    /// What the battery holds, Wh; 0 without.
    var batteryWh = 0.0

    /// The rows, Wh in the order of `Channel`, by their start.
    var rows: [(start: Int64, wattHours: [Int32])] {
        let sun = SolarPosition(place: Place(latitude: latitude, longitude: longitude)!)
        let hours = Double(seconds) / 3600
        var stored = batteryWh / 2
        return (0..<(Int64(days) * 86_400 / seconds)).map { index in
            let at = start + index * seconds
            let day = Int((at - start) / 86_400)
            let height = sin(sun.elevation(atUTCSeconds: at + seconds / 2) * .pi / 180)
            // Broken clouds, the same at every run.
            let cloud = 0.55 + 0.45 * sin(Double(index) * 1.7) * cos(Double(day) * 2.3)
            let made = (max(0, height) * cloud * peakW(day) * hours).rounded()
            let used = (loadW(at.flooredRemainder(by: 86_400)) * hours + Double(index % 5)).rounded()
            let wanted = made - used
            let charged = max(0, min(wanted, batteryWh - stored)).rounded(.down)
            let discharged = max(0, min(-wanted, stored)).rounded(.down)
            stored += charged - discharged
            let net = wanted - charged + discharged
            return (
                at,
                [made, used, max(0, -net), max(0, net), charged, discharged].map { Int32($0) }
            )
        }
    }

    /// The rows with some channels alone.
    ///
    /// - Parameters:
    ///   - zeros: rows whose start lies in one of these are all zero.
    ///   - spoil: changes a row by its start.
    func columns(
        _ channels: [Channel] = [.produced, .consumed, .imported, .exported],
        zeros: [Interval] = [],
        quality: Quality = [],
        spoil: (Int64, inout [Int32]) -> Void = { _, _ in }
    ) -> ReadingColumns {
        var columns = ReadingColumns()
        for (start, wattHours) in rows {
            var values = wattHours
            spoil(start, &values)
            let isZero = zeros.contains { $0.contains(start) }
            for channel in Channel.allCases {
                if !channels.contains(channel) {
                    values[channel.rawValue] = ReadingColumns.missingWh
                } else if isZero {
                    values[channel.rawValue] = 0
                }
            }
            let isEmpty = !values.contains { $0 != 0 && $0 != ReadingColumns.missingWh }
            columns.append(startUTCSeconds: start, energyWh: values, quality: isEmpty ? quality : [])
        }
        return columns
    }

    /// The time from an hour of a day on, days counted from 0.
    func time(day: Int64, hour: Double, hours: Double) -> Interval {
        let from = start + day * 86_400 + Int64(hour * 3600)
        return Interval(startUTCSeconds: from, endUTCSeconds: from + Int64(hours * 3600))
    }

    var key: SeriesKey { SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(seconds)) }

    /// The findings about rows, by series and meters; what rests on how its weather is made is left out.
    func findings(
        _ columns: ReadingColumns,
        place: Place? = nil,
        zone: TimeZoneRules = .utc,
        installedW: Double? = nil,
        batteryWh: Double? = nil,
        documents: DocumentCover = DocumentCover()
    ) -> [Finding] {
        let place = place ?? Place(latitude: latitude, longitude: longitude)!
        let home = HomeColumns(site: (key, columns), devices: [], changes: []).map {
            HomeContext($0, place: place, installedW: installedW, batteryWh: batteryWh)
        }
        return SiteAnalysis(
            place: place,
            zone: zone,
            series: [key: columns],
            home: home,
            hasBattery: batteryWh != nil,
            documents: documents
        ).findings.filter { ![.stale, .clockShift].contains($0.kind) }
    }
}
