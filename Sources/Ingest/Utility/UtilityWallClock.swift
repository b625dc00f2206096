// Wall times of a utility's file as instants. What the file does with the hour that comes twice in autumn is told from the
// file itself: a label that comes twice is the two hours in their order; one that comes once carries both, and then
// all of that hour's labels are taken together as one interval of two hours, since how they divide is not known.

import Readings

/// Gathers rows with wall times.
struct UtilityWallClock {
    private let zone: TimeZoneRules
    private var entries: [Entry] = []
    private var meters: [String] = []
    private var meterIndex: [String: Int] = [:]

    private struct Entry {
        /// The wall time counted as if it were UTC, or an instant.
        var start: Int64
        let isInstant: Bool
        let isTurnable: Bool
        let seconds: Int32
        let meter: UInt16
        let side: EntrySide
        let isEstimated: Bool
        let isRounded: Bool
        let wattHours: Int64
        let revision: Int64
    }

    private enum EntrySide: UInt8 { case `import`, export, usage }

    private let times: DocumentOptions.Times

    /// - Parameter times: what times without an offset of their own are.
    init(zone: TimeZoneRules, times: DocumentOptions.Times) {
        self.zone = zone
        self.times = times
    }

    /// Reads the dates of all rows so far with the day first; they were read with the month first where that gave a date.
    mutating func takeDayFirst() {
        for index in entries.indices where entries[index].isTurnable {
            let (day, second) = (
                entries[index].start.flooredDivision(by: 86_400),
                entries[index].start.flooredRemainder(by: 86_400)
            )
            let date = CivilDate(daysSince1970: day)
            guard let turned = CivilDate(year: date.year, month: date.day, day: date.month) else { continue }
            entries[index].start = turned.daysSince1970 * 86_400 + second
        }
    }

    /// The number of readings.
    var count: Int { entries.count }

    /// Adds a row.
    mutating func add(_ row: UtilityCSVParser.Row, _ layout: UtilityLayout?, line: Int) throws {
        let start: Int64
        let isInstant: Bool
        if let stamp = row.start, let offset = stamp.offsetSeconds {
            start = stamp.localSeconds - offset
            isInstant = true
        } else if let day = row.day, let second = row.startSecond {
            start = day * 86_400 + second
            isInstant = false
        } else {
            throw IngestError.badStamp(line: line, found: "nothing")
        }
        let seconds = try length(row, layout, start: start, line: line)
        let index = meterIndex[row.meter] ?? meters.count
        guard index < Int(UInt16.max), entries.count < Limits.documentRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(Limits.documentRows))
        }
        if index == meters.count {
            meterIndex[row.meter] = index
            meters.append(row.meter)
        }
        func put(_ energy: EnergyText?, _ side: EntrySide) {
            guard let energy else { return }
            entries.append(
                Entry(
                    start: start,
                    isInstant: isInstant,
                    isTurnable: row.isTurnable && !isInstant,
                    seconds: seconds,
                    meter: UInt16(index),
                    side: side,
                    isEstimated: row.isEstimated,
                    isRounded: energy.isRounded,
                    wattHours: energy.wattHours,
                    revision: row.revision
                )
            )
        }
        put(row.importEnergy, .import)
        put(row.exportEnergy, .export)
        put(row.usage, layout?.exportTypes.isEmpty ?? true ? .usage : row.isExportType ? .export : .import)
    }

    /// The length that a row states; 0 where it states none that can be.
    private func length(_ row: UtilityCSVParser.Row, _ layout: UtilityLayout?, start: Int64, line: Int) throws
        -> Int32
    {
        if let minutes = row.durationMinutes {
            guard (1...1_440).contains(minutes) else {
                throw IngestError.badNumber(line: line, column: "Duration", found: "\(minutes)")
            }
            return Int32(minutes * 60)
        }
        if let end = row.end, let offset = end.offsetSeconds {
            let seconds = end.localSeconds - offset - start
            guard (1...93_600).contains(seconds) else {
                throw IngestError.badStamp(line: line, found: "an end that is not behind its start")
            }
            return Int32(seconds)
        }
        guard let endSecond = row.endSecond, let startSecond = row.startSecond else { return 0 }
        let end = endSecond + (layout?.isEndInclusive ?? false ? 60 : 0)
        // An end of 00:00 is the next day's; in the doubled hour an end may lie before its start.
        let seconds = (end - startSecond).flooredRemainder(by: 86_400)
        return Int32(seconds == 0 ? 86_400 : seconds)
    }

    /// Turns all rows into readings.
    ///
    /// - Parameter usage: what a single column is.
    mutating func finish(
        usage: UtilityRows.Side,
        into rows: inout UtilityRows,
        _ summary: inout DocumentSummary
    ) throws {
        let step = mostFrequentStep()
        var folds = Folds(counts: foldLabels())
        for entry in entries {
            let side: UtilityRows.Side =
                switch entry.side {
                case .import: .import
                case .export: .export
                case .usage: usage
                }
            var quality: UtilityQuality = entry.isEstimated ? .estimated : []
            if entry.isRounded { quality.insert(.rounded) }
            guard let instant = try instant(of: entry, side: side, quality: quality, folds: &folds) else {
                continue
            }
            try rows.add(
                meter: name(entry.meter),
                start: instant,
                seconds: plausible(entry.seconds, step),
                side: side,
                wattHours: entry.wattHours,
                quality: quality,
                rank: entry.revision
            )
        }
        for (key, sum) in folds.merged.sorted(by: {
            ($0.value.start, $0.key.side.rawValue) < ($1.value.start, $1.key.side.rawValue)
        }) {
            try rows.add(
                meter: name(key.meter),
                start: sum.start,
                seconds: sum.seconds,
                side: key.side,
                wattHours: sum.wattHours,
                quality: sum.quality
            )
        }
        if !folds.merged.isEmpty {
            summary.notes.append(
                "the hour that comes twice stands once in the file: it is kept as one interval of two hours"
            )
        }
        entries = []
    }

    /// What became of the labels of doubled hours.
    private struct Folds {
        /// How often each label stands in the file.
        let counts: [Label: Int]
        /// How often each was met so far.
        var seen: [Label: Int] = [:]
        /// Sums of hours that stand once.
        var merged: [MergedKey: (start: Int64, seconds: Int32, wattHours: Int64, quality: UtilityQuality)] =
            [:]
    }

    /// Returns the instant of an entry; nil where it was taken into the sum of a doubled hour.
    private func instant(
        of entry: Entry,
        side: UtilityRows.Side,
        quality: UtilityQuality,
        folds: inout Folds
    ) throws -> Int64? {
        if entry.isInstant || times == .utc { return entry.start }
        // 00:00 of a row of a day stands for the day, also where the clock passed over it or showed it twice.
        if entry.seconds == 86_400, entry.start.flooredRemainder(by: 86_400) == 0 {
            return zone.startOfDay(CivilDate(daysSince1970: entry.start.flooredDivision(by: 86_400)))
        }
        if times == .standard { return zone.instant(ofStandardSeconds: entry.start) }
        switch zone.resolve(localSeconds: entry.start) {
        case .unique(let utcSeconds): return utcSeconds
        case .gap:
            // No clock showed it. Seen where a meter does not change its clock; refused, as all hours would be off.
            throw IngestError.content(
                format: .utilityCSV,
                place: "the time \(Instant(utcSeconds: entry.start).iso8601.dropLast())",
                found: "was shown by no clock in \(zone.identifier)",
                remedy: .checkZone
            )
        case .fold(let first, let second):
            let label = label(entry)
            if folds.counts[label] ?? 1 > 1 {
                folds.seen[label, default: 0] += 1
                return folds.seen[label] == 1 ? first : second
            }
            let hour = entry.start.flooredDivision(by: second - first) * (second - first)
            let key = MergedKey(meter: entry.meter, side: side, hour: hour)
            var sum = folds.merged[key] ?? (first - (entry.start - hour), 0, 0, .ambiguous)
            sum.seconds = Int32(truncatingIfNeeded: 2 * (second - first))
            sum.wattHours += entry.wattHours
            sum.quality.formUnion(quality)
            folds.merged[key] = sum
            return nil
        }
    }

    private struct Label: Hashable {
        let start: Int64
        let meter: UInt16
        let side: UInt8
        let revision: Int64
    }

    private struct MergedKey: Hashable {
        let meter: UInt16
        let side: UtilityRows.Side
        let hour: Int64
    }

    private func label(_ entry: Entry) -> Label {
        Label(start: entry.start, meter: entry.meter, side: entry.side.rawValue, revision: entry.revision)
    }

    /// How often each label of a doubled hour stands in the file.
    private func foldLabels() -> [Label: Int] {
        var counts: [Label: Int] = [:]
        for entry in entries where !entry.isInstant && times == .local {
            if case .fold = zone.resolve(localSeconds: entry.start) { counts[label(entry), default: 0] += 1 }
        }
        return counts
    }

    private func mostFrequentStep() -> Int32 {
        var counts: [Int32: Int] = [:]
        for entry in entries where entry.seconds > 0 { counts[entry.seconds, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 3600
    }

    /// A stated length that no interval has comes from the change of the clock.
    private func plausible(_ seconds: Int32, _ step: Int32) -> Int32 {
        seconds > 0 && seconds <= 86_400 && (seconds % step == 0) && seconds <= max(step, 3600)
            ? seconds : step
    }

    private func name(_ meter: UInt16) -> String { UtilityInterval.meterName(meters[Int(meter)]) }
}
