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
                at: reading.options.capturedUTCSeconds,
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
        var hasData = false
        var sums: [Channel: Double] = [:]
        for (name, channel) in channels {
            var slot: Int64 = 0
            for value in day[name]?.elements ?? JSONNode.none {
                defer { slot += 1 }
                guard slot < mostSlots else {
                    reading.summary.warn("an array of more than \(mostSlots) slots was cut")
                    break
                }
                let at = start + slot * seconds
                // Today's array is full, with zeros for what has not been yet.
                guard at < reading.options.capturedUTCSeconds else {
                    reading.summary.counts["future slots, left out", default: 0] += 1
                    continue
                }
                guard !value.isNull else { continue }
                hasData = true
                sums[channel, default: 0] += value.looseDouble ?? 0
                try reading.put(channel, value, start: at, seconds: Int32(seconds))
            }
        }
        var slot: Int64 = 0
        for value in day["soc"]?.elements ?? JSONNode.none {
            let at = start + slot * seconds
            slot += 1
            if at < reading.options.capturedUTCSeconds, slot <= Int64(mostSlots) {
                reading.putStateOfCharge(value, start: at, seconds: Int32(seconds))
            }
        }
        checkTotals(of: day, sums: sums, &reading)
        return hasData
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
