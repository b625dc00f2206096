// The most that a channel gives by day: where inverters clip, or a limit of the export holds, it stands still for hours and all is
// well. So does production while the home may not take more. Which rows repeat is said in StaleDetector.

import Readings

/// A channel's own maximum, learned day by day.
struct ChannelCeiling {
    /// Days of history by which it is known.
    private static let historyDays = 45
    private static let learningDays = 7
    /// The share of the maximum from which a row may stand at it.
    private static let share: Float = 0.975
    /// The share of the day's greatest sine of the sun's height around noon, in which it may stand there for the first time.
    private static let noonShare: Float = 0.75
    /// The sine of the sun's height below which no array gives its most.
    private static let leastSine: Float = 0.12
    /// Hours by which the time of day at which it was seen there may differ.
    private static let nearHours = 1.0
    /// A single impossible value is no maximum: so many rows a day must reach it.
    private static let leastRows = 3

    /// An export below says that none is allowed, Wh.
    private static let leastExportWh: Int32 = 20

    /// The share by which what the inverters made together may differ between two rows that repeat.
    private static let inverterShare = 0.004
    /// By how much each of them is rounded.
    private static let roundingWh = 0.4
    /// The share of the inverters that must report for their sum to say anything.
    private static let reportingShare = 0.8

    /// One element a slot: it may stand at the maximum.
    private let isReached: [Bool]
    /// The inverters that make it; empty for a channel that they do not make.
    private let inverters: [DeviceSlots]

    /// Tells whether there is a reason for a row to repeat another one.
    func explains(_ slot: Int, _ reference: Int) -> Bool {
        var (now, then, count) = (0, 0, 0)
        for inverter in inverters {
            let (own, before) = (inverter.energyWh[slot], inverter.energyWh[reference])
            guard own != HomeColumns.missing, before != HomeColumns.missing else { continue }
            (now, then, count) = (now + Int(own), then + Int(before), count + 1)
        }
        guard count > 0, Double(count) >= ChannelCeiling.reportingShare * Double(inverters.count) else {
            return isReached[slot]
        }
        // What the inverters made says whether the meter stands still or they do.
        let rounding = ChannelCeiling.roundingWh * Double(count)
        return now > 0
            && Double(abs(now - then)) <= max(2, ChannelCeiling.inverterShare * Double(then) + rounding)
    }

    /// All channels at once, where a quiet house exports what it may.
    ///
    /// - Parameter held: one element a slot, or none: the home may not take more.
    init(exporting held: [Bool], _ home: HomeContext) {
        inverters = []
        isReached =
            held.isEmpty
            ? [Bool](repeating: false, count: home.grid.count)
            : held.indices.map { slot in
                held[slot] && home.sunSine[slot] > ChannelCeiling.leastSine
                    && home.columns.energyWh[Channel.exported.rawValue][slot] > ChannelCeiling.leastExportWh
            }
    }

    /// Goes through all days of a channel.
    ///
    /// - Parameters:
    ///   - isProduction: the inverters make it.
    ///   - held: one element a slot, or none: the home may not take more, so that the channel follows a limit and the house.
    init(_ values: [Int32], _ home: HomeContext, isProduction: Bool = false, held: [Bool] = []) {
        inverters = isProduction ? home.columns.inverters : []
        var result = [Bool](repeating: false, count: home.grid.count)
        let near = home.grid.slots(hours: ChannelCeiling.nearHours)
        // By time of day, the last day on which a row stood at the maximum.
        var seen = [Int](repeating: -ChannelCeiling.historyDays * 2, count: home.slotsPerDay)
        var tops: [(day: Int, value: Int32)] = []
        for day in 0..<home.dayCount {
            tops.removeAll { day - $0.day > ChannelCeiling.historyDays }
            let slots = home.slots(ofDay: day)
            let phase = home.slotsPerDay - slots.count
            let offset = day == 0 ? phase : 0
            let before = tops.map(\.value).max() ?? 0
            var best = [Int32](repeating: 0, count: ChannelCeiling.leastRows)
            var noon: Float = 0
            for slot in slots {
                noon = max(noon, home.sunSine[slot])
                if home.isPresent[slot] && values[slot] > best[best.count - 1] {
                    best[best.count - 1] = values[slot]
                    best.sort(by: >)
                }
            }
            let least = Int32((Float(before) * ChannelCeiling.share).rounded(.up))
            var top: Int32 = 0
            var reached: [Int] = []
            for (place, slot) in slots.enumerated() where values[slot] != HomeColumns.missing {
                // With an inverter dead the array's most is less than it was: around noon the day's own most counts.
                top = max(top, values[slot])
                let isNoon = home.sunSine[slot] >= ChannelCeiling.noonShare * noon
                guard values[slot] > 0, home.sunSine[slot] > ChannelCeiling.leastSine else { continue }
                if isNoon && Float(values[slot]) >= ChannelCeiling.share * Float(top) { result[slot] = true }
                guard values[slot] >= least else { continue }
                let time = offset + place
                let isUsual =
                    tops.count < ChannelCeiling.learningDays
                    || (max(0, time - near)...min(home.slotsPerDay - 1, time + near)).contains {
                        day - seen[$0] <= ChannelCeiling.historyDays
                    }
                reached.append(time)
                if isUsual { result[slot] = true }
            }
            if !held.isEmpty {
                for slot in slots where held[slot] && home.sunSine[slot] > ChannelCeiling.leastSine {
                    result[slot] = true
                }
            }
            for time in reached { seen[time] = day }
            if best[best.count - 1] > 0 { tops.append((day, best[best.count - 1])) }
        }
        isReached = result
    }
}
