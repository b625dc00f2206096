// Arrays of a value a day, as the web application and the API have them.

import Readings

/// Arrays of a value a day.
enum DailyArrays {
    /// Days of fifty years.
    private static let mostDays = 18_300

    /// Reads arrays of energies that begin on `start_date`.
    ///
    /// - Parameters:
    ///   - isRunningToday: the last entry may be today's, which is not whole.
    ///   - areZerosOwn: a channel's zeros at its end count as long as any other channel still has energy; else they may
    ///     mean that nothing was reported.
    static func read(
        _ root: JSONNode,
        channels: [(name: String, channel: Channel)],
        isRunningToday: Bool,
        areZerosOwn: Bool,
        _ reading: inout CloudReading
    ) throws {
        guard let text = root["start_date"]?.string, let first = CivilDate(String(text.prefix(10))) else {
            throw IngestError.content(
                format: reading.options.format,
                place: "start_date",
                found: "is no date",
                remedy: "save it again"
            )
        }
        let lengths = channels.map { root[$0.name]?.count ?? 0 }
        guard (lengths.max() ?? 0) <= mostDays else {
            throw IngestError.limit(.rows, found: Int64(lengths.max() ?? 0), limit: Int64(mostDays))
        }
        func lastWithEnergy(_ name: String) -> Int {
            var last = 0
            for (index, value) in (root[name]?.elements ?? JSONNode.none).enumerated()
            where !value.isNull && value.looseDouble != 0 { last = index + 1 }
            return last
        }
        let lasts = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, lastWithEnergy($0.name)) })
        let lastOfAny = lasts.values.max() ?? 0
        let lastStart = reading.zone.startOfDay(first.advanced(by: Int64(lastOfAny - 1)))
        let end = reading.time.end(lastEnergyUTCSeconds: lastStart) ?? reading.options.capturedUTCSeconds
        for (name, channel) in channels {
            let values = Array(root[name]?.elements ?? JSONNode.none)
            // Zeros at the end can mean that nothing was reported: they are left out, and told.
            let whole = min(values.count, areZerosOwn ? lastOfAny : lasts[name] ?? 0)
            let zeros = values[whole...].count { !$0.isNull }
            if zeros > 0 { reading.summary.counts["zero days at the end of \(name), left out"] = zeros }
            for (offset, value) in values[..<whole].enumerated() where !value.isNull {
                let day = first.advanced(by: Int64(offset))
                let interval = reading.zone.interval(of: day)
                guard !isRunningToday || interval.endUTCSeconds <= end else {
                    reading.summary.notes.append("\(day) is not over: its running \(name) was left out")
                    continue
                }
                try reading.put(channel, value, start: interval.startUTCSeconds, seconds: SeriesKey.day)
            }
        }
        let days = max(lastOfAny, lastWithEnergy(GeneratorRecords.name))
        for (offset, value) in (root[GeneratorRecords.name]?.elements ?? JSONNode.none).enumerated() {
            guard offset < min(days, mostDays) else { break }
            let interval = reading.zone.interval(of: first.advanced(by: Int64(offset)))
            guard !value.isNull, !isRunningToday || interval.endUTCSeconds <= end else { continue }
            try reading.putGenerator(
                value,
                start: interval.startUTCSeconds,
                seconds: SeriesKey.day,
                origin: "lifetime_energy"
            )
        }
    }
}
