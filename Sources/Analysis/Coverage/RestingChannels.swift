// Which times of the day never are without energy at a site, by its own days before: what tells rows of zeros that are silence from
// an exchange that rests. See docs/analysis/gaps.md.

import Readings

/// The times of the day at which production and import never rested in the last weeks that are known.
struct RestingChannels {
    /// What says that a row of zeros is none.
    enum Witness: UInt8 {
        /// The array gives energy at this time of the day; with a battery it alone says so.
        case production
        /// The house draws at this time of the day.
        case imported
        /// Both.
        case both
    }

    /// Days that a time of the day remembers: the bits of its two sets.
    private static let memory = 28
    /// Days before which nothing is said.
    private static let learningDays = 14
    /// Share of the greatest production from which a time of the day is one with sun: not the first light.
    private static let sunShare = 0.02
    /// How much of the greatest production is forgotten a day: half in five weeks.
    private static let fading = 0.98
    /// Share of sunny rows without any exchange from which something at home takes the surplus: a battery, or a limit of export.
    private static let bufferShare = 0.02

    /// How far the sun's hours move within the memory, seconds, and more.
    private static let seasonSeconds: Int64 = 2 * 3600

    private struct Slot {
        var known = 0
        var sunny: UInt32 = 0
        var drawn: UInt32 = 0
    }

    private let step: Int64
    private let hasBattery: Bool
    private var slots: [Slot]
    private var day = Int64.min
    private var most = 0.0
    private var sunnyRows = 0.0
    private var bufferRows = 0.0

    /// Begins without a memory.
    ///
    /// - Parameter hasBattery: one is known; then import may rest at any time.
    init(stepSeconds: Int64, hasBattery: Bool) {
        step = max(1, min(86_400, stepSeconds))
        self.hasBattery = hasBattery
        slots = Array(repeating: Slot(), count: Int(86_400 / max(1, min(86_400, stepSeconds))))
    }

    private func index(_ start: Int64) -> Int {
        min(slots.count - 1, Int(start.flooredRemainder(by: 86_400) / step))
    }

    /// Takes a row that stands for data; nil where a channel is not reported.
    mutating func learn(start: Int64, produced: Int32?, imported: Int32?, exported: Int32?) {
        let today = start.flooredDivision(by: 86_400)
        if today != day {
            day = today
            most *= RestingChannels.fading
            sunnyRows *= RestingChannels.fading
            bufferRows *= RestingChannels.fading
        }
        most = max(most, Double(produced ?? 0))
        let isSunny = produced.map { Double($0) > max(0, RestingChannels.sunShare * most) } ?? false
        if isSunny {
            sunnyRows += 1
            if imported == 0, exported == 0 { bufferRows += 1 }
        }
        let place = index(start)
        let mask: UInt32 = (1 << UInt32(RestingChannels.memory)) - 1
        slots[place].known = min(RestingChannels.memory, slots[place].known + 1)
        slots[place].sunny = (slots[place].sunny << 1 | (isSunny ? 1 : 0)) & mask
        slots[place].drawn = (slots[place].drawn << 1 | ((imported ?? 0) > 0 ? 1 : 0)) & mask
    }

    /// Returns what says that zeros at this time stand for no data; nil where nothing does.
    ///
    /// - Parameters:
    ///   - hasProduction: production is reported; without it the sun takes import away at hours that move with the season.
    ///   - hasExport: export is reported, without which a battery would not show.
    func witness(start: Int64, hasProduction: Bool, hasExport: Bool) -> Witness? {
        let slot = slots[index(start)]
        guard slot.known >= RestingChannels.learningDays else { return nil }
        guard hasProduction else { return !hasBattery && isDrawnAround(start) ? .imported : nil }
        let isSunny = slot.sunny.nonzeroBitCount >= slot.known - slot.known / 14
        let isBuffered = bufferRows > RestingChannels.bufferShare * sunnyRows
        let isTold = hasExport || slot.known == RestingChannels.memory
        let isDrawn =
            !hasBattery && !isBuffered && isTold && slot.drawn.nonzeroBitCount >= slot.known - slot.known / 28
        switch (isSunny, isDrawn) {
        case (true, true): return .both
        case (true, false): return .production
        case (false, true): return .imported
        case (false, false): return nil
        }
    }

    /// Tells whether the house drew in all of the hours around a time of the day, on all days of the memory.
    private func isDrawnAround(_ start: Int64) -> Bool {
        let all: UInt32 = (1 << UInt32(RestingChannels.memory)) - 1
        let reach = RestingChannels.seasonSeconds / step
        return (-reach...reach).allSatisfy { slots[index(start + $0 * step)].drawn == all }
    }
}
