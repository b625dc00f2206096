// A meter that repeats a value. See docs/analysis/stale.md.

import Readings

/// Finds stale values.
package enum StaleDetector: Detector {
    package static let profile = DetectorProfile(
        kinds: [.stale: .twoDays],
        needs: [
            DetectorNeed(.fineIntervals, for: [.stale], place: 1),
            DetectorNeed(.history, for: [.stale], place: 4),
        ],
        // The history of the run surprise.
        memoryDays: 90,
        effects: [
            SideEffectRule(.stale, bringsAbout: .nightProduction),
            SideEffectRule(.stale, bringsAbout: .spike),
            SideEffectRule(.stale, bringsAbout: .clockShift),
            // What stood still at night gives nothing by day.
            SideEffectRule(.stale, bringsAbout: .productionLost),
        ],
        effectsPlace: 3,
        page: "stale.md"
    )

    /// Level, Wh, below which a repeat says nothing. From simulated homes with known faults.
    private static let leastWh: Int32 = 4
    /// Hours from which it is more than a notice: a value that is repeated for less spoils little.
    private static let weightyHours = 3.0
    /// Channels that make a whole vector.
    private static let vectorChannels = 3

    /// Returns repeats of the site's whole vector, of the exchange with the grid, and of production.
    package static func findings(_ home: HomeContext) -> [Finding] {
        guard home.firstPresent < home.grid.count else { return [] }
        let channels = Channel.allCases.compactMap { home.channel($0) }
        var site: [StaleStretch] = []
        let held = HeldSlots.of(home)
        if channels.count >= vectorChannels {
            site = merged(channels, least: leastWh, ceiling: ChannelCeiling(exporting: held, home), home)
        }
        var net: [StaleStretch] = []
        if let imported = home.channel(.imported), let exported = home.channel(.exported) {
            net = merged([imported, exported], least: leastWh, ceiling: ChannelCeiling(exported, home), home)
        }
        var production: [StaleStretch] = []
        if let produced = home.channel(.produced) {
            production = joined(
                merged(
                    [produced],
                    least: leastWh,
                    ceiling: ChannelCeiling(produced, home, isProduction: true, held: held),
                    home
                ) + zeros(produced, home)
            )
        }
        // What the whole vector shows is not told again for its parts.
        let parts = [("meter_net", net), ("meter_prod", production)].flatMap { device, stretches in
            stretches.filter { own in
                !site.contains { 2 * $0.slots.clamped(to: own.slots).count >= own.slots.count }
            }
            .map { (device, $0) }
        }
        return (site.map { ("site", $0) } + parts).map { finding(of: $0.0, $0.1, home) }
    }

    /// Upper edges of the classes of level, Wh: repeats are more frequent at low levels.
    private static let edges: [Int32] = [16, 32, 64, 128, 256, 512]
    /// Values may flicker by so many Wh …
    private static let flickerWh: Int32 = 2
    /// … where that is at most this share of the level.
    private static let flickerShare = 0.03

    /// Runs of equal values, and of values that are equal but for a flicker.
    ///
    /// - Parameter ceiling: the channel of which a row may stand at its own maximum for hours; nil for none.
    private static func merged(
        _ channels: [[Int32]],
        least: Int32,
        ceiling: ChannelCeiling? = nil,
        _ home: HomeContext
    ) -> [StaleStretch] {
        return joined(
            runs(channels, least: least, tolerance: 0, ceiling: ceiling, home)
                + runs(channels, least: least, tolerance: flickerWh, ceiling: ceiling, home)
        )
    }

    private static func joined(_ stretches: [StaleStretch]) -> [StaleStretch] {
        var result: [StaleStretch] = []
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

    private static func runs(
        _ channels: [[Int32]],
        least: Int32,
        tolerance: Int32,
        ceiling: ChannelCeiling?,
        _ home: HomeContext
    ) -> [StaleStretch] {
        var watch = RepeatWatch(
            classCount: edges.count + 1,
            tolerance: tolerance,
            rowsAnHour: home.grid.slots(hours: 1),
            home.parameters
        )
        let comparison = RowComparison(width: channels.count, least: least, tolerance: tolerance)
        var stretches: [StaleStretch] = []
        var dayEnd = 0
        interleaved(channels, home).withUnsafeBufferPointer { rows in
            for slot in home.firstPresent..<home.grid.count
            where home.isPresent[slot] && comparison.isKnown(rows, slot: slot) {
                if slot >= dayEnd && watch.isApart {
                    let day = home.day(of: slot)
                    watch.enter(day: home.absoluteDay(day))
                    dayEnd = home.slots(ofDay: day).upperBound
                }
                guard let reference = watch.reference else {
                    watch.begin(slot: slot)
                    continue
                }
                let (level, holds) = comparison.compare(rows, slot: slot, with: reference)
                let levelClass = edges.firstIndex { level < $0 } ?? edges.count
                if let stretch = watch.take(
                    slot: slot,
                    level: levelClass,
                    holds: holds,
                    isExcused: holds && (ceiling?.explains(slot, reference) ?? false)
                ) {
                    stretches.append(stretch)
                }
            }
        }
        return stretches + (watch.finish().map { [$0] } ?? [])
    }

    /// How rows of several channels are held against each other.
    private struct RowComparison {
        let width: Int
        /// The level, Wh, below which a repeat says nothing.
        let least: Int32
        let tolerance: Int32
        /// The level from which a flicker is small.
        private let tolerantLevel: Int32

        init(width: Int, least: Int32, tolerance: Int32) {
            self.width = width
            self.least = least
            self.tolerance = tolerance
            tolerantLevel = tolerance > 0 ? Int32(Double(flickerWh) / flickerShare) : 0
        }

        /// Tells whether all channels of a row have a value.
        func isKnown(_ rows: UnsafeBufferPointer<Int32>, slot: Int) -> Bool {
            for place in (slot * width)..<((slot + 1) * width) where rows[place] == HomeColumns.missing {
                return false
            }
            return true
        }

        /// Returns the greatest value of a row, and whether the row repeats another one.
        func compare(_ rows: UnsafeBufferPointer<Int32>, slot: Int, with reference: Int) -> (
            level: Int32, holds: Bool
        ) {
            var level: Int32 = 0
            var isEqual = true
            for column in 0..<width {
                let own = rows[slot * width + column]
                level = max(level, abs(own))
                if abs(own &- rows[reference * width + column]) > tolerance { isEqual = false }
            }
            return (level, isEqual && level >= max(least, tolerantLevel))
        }
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
    private static func zeros(_ produced: [Int32], _ home: HomeContext) -> [StaleStretch] {
        guard !home.columns.inverters.isEmpty else { return [] }
        let needed = home.grid.slots(hours: home.parameters.staleZeroHours)
        let isUp = home.arrayIsUp
        var stretches: [StaleStretch] = []
        var start = 0
        var rows = 0
        var last = 0
        var alert = 0
        func close() {
            if rows >= needed {
                stretches.append(
                    StaleStretch(slots: start..<(last + 1), alert: alert, rows: rows, nats: 0, tolerance: 0)
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

    private static func finding(of device: String, _ stretch: StaleStretch, _ home: HomeContext) -> Finding {
        let parameters = home.parameters
        let first = stretch.slots.lowerBound
        // What flickers in the dark may be a house at rest.
        let weight =
            stretch.tolerance == 0
            ? stretch.slots.count : stretch.slots.count { home.sunSine[$0] > 0 }
        let values = Channel.allCases.compactMap { channel in
            home.channel(channel).map { ("\(channel.name)_wh", JSONValue.integer(Int64($0[first]))) }
        }
        return home.finding(
            .stale,
            of: device,
            in: stretch.slots,
            alertSlot: stretch.alert,
            severity: weight >= home.grid.slots(hours: weightyHours) ? .warning : .notice,
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
