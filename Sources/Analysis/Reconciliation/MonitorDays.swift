// The monitor's readings as consecutive local days, the form in which bills and gaps are asked of them.

import Readings

/// Consecutive local days.
package struct MonitorDays: Sendable {
    /// The days, without a hole between the first and the last.
    package private(set) var days: [MonitorDay] = []
    /// Channels that have any value.
    package private(set) var channels: Set<Channel> = []
    /// Tells whether rows are fine enough to tell what is drawn when.
    package private(set) var isFine = false
    /// Tells whether some row has both import and export.
    package private(set) var hasBothDirections = false
    /// The share of consumption in each hour of the local day, 24 that sum to 1.
    package private(set) var hourShares = [Double](repeating: 1.0 / 24, count: 24)

    /// Hours after local midnight that are night in all seasons and have no sun.
    static let nightSeconds: Int64 = 4 * 3600

    /// Makes days of the series of a site. Costs time in proportion to the rows.
    ///
    /// - Parameter series: each with the time for which it speaks.
    package init(_ series: [(presence: Presence, scope: Interval)], zone: TimeZoneRules, sky: ClearSky) {
        guard let first = series.map(\.scope.startUTCSeconds).min(),
            let last = series.map(\.scope.endUTCSeconds).max(), last > first
        else { return }
        var day = zone.wallClock(atUTCSeconds: first).day
        while true {
            let interval = zone.interval(of: day)
            guard interval.startUTCSeconds < last else { break }
            var entry = MonitorDay(day: day, interval: interval)
            entry.sky = sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
            days.append(entry)
            day = day.advanced(by: 1)
        }
        var hours = [Double](repeating: 0, count: 24)
        for (presence, scope) in series { add(presence, in: scope, hours: &hours) }
        let sum = hours.reduce(0, +)
        if sum > 0 { hourShares = hours.map { $0 / sum } }
    }

    private mutating func add(_ presence: Presence, in scope: Interval, hours: inout [Double]) {
        let columns = presence.columns
        for channel in Channel.allCases where columns.hasChannel(channel) { channels.insert(channel) }
        let isFine = presence.key.seconds <= 3600
        if isFine { self.isFine = true }
        // Where no consumption is reported, it follows from the balance of the others.
        let isDerived =
            !columns.hasChannel(.consumed) && columns.hasChannel(.produced) && columns.hasChannel(.imported)
            && columns.hasChannel(.exported)
        if isDerived { channels.insert(.consumed) }
        var index = 0
        for row in columns.rowRange(in: scope) where presence.isPresent[row] {
            let start = columns.startUTCSeconds[row]
            while index + 1 < days.count && start >= days[index].interval.endUTCSeconds { index += 1 }
            let flow = addEnergies(columns, row: row, toDay: index, isDerived: isDerived)
            days[index].presentSeconds += presence.end(ofRow: row) - start
            guard isFine else { continue }
            let second = start - days[index].interval.startUTCSeconds
            addFineRow(columns, row: row, flow: flow, toDay: index, atSecond: second)
            hours[min(23, Int(second / 3600))] += flow.consumed
        }
    }

    /// What a row has of production and consumption, kWh.
    private struct Flow {
        var produced = 0.0
        var consumed = 0.0
    }

    /// Adds a row to the sums of its day.
    private mutating func addEnergies(
        _ columns: ReadingColumns,
        row: Int,
        toDay index: Int,
        isDerived: Bool
    ) -> Flow {
        var flow = Flow()
        for channelIndex in 0..<Channel.count {
            let wattHours = columns.energyWh[channelIndex][row]
            guard wattHours != ReadingColumns.missingWh else { continue }
            let energy = Double(wattHours) / 1000
            days[index].energyKWh[channelIndex] += energy
            if channelIndex == Channel.produced.rawValue { flow.produced = energy }
            if channelIndex == Channel.consumed.rawValue { flow.consumed = energy }
        }
        if isDerived {
            flow.consumed = Channel.allCases.reduce(0) { sum, channel in
                let wattHours = columns.energyWh[channel.rawValue][row]
                guard channel != .consumed, wattHours != ReadingColumns.missingWh else { return sum }
                return sum + Double(channel.balanceSign) * Double(wattHours) / 1000
            }
            days[index].energyKWh[Channel.consumed.rawValue] += flow.consumed
        }
        return flow
    }

    /// Adds what only rows of an hour or less tell.
    private mutating func addFineRow(
        _ columns: ReadingColumns,
        row: Int,
        flow: Flow,
        toDay index: Int,
        atSecond second: Int64
    ) {
        let imported = columns.energyWh[Channel.imported.rawValue][row]
        days[index].deficitKWh += max(0, flow.consumed - flow.produced)
        if second < MonitorDays.nightSeconds {
            days[index].nightLoadKWh += flow.consumed
            if imported > 0 { days[index].nightImportKWh += Double(imported) / 1000 }
        }
        if imported > 0, columns.energyWh[Channel.exported.rawValue][row] > 0 { hasBothDirections = true }
    }

    /// Takes the energies of another sky.
    package mutating func take(_ sky: ClearSky) {
        for index in days.indices {
            let interval = days[index].interval
            days[index].sky = sky.energy(from: interval.startUTCSeconds, to: interval.endUTCSeconds)
        }
    }

    /// Returns the position of a day; nil outside.
    package func index(of day: CivilDate) -> Int? {
        guard let first = days.first else { return nil }
        let index = Int(day.daysSince1970 - first.day.daysSince1970)
        return days.indices.contains(index) ? index : nil
    }

    /// Returns the positions of the days of a period, as far as they are known.
    package func range(from start: CivilDate, to end: CivilDate) -> Range<Int> {
        guard let first = days.first else { return 0..<0 }
        let lower = min(max(0, Int(start.daysSince1970 - first.day.daysSince1970)), days.count)
        let upper = min(max(lower, Int(end.daysSince1970 - first.day.daysSince1970)), days.count)
        return lower..<upper
    }

    /// Returns the shares of the days that lie in a stretch of time, by time and by the usual load of its hours.
    package func shares(of gap: Interval) -> [DayPart] {
        guard let first = days.firstIndex(where: { $0.interval.overlaps(gap) }) else { return [] }
        var result: [DayPart] = []
        for index in first..<days.count {
            let whole = days[index].interval
            guard let part = whole.intersection(gap), part.seconds > 0 else { break }
            if part == whole {
                result.append(DayPart(index: index, timeShare: 1, loadShare: 1))
                continue
            }
            var load = 0.0
            for hour in 0..<24 {
                let start = whole.startUTCSeconds + Int64(hour) * 3600
                let inside = Interval(startUTCSeconds: start, endUTCSeconds: start + 3600).intersection(part)
                load += hourShares[hour] * Double(inside?.seconds ?? 0) / 3600
            }
            result.append(
                DayPart(
                    index: index,
                    timeShare: Double(part.seconds) / Double(whole.seconds),
                    loadShare: load
                )
            )
        }
        return result
    }
}
