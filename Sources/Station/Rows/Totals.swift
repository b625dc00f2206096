// Energy and rows by day, month or year, of each series of each site.

import Analysis
import Lake
import Readings

/// Sums over the days that are kept with the segments.
package struct Totals {
    /// The length of what is summed.
    package enum Length: String, CaseIterable, Sendable {
        case day, month, year
    }

    private let lake: any LakeReader
    private let length: Length
    /// What of a site is summed, by its zone; nil for all.
    private let interval: (TimeZoneRules) throws -> Interval?

    package init(
        lake: any LakeReader,
        length: Length,
        interval: @escaping (TimeZoneRules) throws -> Interval?
    ) {
        self.lake = lake
        self.length = length
        self.interval = interval
    }

    /// Returns the sums of each series, in the order of time.
    ///
    /// - Parameters:
    ///   - chosen: only this site; nil for all.
    ///   - byScan: sums the rows themselves: what the kept days are held against.
    package func sums(of chosen: Site?, byScan: Bool = false) throws -> [SeriesKey: [Sum]] {
        let sites = Dictionary(try lake.sites().map { ($0.systemID, $0) }) { first, _ in first }
        var zones: [String: TimeZoneRules] = [:]
        var sums: [SeriesKey: [Sum]] = [:]
        func add(_ key: SeriesKey, _ days: DayColumns) throws {
            guard let site = sites[key.systemID] else { return }
            let zone = try zones[site.timeZone] ?? ZoneFiles.load(site.timeZone)
            zones[site.timeZone] = zone
            Totals.add(days, by: length, zone, try interval(zone), to: &sums[key, default: []])
        }
        if byScan {
            for (key, rollup) in try scannedDays(sites, chosen) {
                if let days = DayColumns(rollup) { try add(key, days) }
            }
        } else {
            try lake.forEachDays(systemID: chosen?.systemID, add)
        }
        return sums
    }

    /// The same from the rows themselves: what the kept days are held against.
    private func scannedDays(_ sites: [Int64: Site], _ chosen: Site?) throws -> [SeriesKey:
        DayRollup]
    {
        var days: [SeriesKey: DayRollup] = [:]
        for systemID in sites.keys.sorted() where chosen == nil || chosen?.systemID == systemID {
            let zone = try ZoneFiles.load(sites[systemID]?.timeZone ?? "UTC")
            for (key, columns) in try lake.readings(systemID: systemID) {
                days[key] = DayRollup(columns, zone: zone)
            }
        }
        return days
    }

    /// What is told of one period.
    package struct Sum {
        package let period: String
        package var rows = 0
        package var absentRows = 0
        package var energyWh = SIMD8<Int64>(repeating: 0)
        package var valueCounts = SIMD8<Int64>(repeating: 0)
    }

    private static func add(
        _ days: DayColumns,
        by length: Length,
        _ zone: TimeZoneRules,
        _ interval: Interval?,
        to sums: inout [Sum]
    ) {
        let starts = days.startUTCSeconds
        let wanted = interval ?? Interval(startUTCSeconds: .min, endUTCSeconds: .max)
        var index = starts.firstIndex { $0 >= wanted.startUTCSeconds } ?? days.count
        let end = starts.firstIndex { $0 >= wanted.endUTCSeconds } ?? days.count
        while index < end {
            let date = zone.wallClock(atUTCSeconds: starts[index]).day
            let month = CivilMonth(date)
            let name = length == .day ? "\(date)" : length == .month ? "\(month)" : "\(date.year)"
            // Days of a month lie together; only the next month needs a look at the calendar.
            var next = index + 1
            if length != .day {
                let monthEnd = zone.startOfDay(month.advanced(by: 1).firstDay)
                while next < end && starts[next] < monthEnd { next += 1 }
            }
            let found = days.sum(index..<next)
            let place = sums.lastIndex { $0.period == name } ?? sums.count
            if place == sums.count { sums.append(Sum(period: name)) }
            sums[place].rows += found.rowCount
            sums[place].absentRows += found.absentRows
            sums[place].energyWh &+= found.energyWh
            sums[place].valueCounts &+= found.valueCounts
            index = next
        }
    }
}
