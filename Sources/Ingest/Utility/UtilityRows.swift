// Readings of the utility's meters on their way to intervals: sorted, of each key the newest, import beside export.

import Readings

/// Gathers readings.
struct UtilityRows {
    /// A direction of a reading.
    enum Side: UInt8 { case `import`, export, net }

    private var starts: [Int64] = []
    private var seconds: [Int32] = []
    private var energies: [Int64] = []
    private var ranks: [Int64] = []
    private var marks: [Mark] = []
    private var meters: [String] = []
    private var meterIndex: [String: Int] = [:]
    private let format: DocumentFormat

    private struct Mark {
        let meter: UInt16
        let side: Side
        let quality: UInt8
    }

    /// Mean power above which a multiplier must be wrong, W: no house draws it.
    private static let greatestPowerW: Int64 = 100_000
    /// Mean power of a whole file below which a multiplier must be wrong, W.
    private static let leastPowerW = 1.0
    private static let batchRows = 8_192

    init(format: DocumentFormat) { self.format = format }

    /// The most that any house takes or gives in a time, Wh.
    static func mostWattHours(seconds: Int64) -> Int64 {
        greatestPowerW * min(max(seconds, 300), 1 << 40) / 3600
    }

    /// The number of readings.
    var count: Int { starts.count }

    /// Adds a reading.
    ///
    /// - Parameters:
    ///   - meter: the service point as `UtilityInterval.meterName`.
    ///   - rank: of two readings of one key that with the greater rank counts, else the later one.
    /// - Throws: `IngestError.limit`, and `.content` for a mean power that no house has.
    mutating func add(
        meter: String,
        start: Int64,
        seconds length: Int32,
        side: Side,
        wattHours: Int64,
        quality: UtilityQuality = [],
        rank: Int64 = 0
    ) throws {
        guard starts.count < Limits.documentRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(Limits.documentRows))
        }
        let most = UtilityRows.mostWattHours(seconds: Int64(length))
        guard wattHours.magnitude <= UInt64(most) else {
            throw IngestError.content(
                format: format,
                place: "the reading at \(Instant(utcSeconds: start).iso8601)",
                found:
                    "has \(wattHours) Wh in \(length) s, more than 100 kW: its unit or multiplier is wrong",
                remedy: "download it again, or ask the utility which unit it has"
            )
        }
        let index = meterIndex[meter] ?? meters.count
        guard index < Int(UInt16.max) else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(UInt16.max))
        }
        if index == meters.count {
            meterIndex[meter] = index
            meters.append(meter)
        }
        starts.append(start)
        seconds.append(length)
        energies.append(wattHours)
        ranks.append(rank)
        marks.append(
            Mark(meter: UInt16(index), side: side, quality: UInt8(truncatingIfNeeded: quality.rawValue))
        )
    }

    /// Hands on the intervals in the order of meter and time, and tells what was found.
    ///
    /// - Throws: `IngestError.content` where the whole file is next to nothing, and what the sink throws.
    mutating func finish(into summary: inout DocumentSummary, _ sink: RowSink) throws {
        let order = sortedOrder()
        var batch: [UtilityInterval] = []
        var gaps = GapCounter(step: mostFrequentStep())
        var superseded = 0
        var covered: Int64 = 0
        var moved: UInt64 = 0
        var index = 0
        while index < order.count {
            let row = Int(order[index])
            var interval = UtilityInterval(
                meter: meters[Int(marks[row].meter)],
                startUTCSeconds: starts[row],
                seconds: seconds[row]
            )
            while index < order.count, isSameInterval(Int(order[index]), row) {
                // Of one side the last in the order counts.
                let last = Int(order[index])
                if index + 1 < order.count, isSameKey(Int(order[index + 1]), last) {
                    superseded += 1
                } else {
                    put(last, into: &interval)
                }
                index += 1
            }
            note(interval, into: &summary)
            covered += Int64(interval.seconds)
            moved += [interval.importWh, interval.exportWh, interval.netWh].compactMap { $0?.magnitude }
                .reduce(0, +)
            gaps.take(interval)
            batch.append(interval)
            if batch.count >= UtilityRows.batchRows {
                try sink(.utility(batch))
                batch.removeAll(keepingCapacity: true)
            }
        }
        if moved > 0, covered > 0, Double(moved) * 3600 / Double(covered) < UtilityRows.leastPowerW {
            throw IngestError.content(
                format: format,
                place: "the mean power",
                found: "is below 1 W: its unit or multiplier is wrong",
                remedy: "download it again, or ask the utility which unit it has"
            )
        }
        if !batch.isEmpty { try sink(.utility(batch)) }
        if superseded > 0 { summary.counts["superseded readings"] = superseded }
        gaps.tell(in: &summary)
        let named = meters.filter { !$0.isEmpty }
        if !named.isEmpty { summary.identifiers["meter"] = named.sorted().joined(separator: " ") }
        self = UtilityRows(format: format)
    }

    private func sortedOrder() -> [Int32] {
        var order = Array(Int32(0)..<Int32(starts.count))
        order.sort { left, right in
            let (a, b) = (Int(left), Int(right))
            if marks[a].meter != marks[b].meter { return marks[a].meter < marks[b].meter }
            if starts[a] != starts[b] { return starts[a] < starts[b] }
            if seconds[a] != seconds[b] { return seconds[a] < seconds[b] }
            if marks[a].side != marks[b].side { return marks[a].side.rawValue < marks[b].side.rawValue }
            return ranks[a] == ranks[b] ? a < b : ranks[a] < ranks[b]
        }
        return order
    }

    private func isSameInterval(_ row: Int, _ other: Int) -> Bool {
        marks[row].meter == marks[other].meter && starts[row] == starts[other]
            && seconds[row] == seconds[other]
    }

    private func isSameKey(_ row: Int, _ other: Int) -> Bool {
        isSameInterval(row, other) && marks[row].side == marks[other].side
    }

    private func put(_ row: Int, into interval: inout UtilityInterval) {
        switch marks[row].side {
        case .import: interval.importWh = energies[row]
        case .export: interval.exportWh = energies[row]
        case .net: interval.netWh = energies[row]
        }
        interval.quality.formUnion(UtilityQuality(rawValue: Int32(marks[row].quality)))
    }

    private func note(_ interval: UtilityInterval, into summary: inout DocumentSummary) {
        summary.note(
            1,
            in: "utility_interval",
            from: interval.startUTCSeconds,
            to: interval.startUTCSeconds
        )
        for (name, value) in [
            ("import", interval.importWh), ("export", interval.exportWh), ("net", interval.netWh),
        ] {
            if let value { summary.totalWh[name, default: 0] += value }
        }
        for (mark, name) in UtilityQuality.names where interval.quality.contains(mark) {
            summary.counts["\(name) intervals", default: 0] += 1
        }
    }

    private func mostFrequentStep() -> Int32 {
        var counts: [Int32: Int] = [:]
        for length in seconds { counts[length, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }

    /// Counts times between intervals for which there is none.
    private struct GapCounter {
        let step: Int32
        private var meter: String?
        private var end: Int64 = 0
        private var gaps = 0
        private var missing: Int64 = 0
        private var first: Int64?

        init(step: Int32) { self.step = step }

        mutating func take(_ interval: UtilityInterval) {
            if interval.meter != meter {
                meter = interval.meter
                end = interval.startUTCSeconds
            }
            if interval.startUTCSeconds > end {
                gaps += 1
                missing += step > 0 ? (interval.startUTCSeconds - end) / Int64(step) : 0
                first = first ?? end
            }
            end = max(end, interval.startUTCSeconds + Int64(interval.seconds))
        }

        func tell(in summary: inout DocumentSummary) {
            summary.counts["step seconds"] = step > 0 ? Int(step) : nil
            guard gaps > 0, let first else { return }
            summary.counts["gaps"] = gaps
            summary.counts["missing intervals"] = Int(clamping: missing)
            summary.notes.append(
                "the first gap begins \(Instant(utcSeconds: first).iso8601); a gap stays a gap"
            )
        }
    }
}
