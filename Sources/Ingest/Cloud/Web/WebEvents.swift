// Events, alarms and outages in the web application's JSON.

import Readings

/// Reads events of the web application.
enum WebEvents {
    static func events(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for entry in root["events"]?.elements ?? JSONNode.none {
            let begin =
                entry["start_time"] ?? entry["event_start_time"] ?? entry["timestamp"] ?? entry["date"]
                ?? entry["time"]
            guard let start = CloudValue.time(begin) else {
                reading.summary.warn("an event without a time was left out")
                continue
            }
            let key = entry["event_key"]?.text ?? ""
            try reading.add(
                SiteEvent(
                    .vendorEvent,
                    Device(.site, ""),
                    startUTCSeconds: start,
                    endUTCSeconds: CloudValue.time(entry["end_time"] ?? entry["event_end_time"]),
                    origin: "events",
                    code: String(key.prefix(80)),
                    text: String(
                        (entry["description"] ?? entry["event_name"] ?? entry["message"])?.text?.prefix(300)
                            ?? key[...]
                    )
                )
            )
        }
    }

    static func alarms(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for entry in root["alarms"]?.elements ?? JSONNode.none {
            guard let start = CloudValue.localText(entry["first_set"]) else {
                reading.summary.warn("an alarm without first_set was left out")
                continue
            }
            // The serial number may be a count, as `2 Devices`.
            let serial = entry["serial_num"]?.text ?? ""
            let isSerial = !serial.isEmpty && serial.utf8.allSatisfy { (48...57).contains($0) }
            try reading.add(
                SiteEvent(
                    .vendorAlarm,
                    isSerial ? Device(.other, serial) : .site,
                    startUTCSeconds: start,
                    endUTCSeconds: CloudValue.localText(entry["cleared_at"] ?? entry["last_cleared"]),
                    origin: "alarms",
                    code: String((entry["event_key"] ?? entry["status"])?.text?.prefix(80) ?? ""),
                    text: String(
                        (entry["description"] ?? entry["name"] ?? entry["desc"])?.text?.prefix(300) ?? "alarm"
                    )
                )
            )
        }
    }

    /// Outages that the grid relay saw.
    static func backupHistory(_ root: JSONNode, _ reading: inout CloudReading) throws {
        var total: Int64 = 0
        for entry in root["histories"]?.elements ?? JSONNode.none {
            guard let start = CloudValue.time(entry["start_time"]) else {
                reading.summary.warn("an outage without a time was left out")
                continue
            }
            let seconds = entry["duration"]?.looseDouble.flatMap { Int64(exactly: $0.rounded()) }
            let end = seconds.flatMap { (0...(3650 * 86_400)).contains($0) ? start + $0 : nil }
            total += seconds ?? 0
            try reading.add(
                SiteEvent(
                    .gridOutage,
                    .site,
                    startUTCSeconds: start,
                    endUTCSeconds: end,
                    origin: "battery_backup_history",
                    text: "the site ran off the grid\(seconds.map { " for \(GatewayText.span($0))" } ?? "")"
                )
            )
        }
        if let stated = root["total_backup"]?.int64, stated != total, root["total_records"]?.int64 != nil {
            reading.summary.warn("the total of all outages is \(stated) s, those listed give \(total) s")
        }
    }
}
