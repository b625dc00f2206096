// Interval bodies of the API. Labels are ends: each becomes the start by the interval's own length.

import Readings

/// Reads intervals of the API.
enum APITelemetry {
    /// Lengths that intervals have, seconds.
    private static let steps: Set<Int64> = [60, 300, 900, 1800, 3600]

    /// Intervals of the site: which meter is told by the names in them.
    static func site(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let intervals = flatten(root["intervals"])
        noteWindow(root, intervals: intervals, &reading)
        guard let first = intervals.first else {
            reading.summary.notes.append("it holds no intervals: nothing was reported in its window")
            return
        }
        if first["wh_del"] != nil {
            try put([("wh_del", .produced)], of: intervals, usual: 900, &reading)
        } else if first["powr"] != nil {
            try put([("enwh", .produced)], of: intervals, usual: 300, &reading)
        } else if first["charge"] != nil || first["discharge"] != nil || first["soc"] != nil {
            try battery(root, intervals: intervals, &reading)
        } else if first["wh_imported"] != nil || first["wh_exported"] != nil {
            // The specification and the bodies differ in the name for import.
            try put(
                [("wh_imported", .imported), ("wh_exported", .exported)],
                of: intervals,
                usual: 900,
                &reading
            )
        } else if first["enwh"] != nil {
            try put([("enwh", .consumed)], of: intervals, usual: 900, &reading)
            reading.summary.notes.append(
                "with a battery, the API's consumption leaves out what the battery took or gave"
            )
        } else {
            reading.summary.warn("intervals without any energy that is known")
        }
    }

    /// The intervals of import and export lie in an array of arrays.
    private static func flatten(_ node: JSONNode?) -> [JSONNode] {
        (node?.elements ?? JSONNode.none).flatMap { $0.kind == .array ? Array($0.elements) : [$0] }
    }

    private static func noteWindow(_ root: JSONNode, intervals: [JSONNode], _ reading: inout CloudReading) {
        guard let start = CloudValue.time(root["start_at"]), let end = CloudValue.time(root["end_at"]) else {
            return
        }
        let outside = intervals.count { interval in
            CloudValue.time(interval["end_at"]).map { $0 < start || $0 > end + 3600 } ?? true
        }
        if outside > 0 { reading.summary.warn("intervals lie outside the body's own window") }
    }

    /// The length of intervals: the most frequent distance of their ends, else what is usual.
    private static func step(_ intervals: [JSONNode], usual: Int64) -> Int64 {
        let ends = Set(intervals.compactMap { CloudValue.time($0["end_at"]) }).sorted()
        var counts: [Int64: Int] = [:]
        for (before, after) in zip(ends, ends.dropFirst()) { counts[after - before, default: 0] += 1 }
        let best = counts.filter { steps.contains($0.key) }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }
        return best?.key ?? usual
    }

    private static func put(
        _ names: [(name: String, channel: Channel)],
        of intervals: [JSONNode],
        usual: Int64,
        _ reading: inout CloudReading
    ) throws {
        let seconds = step(intervals, usual: usual)
        let dataEnd = dataEnd(intervals, seconds: seconds, reading) { interval in
            names.contains { interval[$0.name]?.looseDouble ?? 0 != 0 }
        }
        for interval in intervals {
            guard let end = CloudValue.time(interval["end_at"]) else {
                reading.summary.warn("an interval without end_at was left out")
                continue
            }
            guard end - seconds < dataEnd else {
                reading.summary.counts["future slots, left out", default: 0] += 1
                continue
            }
            for (name, channel) in names {
                try reading.put(channel, interval[name], start: end - seconds, seconds: Int32(seconds))
            }
        }
    }

    /// Returns where the data end: at the site's last report, unless there is energy behind it.
    private static func dataEnd(
        _ intervals: [JSONNode],
        seconds: Int64,
        _ reading: CloudReading,
        hasEnergy: (JSONNode) -> Bool
    ) -> Int64 {
        guard reading.time.lastReport != nil else { return .max }
        let last = intervals.filter(hasEnergy).compactMap { CloudValue.time($0["end_at"]) }.max()
        return reading.time.end(lastEnergyUTCSeconds: last.map { $0 - seconds }) ?? .max
    }

    private static func battery(_ root: JSONNode, intervals: [JSONNode], _ reading: inout CloudReading)
        throws
    {
        let seconds = step(intervals, usual: 900)
        let total = root["total_devices"]?.int64
        var silent = 0
        let dataEnd = dataEnd(intervals, seconds: seconds, reading) { interval in
            ["charge", "discharge"].contains { interval[$0]?["enwh"]?.looseDouble ?? 0 != 0 }
        }
        for interval in intervals {
            guard let end = CloudValue.time(interval["end_at"]), end - seconds < dataEnd else { continue }
            let start = end - seconds
            try reading.put(.charged, interval["charge"]?["enwh"], start: start, seconds: Int32(seconds))
            try reading.put(
                .discharged,
                interval["discharge"]?["enwh"],
                start: start,
                seconds: Int32(seconds)
            )
            reading.putStateOfCharge(interval["soc"]?["percent"], start: start, seconds: Int32(seconds))
            if let total, let reporting = interval["soc"]?["devices_reporting"]?.int64 {
                if reporting < total { silent += 1 }
                try reading.read(
                    Device(.battery, ""),
                    at: start,
                    seconds: Int32(seconds),
                    origin: "telemetry/battery",
                    [
                        .devicesReporting: Double(reporting),
                        .stateOfCharge: interval["soc"]?["percent"]?.looseDouble,
                    ]
                )
            }
        }
        if silent > 0 { reading.summary.counts["intervals in which a battery is silent"] = silent }
        if let last = root["last_reported_aggregate_soc"]?.looseDouble {
            try reading.read(
                Device(.battery, ""),
                at: reading.time.page,
                origin: "telemetry/battery last",
                [.stateOfCharge: last]
            )
        }
    }

    // MARK: Devices

    /// Telemetry of one device: an inverter's or a battery's.
    static func device(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let serial = root["serial_number"]?.text ?? ""
        let intervals = flatten(root["intervals"])
        noteWindow(root, intervals: intervals, &reading)
        try take(intervals, serial: serial, &reading)
        guard let soc = root["last_reported_soc"]?.looseDouble else { return }
        try reading.read(
            Device(.battery, serial),
            at: CloudValue.time(root["last_reported_time"]) ?? reading.time.page,
            origin: "device telemetry last",
            [.stateOfCharge: soc]
        )
    }

    /// Telemetry of many inverters, page by page.
    static func devicePages(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for device in root["devices"]?.elements ?? JSONNode.none {
            try take(
                flatten(device["intervals"]),
                serial: device["serial_number"]?.text ?? "",
                &reading
            )
        }
    }

    private static func take(
        _ intervals: [JSONNode],
        serial: String,
        _ reading: inout CloudReading
    ) throws {
        let isBattery = intervals.contains { $0["charge"] != nil || $0["soc"] != nil }
        let seconds = step(intervals, usual: isBattery ? 900 : 300)
        for interval in intervals {
            guard let end = CloudValue.time(interval["end_at"]) else { continue }
            try reading.read(
                Device(isBattery ? .battery : .inverter, serial),
                at: end - seconds,
                seconds: Int32(seconds),
                origin: "device telemetry",
                [
                    .power: interval["powr"]?.looseDouble, .energy: interval["enwh"]?.looseDouble,
                    .charged: interval["charge"]?["enwh"]?.looseDouble,
                    .discharged: interval["discharge"]?["enwh"]?.looseDouble,
                    .stateOfCharge: interval["soc"]?["percent"]?.looseDouble,
                ]
            )
        }
    }

    /// A charger or heat pump: a device of its own, never the site's consumption.
    static func consumer(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let intervals = flatten(root["intervals"])
        let usual = root["interval_duration"]?.string == "5mins" ? 300 : 900
        let seconds = step(intervals, usual: Int64(usual))
        for interval in intervals {
            guard let end = CloudValue.time(interval["end_at"]) else { continue }
            try reading.read(
                Device(.other, ""),
                at: end - seconds,
                seconds: Int32(seconds),
                origin: "charger or heat pump telemetry",
                [.energy: interval["wh_consumed"]?.looseDouble]
            )
        }
        reading.summary.notes.append("the body does not say which charger or heat pump it is of")
    }

    /// Revenue-grade meters: the site's intervals, and each meter's by channel.
    static func meterStats(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try put([("wh_del", .produced)], of: flatten(root["intervals"]), usual: 900, &reading)
        for meter in root["meter_intervals"]?.elements ?? JSONNode.none {
            let serial = meter["meter_serial_number"]?.text ?? ""
            let intervals = flatten(meter["intervals"])
            let seconds = step(intervals, usual: 900)
            for interval in intervals {
                guard let end = CloudValue.time(interval["end_at"]) else { continue }
                try reading.read(
                    Device(.meter, serial),
                    at: end - seconds,
                    seconds: Int32(seconds),
                    origin: "rgm_stats/\(interval["channel"]?.int64 ?? 0)",
                    [.energy: interval["wh_del"]?.looseDouble, .power: interval["curr_w"]?.looseDouble]
                )
            }
        }
    }

    /// Version 1: mean power of five minutes, the first interval's end given.
    static func powerToday(_ root: JSONNode, _ reading: inout CloudReading) throws {
        guard let end = CloudValue.time(root["first_interval_end_date"]),
            let seconds = root["interval_length"]?.int64, steps.contains(seconds)
        else {
            throw IngestError.content(
                format: .apiLegacy,
                place: "first_interval_end_date or interval_length",
                found: "is missing or impossible",
                remedy: "save it again"
            )
        }
        var slot: Int64 = 0
        for value in root["production"]?.elements ?? JSONNode.none {
            let start = end + (slot - 1) * seconds
            slot += 1
            guard let power = value.looseDouble, slot < 1_500 else { continue }
            try reading.put(
                .produced,
                wattHours: power * Double(seconds) / 3600,
                start: start,
                seconds: Int32(seconds)
            )
        }
        reading.summary.notes.append("energies are mean power times five minutes, rounded to whole Wh")
    }
}
