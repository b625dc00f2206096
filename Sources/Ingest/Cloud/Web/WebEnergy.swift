// Energies of the web application's JSON: labels are starts, a day's array may have any length, null is missing.

import Readings

/// Reads energies of the web application.
enum WebEnergy {
    private static let channels: [(name: String, channel: Channel)] = [
        ("production", .produced), ("consumption", .consumed), ("import", .imported), ("export", .exported),
        ("charge", .charged), ("discharge", .discharged),
    ]
    /// Slots of a day; a day of 25 hours has 300 of five minutes.
    private static let mostSlots = 1_500

    static func daily(_ root: JSONNode, _ reading: inout CloudReading) throws {
        var days = 0
        var empty = 0
        for day in root["stats"]?.elements ?? JSONNode.none {
            days += 1
            if try !takeDay(day, &reading) { empty += 1 }
        }
        reading.summary.counts["days"] = days
        if empty > 0 { reading.summary.counts["days without data"] = empty }
    }

    static func today(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try daily(root, &reading)
        if let battery = root["battery_details"] {
            try reading.read(
                Device(.battery, ""),
                at: reading.time.page,
                origin: "today",
                [.stateOfCharge: battery["aggregate_soc"]?.looseDouble]
            )
        }
        let config = root["batteryConfig"]
        try reading.state(
            .site,
            origin: "today",
            lastReport: CloudValue.time(root["last_report_date"]),
            [
                .state: root["siteStatus"]?.text ?? root["system"]?["statusCode"]?.text,
                .mode: config?["usage"]?.text,
                .note: [
                    ("battery_backup_percentage", "reserve"), ("very_low_soc", "very low limit"),
                    ("charge_from_grid", "charge from grid"),
                ].compactMap { name, word in config?[name]?.text.map { "\(word) \($0)" } }.joined(
                    separator: ", "
                ),
            ]
        )
    }

    /// Takes one day's arrays; false where the day has none.
    private static func takeDay(_ day: JSONNode, _ reading: inout CloudReading) throws -> Bool {
        guard let start = CloudValue.time(day["start_time"]) else {
            reading.summary.warn("a day without start_time was left out")
            return false
        }
        let seconds = day["interval_length"]?.int64 ?? 900
        guard [300, 900, 1800, 3600].contains(seconds) else {
            reading.summary.warn("a day with an interval_length of \(seconds) s was left out")
            return false
        }
        let slots = Slots(
            start: start,
            seconds: seconds,
            end: dataEnd(day, start: start, seconds: seconds, reading)
        )
        var hasData = false
        var sums: [Channel: Double] = [:]
        for (name, channel) in channels {
            try slots.forEach(in: day[name], &reading) { value, at, reading in
                hasData = true
                sums[channel, default: 0] += value.looseDouble ?? 0
                try reading.put(channel, value, start: at, seconds: Int32(seconds))
            }
        }
        try slots.forEach(in: day[GeneratorRecords.name], &reading) { value, at, reading in
            try reading.putGenerator(value, start: at, seconds: Int32(seconds), origin: "daily_energy")
        }
        try slots.forEach(in: day["soc"], &reading) { value, at, reading in
            reading.putStateOfCharge(value, start: at, seconds: Int32(seconds))
        }
        slots.countFuture(of: day, &reading)
        checkTotals(of: day, sums: sums, &reading)
        return hasData
    }

    /// The slots of a day of which there are data.
    private struct Slots {
        let start: Int64
        let seconds: Int64
        /// Slots that begin here or later are no data, whatever stands in them.
        let end: Int64

        /// Counts the slots that are left out, each once, whatever number of arrays has it.
        func countFuture(of day: JSONNode, _ reading: inout CloudReading) {
            let names = WebEnergy.channels.map(\.name) + [GeneratorRecords.name, "soc"]
            let longest =
                names.map { (day[$0]?.elements ?? JSONNode.none).reduce(Int64(0)) { sum, _ in sum + 1 } }
                .max() ?? 0
            let known = max(0, end - start + seconds - 1) / seconds
            let left = min(longest, Int64(mostSlots)) - known
            if left > 0 { reading.summary.counts["future slots, left out", default: 0] += Int(left) }
        }

        /// Hands on the values of an array with their starts.
        func forEach(
            in array: JSONNode?,
            _ reading: inout CloudReading,
            _ body: (JSONNode, Int64, inout CloudReading) throws -> Void
        ) throws {
            var slot: Int64 = 0
            for value in array?.elements ?? JSONNode.none {
                defer { slot += 1 }
                guard slot < mostSlots else {
                    reading.summary.warn("an array of more than \(mostSlots) slots was cut")
                    break
                }
                let at = start + slot * seconds
                // Today's array is full, with zeros for what has not been yet.
                guard at < end else { break }
                if !value.isNull { try body(value, at, &reading) }
            }
        }
    }

    /// Returns where the data of a day end: at the last report, and at the latest when it was captured.
    private static func dataEnd(_ day: JSONNode, start: Int64, seconds: Int64, _ reading: CloudReading)
        -> Int64
    {
        let captured = reading.options.capturedUTCSeconds
        guard let last = reading.time.lastReport, last < start + 2 * 86_400 else { return captured }
        var lastEnergy: Int64?
        for (name, _) in channels {
            for (slot, value) in (day[name]?.elements ?? JSONNode.none).enumerated() where slot < mostSlots {
                if value.looseDouble ?? 0 != 0 {
                    lastEnergy = max(lastEnergy ?? .min, start + Int64(slot) * seconds)
                }
            }
        }
        return min(reading.time.end(lastEnergyUTCSeconds: lastEnergy) ?? captured, captured)
    }

    private static func checkTotals(of day: JSONNode, sums: [Channel: Double], _ reading: inout CloudReading)
    {
        guard let totals = day["totals"] else { return }
        for (name, channel) in channels {
            guard let stated = totals[name]?.looseDouble, let sum = sums[channel] else { continue }
            if abs(stated - sum) > max(1, abs(sum) * 0.001) {
                reading.summary.warn("a day's total of \(name) is not the sum of its slots")
            }
        }
    }

    static func lifetime(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try DailyArrays.read(root, channels: channels, isRunningToday: true, areZerosOwn: true, &reading)
    }
}
