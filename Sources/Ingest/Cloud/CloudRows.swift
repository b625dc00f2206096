// Intervals of a body of the cloud's JSON, in whatever order it gives them.

import Readings

/// Rows of a site's series in any order.
struct CloudRows {
    private var rowIndex: [Int64: Int] = [:]
    private var starts: [Int64] = []
    private var energies: [[Int32]] = Array(repeating: [], count: Channel.count)
    private var statesOfCharge: [Int16] = []
    private var isRounded: [Bool] = []
    private var replaced = 0
    private var generatorWh: [Int64: Int32] = [:]

    private mutating func row(at start: Int64) -> Int {
        if let index = rowIndex[start] { return index }
        rowIndex[start] = starts.count
        starts.append(start)
        for channel in energies.indices { energies[channel].append(ReadingColumns.missingWh) }
        statesOfCharge.append(ReadingColumns.missingSoC)
        isRounded.append(false)
        return starts.count - 1
    }

    /// Puts an energy; of two for one interval the last counts. Returns whether the interval is new.
    mutating func put(_ channel: Channel, _ wattHours: Int32, isRounded rounded: Bool, at start: Int64)
        -> Bool
    {
        let count = starts.count
        let index = row(at: start)
        let before = energies[channel.rawValue][index]
        if before != ReadingColumns.missingWh, before != wattHours { replaced += 1 }
        energies[channel.rawValue][index] = wattHours
        if rounded { isRounded[index] = true }
        return starts.count > count
    }

    mutating func putStateOfCharge(_ percent: Int16, at start: Int64) {
        statesOfCharge[row(at: start)] = percent
    }

    /// Puts the energy of a generator, Wh, which only the balance of the rows needs.
    mutating func putGenerator(_ wattHours: Int32, at start: Int64) { generatorWh[start] = wattHours }

    /// Hands the rows on in the order of their starts, marked as those of reports are.
    func hand(
        source: Source,
        seconds: Int32,
        options: DocumentOptions,
        zone: TimeZoneRules,
        _ summary: inout DocumentSummary,
        _ sink: RowSink
    ) throws {
        let channels = Channel.allCases.filter { channel in
            energies[channel.rawValue].contains { $0 != ReadingColumns.missingWh }
        }
        var marker = QualityMarker(stepSeconds: Int64(seconds), channels: channels, rules: options.marking)
        if !generatorWh.isEmpty { marker.adoptGenerator() }
        let order = starts.indices.sorted { starts[$0] < starts[$1] }
        let isCounted = seconds < SeriesKey.day
        var missing: Int64 = 0
        func give(_ columns: ReadingColumns) throws {
            var columns = columns
            for row in 0..<columns.rowCount {
                if let index = rowIndex[columns.startUTCSeconds[row]] {
                    columns.socPercent[row] = statesOfCharge[index]
                }
            }
            try sink(.site(source, seconds: seconds, columns))
        }
        var before: Int64?
        for index in order {
            let start = starts[index]
            if isCounted, let before { missing += max(0, (start - before) / Int64(seconds) - 1) }
            before = start
            var row = EnergyRow(repeating: ReadingColumns.missingWh)
            for channel in 0..<Channel.count { row[channel] = energies[channel][index] }
            try marker.take(
                startUTCSeconds: start,
                energyWh: row,
                generatorWh: generatorWh[start] ?? ReadingColumns.missingWh,
                marks: isRounded[index] ? .rounded : [],
                isMidnight: zone.isStartOfDay(start),
                give
            )
        }
        let end = (before ?? 0) + Int64(seconds)
        try marker.finish(endsDay: zone.startOfDay(zone.wallClock(atUTCSeconds: end).day) == end, give)
        guard let first = order.first, let last = order.last else { return }
        summary.note(order.count, in: "site_interval", from: starts[first], to: starts[last])
        summary.counts["step seconds"] = Int(seconds)
        if missing > 0 { summary.counts["missing intervals", default: 0] += Int(missing) }
        if replaced > 0 { summary.counts["intervals given twice", default: 0] += replaced }
        for channel in channels {
            summary.totalWh[channel.name, default: 0] += marker.totals[channel.rawValue]
        }
        for (bits, count) in marker.marks {
            for (mark, name) in Quality.names where Quality(rawValue: Int32(bits)).contains(mark) {
                summary.counts["marked \(name)", default: 0] += count
            }
        }
    }
}
