// The intervals of a time by day and time of the day: what was produced, and where nothing is known. How they are drawn
// stands in HeatMap, what is said of them in HeatFigure.

import Analysis
import Readings

/// The intervals of a time, in rows of one local day each.
struct IntervalMap {
    /// The length of an interval.
    let stepSeconds: Int64
    /// Intervals of a day of 24 hours.
    let slotsPerDay: Int
    /// Local days.
    let dayCount: Int
    /// Production, Wh, day by day; `HomeColumns.missing` where it is not known.
    private var producedWh: [Int32]
    /// Tells, for each, whether data are to be expected.
    private var isExpected: [Bool]
    private let zone: TimeZoneRules

    /// Lays out the intervals of a time; nil where there is no production below the step of a day.
    init?(_ facts: PeriodFacts) {
        guard let presence = facts.presence, facts.totals[.produced] != nil,
            presence.key.seconds < SeriesKey.day, let span = presence.span
        else { return nil }
        stepSeconds = Int64(presence.key.seconds)
        slotsPerDay = Int(86_400 / stepSeconds)
        dayCount = facts.days.count
        zone = facts.zone
        producedWh = [Int32](repeating: HomeColumns.missing, count: dayCount * slotsPerDay)
        isExpected = [Bool](repeating: false, count: dayCount * slotsPerDay)
        for (index, day) in facts.days.enumerated() {
            let interval = facts.zone.interval(of: day.day)
            guard let known = interval.intersection(span) else { continue }
            expect(known, of: interval, at: index)
            fill(presence, in: known, of: interval, at: index)
        }
    }

    /// What is expected is a gap until a row says otherwise; an hour that no clock shows stays nothing.
    private mutating func expect(_ known: Interval, of day: Interval, at index: Int) {
        for start in stride(from: known.startUTCSeconds, to: known.endUTCSeconds, by: Int(stepSeconds)) {
            if let slot = slot(start, of: day) { isExpected[index * slotsPerDay + slot] = true }
        }
    }

    private mutating func fill(_ presence: Presence, in known: Interval, of day: Interval, at index: Int) {
        let columns = presence.columns
        let produced = columns[.produced]
        for row in columns.rowRange(in: known)
        where presence.isPresent[row] && produced[row] != ReadingColumns.missingWh {
            guard let slot = slot(columns.startUTCSeconds[row], of: day) else { continue }
            producedWh[index * slotsPerDay + slot] = produced[row]
        }
    }

    /// The place of an interval in its day, by the clock on the wall where that is put forward or back.
    private func slot(_ start: Int64, of day: Interval) -> Int? {
        let isPlain = day.seconds == 86_400
        let second =
            isPlain ? start - day.startUTCSeconds : Int64(zone.wallClock(atUTCSeconds: start).secondOfDay)
        let slot = Int(second / stepSeconds)
        // A step that does not divide a day has a part of an interval at its end, which is not drawn.
        return slot < slotsPerDay ? slot : nil
    }

    // MARK: What follows

    /// The strongest interval, Wh, but for a few: a single false spike must not pale all others; nil where nothing was
    /// produced.
    var strongestWh: Int32? {
        let known = producedWh.filter { $0 != HomeColumns.missing && $0 > 0 }.sorted()
        guard !known.isEmpty else { return nil }
        return max(1, known[min(known.count - 1, known.count * 995 / 1000)])
    }

    /// Returns the levels of a map, day by day.
    ///
    /// - Parameter strongestWh: the energy of the highest level.
    func levels(strongestWh: Int32) -> [UInt8] {
        zip(producedWh, isExpected).map { energy, isExpected in
            guard energy != HomeColumns.missing else { return isExpected ? HeatMap.gap : HeatMap.nothing }
            let level = Int64(max(0, energy)) * Int64(HeatMap.levels - 1)
            return UInt8(
                min(Int64(HeatMap.levels) - 1, (level + Int64(strongestWh) - 1) / Int64(strongestWh))
            )
        }
    }
}
