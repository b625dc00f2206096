// A meter that repeats a value. See docs/analysis/stale.md.

import Readings

/// Finds stale values.
package enum StaleDetector {
    /// Returns repeats of the site's whole vector, of the exchange with the grid, and of production.
    package static func findings(_ home: HomeContext) -> [Finding] {
        guard home.firstPresent < home.grid.count else { return [] }
        let channels = Channel.allCases.compactMap { home.channel($0) }
        var site: [Stretch] = []
        if channels.count >= 3 { site = merged(channels, least: 4, home) }
        var net: [Stretch] = []
        if let imported = home.channel(.imported), let exported = home.channel(.exported) {
            net = merged([imported, exported], least: 4, home)
        }
        var production: [Stretch] = []
        if let produced = home.channel(.produced) {
            production = joined(merged([produced], least: 4, home) + zeros(produced, home))
        }
        // What the whole vector shows is not told again for its parts.
        let parts = [("meter_net", net), ("meter_prod", production)].flatMap { device, stretches in
            stretches.filter { own in
                !site.contains { 2 * $0.slots.clamped(to: own.slots).count >= own.slots.count }
            }
            .map { (device, $0) }
        }
        return (site.map { ("site", $0) } + parts).map { finding($0.0, $0.1, home) }
    }

    /// A run that alarmed.
    private struct Stretch {
        var slots: Range<Int>
        var alert: Int
        var rows: Int
        var nats: Double
        var tolerance: Int32
    }

    /// Upper edges of the classes of level, Wh: repeats are more frequent at low levels.
    private static let edges: [Int32] = [16, 32, 64, 128, 256, 512]
    /// Values may flicker by so many Wh …
    private static let flickerWh: Int32 = 2
    /// … where that is at most this share of the level.
    private static let flickerShare = 0.03

    /// Runs of equal values, and of values that are equal but for a flicker.
    private static func merged(_ channels: [[Int32]], least: Int32, _ home: HomeContext) -> [Stretch] {
        joined(
            runs(channels, least: least, tolerance: 0, home)
                + runs(channels, least: least, tolerance: flickerWh, home)
        )
    }

    private static func joined(_ stretches: [Stretch]) -> [Stretch] {
        var result: [Stretch] = []
        for stretch in stretches.sorted(by: { $0.slots.lowerBound < $1.slots.lowerBound }) {
            guard var last = result.last, last.slots.upperBound >= stretch.slots.lowerBound else {
                result.append(stretch)
                continue
            }
            last.slots = last.slots.lowerBound..<max(last.slots.upperBound, stretch.slots.upperBound)
            last.alert = min(last.alert, stretch.alert)
            last.rows = max(last.rows, stretch.rows)
            last.nats = max(last.nats, stretch.nats)
            last.tolerance = max(last.tolerance, stretch.tolerance)
            result[result.count - 1] = last
        }
        return result
    }

    private static func runs(_ channels: [[Int32]], least: Int32, tolerance: Int32, _ home: HomeContext)
        -> [Stretch]
    {
        let parameters = home.parameters
        let tolerantLevel = Int32(Double(flickerWh) / flickerShare)
        var history = RunSurprise(classCount: edges.count + 1, historyDays: parameters.historyDays)
        var stretches: [Stretch] = []
        var previous = -1
        var anchor = -1
        var start = 0
        var alert: Int?
        func close(_ last: Int) {
            if let alert {
                stretches.append(
                    Stretch(
                        slots: start..<(last + 1),
                        alert: alert,
                        rows: history.length + 1,
                        nats: history.surprise,
                        tolerance: tolerance
                    )
                )
            }
            history.end(isAlarm: alert != nil)
            alert = nil
        }
        var dayEnd = 0
        let width = channels.count
        let rows = interleaved(channels, home)
        rows.withUnsafeBufferPointer { rows in
            for slot in home.firstPresent..<home.grid.count where home.isPresent[slot] {
                let own = UnsafeBufferPointer(rebasing: rows[(slot * width)..<((slot + 1) * width)])
                if own.contains(HomeColumns.missing) { continue }
                if slot >= dayEnd && history.length == 0 {
                    let day = home.day(of: slot)
                    history.enter(day: home.absoluteDay(day))
                    dayEnd = home.slots(ofDay: day).upperBound
                }
                defer { previous = slot }
                guard previous >= 0 else { continue }
                let reference = history.length > 0 ? anchor : previous
                var level: Int32 = 0
                var isEqual = true
                for column in 0..<width {
                    level = max(level, abs(own[column]))
                    // A flicker goes around one value; a drift goes away from it.
                    if abs(own[column] &- rows[reference * width + column]) > tolerance { isEqual = false }
                }
                if tolerance > 0 && level < tolerantLevel { isEqual = false }
                let holds = isEqual && level >= least
                let index = edges.firstIndex { level < $0 } ?? edges.count
                if !holds && history.length == 0 {
                    history.miss(class: index)
                    continue
                }
                if history.length == 0 {
                    start = previous
                    anchor = previous
                }
                history.take(class: index, holds: holds)
                if holds {
                    if alert == nil, history.length + 1 >= parameters.staleRows,
                        history.surprise >= history.threshold(alpha: parameters.staleAlpha)
                    {
                        alert = slot
                    }
                } else {
                    close(previous)
                }
            }
        }
        if history.length > 0 { close(previous) }
        return stretches
    }

    /// Returns the channels side by side, row by row.
    private static func interleaved(_ channels: [[Int32]], _ home: HomeContext) -> [Int32] {
        var rows = [Int32](repeating: HomeColumns.missing, count: channels.count * home.grid.count)
        for (column, channel) in channels.enumerated() {
            for slot in 0..<home.grid.count { rows[slot * channels.count + column] = channel[slot] }
        }
        return rows
    }

    /// Zero production while inverters produce.
    private static func zeros(_ produced: [Int32], _ home: HomeContext) -> [Stretch] {
        guard !home.columns.inverters.isEmpty else { return [] }
        let needed = home.grid.slots(hours: home.parameters.staleZeroHours)
        let isUp = home.arrayIsUp
        var stretches: [Stretch] = []
        var start = 0
        var rows = 0
        var last = 0
        var alert = 0
        func close() {
            if rows >= needed {
                stretches.append(
                    Stretch(slots: start..<(last + 1), alert: alert, rows: rows, nats: 0, tolerance: 0)
                )
            }
            rows = 0
        }
        for slot in home.firstPresent..<home.grid.count where home.isPresent[slot] {
            if produced[slot] == 0 {
                // A night between two such days belongs to it.
                if isUp[slot] && home.reportingInverters[slot] > 0 {
                    if rows == 0 { start = slot }
                    rows += 1
                    last = slot
                    if rows == needed { alert = slot }
                }
            } else if produced[slot] != HomeColumns.missing {
                close()
            }
        }
        close()
        return stretches
    }

    private static func finding(_ device: String, _ stretch: Stretch, _ home: HomeContext) -> Finding {
        let parameters = home.parameters
        let first = stretch.slots.lowerBound
        let values = Channel.allCases.compactMap { channel in
            home.channel(channel).map { ("\(channel.name)_wh", JSONValue.integer(Int64($0[first]))) }
        }
        return home.finding(
            .stale,
            device,
            stretch.slots,
            alertSlot: stretch.alert,
            severity: .warning,
            sureness: .likely,
            rule: FindingRule(
                .runSurprise,
                [
                    ("alpha", .number(parameters.staleAlpha, decimals: 4)),
                    ("least_rows", .integer(Int64(parameters.staleRows))),
                    ("history_days", .integer(Int64(parameters.historyDays))),
                ]
            ),
            evidence: home.siteRows(stretch.slots).with {
                $0.rows = stretch.rows
                $0.surpriseNats = stretch.nats
                $0.flickerWh = Int(stretch.tolerance)
                $0.firstValues = .object(values)
            }
        )
    }
}
