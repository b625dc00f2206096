// A small home whose clamps are wrong for a time, run through the rules of the clamps day by day. What the rules say stands in
// the tests.

import Foundation
import Readings
import Testing

@testable import Analysis

/// A home, one fault, and what its report has.
struct ClampHome {
    /// What is wrong.
    enum Fault: String, CaseIterable {
        case productionDead, productionHalf, productionReversed, productionOffset
        case gridDead, gridReversed, loadAsNet, useDead, useReversed
    }

    var home = SmallHome()
    var channels: [Channel] = [.produced, .consumed, .imported, .exported]
    var isDaily = false

    init(days: Int = 60, seconds: Int64 = 900, batteryWh: Double = 0) {
        home.days = days
        home.seconds = seconds
        home.batteryWh = batteryWh
        home.loadW = { second in
            let hour = Double(second) / 3600
            let evening = hour > 17 && hour < 21 ? 900.0 : 0
            return 180 + 60 * sin(hour * 1.3) + 40 * sin(hour * 4.1) + evening
        }
    }

    /// Returns the rows with a fault in a time.
    func columns(_ fault: Fault?, in time: Interval? = nil) -> ReadingColumns {
        home.columns(channels) { start, row in
            guard let fault, time?.contains(start) ?? true else { return }
            ClampHome.spoil(&row, fault)
        }
    }

    private static func spoil(_ row: inout [Int32], _ fault: Fault) {
        let battery = row[5] - row[4]
        let used = row[0] + row[2] - row[3] + battery
        var net: Int32 = row[2] - row[3]
        switch fault {
        case .productionDead: row[0] = 0
        case .productionHalf: row[0] /= 2
        case .productionReversed: row[0] = -row[0]
        case .productionOffset: row[0] += 6
        case .gridDead: net = 0
        case .gridReversed: net = -net
        case .loadAsNet: net = used
        case .useDead: net = -row[0] - battery
        case .useReversed: net = -used - row[0] - battery
        }
        (row[2], row[3]) = (max(0, net), max(0, -net))
        row[1] = row[0] + net + battery
    }

    /// The rules' episodes; state is kept and read back where `isKept`, as between nights.
    func episodes(_ columns: ReadingColumns, isKept: Bool = false) throws -> [LossEpisode] {
        try run(columns, isKept: isKept).episodes
    }

    /// What the rules say of each day.
    func verdicts(_ columns: ReadingColumns) throws -> [ClampVerdict] {
        try run(columns, isKept: false).verdicts
    }

    private func run(
        _ columns: ReadingColumns,
        isKept: Bool
    ) throws -> (episodes: [LossEpisode], verdicts: [ClampVerdict]) {
        let presence = Presence(
            key: SeriesKey(
                systemID: 1,
                source: .enlightenCSV,
                seconds: isDaily ? 86_400 : Int32(home.seconds)
            ),
            columns: isDaily ? ClampHome.daily(columns) : columns,
            zone: .utc,
            hasBattery: home.batteryWh > 0
        )
        let series = try #require(LossSeries(presence, zone: .utc))
        let sky = PlaneSky(place: try #require(Place(latitude: home.latitude, longitude: home.longitude)))
        var days: [LossDay] = []
        series.forEachDay { days.append($0) }
        var watch = ClampWatch()
        var verdicts: [ClampVerdict] = []
        var top = 0.0
        for var day in days {
            if !isDaily { sky.fill(&day) }
            verdicts.append(watch.take(day, top: top))
            top = max(top, day.produced.filter { !$0.isNaN }.max() ?? 0)
            if isKept { watch = try JSONDecoder().decode(ClampWatch.self, from: JSONEncoder().encode(watch)) }
        }
        return (watch.episodes, verdicts)
    }

    /// The sums of each day.
    static func daily(_ columns: ReadingColumns) -> ReadingColumns {
        var days = ReadingColumns()
        var row = 0
        let starts = columns.startUTCSeconds
        while row < columns.rowCount {
            let day = starts[row].flooredDivision(by: 86_400)
            var sums = [Int32](repeating: 0, count: Channel.allCases.count)
            while row < columns.rowCount, starts[row].flooredDivision(by: 86_400) == day {
                for channel in Channel.allCases {
                    let value = columns[channel][row]
                    if value == ReadingColumns.missingWh {
                        sums[channel.rawValue] = value
                    } else {
                        sums[channel.rawValue] += value
                    }
                }
                row += 1
            }
            days.append(startUTCSeconds: day * 86_400, energyWh: sums)
        }
        return days
    }
}
