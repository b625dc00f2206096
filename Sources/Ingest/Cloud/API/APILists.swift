// Bodies of the API that are no intervals: registers, events, devices, settings.

import Readings

/// Reads lists and settings of the API.
enum APILists {
    static func meterReadings(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for entry in root["meter_readings"]?.elements ?? JSONNode.none {
            guard let time = CloudValue.time(entry["read_at"]) else { continue }
            try reading.read(
                Device(.meter, (entry["serial_number"] ?? entry["serial_num"])?.text ?? ""),
                at: time,
                origin: "meter readings",
                [
                    .lifetime: (entry["value"] ?? entry["value_discharged"])?.looseDouble,
                    .lifetimeReceived: entry["value_charged"]?.looseDouble,
                ]
            )
        }
    }

    static func events(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for entry in root["events"]?.elements ?? JSONNode.none {
            guard let start = CloudValue.time(entry["event_start_time"]) else { continue }
            let type = entry["event_type_id"]?.text ?? ""
            // `Closed` and `open` come in any case.
            let status = entry["status"]?.text?.lowercased() ?? ""
            try reading.add(
                SiteEvent(
                    .vendorEvent,
                    device(entry["serial_number"]?.text, type: type),
                    startUTCSeconds: start,
                    endUTCSeconds: CloudValue.time(entry["event_end_time"]),
                    origin: "events",
                    code: type,
                    text: "\(name(type))\(status.isEmpty ? "" : " (\(status))")"
                )
            )
        }
    }

    static func alarms(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for entry in root["alarms"]?.elements ?? JSONNode.none {
            guard let start = CloudValue.time(entry["alarm_start_time"]) else { continue }
            let type = entry["event_type_id"]?.text ?? ""
            let serials = (entry["events"]?.elements ?? JSONNode.none).compactMap {
                $0["serial_number"]?.text
            }
            let severity = entry["severity"]?.text.map { ", severity \($0)" } ?? ""
            try reading.add(
                SiteEvent(
                    .vendorAlarm,
                    device(serials.first, type: type),
                    startUTCSeconds: start,
                    endUTCSeconds: CloudValue.time(entry["alarm_end_time"]),
                    origin: "alarms",
                    code: type,
                    text: "\(name(type))\(severity), \(serials.count) device\(serials.count == 1 ? "" : "s")"
                )
            )
        }
    }

    private static func name(_ type: String) -> String {
        type == "28" ? "Gateway not reporting" : "event type \(type)"
    }

    private static func device(_ serial: String?, type: String) -> Device {
        guard let serial else { return .site }
        return Device(type == "28" ? .gateway : .other, serial)
    }

    static func inverterSummary(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for group in root.elements {
            for entry in group["micro_inverters"]?.elements ?? JSONNode.none {
                guard let serial = entry["serial_number"]?.text else { continue }
                let report = CloudValue.time(entry["last_report_date"])
                // Power and energy are objects, or bare numbers.
                let power = entry["power_produced"]
                let energy = entry["energy"]
                try reading.read(
                    Device(.inverter, serial),
                    at: report ?? reading.time.page,
                    origin: "inverters summary",
                    [
                        .power: power?["value"]?.looseDouble ?? power?.looseDouble,
                        .lifetime: energy?["value"]?.looseDouble ?? energy?.looseDouble,
                    ]
                )
                try reading.state(
                    Device(.inverter, serial),
                    origin: "inverters summary",
                    lastReport: report,
                    [
                        .state: entry["status"]?.text, .model: entry["model"]?.text,
                        .firmware: entry["proc_load"]?.text,
                    ]
                )
            }
        }
    }

    static func latestTelemetry(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for (group, list) in root["devices"]?.members ?? JSONNode.noMembers {
            let kind = WebDevices.kind(group)
            for entry in list.elements {
                guard let time = CloudValue.time(entry["last_report_at"]) else {
                    reading.summary.counts["devices without a report in 7 days", default: 0] += 1
                    continue
                }
                let serial = entry["serial_number"]?.text ?? entry["id"]?.text.map { "id \($0)" } ?? ""
                let channel = entry["channel"]?.text.map { "/\($0)" } ?? ""
                try reading.read(
                    Device(kind, serial),
                    at: time,
                    origin:
                        "latest telemetry\(kind == .meter ? "/\(entry["name"]?.text ?? "")\(channel)" : "")",
                    [.power: entry["power"]?.looseDouble]
                )
                try reading.state(
                    Device(kind, serial),
                    origin: "latest telemetry",
                    lastReport: time,
                    [.state: entry["operational_mode"]?.text, .model: entry["name"]?.text]
                )
            }
        }
    }

    static func devices(_ root: JSONNode, _ reading: inout CloudReading) throws {
        for (group, list) in root["devices"]?.members ?? JSONNode.noMembers {
            for entry in list.elements {
                guard let serial = entry["serial_number"]?.text else { continue }
                try reading.state(
                    Device(WebDevices.kind(group), serial),
                    origin: "devices",
                    lastReport: CloudValue.time(entry["last_report_at"]),
                    [
                        .state: entry["status"]?.text,
                        .model: (entry["model"] ?? entry["product_name"])?.text,
                        .measurement: entry["config_type"]?.text, .meteringStatus: entry["state"]?.text,
                        .phases: entry["config_phase"]?.text,
                        .note: entry["active"]?.looseBoolean == false ? "retired" : nil,
                    ]
                )
            }
        }
    }

    static func summary(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let report = CloudValue.time(root["last_report_at"])
        try reading.state(
            .site,
            at: report,
            origin: "summary",
            lastReport: report,
            [
                .state: root["status"]?.text, .measurement: root["source"]?.text,
                .note: [("modules", "modules"), ("size_w", "size W"), ("battery_capacity_wh", "battery Wh")]
                    .compactMap { name, word in root[name]?.text.map { "\(word) \($0)" } }.joined(
                        separator: ", "
                    ),
            ]
        )
    }

    static func systems(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let systems = Array(root["systems"]?.elements ?? JSONNode.none)
        reading.summary.counts["systems"] = systems.count
        guard systems.count == 1, let only = systems.first else {
            reading.keptOnly("a list of \(systems.count) systems")
            return
        }
        try system(only, &reading)
    }

    /// The site's own state; its name and address are passed over.
    static func system(_ root: JSONNode, _ reading: inout CloudReading) throws {
        let report = CloudValue.time(root["last_report_at"])
        try reading.state(
            .site,
            at: report,
            origin: "system",
            lastReport: report,
            [.state: root["status"]?.text, .mode: root["connection_type"]?.text]
        )
        let energy = CloudValue.time(root["last_energy_at"])
        if let report, let energy, report - energy > 86_400 {
            reading.summary.notes.append(
                "the gateway reports, but the last energy is \(GatewayText.span(report - energy)) older: its devices are silent"
            )
        }
    }

    static func liveData(_ root: JSONNode, _ reading: inout CloudReading) throws {
        guard let data = root["data"]?["data"] else { return }
        let time = CloudValue.time(root["data"]?["timestamp_epoch"]) ?? reading.time.page
        let powers: [(String, Device)] = [
            ("pv_power", Device(.meter, "production")), ("grid_power", Device(.meter, "net-consumption")),
            ("consumption_power", Device(.meter, "total-consumption")),
            ("generator_power", Device(.generator, "")),
        ]
        for (name, device) in powers {
            try reading.read(device, at: time, origin: "live data", [.power: data[name]?.looseDouble])
        }
        try reading.read(
            Device(.battery, ""),
            at: time,
            origin: "live data",
            [.power: data["battery_power"]?.looseDouble, .stateOfCharge: data["battery_soc"]?.looseDouble]
        )
        try reading.state(
            .site,
            at: time,
            origin: "live data",
            [.mode: data["battery_mode"]?.text, .gridMode: data["grid_status"]?.text]
        )
    }

    static func settings(_ root: JSONNode, _ reading: inout CloudReading) throws {
        try reading.state(
            .site,
            at: CloudValue.time(root["last_report_date"]),
            origin: "settings",
            [
                .mode: root["battery_mode"]?.text, .gridMode: root["grid_state"]?.text,
                .note: [
                    ("reserve_soc", "reserve"), ("charge_from_grid", "charge from grid"),
                    ("battery_shutdown_level", "shutdown level"), ("storm_guard_status", "storm guard"),
                    ("storm_alert", "storm alert"),
                ].compactMap { name, word in root[name]?.text.map { "\(word) \($0)" } }.joined(
                    separator: ", "
                ),
            ]
        )
    }
}
